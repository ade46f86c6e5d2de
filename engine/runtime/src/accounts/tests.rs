//! Accounts of two processes on one database, which know nothing of each other but the rows: each test on both databases.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use causeway_connector::{Account, Call, Catalogue, Connector, Limits, Observed, Rate, Session, Trial, http};
use causeway_document::{Compiler, Plans};
use causeway_model::{
    AuthKind, AuthSpec, ConnectionSpec, ConnectorCategory, ConnectorSpec, Environment, ErrorClass,
    OperationSpec, RunId, Shared, StepError, Text, Time, Value, text,
};
use causeway_script::{Engine, Sealer};
use causeway_store::{Config, ConnectionChange, NewConnection, Store, SystemClock};
use causeway_testkit::{Backend, Database};
use serde_json::json;

use super::account::LiveAccount;
use super::{Accounts, ConnectionTrial};
use crate::services::Services;
use crate::steps::operation::{self, Attempt};

const CANARY: &str = "canary-3ba7-do-not-leak";

/// Answers with what it was given of its account, and fails where its settings say so.
struct Mirror(ConnectorSpec);

#[async_trait]
impl Connector for Mirror {
    fn spec(&self) -> &ConnectorSpec {
        &self.0
    }

    fn operation(&self, _: &str) -> Option<Arc<OperationSpec>> {
        None
    }

    async fn call(&self, _: &str, call: Call) -> Result<Value, StepError> {
        let account = call.account.expect("an account");
        let _permit = account.permit(&Limits::default()).await?;
        if account.settings()["fails"] == true {
            return Err(StepError::new(
                "http_status",
                ErrorClass::Auth,
                text!("It answered 401", "系統回應 401"),
            ));
        }
        account.observe(Observed::Succeeded);
        Ok(account.settings().clone())
    }

    fn rehearse(&self, _: &str, call: Call) -> Result<Option<Value>, StepError> {
        Ok(call.account.map(|account| json!(account.credentials())))
    }
}

fn connector(name: &str) -> ConnectorSpec {
    let auth = AuthSpec {
        name: "key".into(),
        kind: AuthKind::ApiKey,
        title: Text::default(),
        description: Text::default(),
        credentials: json!({ "type": "object", "required": ["key"], "properties": { "key": { "type": "string" } } }),
    };
    ConnectorSpec {
        name: name.into(),
        version: "1.0.0".into(),
        title: Text::default(),
        description: Text::default(),
        category: ConnectorCategory::General,
        connection: Some(ConnectionSpec {
            settings: json!({ "type": "object", "required": ["base_url"] }),
            auth: vec![auth],
            test: Some("get".into()),
        }),
        operations: Vec::new(),
        triggers: Vec::new(),
        records: Vec::new(),
    }
}

/// Two processes, and the connection `erp`.
struct Bed {
    stores: [Store; 2],
    accounts: [Accounts; 2],
}

impl Bed {
    async fn account(&self, process: usize) -> Arc<LiveAccount> {
        let found = self.accounts[process].find("erp", &connector("erp"), Environment::Production).await;
        found.expect("is whole").expect("is needed")
    }
}

async fn both(test: impl AsyncFn(&Bed)) {
    for backend in Backend::BOTH {
        let (folder, database) = (tempfile::tempdir().expect("a folder"), Database::fresh(backend));
        let open = async || {
            let config = Config { url: database.url(), data: folder.path().join("data"), key: None };
            Store::open(config, Arc::new(SystemClock)).await.expect("opens")
        };
        let first = open().await;
        first.migrate().await.expect("migrates");
        let stores = [first, open().await];
        let key = BTreeMap::from([("key".to_owned(), CANARY.to_owned())]);
        let new = NewConnection {
            name: "erp".into(),
            connector: "erp".into(),
            title: String::new(),
            auth: Some("key".into()),
            shared: Shared::Editor,
            settings: BTreeMap::from([(Environment::Production, json!({ "base_url": "https://erp.lan" }))]),
            credentials: BTreeMap::from([(Environment::Production, key)]),
        };
        stores[0].create_connection(new, "ada").await.expect("makes it");
        let accounts = [Accounts::new(stores[0].clone()), Accounts::new(stores[1].clone())];
        let bed = Bed { stores, accounts };
        test(&bed).await;
        for store in &bed.stores {
            store.close().await;
        }
    }
}

fn code<T>(result: Result<T, StepError>) -> (String, ErrorClass) {
    let error = result.err().expect("is refused");
    (error.code, error.class)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_account_that_a_step_names_is_found() {
    both(async |bed| {
        let find = async |name: &str, of: &str, environment| {
            bed.accounts[1].find(name, &connector(of), environment).await
        };
        let found = find("erp", "erp", Environment::Test).await.expect("production's").expect("an account");
        assert_eq!((found.name(), found.auth()), ("erp", Some("key")));
        assert_eq!(found.credentials()["key"], CANARY);
        let missing = code(find("pos", "erp", Environment::Production).await);
        assert_eq!(missing, ("connection_missing".into(), ErrorClass::Invalid));
        let wrong = code(find("erp", "crm", Environment::Production).await);
        assert_eq!(wrong.0, "connection_wrong_connector");
        // Settings for tests, and no credentials: those of production are not lent.
        let change = ConnectionChange {
            settings: BTreeMap::from([(Environment::Test, Some(json!({ "base_url": "https://test.lan" })))]),
            ..ConnectionChange::default()
        };
        bed.stores[0].change_connection("erp", change, None, "ada").await.expect("changes");
        tokio::time::sleep(super::NEWS_TAKE).await;
        let incomplete = find("erp", "erp", Environment::Test).await.err().expect("is refused");
        assert_eq!(incomplete.code, "connection_incomplete");
        assert!(incomplete.message.en.contains("key") && !incomplete.message.en.contains(CANARY));
        let seen = bed.accounts[0].rehearse("erp", &connector("erp"), Environment::Production).await;
        let seen = seen.expect("is there").expect("an account");
        assert_eq!(seen.credentials(), &BTreeMap::from([("key".to_owned(), String::new())]));
        let none =
            seen.session(None, Box::new(|_| unreachable!("nobody signs in"))).await.expect("an empty one");
        assert!(none.values.is_empty());
        let bare = ConnectorSpec { connection: None, ..connector("http") };
        let found = bed.accounts[0].find("erp", &bare, Environment::Production).await;
        assert!(found.expect("needs none").is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_share_rate_and_slots() {
    both(async |bed| {
        let limits =
            Limits { rate: Some(Rate { calls: 10, per: Duration::from_secs(1) }), concurrency: Some(3) };
        let (under_way, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut calls = Vec::new();
        for number in 0..40 {
            let (account, under_way, most) = (bed.account(number % 2).await, under_way.clone(), most.clone());
            calls.push(tokio::spawn(async move {
                let _permit = account.permit(&limits).await.map_err(|error| error.code)?;
                let at = Instant::now();
                most.fetch_max(under_way.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(20)).await;
                under_way.fetch_sub(1, Ordering::SeqCst);
                Ok::<_, String>(at)
            }));
        }
        let (mut times, mut refused) = (Vec::new(), BTreeSet::new());
        for call in calls {
            match call.await.expect("ends") {
                Ok(at) => times.push(at),
                Err(code) => drop(refused.insert(code)),
            }
        }
        times.sort_unstable();
        for (from, first) in times.iter().enumerate() {
            let within = |at: &&Instant| at.duration_since(*first) < Duration::from_secs(1);
            let count = times[from..].iter().take_while(within).count();
            assert!(count <= 10, "{count} in one second");
        }
        assert!(most.load(Ordering::SeqCst) <= 3);
        assert!(times.len() >= 20, "{} went out in five seconds", times.len());
        assert!(refused.iter().all(|code| code == "rate_limited"), "{refused:?}");
        let metrics = bed.stores.each_ref().map(|store| store.metrics());
        assert!(metrics.iter().map(|metrics| metrics.permits_waited.get()).sum::<u64>() > 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_hears_holds_back_all_and_pauses_all() {
    both(async |bed| {
        let [one, other] = [bed.account(0).await, bed.account(1).await];
        let _free = one.permit(&Limits::default()).await.expect("is free");
        let failed = |class, retry_after_ms| Observed::Failed { class, retry_after_ms };
        for _ in 0..10 {
            one.observe(failed(ErrorClass::Server, None));
        }
        let settled = Duration::from_millis(1500);
        tokio::time::sleep(settled).await;
        for account in [&one, &other] {
            let error = account.permit(&Limits::default()).await.err().expect("is paused");
            assert_eq!((error.code.as_str(), error.class), ("connection_paused", ErrorClass::Limit));
            assert!(error.retry_after_ms.is_some_and(|wait| wait > 20_000 && wait <= 30_000), "{error:?}");
        }
        assert_eq!(bed.stores[0].metrics().breakers_opened.get(), 1);
        let again = ConnectionChange {
            settings: BTreeMap::from([(
                Environment::Production,
                Some(json!({ "base_url": "https://new.lan" })),
            )]),
            ..ConnectionChange::default()
        };
        bed.stores[0].change_connection("erp", again, None, "ada").await.expect("changes");
        tokio::time::sleep(settled).await;
        let _free = one.permit(&Limits::default()).await.expect("has another chance");
        one.observe(failed(ErrorClass::Limit, Some(60_000)));
        assert_eq!(code(one.permit(&Limits::default()).await).0, "rate_limited", "at once");
        tokio::time::sleep(settled).await;
        let error = other.permit(&Limits::default()).await.err().expect("is held back");
        assert!(error.retry_after_ms.is_some_and(|wait| wait > 50_000), "{error:?}");
    })
    .await;
}

/// Signs in for each caller who is told to, and counts.
async fn sign_in(
    account: &LiveAccount,
    stale: Option<&Session>,
    count: &Arc<AtomicUsize>,
) -> Result<Session, StepError> {
    let count = Arc::clone(count);
    let obtain =
        move |_: Option<Session>| -> futures::future::BoxFuture<'static, Result<Session, StepError>> {
            Box::pin(async move {
                let number = count.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(300)).await;
                let values = BTreeMap::from([("access_token".to_owned(), format!("token-{number}"))]);
                let expires_at = Some(Time(i64::MAX / 2));
                Ok(Session { values, obtained_at: Time(0), expires_at })
            })
        };
    account.session(stale, Box::new(obtain)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_a_thousand_callers_signs_in() {
    both(async |bed| {
        let count = Arc::new(AtomicUsize::new(0));
        let all = async |stale: Option<Session>| {
            let mut callers = Vec::new();
            for number in 0..1000 {
                let (account, count, stale) = (bed.account(number % 2).await, count.clone(), stale.clone());
                callers.push(tokio::spawn(async move { sign_in(&account, stale.as_ref(), &count).await }));
            }
            let mut tokens = BTreeSet::new();
            for caller in callers {
                let session = caller.await.expect("ends").expect("a session");
                tokens.insert(session.values["access_token"].clone());
            }
            tokens
        };
        assert_eq!(all(None).await, BTreeSet::from(["token-0".to_owned()]));
        assert_eq!(count.load(Ordering::SeqCst), 1);
        let stale = sign_in(&*bed.account(0).await, None, &count).await.expect("the one in use");
        assert_eq!(all(Some(stale)).await, BTreeSet::from(["token-1".to_owned()]), "one gets another");
        assert_eq!(count.load(Ordering::SeqCst), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_that_fails_fails_for_all_who_waited() {
    both(async |bed| {
        let account = bed.account(0).await;
        let count = Arc::new(AtomicUsize::new(0));
        let callers = (0..50).map(|_| {
            let (account, count) = (account.clone(), count.clone());
            tokio::spawn(async move {
                let obtain =
                    |_: Option<Session>| -> futures::future::BoxFuture<'_, Result<Session, StepError>> {
                        Box::pin(async {
                            count.fetch_add(1, Ordering::SeqCst);
                            tokio::time::sleep(Duration::from_millis(200)).await;
                            Err(StepError::new("refused", ErrorClass::Auth, text!("No", "不")))
                        })
                    };
                code(account.session(None, Box::new(obtain)).await).0
            })
        });
        for caller in callers.collect::<Vec<_>>() {
            assert_eq!(caller.await.expect("ends"), "refused");
        }
        assert_eq!(count.load(Ordering::SeqCst), 1, "nobody is locked out by trying fifty times");
        let session = sign_in(&account, None, &count).await.expect("whoever comes later tries");
        assert_eq!(session.values["access_token"], "token-1");
        // Somebody who goes away in the middle leaves the turn to others.
        let stale = session.clone();
        let gone = account.session(Some(&stale), Box::new(|_| Box::pin(std::future::pending())));
        assert!(tokio::time::timeout(Duration::from_millis(100), gone).await.is_err());
        let began = Instant::now();
        let other = bed.account(1).await;
        sign_in(&other, Some(&stale), &count).await.expect("signs in");
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operation_is_called_with_the_account_of_its_step() {
    both(async |bed| {
        let store = &bed.stores[0];
        let catalogue = Catalogue::new(vec![Arc::new(Mirror(connector("erp")))]).expect("one connector");
        let engine = Engine::new(causeway_script::Limits::default(), Sealer::new([7; 32]));
        let services = Services {
            store: store.clone(),
            plans: Plans::new(Compiler { engine, catalogue }),
            http: http::Client::new(http::Config::default()).expect("a client"),
            accounts: bed.accounts[0].clone(),
        };
        let attempt = |environment| Attempt {
            run: RunId::new(),
            connector: "erp".into(),
            version: None,
            operation: "get".into(),
            connection: Some("erp".into()),
            environment,
            input: json!({}),
            idempotency_key: "k".into(),
            timeout: None,
        };
        let output = operation::attempt(services.clone(), attempt(Environment::Test)).await.expect("works");
        assert_eq!(output, json!({ "base_url": "https://erp.lan" }));
        let shown =
            operation::rehearse(services.clone(), attempt(Environment::Test)).await.expect("is shown");
        assert_eq!(shown, Some(json!({ "key": "" })));
        let trial = ConnectionTrial::new(services.clone());
        trial.attempt("erp", Environment::Production).await.expect("works");
        assert_eq!(code(trial.attempt("pos", Environment::Production).await).0, "connection_not_found");

        let settled = Duration::from_millis(500);
        tokio::time::sleep(settled).await;
        let record = store.connection("erp").await.expect("is there");
        assert!(record.last_ok_at.is_some() && record.last_error.is_none(), "{record:?}");
        let fails = json!({ "base_url": "https://erp.lan", "fails": true });
        let change = ConnectionChange {
            settings: BTreeMap::from([(Environment::Production, Some(fails))]),
            ..ConnectionChange::default()
        };
        store.change_connection("erp", change, None, "ada").await.expect("changes");
        assert_eq!(
            code(trial.attempt("erp", Environment::Production).await).0,
            "http_status",
            "what is new counts"
        );
        tokio::time::sleep(settled).await;
        let error = store.connection("erp").await.expect("is there").last_error.expect("was noted at once");
        assert_eq!((error.code.as_str(), error.message.en.as_str()), ("http_status", "It answered 401"));
    })
    .await;
}
