//! Listening at one process to what happens in others, on one Postgres.

use std::time::Duration;

use causeway_testkit::{Backend, Database, Options, Reaction, Sink, TestApp, eventually};
use futures::future::join_all;
use serde_json::json;

use super::followed::{Followed, assert_no_doubles, outline, quote_flow};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_webs_and_three_workers_tell_one_story() {
    let database = Database::fresh(Backend::Postgres);
    let options = Options::new()
        .database_url(&database.url().expect("a URL"))
        .env("CAUSEWAY_KEY", "7f".repeat(32))
        .env("CAUSEWAY_PUBLIC_URL", "http://127.0.0.1:7400");
    let mut nodes: Vec<TestApp> = Vec::new();
    for role in ["web", "web", "worker", "worker", "worker"] {
        nodes.push(TestApp::start_with(Backend::Postgres, options.clone().role(role)).await);
    }
    let (one, other) = (&nodes[0], &nodes[1]);
    let sink =
        Sink::answering(|call| Reaction::ok(json!({"n": call.number})).after(Duration::from_millis(300)))
            .await;
    one.publish(&quote_flow("story", &sink.url("/"))).await;
    let mut lists = other.events("/events", None).await;
    let _ready = lists.next().await.expect("an event");
    let ids = join_all(
        (0..8).map(async |no: u32| one.hook("story", &json!({"no": no * 50})).await.expect(202).run()),
    )
    .await;
    let follow = |app: TestApp, id: String| async move {
        let path = format!("/runs/{id}/events");
        let (mut events, mut last) = (Vec::new(), None::<String>);
        // From one node to the next in the middle.
        let mut stream = app.events(&path, None).await;
        events.extend(stream.until(|event| event.name == "step").await);
        last.clone_from(&stream.last_id);
        (events, last, path)
    };
    for id in &ids {
        let ((at_one, _, _), (mut moved, last, path)) =
            futures::join!(follow(one.clone(), id.clone()), follow(one.clone(), id.clone()));
        assert_eq!(outline(&at_one)[0].split(' ').next(), Some("snapshot"));
        if moved.last().is_none_or(|event| event.name != "end") {
            moved.extend(other.events(&path, last.as_deref()).await.rest().await);
        }
        assert_no_doubles(&moved);
        assert_eq!(outline(&moved).iter().filter(|line| line.starts_with("snapshot")).count(), 1);
        Followed::by(&moved).is_the_run(other).await;
    }
    let told = lists.until(|event| event.data["kind"] == "runs").await;
    assert!(told.last().is_some_and(|event| event.data["kind"] == "runs"), "{told:?}");

    // Of a run that a worker holds which dies, and another goes on with.
    let slow = Sink::answering(|call| {
        Reaction::ok(json!({})).after(Duration::from_secs(if call.repeat == 0 { 120 } else { 0 }))
    })
    .await;
    one.publish(&quote_flow("dies", &slow.url("/"))).await;
    let id = eventually("the flow to be known", async || {
        let answer = other.hook("dies", &json!({"no": 1})).await;
        (answer.status == 202).then(|| answer.run())
    })
    .await;
    eventually("the call", async || (slow.count() == 1).then_some(())).await;
    let mut stream = other.events(&format!("/runs/{id}/events"), None).await;
    let mut events = vec![stream.next().await.expect("a snapshot")];
    for worker in &nodes[2..] {
        worker.kill9();
    }
    nodes[4].launch().await;
    events.extend(stream.rest().await);
    assert_no_doubles(&events);
    Followed::by(&events).is_the_run(one).await;
}
