//! Through the front door: retry keys, reply tokens, the quota, and what the bot hears.

use std::time::Duration;

use causeway_connector::http::Body;
use serde_json::{Value, json};

use super::LineSimulator;
use crate::Simulators;
use crate::simulator::testing::{Caller, Receiver, config, free};
use crate::simulator::{Config, Written, signature};

async fn line(config: &Config) -> (LineSimulator, Caller, String) {
    let simulator = Simulators::line(config, free()).await.expect("a free port");
    let caller = Caller::new(&simulator, &[("Authorization", "Bearer demo-secret")]);
    let user = simulator.users()[0].clone();
    (simulator, caller, user)
}

fn text(text: &str) -> Value {
    json!([{ "type": "text", "text": text }])
}

#[tokio::test]
async fn a_retry_key_sends_once() {
    let (simulator, caller, user) = line(&config()).await;
    let caller = caller.with("X-Line-Retry-Key", "123e4567-e89b-12d3-a456-426614174000");
    let push = json!({ "to": user, "messages": text("出貨通知") });
    let first =
        caller.send("POST", "/v2/bot/message/push", Body::Json(push.clone())).await.expect("an answer");
    assert_eq!((first.status, first.body["sentMessages"].as_array().map(Vec::len)), (200, Some(1)));
    let again = caller.send("POST", "/v2/bot/message/push", Body::Json(push)).await.expect("an answer");
    assert_eq!(
        (again.status, &again.headers["x-line-accepted-request-id"]),
        (409, &first.headers["x-line-request-id"])
    );
    assert_eq!(again.body["sentMessages"], first.body["sentMessages"]);
    assert_eq!(simulator.records("messages").len(), 1);
}

#[tokio::test]
async fn what_is_wrong_is_refused_in_the_vendors_words() {
    let (simulator, caller, user) = line(&config()).await;
    let push = |to: &str, messages: Value| json!({ "to": to, "messages": messages });
    let (status, refused) =
        caller.post("/v2/bot/message/push", push(&user, json!([{ "type": "text" }]))).await;
    assert_eq!((status, &refused["details"][0]["property"]), (400, &json!("messages[0].text")));
    let six = json!(vec![json!({ "type": "text", "text": "x" }); 6]);
    assert_eq!(caller.post("/v2/bot/message/validate/push", json!({ "messages": six })).await.0, 400);
    assert_eq!(caller.post("/v2/bot/message/push", push("Unobody", text("x"))).await.0, 400);
    let (status, refused) = caller
        .post("/v2/bot/message/multicast", json!({ "to": [user, "Unobody"], "messages": text("x") }))
        .await;
    assert_eq!((status, &refused["details"][0]["property"]), (400, &json!("to[1]")));
    let stranger = Caller::new(&simulator, &[("Authorization", "Bearer wrong")]);
    assert_eq!(stranger.get("/v2/bot/message/quota").await.0, 401);
    assert!(simulator.records("messages").is_empty());
}

#[tokio::test]
async fn the_quota_counts_receivers() {
    let (simulator, caller, user) = line(&Config { quota: 3, ..config() }).await;
    let users = &simulator.users()[..2];
    assert_eq!(
        caller.post("/v2/bot/message/multicast", json!({ "to": users, "messages": text("公告") })).await.0,
        200
    );
    assert_eq!(caller.get("/v2/bot/message/quota/consumption").await.1["totalUsage"], 2);
    let push = json!({ "to": user, "messages": text("x") });
    assert_eq!(caller.post("/v2/bot/message/push", push.clone()).await.0, 200);
    assert_eq!(caller.post("/v2/bot/message/push", push).await.0, 429);
    assert_eq!(caller.get(&format!("/v2/bot/profile/{user}")).await.1["userId"], json!(user));
}

#[tokio::test]
async fn a_user_is_heard_and_answered_once() {
    let (simulator, caller, user) = line(&config()).await;
    let receiver = Receiver::refusing(1).await;
    assert_eq!(
        caller.call("PUT", "/v2/bot/channel/webhook/endpoint", json!({ "endpoint": receiver.url })).await.0,
        200
    );
    let said = caller.post("/_control/say", json!({ "user_id": user, "text": "查訂單 SO000001" })).await;
    assert_eq!(said.0, 202);
    let letters = receiver.letters(2).await;
    let events: Vec<Value> = letters
        .iter()
        .map(|(headers, body)| {
            assert_eq!(
                headers["x-line-signature"],
                signature("demo-channel-secret", body, Written::Base64).as_str()
            );
            let body: Value = serde_json::from_str(body).expect("JSON");
            body["events"][0].clone()
        })
        .collect();
    assert_eq!(events[0]["message"]["text"], "查訂單 SO000001");
    assert_eq!(events[0]["webhookEventId"], said.1["webhookEventId"]);
    assert_eq!(events[0]["webhookEventId"], events[1]["webhookEventId"]);
    assert_eq!(
        (&events[0]["deliveryContext"]["isRedelivery"], &events[1]["deliveryContext"]["isRedelivery"]),
        (&json!(false), &json!(true))
    );
    let reply = json!({ "replyToken": events[0]["replyToken"], "messages": text("已出貨") });
    assert_eq!(caller.post("/v2/bot/message/reply", reply.clone()).await.0, 200);
    assert_eq!(caller.post("/v2/bot/message/reply", reply).await.1["message"], "Invalid reply token");
    assert_eq!(simulator.records("messages").len(), 2);
    let page = caller.get("/").await.1;
    assert!(
        page.as_str().is_some_and(|page| page.contains("已出貨") && page.contains("class=\"bot\"")),
        "{page}"
    );
}

#[tokio::test]
async fn a_reply_token_is_good_for_a_short_time() {
    let (simulator, caller, user) = line(&Config { reply_ttl: Duration::from_millis(30), ..config() }).await;
    let receiver = Receiver::refusing(0).await;
    caller.call("PUT", "/v2/bot/channel/webhook/endpoint", json!({ "endpoint": receiver.url })).await;
    simulator.say(&user, "在嗎").expect("a user");
    let body: Value = serde_json::from_str(&receiver.letters(1).await[0].1).expect("JSON");
    tokio::time::sleep(Duration::from_millis(60)).await;
    let reply = json!({ "replyToken": body["events"][0]["replyToken"], "messages": text("在") });
    assert_eq!(caller.post("/v2/bot/message/reply", reply).await.0, 400);
    assert!(simulator.say("Unobody", "x").is_err() && simulator.say(&user, " ").is_err());
}
