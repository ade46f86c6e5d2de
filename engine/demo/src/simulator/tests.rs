//! What all simulators do, tried on one of them: faults, recording, pages, webhooks that are sent again.

use std::time::{Duration, Instant};

use causeway_connector::http::Body;
use causeway_model::ErrorClass;
use serde_json::{Value, json};

use super::testing::{Caller, Receiver, config, free};
use super::{Faults, Simulator, Subscription};
use crate::Simulators;

async fn danlee() -> (Simulator, Caller) {
    let simulator = Simulators::danlee(&config(), free()).await.expect("a free port");
    let caller = Caller::new(&simulator, &[("X-DanLee-Key", "demo-secret")]);
    (simulator, caller)
}

#[tokio::test]
async fn failures_are_counted_and_say_when_to_come_back() {
    let (simulator, caller) = danlee().await;
    let faults = json!({ "fail": 1, "status": 429, "retry_after": 7 });
    assert_eq!(caller.call("PUT", "/_control/faults", faults).await.0, 200);
    let answer = caller.send("GET", "/api/v1/account", Body::Empty).await.expect("an answer");
    assert_eq!((answer.status, &answer.headers["retry-after"]), (429, &json!("7")));
    assert_eq!(answer.body["error"]["code"], "TOO_MANY_REQUESTS");
    assert_eq!(caller.get("/api/v1/account").await.0, 200);
    simulator.set_faults(Faults { fail: 1, status: Some(429), ..Faults::default() });
    let answer = caller.send("GET", "/api/v1/account", Body::Empty).await.expect("an answer");
    assert!(answer.status == 429 && !answer.headers.contains_key("retry-after"));
    assert_eq!(caller.call("PUT", "/_control/faults", json!({ "fial": 1 })).await.0, 422);
}

#[tokio::test]
async fn connections_are_cut_before_and_after_the_work() {
    let (simulator, caller) = danlee().await;
    let customers = |simulator: &Simulator| simulator.records("customers").len();
    let before = customers(&simulator);
    let new = || Body::Json(json!({ "name": "斷線商行" }));
    simulator.set_faults(Faults { cut: 1, ..Faults::default() });
    caller.send("POST", "/api/v1/customers", new()).await.expect_err("no answer");
    assert_eq!(customers(&simulator), before);
    simulator.set_faults(Faults { cut_after: 1, ..Faults::default() });
    caller.send("POST", "/api/v1/customers", new()).await.expect_err("no answer");
    assert_eq!(customers(&simulator), before + 1);
    simulator.set_faults(Faults { half: 1, ..Faults::default() });
    let error = caller.send("GET", "/api/v1/customers", Body::Empty).await.expect_err("half an answer");
    assert_eq!(error.class, ErrorClass::Timeout, "{error}");
    assert_eq!(caller.get("/api/v1/customers").await.0, 200);
    assert_eq!(simulator.faults(), Faults::default());
}

#[tokio::test]
async fn answers_take_their_time() {
    let (simulator, caller) = danlee().await;
    simulator.set_faults(Faults { latency_ms: 80, ..Faults::default() });
    let began = Instant::now();
    assert_eq!(caller.get("/api/v1/account").await.0, 200);
    assert!(began.elapsed() >= Duration::from_millis(80));
}

#[tokio::test]
async fn what_comes_in_is_kept_without_its_secrets() {
    let (simulator, caller) = danlee().await;
    let hook =
        json!({ "url": "http://127.0.0.1:9/x", "events": ["customer.created"], "secret": "hush-hush" });
    assert_eq!(caller.post("/api/v1/webhooks", hook).await.0, 201);
    let kept = serde_json::to_string(&simulator.requests()).expect("JSON");
    assert!(
        kept.contains("/api/v1/webhooks") && !kept.contains("hush-hush") && !kept.contains("demo-secret"),
        "{kept}"
    );
    let listed = caller.get("/_control/requests").await.1;
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "control requests are not kept");
}

#[tokio::test]
async fn the_page_speaks_the_readers_language() {
    let (_simulator, caller) = danlee().await;
    let page = |answer: (u16, Value)| answer.1.as_str().unwrap_or_default().to_owned();
    let english = page(caller.get("/").await);
    assert!(english.contains("What came in") && english.contains("DanLee CRM (simulator)"), "{english}");
    let chinese = page(caller.with("Accept-Language", "zh-TW,zh;q=0.9").get("/").await);
    assert!(chinese.contains("收到的請求") && chinese.contains("lang=\"zh-TW\""), "{chinese}");
}

#[tokio::test]
async fn an_event_that_is_not_taken_is_sent_again_three_times() {
    let (simulator, caller) = danlee().await;
    let (twice, never) = (Receiver::refusing(2).await, Receiver::refusing(99).await);
    for url in [&twice.url, &never.url] {
        let subscription = Subscription { url: url.clone(), events: Vec::new(), secret: "s".into() };
        simulator.subscribe(subscription).expect("room");
    }
    assert_eq!(caller.post("/api/v1/customers", json!({ "name": "重送商行" })).await.0, 201);
    let letters = twice.letters(3).await;
    assert!(letters.iter().all(|(headers, body)| {
        headers["x-danlee-event"] == letters[0].0["x-danlee-event"] && *body == letters[0].1
    }));
    assert_eq!(never.letters(4).await.len(), 4);
    for _ in 0..200 {
        if simulator.deliveries().len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let mut told: Vec<(u32, bool)> =
        simulator.deliveries().iter().map(|delivery| (delivery.attempts, delivery.delivered)).collect();
    told.sort_unstable();
    assert_eq!(told, [(3, true), (4, false)]);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_records() {
    let (one, other) = (danlee().await.0, danlee().await.0);
    for kind in ["customers", "contacts", "quotes", "complaints"] {
        assert!(!one.records(kind).is_empty() && one.records(kind) == other.records(kind), "{kind}");
    }
}

#[tokio::test]
async fn things_go_wrong_regularly_where_that_is_wanted() {
    let (simulator, caller) = danlee().await;
    simulator.set_faults(Faults { every: 3, ..Faults::default() });
    let mut seen = Vec::new();
    for _ in 0..18 {
        seen.push(caller.send("GET", "/api/v1/account", Body::Empty).await.map(|answer| answer.status).ok());
    }
    let well = seen.iter().filter(|status| **status == Some(200)).count();
    // An ended session is none of the CRM's, which has a key.
    assert_eq!((well, seen.iter().filter(|status| **status == Some(503)).count()), (13, 1), "{seen:?}");
    assert!(
        seen.contains(&Some(429)) && seen.iter().filter(|status| status.is_none()).count() == 3,
        "{seen:?}"
    );
}

#[tokio::test]
async fn a_button_does_what_the_api_does_and_says_why_not() {
    let (simulator, caller) = danlee().await;
    let quotes = simulator.records("quotes");
    let id = |status: &str| {
        quotes.iter().rev().find(|quote| quote["status"] == status).expect("one")["id"].clone()
    };
    let press =
        |action: &str, id: &Value| caller.post("/_control/act", json!({ "action": action, "id": id }));
    assert_eq!(press("confirm", &id("draft")).await.0, 204);
    let confirmed =
        simulator.records("quotes").into_iter().find(|quote| quote["id"] == id("draft")).expect("it");
    assert_eq!(confirmed["status"], "confirmed");
    assert_eq!(press("confirm", &id("lost")).await.0, 409);
    assert_eq!(press("shred", &id("draft")).await.0, 404);
    let page = caller.get("/?lang=zh-TW&refused=A+%3Cb%3E+%2F+%E4%B8%8D%E8%A1%8C").await.1;
    let page = page.as_str().expect("a page");
    assert!(
        page.contains("不行") && !page.contains("A &lt;b&gt;") && page.contains("確認</button>"),
        "{page}"
    );
}

#[tokio::test]
async fn what_is_kept_is_there_at_the_next_start() {
    let folder = std::env::temp_dir().join(format!("causeway-demo-{}", uuid::Uuid::new_v4().simple()));
    let first = Simulators::start(&config()).await.expect("they start");
    let kept = first.keep_in(&folder).await.expect("a folder");
    let caller = Caller::new(&first.danlee, &[("X-DanLee-Key", "demo-secret")]);
    let made = caller.post("/api/v1/customers", json!({ "name": "長青商行" })).await.1;
    let user = first.line.users()[0].clone();
    first.line.say(&user, "還在嗎").expect("a user");
    kept.close().await.expect("written");
    drop(first);
    let second = Simulators::start(&config()).await.expect("they start");
    let kept = second.keep_in(&folder).await.expect("read");
    assert!(second.danlee.records("customers").contains(&made));
    assert_eq!(second.line.records("messages")[0]["message"]["text"], "還在嗎");
    let caller = Caller::new(&second.danlee, &[("X-DanLee-Key", "demo-secret")]);
    let receiver = Receiver::refusing(0).await;
    let subscription = Subscription { url: receiver.url.clone(), events: Vec::new(), secret: "s".into() };
    second.danlee.subscribe(subscription).expect("room");
    let next = caller.post("/api/v1/customers", json!({ "name": "更長青商行" })).await.1;
    assert_ne!(next["id"], made["id"]);
    let event: Value = serde_json::from_str(&receiver.letters(1).await[0].1).expect("JSON");
    assert_ne!(event["id"], "evt_000002", "numbers that may have been given are left out");
    kept.close().await.expect("written");
    std::fs::remove_dir_all(folder).expect("gone");
}
