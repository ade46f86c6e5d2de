//! A server for the tests of this crate: the real front over a real SQLite store, without sockets and without a runtime,
//! whose part the test plays by claiming and committing.

mod erp;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use causeway_connector::Catalogue;
use causeway_document::{Compiler, Plans, Source};
use causeway_model::{
    Entry, ErrorClass, Event, Frame, Reply, Role, RunFailure, RunId, RunStatus, StepError, Time, Value,
    WorkerId, text,
};
use causeway_script::{Engine, Limits, Sealer};
use causeway_store::{Actor, Claimed, Commit, Config, Finished, NewToken, NewUser, Next, Store, SystemClock};
use serde_json::json;

use crate::app::{App, ImportResult};
use crate::door::Door;
use crate::readiness::Readiness;
use crate::router::Front;
use crate::serve::Serves;
use crate::state::{Inbound, Web};

pub(crate) const SETUP_CODE: &str = "0123-4567-89ab-cdef";
pub(crate) const PASSWORD: &str = "correct horse";
pub(crate) const CLI: Actor<'static> = Actor { by: "cli:test", most: Role::Owner };

pub(crate) struct TestApp {
    pub app: App,
    front: Front,
    readiness: Readiness,
    worker: tokio::sync::OnceCell<WorkerId>,
    _data: tempfile::TempDir,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {:?}", self.body))
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("UTF-8")
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().expect("text")).unwrap_or_default()
    }

    pub fn run(&self) -> RunId {
        let run = self.header("x-causeway-run");
        run.parse().unwrap_or_else(|_| panic!("no run in {self:?}"))
    }

    /// The status and the problem's code.
    pub fn problem(&self) -> (u16, String) {
        (self.status.as_u16(), self.json()["code"].as_str().unwrap_or_default().to_owned())
    }
}

impl TestApp {
    pub async fn new() -> Arc<Self> {
        Self::at("127.0.0.1:7400", None).await
    }

    pub async fn at(listen: &str, public_url: Option<&str>) -> Arc<Self> {
        let data = tempfile::tempdir().expect("a folder");
        let config = Config { url: None, data: data.path().to_owned(), key: None };
        let store = Store::open(config, Arc::new(SystemClock)).await.expect("a store");
        store.migrate().await.expect("migrated");
        let app = Self::app_over(store);
        let readiness = Readiness::default();
        readiness.set(true);
        let door = Door::new(
            listen.parse().expect("an address"),
            public_url.map(str::to_owned),
            Some(SETUP_CODE.to_owned()),
        );
        let metrics = crate::MetricsAccess::default();
        let inbound = Inbound {
            max_body_bytes: 1024 * 1024 * 1024,
            trusted_proxies: vec![],
            metrics,
            settings: Vec::new(),
            live: crate::LiveLimits::default(),
        };
        let web = Web::new(app.clone(), readiness.clone(), inbound, door);
        let front = Front::new(web, Serves::Everything);
        Arc::new(Self { app, front, readiness, worker: tokio::sync::OnceCell::new(), _data: data })
    }

    fn app_over(store: Store) -> App {
        let engine = Engine::new(Limits::default(), Sealer::new(store.derived_key("seal")));
        let catalogue = Catalogue::new(vec![Arc::new(erp::Erp::new())]).expect("one connector");
        let app = App::new(store, Plans::new(Compiler { engine, catalogue }));
        app.try_with(Arc::new(erp::Tried));
        app.consent_with(Arc::new(erp::Tried));
        app
    }

    /// The same store as another process would see it.
    pub fn elsewhere(&self) -> App {
        Self::app_over(self.app.store().clone())
    }

    pub fn set_ready(&self, ready: bool) {
        self.readiness.set(ready);
    }

    pub async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.front.answer(request.body(body.into()).expect("a request")).await;
        let (head, body) = response.into_parts();
        // A stream has no end; see `events`.
        let live = head.headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
        let body = if live { Body::empty() } else { body };
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        Answer { status: head.status, headers: head.headers, body }
    }

    /// The first events of a stream of the API, with their names, until one has the name `last`.
    pub async fn events(&self, token: &str, path: &str, last: &str) -> Vec<(String, Value)> {
        let request = Request::builder()
            .uri(format!("/api/v1{path}"))
            .header("authorization", format!("Bearer {token}"));
        let response = self.front.answer(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(response.status(), 200, "{path}");
        let (mut text, mut chunks) = (String::new(), response.into_body().into_data_stream());
        let named = |block: &str| {
            let field =
                |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::trim_start);
            Some((field("event:")?.to_owned(), serde_json::from_str(field("data:")?).expect("JSON")))
        };
        loop {
            let chunk =
                futures::StreamExt::next(&mut chunks).await.expect("the stream goes on").expect("a chunk");
            text.push_str(std::str::from_utf8(&chunk).expect("UTF-8"));
            let events: Vec<(String, Value)> = text.split("\n\n").filter_map(named).collect();
            if events.iter().any(|(name, _)| name == last) {
                return events;
            }
        }
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[("content-type", "application/json")], body.to_string()).await
    }

    pub async fn token(&self, role: Role) -> String {
        self.named_token(role.name(), role).await
    }

    /// Of somebody else than the others of this role.
    pub async fn named_token(&self, name: &str, role: Role) -> String {
        self.app.create_token(NewToken::plain(name, role), CLI).await.expect("a token").1
    }

    pub async fn user(&self, email: &str, role: Role) -> causeway_model::UserId {
        let new = NewUser {
            email: email.into(),
            password: PASSWORD.into(),
            name: String::new(),
            role,
            locale: None,
        };
        self.app.create_user(new, CLI).await.expect("a user").id
    }

    /// Signs in: the cookie and the CSRF token.
    pub async fn sign_in(&self, email: &str) -> (String, String) {
        let body = json!({"email": email, "password": PASSWORD});
        let answer = self.post("/api/v1/sessions", &body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let cookie = answer.header("set-cookie").split(';').next().expect("a cookie").to_owned();
        (cookie, answer.json()["csrf_token"].as_str().expect("a token").to_owned())
    }

    /// Through the API, as a page of our own does it.
    pub async fn page(
        &self,
        (cookie, csrf): &(String, String),
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Answer {
        let headers = [
            ("host", "127.0.0.1:7400"),
            ("origin", "http://127.0.0.1:7400"),
            ("cookie", cookie.as_str()),
            ("x-csrf-token", csrf.as_str()),
        ];
        let body = body.map(Value::to_string).unwrap_or_default();
        self.send(method, &format!("/api/v1{path}"), &headers, body).await
    }

    /// Through the API, with a token.
    pub async fn api(&self, token: &str, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let bearer = format!("Bearer {token}");
        let body = body.map(Value::to_string).unwrap_or_default();
        self.send(method, &format!("/api/v1{path}"), &[("authorization", bearer.as_str())], body).await
    }

    /// Imports and publishes a flow; `trigger` is its whole `trigger`.
    pub async fn publish(&self, slug: &str, trigger: Value, steps: Value) -> i32 {
        Self::publish_in(&self.app, slug, trigger, steps).await
    }

    pub async fn publish_in(app: &App, slug: &str, trigger: Value, steps: Value) -> i32 {
        let document = json!({"causeway": 1, "kind": "flow", "slug": slug, "name": slug, "trigger": trigger, "steps": steps});
        let source = Source { path: "flow.json".into(), text: Ok(document.to_string()) };
        let report = app
            .import(vec![source], true, crate::app::on_the_machine("test"))
            .await
            .expect("imported")
            .remove(0);
        assert_ne!(report.result, ImportResult::Refused, "{:#?}", report.faults);
        report.version.expect("published")
    }

    /// A webhook flow of one script step.
    pub async fn webhook(&self, slug: &str, with: Value) -> i32 {
        let mut with = with;
        if with.get("path").is_none() {
            with["path"] = json!(slug);
        }
        let steps = if with["reply"] == "respond" {
            json!([{"id": "answer", "use": "respond", "with": {"status": 200}}])
        } else {
            json!([{"id": "map", "use": "script", "with": {"code": "trigger.body"}}])
        };
        self.publish(slug, json!({"use": "webhook", "with": with}), steps).await
    }

    /// The trigger event of a run.
    pub async fn event(&self, run: RunId) -> Value {
        let text = self.app.store().trigger_event(run).await.expect("an event");
        serde_json::from_str(&text).expect("JSON")
    }

    pub async fn claim(&self) -> Claimed {
        let store = self.app.store();
        let worker = *self.worker.get_or_init(|| async { store.enlist().await.expect("a worker") }).await;
        for _ in 0..500 {
            if let Some(claimed) = store.claim(worker, 1).await.expect("claimed").pop() {
                return claimed;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("no run came");
    }

    pub fn entry(&self, event: Event) -> Entry {
        Entry { frame: Frame::top(), at: self.app.now(), event }
    }

    pub async fn commit(&self, claimed: &Claimed, events: Vec<Event>, next: Next) {
        let commit = Commit {
            entries: events.into_iter().map(|event| self.entry(event)).collect(),
            next,
            ..empty(claimed)
        };
        self.app.store().commit(commit).await.expect("committed");
    }

    pub async fn finish(&self, claimed: &Claimed, status: RunStatus, output: Option<Value>) {
        let failure = (status == RunStatus::Failed).then(|| RunFailure {
            step: "map".parse().ok(),
            error: StepError::new(
                "script_failed",
                ErrorClass::Script,
                text!("It broke: pin 1234", "壞了：pin 1234"),
            ),
        });
        let at = self.app.now();
        let finished = Finished { status, at, failure, output, handled_errors: 0, reason: None };
        self.commit(claimed, Vec::new(), Next::Finish(Box::new(finished))).await;
    }

    pub async fn reply(&self, claimed: &Claimed, status: u16, headers: &[(&str, &str)], body: Value) {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.commit(claimed, vec![Event::Replied { reply: Reply { status, headers, body } }], Next::Go).await;
    }
}

pub(crate) fn empty(claimed: &Claimed) -> Commit {
    Commit {
        run: claimed.run.id,
        epoch: claimed.run.epoch,
        entries: Vec::new(),
        loops: Vec::new(),
        dropped: Vec::new(),
        children: Vec::new(),
        approvals: Vec::new(),
        consumed: Vec::new(),
        next: Next::Go,
    }
}

/// Far enough away for every test.
pub(crate) fn later(now: Time) -> Time {
    now + causeway_model::Span::from_secs(3600)
}
