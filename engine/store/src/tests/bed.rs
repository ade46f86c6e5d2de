//! A fresh store for one test, on either database, and short ways to make runs.

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use causeway_model::{
    Clock, Entry, Event, Flow, FlowId, Frame, Outcome, RunId, RunMode, RunStatus, Slug, Time, TriggerKind,
};
use futures::FutureExt;
use sea_orm::{ConnectionTrait, Database};
use serde_json::json;
use uuid::Uuid;

use crate::{Claimed, Commit, Config, Finished, NewRun, Next, Origin, Publish, Store, SystemClock};

/// The machine's clock, moved by hand as well.
#[derive(Default)]
pub(crate) struct Moved(AtomicI64);

impl Clock for Moved {
    fn now(&self) -> Time {
        Time(SystemClock.now().0 + self.0.load(Ordering::SeqCst))
    }
}

pub(crate) struct Bed {
    pub(crate) store: Store,
    pub(crate) clock: Arc<Moved>,
    pub(crate) data: PathBuf,
    pub(crate) url: Option<String>,
}

const SERVER: &str = "postgres://postgres@127.0.0.1:5432";

/// Defines for each test function a module with one test for each database.
macro_rules! both {
    ($($name:ident),* $(,)?) => {$(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                crate::tests::bed::on_sqlite(super::$name).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                crate::tests::bed::on_postgres(super::$name).await;
            }
        }
    )*};
}
pub(crate) use both;

pub(crate) async fn on_sqlite(test: impl AsyncFnOnce(&Bed)) {
    let folder = tempfile::tempdir().expect("a folder");
    let bed = Bed::new(folder.path().join("data"), None).await;
    test(&bed).await;
    bed.store.close().await;
}

pub(crate) async fn on_postgres(test: impl AsyncFnOnce(&Bed)) {
    let folder = tempfile::tempdir().expect("a folder");
    let name = format!("causeway_store_{}", Uuid::new_v4().simple());
    let admin =
        Database::connect(format!("{SERVER}/postgres?sslmode=disable")).await.expect("a Postgres server");
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("makes the database");
    let ended = AssertUnwindSafe(async {
        let bed = Bed::new(folder.path().join("data"), Some(format!("{SERVER}/{name}"))).await;
        test(&bed).await;
        bed.store.close().await;
    })
    .catch_unwind()
    .await;
    admin
        .execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)"))
        .await
        .expect("drops the database");
    if let Err(panic) = ended {
        std::panic::resume_unwind(panic);
    }
}

impl Bed {
    async fn new(data: PathBuf, url: Option<String>) -> Self {
        let clock = Arc::new(Moved::default());
        let config = Config { url: url.clone(), data: data.clone(), key: None };
        let store = Store::open(config, clock.clone()).await.expect("opens");
        store.migrate().await.expect("migrates");
        Self { store, clock, data, url }
    }

    pub(crate) fn config(&self) -> Config {
        Config { url: self.url.clone(), data: self.data.clone(), key: None }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.url.is_none()
    }

    /// As another process on the same database would.
    pub(crate) async fn another(&self) -> Store {
        Store::open(self.config(), self.clock.clone()).await.expect("opens again")
    }

    pub(crate) fn advance(&self, millis: i64) {
        self.clock.0.fetch_add(millis, Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> Time {
        self.clock.now()
    }

    /// A flow with one published version.
    pub(crate) async fn flow(&self, slug: &str) -> FlowId {
        let slug: Slug = slug.parse().expect("a slug");
        let document = document(&slug, "manual");
        let flow = self.store.save_draft(&slug, &document, None, "test").await.expect("saves");
        self.store.publish(flow.id, publish(document, TriggerKind::Manual)).await.expect("publishes");
        flow.id
    }

    pub(crate) fn new_run(&self, flow: FlowId) -> NewRun {
        let id = RunId::new();
        NewRun {
            priority: causeway_model::Priority::Normal,
            not_before: None,
            id,
            flow,
            version: 1,
            trigger: TriggerKind::Manual,
            event: r#"{"kind":"manual","input":{"text":"報價 \"1\" \\ ü"}}"#.to_owned(),
            received_at: self.now(),
            dedupe: None,
            concurrency: None,
            origin: Origin::default(),
            mode: RunMode::Normal,
            deadline_at: None,
            journal: vec![],
            loops: vec![],
            keep: None,
            key_root: id,
        }
    }

    pub(crate) async fn accept(&self, run: NewRun) -> RunId {
        let id = run.id;
        self.store.accept(run).await.expect("accepts");
        id
    }

    pub(crate) fn entry(&self, event: Event) -> Entry {
        Entry { frame: Frame::top(), at: self.now(), event }
    }

    pub(crate) fn settled(&self, step: &str) -> Entry {
        let outcome = Outcome::Succeeded { output: json!({ "n": 1 }), port: None };
        self.entry(Event::StepSettled { step: step.parse().expect("a step"), outcome, took_us: None })
    }

    pub(crate) fn finished(&self, status: RunStatus) -> Next {
        Next::Finish(Box::new(Finished {
            status,
            at: self.now(),
            failure: None,
            output: Some(json!({ "done": true })),
            handled_errors: 0,
            reason: None,
        }))
    }
}

pub(crate) fn document(slug: &Slug, trigger: &str) -> Flow {
    serde_json::from_value(json!({
        "causeway": 1, "kind": "flow", "slug": slug, "name": format!("Flow {slug}"), "trigger": { "use": trigger }
    }))
    .expect("a flow")
}

pub(crate) fn publish(document: Flow, trigger: TriggerKind) -> Publish {
    Publish {
        document,
        trigger,
        routes: vec![],
        watches: None,
        connections: vec![],
        connectors: vec![],
        instead_of: None,
        by: "test".into(),
        note: None,
    }
}

/// A commit of a claimed run with nothing but entries.
pub(crate) fn commit(claimed: &Claimed, entries: Vec<Entry>, next: Next) -> Commit {
    Commit {
        run: claimed.run.id,
        epoch: claimed.run.epoch,
        entries,
        loops: vec![],
        dropped: vec![],
        children: vec![],
        approvals: vec![],
        consumed: vec![],
        next,
    }
}

pub(crate) fn code<T: std::fmt::Debug>(result: crate::Result<T>) -> &'static str {
    result.expect_err("is refused").code().expect("has a code")
}
