//! Connections: kept, changed, shared; credentials sealed; and what many processes share of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use causeway_model::{Environment, Flow, Role, Shared, Slug, Text, Time, TriggerKind, Value};
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use crate::db::Ask;
use crate::tests::bed::{Bed, both, code, publish};
use crate::{
    Actor, AuditFilter, ConnectionAt, ConnectionChange, ConnectionError, ConnectionFilter, ConnectionRecord,
    KeptSession, NewConnection, PermitRate, Permits, Publish, SessionTurn, Store,
};

both!(
    connections_are_made_changed_and_deleted,
    everybody_sees_what_is_shared_with_them,
    credentials_are_sealed_and_outlive_a_rotation,
    a_connection_in_use_stays,
    processes_share_a_rate,
    one_holds_back_all,
    the_breaker_is_shared,
    slots_come_back,
    one_of_a_thousand_gets_a_session,
    a_dead_holders_turn_comes_back,
);

const CANARY: &str = "canary-91c2-do-not-leak";

pub(crate) fn new(name: &str) -> NewConnection {
    NewConnection {
        name: name.to_owned(),
        connector: "erp".to_owned(),
        title: String::new(),
        auth: Some("key".to_owned()),
        shared: Shared::Editor,
        settings: BTreeMap::from([(Environment::Production, json!({ "base_url": "https://erp.lan" }))]),
        credentials: BTreeMap::from([(Environment::Production, fields(&[("key", CANARY)]))]),
    }
}

fn fields(list: &[(&str, &str)]) -> BTreeMap<String, String> {
    list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

async fn made(bed: &Bed, name: &str) -> ConnectionRecord {
    bed.store.create_connection(new(name), "user:ada").await.expect("makes it")
}

fn at(record: &ConnectionRecord) -> ConnectionAt {
    ConnectionAt::new(record.id, Environment::Production)
}

async fn connections_are_made_changed_and_deleted(bed: &Bed) {
    let store = &bed.store;
    let first = made(bed, "erp").await;
    assert_eq!((first.title.as_str(), first.owner.as_str(), first.revision), ("erp", "user:ada", 1));
    assert_eq!(first.environments[&Environment::Production].credentials, ["key"]);
    assert_eq!(code(store.create_connection(new("erp"), "x").await), "connection_exists");
    for bad in ["", "Erp", "-erp", "e rp", "報價", &"a".repeat(65)] {
        assert_eq!(code(store.create_connection(new(bad), "x").await), "name_invalid", "{bad}");
    }
    let change = ConnectionChange {
        title: Some("ERP 正式".into()),
        shared: Some(Shared::Private),
        settings: BTreeMap::from([(Environment::Test, Some(json!({ "base_url": "https://test.lan" })))]),
        ..ConnectionChange::default()
    };
    let second = store.change_connection("erp", change.clone(), Some(1), "user:bob").await.expect("changes");
    assert_eq!((second.title.as_str(), second.shared, second.revision), ("ERP 正式", Shared::Private, 2));
    assert_eq!((second.changed_by.as_str(), second.created_by.as_str()), ("user:bob", "user:ada"));
    assert_eq!(code(store.change_connection("erp", change, Some(1), "x").await), "changed_meanwhile");
    assert_eq!(store.connection("erp").await.expect("reads"), second);

    let kept = Arc::clone(&store.connections().await.expect("reads")["erp"]);
    let (environment, values) = kept.values(Environment::Test).expect("has values");
    assert_eq!((environment, &values.settings["base_url"]), (Environment::Test, &json!("https://test.lan")));
    assert!(values.credentials.is_empty(), "those of production stay there");
    let gone = ConnectionChange {
        settings: BTreeMap::from([(Environment::Test, None)]),
        ..ConnectionChange::default()
    };
    store.change_connection("erp", gone, None, "user:bob").await.expect("changes");
    let kept = Arc::clone(&store.connections().await.expect("reads")["erp"]);
    let (environment, values) = kept.values(Environment::Test).expect("has values");
    assert_eq!((environment, &*values.credentials["key"]), (Environment::Production, CANARY));

    let other = ConnectionChange { auth: Some(Some("oauth".into())), ..ConnectionChange::default() };
    let third = store.change_connection("erp", other, None, "user:bob").await.expect("changes");
    assert!(third.environments[&Environment::Production].credentials.is_empty(), "of the way before");
    let given = fields(&[("client_id", "a"), ("client_secret", CANARY)]);
    let fourth = store.set_credentials("erp", Environment::Production, &given, None, "user:bob").await;
    let set = &fourth.expect("sets").environments[&Environment::Production].credentials;
    assert_eq!(set, &["client_id", "client_secret"]);

    store.delete_connection("erp", &|_| true, "user:ada").await.expect("nobody uses it");
    assert_eq!(code(store.connection("erp").await), "connection_not_found");
    assert!(store.connections().await.expect("reads").is_empty());
    let entries = store.audit(AuditFilter { limit: 50, ..AuditFilter::default() }).await.expect("reads");
    let actions: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
    let wanted = [
        "connection.deleted",
        "connection.credentials_set",
        "connection.changed",
        "connection.changed",
        "connection.changed",
        "connection.created",
    ];
    assert_eq!(actions, wanted);
    let written = serde_json::to_string(&entries).expect("JSON");
    assert!(!written.contains(CANARY) && written.contains("client_secret"), "{written}");
}

async fn everybody_sees_what_is_shared_with_them(bed: &Bed) {
    for (name, shared) in [
        ("a-admins", Shared::Admin),
        ("b-editors", Shared::Editor),
        ("c-operators", Shared::Operator),
        ("d-viewers", Shared::Viewer),
        ("e-own", Shared::Private),
    ] {
        let new = NewConnection { shared, connector: name[..1].to_owned(), ..new(name) };
        bed.store.create_connection(new, "user:ada").await.expect("makes it");
    }
    let names = async |filter: ConnectionFilter, by: &str, most: Role| {
        let page =
            bed.store.list_connections(ConnectionFilter { limit: 3, ..filter }, Actor { by, most }).await;
        let page = page.expect("lists");
        let names: Vec<String> = page.rows.iter().map(|one| one.name[..1].to_owned()).collect();
        assert!(page.rows.iter().all(|one| one.is_for(Actor { by, most })));
        (names.concat(), page.more)
    };
    let all = ConnectionFilter::default;
    assert_eq!(names(all(), "user:bob", Role::Viewer).await, ("d".into(), false));
    assert_eq!(names(all(), "user:bob", Role::Editor).await, ("bcd".into(), false));
    assert_eq!(names(all(), "user:bob", Role::Admin).await, ("abc".into(), true));
    let after = ConnectionFilter { after: Some("c-operators".into()), ..all() };
    assert_eq!(names(after, "user:bob", Role::Admin).await, ("de".into(), false));
    assert_eq!(names(all(), "user:ada", Role::Viewer).await, ("abc".into(), true), "all are hers");
    let text = ConnectionFilter { text: Some("ITOR".into()), ..all() };
    assert_eq!(names(text, "user:bob", Role::Admin).await, ("b".into(), false));
    let connector = ConnectionFilter { connector: Some("e".into()), ..all() };
    assert_eq!(names(connector, "user:bob", Role::Owner).await, ("e".into(), false));
}

async fn credentials_are_sealed_and_outlive_a_rotation(bed: &Bed) {
    let store = bed.another().await;
    let record = store.create_connection(new("erp"), "user:ada").await.expect("makes it");
    let holder = Uuid::now_v7();
    assert!(matches!(store.session_turn(at(&record), holder, |_| true).await, Ok(SessionTurn::Yours(None))));
    let session = KeptSession {
        values: fields(&[("access_token", CANARY)]),
        obtained_at: bed.now(),
        expires_at: Some(Time(bed.now().0 + 60_000)),
    };
    assert!(store.keep_session(at(&record), holder, &session).await.expect("keeps"));
    for (table, column) in [("connection_values", "sealed"), ("connection_session", "sealed")] {
        let row = store.core.db.read.one(format!("SELECT {column} FROM {table}"), vec![]).await;
        let sealed: Vec<u8> = row.expect("reads").expect("a row").try_get_by_index(0).expect("bytes");
        assert!(!sealed.windows(CANARY.len()).any(|part| part == CANARY.as_bytes()), "{table}");
    }
    let rotated = store.rotate_key(None, "ada").await.expect("rotates");
    assert_eq!(rotated.connections, 2);
    store.close().await;
    let opened = bed.another().await;
    let kept = Arc::clone(&opened.connections().await.expect("reads")["erp"]);
    assert_eq!(kept.values(Environment::Production).expect("values").1.credentials["key"], CANARY);
    let found = opened.connection_session(at(&record)).await.expect("reads");
    assert!(found == Some(session), "the session too");
    opened.close().await;
}

async fn a_connection_in_use_stays(bed: &Bed) {
    let store = &bed.store;
    made(bed, "erp").await;
    let slug: Slug = "orders".parse().expect("a slug");
    let document: Flow = serde_json::from_value(json!({
        "causeway": 1, "kind": "flow", "slug": slug, "name": "Orders", "trigger": { "use": "manual" },
        "steps": [{ "id": "a", "use": "erp.create", "connection": "erp" }]
    }))
    .expect("a flow");
    let flow = store.save_draft(&slug, &document, None, "ada").await.expect("saves");
    let used = |flow: &Flow| flow.steps.iter().any(|step| step.connection.as_deref() == Some("erp"));
    let mentions = store.connection_mentions("erp", 10).await.expect("reads");
    assert_eq!((mentions.rows.len(), mentions.more), (1, false));
    assert!(mentions.rows[0].published.is_none() && used(&mentions.rows[0].draft));
    let published =
        Publish { connections: vec!["erp".into()], ..publish(document.clone(), TriggerKind::Manual) };
    store.publish(flow.id, published).await.expect("publishes");
    assert_eq!(code(store.delete_connection("erp", &used, "ada").await), "connection_in_use");
    let missing = Publish { connections: vec!["pos".into()], ..publish(document, TriggerKind::Manual) };
    assert_eq!(code(store.publish(flow.id, missing).await), "connection_missing");
    assert!(store.connection_mentions("er", 10).await.expect("reads").rows.is_empty());
    store.archive(flow.id, "ada").await.expect("archives");
    store.delete_connection("erp", &used, "ada").await.expect("nobody uses it any more");
}

/// Uses permits of a rate as fast as they come, and notes when.
async fn use_up(
    store: Store,
    at: ConnectionAt,
    rate: PermitRate,
    until: Instant,
    used: Arc<Mutex<Vec<Instant>>>,
) {
    while Instant::now() < until {
        let asked = Instant::now();
        match store.take_permits(at, rate, 3, Duration::ZERO).await.expect("answers") {
            Permits::Granted { count, valid } if asked.elapsed() < valid => {
                let now = Instant::now();
                used.lock().expect("no panic").extend((0..count).map(|_| now));
            }
            Permits::Granted { .. } => {}
            Permits::Wait(wait) => tokio::time::sleep(wait).await,
        }
    }
}

async fn processes_share_a_rate(bed: &Bed) {
    let record = made(bed, "erp").await;
    let (one, other) = (bed.another().await, bed.another().await);
    let rate = PermitRate { calls: 20, per: Duration::from_secs(1) };
    let used = Arc::new(Mutex::new(Vec::new()));
    let until = Instant::now() + Duration::from_millis(3500);
    let users = [&one, &other, &one, &other]
        .map(|store| tokio::spawn(use_up(store.clone(), at(&record), rate, until, used.clone())));
    for user in users {
        user.await.expect("ends");
    }
    let mut used = used.lock().expect("no panic").clone();
    used.sort_unstable();
    let most = used
        .iter()
        .enumerate()
        .map(|(from, first)| {
            used[from..].iter().take_while(|at| at.duration_since(*first) < Duration::from_secs(1)).count()
        })
        .max();
    assert!(most <= Some(20), "{most:?} in one second");
    assert!(used.len() >= 40, "{} in three seconds and a half", used.len());
    one.close().await;
    other.close().await;
}

async fn one_holds_back_all(bed: &Bed) {
    let record = made(bed, "erp").await;
    let other = bed.another().await;
    bed.store.hold_back(at(&record), Duration::from_secs(7)).await.expect("holds");
    let state = other.gate(at(&record)).await.expect("reads");
    assert!(state.held.is_some_and(|held| held > Duration::from_secs(5)), "{state:?}");
    let rate = PermitRate { calls: 5, per: Duration::from_secs(1) };
    let taken = other.take_permits(at(&record), rate, 1, Duration::ZERO).await.expect("answers");
    assert!(matches!(taken, Permits::Wait(wait) if wait > Duration::from_secs(5)), "{taken:?}");
    let test = ConnectionAt::new(record.id, Environment::Test);
    assert_eq!(other.gate(test).await.expect("reads").held, None, "the other environment is another system");
    other.close().await;
}

async fn the_breaker_is_shared(bed: &Bed) {
    let (store, other) = (&bed.store, bed.another().await);
    let record = made(bed, "erp").await;
    let key = at(&record);
    for count in 1..=10 {
        let (opened, _) = if count % 2 == 0 { store } else { &other }.note_failure(key).await.expect("notes");
        assert_eq!(opened, count == 10, "{count}");
    }
    let state = other.gate(key).await.expect("reads");
    assert!(
        state.paused.is_some_and(|paused| paused > Duration::from_secs(25)) && state.on_trial,
        "{state:?}"
    );
    assert!(store.connection("erp").await.expect("reads").paused_until.is_some());
    assert!(other.begin_probe(key).await.expect("answers").is_err(), "not yet");
    // As if the time had passed.
    let pass = "UPDATE connection_gate SET open_until = open_until - 31000";
    store.core.db.main.execute_unprepared(pass).await.expect("moves");
    let probes =
        [store.begin_probe(key).await, other.begin_probe(key).await].map(|probe| probe.expect("answers"));
    assert_eq!(probes.iter().filter(|probe| probe.is_ok()).count(), 1, "one tries");
    let (opened, state) = other.note_failure(key).await.expect("notes");
    assert!(opened && state.paused.is_some_and(|paused| paused > Duration::from_secs(55)), "{state:?}");
    let pass = "UPDATE connection_gate SET open_until = open_until - 61000";
    store.core.db.main.execute_unprepared(pass).await.expect("moves");
    assert!(store.begin_probe(key).await.expect("answers").is_ok());
    let state = other.note_answer(key).await.expect("notes");
    assert!(state == crate::GateState::default(), "{state:?}");
    assert_eq!(store.connection("erp").await.expect("reads").paused_until, None);
    // Setting it up anew gives it another chance.
    for _ in 0..10 {
        store.note_failure(key).await.expect("notes");
    }
    let given = fields(&[("key", "new")]);
    store.set_credentials("erp", Environment::Production, &given, None, "ada").await.expect("sets");
    assert_eq!(store.gate(key).await.expect("reads").paused, None);
    let error = ConnectionError { code: "http_status".into(), message: Text::default(), at: bed.now() };
    store.note_connection_use(record.id, false, Some(&error)).await.expect("notes");
    store.note_connection_use(record.id, true, None).await.expect("notes");
    let shown = store.connection("erp").await.expect("reads");
    assert_eq!(shown.last_error, Some(error));
    assert!(shown.last_ok_at.is_some() && shown.last_used_at == shown.last_ok_at && shown.revision == 2);
    other.close().await;
}

async fn slots_come_back(bed: &Bed) {
    let (store, other) = (&bed.store, bed.another().await);
    let key = at(&made(bed, "erp").await);
    let (mine, theirs) = (Uuid::now_v7(), Uuid::now_v7());
    let first = store.take_slot(key, 2, mine).await.expect("answers").expect("is free");
    other.take_slot(key, 2, theirs).await.expect("answers").expect("is free");
    assert_eq!(store.take_slot(key, 2, mine).await.expect("answers"), None);
    store.give_slot_back(key, first).await.expect("gives");
    let first = other.take_slot(key, 2, theirs).await.expect("answers");
    assert!(first.is_some() && store.take_slot(key, 2, mine).await.expect("answers").is_none());
    // The other process dies: nobody renews its slots.
    let pass = "UPDATE connection_slot SET until = until - 59000";
    store.core.db.main.execute_unprepared(pass).await.expect("moves");
    other.renew_slots(theirs).await.expect("renews");
    let pass = "UPDATE connection_slot SET until = until - 2000";
    store.core.db.main.execute_unprepared(pass).await.expect("moves");
    assert_eq!(store.take_slot(key, 2, mine).await.expect("answers"), None, "they were renewed");
    let pass = "UPDATE connection_slot SET until = until - 59000";
    store.core.db.main.execute_unprepared(pass).await.expect("moves");
    assert!(store.take_slot(key, 2, mine).await.expect("answers").is_some());
    other.close().await;
}

/// What the runtime does, without its memory: asks until there is a session, and gets one where that is its turn.
async fn get_session(store: Store, key: ConnectionAt, got: Arc<AtomicUsize>) -> String {
    let holder = Uuid::now_v7();
    loop {
        match store.session_turn(key, holder, |_| true).await.expect("answers") {
            SessionTurn::Kept(session) => return session.values["access_token"].clone(),
            SessionTurn::Busy => tokio::time::sleep(Duration::from_millis(20)).await,
            SessionTurn::Yours(_) => {
                let number = got.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(200)).await;
                let token = format!("token-{number}");
                let session = KeptSession {
                    values: fields(&[("access_token", &token)]),
                    obtained_at: Time(0),
                    expires_at: None,
                };
                assert!(store.keep_session(key, holder, &session).await.expect("keeps"));
                return token;
            }
        }
    }
}

async fn one_of_a_thousand_gets_a_session(bed: &Bed) {
    let key = at(&made(bed, "erp").await);
    let (one, other) = (bed.another().await, bed.another().await);
    let got = Arc::new(AtomicUsize::new(0));
    // As many as the pools let through at once; the runtime's callers of one process wait for each other anyway.
    let callers: Vec<_> = (0..100)
        .map(|number| {
            let store = if number % 2 == 0 { &one } else { &other };
            tokio::spawn(get_session(store.clone(), key, got.clone()))
        })
        .collect();
    let mut tokens = BTreeSet::new();
    for caller in callers {
        tokens.insert(caller.await.expect("ends"));
    }
    assert_eq!((got.load(Ordering::SeqCst), tokens), (1, BTreeSet::from(["token-0".to_owned()])));
    one.close().await;
    other.close().await;
}

async fn a_dead_holders_turn_comes_back(bed: &Bed) {
    let store = &bed.store;
    let record = made(bed, "erp").await;
    let key = at(&record);
    let (dead, next) = (Uuid::now_v7(), Uuid::now_v7());
    let turn = async |holder| store.session_turn(key, holder, |_| false).await.expect("answers");
    assert!(matches!(turn(dead).await, SessionTurn::Yours(None)));
    assert!(matches!(turn(next).await, SessionTurn::Busy));
    assert!(store.extend_session_turn(key, dead).await.expect("extends"));
    let pass = "UPDATE connection_session SET leased_until = leased_until - 21000";
    store.core.db.main.execute_unprepared(pass).await.expect("moves");
    assert!(matches!(turn(next).await, SessionTurn::Yours(None)));
    let session = KeptSession { values: fields(&[("a", "1")]), obtained_at: Time(0), expires_at: None };
    assert!(!store.extend_session_turn(key, dead).await.expect("answers"), "it is another's");
    assert!(!store.keep_session(key, dead, &session).await.expect("answers"), "what comes late is not kept");
    assert!(store.keep_session(key, next, &session).await.expect("keeps"));
    assert!(matches!(turn(dead).await, SessionTurn::Yours(Some(before)) if before == session));
    store.leave_session_turn(key, dead).await.expect("leaves");
    assert!(matches!(turn(next).await, SessionTurn::Yours(Some(_))), "the next may try");
    // Whoever changes the connection ends its session, and what is got for the old values is not kept.
    let change = ConnectionChange {
        settings: BTreeMap::from([(Environment::Production, Some(Value::Object(Default::default())))]),
        ..ConnectionChange::default()
    };
    store.change_connection("erp", change, None, "ada").await.expect("changes");
    assert!(!store.keep_session(key, next, &session).await.expect("answers"));
    assert!(store.connection_session(key).await.expect("reads").is_none());
    store.delete_connection("erp", &|_| false, "ada").await.expect("deletes, with all that belongs to it");
}
