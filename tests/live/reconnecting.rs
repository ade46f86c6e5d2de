//! Coming again with the id of the last event: neither a gap nor a double, at any point, in any process.

use std::time::Duration;

use causeway_testkit::{LiveEvent, Reaction, Sink, TestApp, both, eventually};
use serde_json::json;

use super::followed::{Followed, assert_no_doubles, outline, quote_flow};

/// The events of steps; status and progress are states, of which only the newest is told.
fn steps(events: &[LiveEvent]) -> Vec<LiveEvent> {
    events.iter().filter(|event| event.name == "step").cloned().collect()
}

/// The place in the journal that an id begins with.
fn place(event: &LiveEvent) -> String {
    event.id.split('.').take(3).collect::<Vec<_>>().join(".")
}

fn slow_sink(first: u64) -> impl Future<Output = Sink> {
    Sink::answering(move |call| match call.repeat {
        0 => Reaction::status(503, json!({})).after(Duration::from_millis(first)),
        _ => Reaction::ok(json!({})).after(Duration::from_millis(300)),
    })
}

#[tokio::test]
async fn from_every_point_only_what_came_after() {
    both(async |app| {
        let sink = slow_sink(500).await;
        app.publish(&quote_flow("points", &sink.url("/"))).await;
        let id = app.hook("points", &json!({"no": 1})).await.expect(202).run();
        let path = format!("/runs/{id}/events");
        let whole = app.events(&path, None).await.rest().await;
        assert_no_doubles(&whole);
        for life in ["the same process", "another process"] {
            for (at, event) in whole.iter().enumerate() {
                if event.name == "end" {
                    let token = app.token().await;
                    let answer =
                        app.events_as(&token, &path, Some(&event.id)).await.err().expect("no stream");
                    assert_eq!((answer.status, answer.text.as_str()), (204, ""), "{life}");
                    continue;
                }
                let rest = app.events(&path, Some(&event.id)).await.rest().await;
                assert_no_doubles(&rest);
                let wanted = steps(&whole[at + 1..]);
                let (told, wanted): (Vec<_>, Vec<_>) = (
                    steps(&rest).iter().map(|e| (place(e), e.data.clone())).collect(),
                    wanted.iter().map(|e| (place(e), e.data.clone())).collect(),
                );
                assert_eq!(told, wanted, "{life}, after {}: {:#?}", event.id, outline(&rest));
                assert!(rest.iter().all(|event| event.name != "snapshot"), "{life}, after {}", event.id);
                assert_eq!(rest.last().map(|event| event.name.as_str()), Some("end"));
                let runs = rest.iter().filter(|event| event.name == "run").count();
                let told_already = event.name == "run" && event.data["status"] == "succeeded";
                assert_eq!(
                    runs,
                    usize::from(!told_already),
                    "{life}, after {}: {:#?}",
                    event.id,
                    outline(&rest)
                );
            }
            app.restart().await;
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_is_cut_off_after_each_event_misses_nothing() {
    both(async |app| {
        let sink = slow_sink(400).await;
        app.publish(&quote_flow("cuts", &sink.url("/"))).await;
        let id = app.hook("cuts", &json!({"no": 1000})).await.expect(202).run();
        let path = format!("/runs/{id}/events");
        let steady = async { app.events(&path, None).await.rest().await };
        let cut = async {
            let (mut events, mut last): (Vec<LiveEvent>, Option<String>) = (Vec::new(), None);
            while events.last().is_none_or(|event| event.name != "end") {
                let mut stream = app.events(&path, last.as_deref()).await;
                let event = stream.next().await.expect("an event each time");
                last = stream.last_id.clone();
                events.push(event);
            }
            events
        };
        let (steady, cut) = futures::join!(steady, cut);
        assert_no_doubles(&cut);
        assert_eq!(cut.iter().filter(|event| event.name == "snapshot").count(), 1, "{:#?}", outline(&cut));
        let (told, wanted) = (steps(&cut), steps(&steady));
        let shared = told.len().min(wanted.len());
        assert!(shared >= 6, "{:#?}", outline(&steady));
        // One of them may have begun a little earlier.
        let data = |events: &[LiveEvent]| -> Vec<_> {
            events[events.len() - shared..].iter().map(|event| event.data.clone()).collect()
        };
        assert_eq!(data(&told), data(&wanted));
        Followed::by(&cut).is_the_run(&app).await;
    })
    .await;
}

#[tokio::test]
async fn an_id_that_is_not_known_gets_everything_again() {
    both(async |app| {
        let sink = Sink::start().await;
        app.publish(&quote_flow("ids", &sink.url("/"))).await;
        let mut ids = Vec::new();
        for no in 0..2 {
            let id = app.hook("ids", &json!({"no": no})).await.expect(202).run();
            let _run = app.finished(&id).await;
            ids.push(id);
        }
        let (one, other) = (format!("/runs/{}/events", ids[0]), format!("/runs/{}/events", ids[1]));
        let others = app.events(&other, None).await.rest().await;
        let far = others[0].id.replacen(|c: char| c.is_ascii_digit(), "9999", 1);
        let running =
            others[0].id.replace("succeeded", "running").replacen(|c: char| c.is_ascii_digit(), "0", 1);
        for wrong in
            ["nonsense", "0", "1.0.0", &"1".repeat(5000), &others[0].id, &others[1].id, &far, &running]
        {
            let events = app.events(&one, Some(wrong)).await.rest().await;
            assert_eq!(outline(&events), ["snapshot succeeded", "end succeeded"], "{wrong}");
        }
        let begun = app.events(&one, Some("0.0.0.queued.")).await.rest().await;
        assert_eq!(outline(&begun)[0], "step map succeeded", "all of it is what came after the beginning");
        let path = format!("{one}?last_event_id=0.0.0.queued.");
        let by_query = app.events(&path, None).await.rest().await;
        assert_eq!(by_query, begun);
        let header_first = app.events(&path, Some(&begun[0].id)).await.rest().await;
        assert_eq!(header_first, begun[1..]);
    })
    .await;
}

/// Reads until the stream ends, whatever ends it.
async fn read_on(app: &TestApp, path: &str, events: &mut Vec<LiveEvent>) {
    let last = events.last().map(|event| event.id.clone());
    let mut stream = app.events(path, last.as_deref()).await;
    events.extend(stream.rest().await);
}

#[tokio::test]
async fn a_killed_server_leaves_neither_a_gap_nor_a_double() {
    both(async |app| {
        let sink = Sink::answering(|call| {
            Reaction::ok(json!({})).after(Duration::from_millis(if call.repeat < 2 { 30_000 } else { 200 }))
        })
        .await;
        app.publish(&quote_flow("killed", &sink.url("/"))).await;
        let id = app.hook("killed", &json!({"no": 1})).await.expect(202).run();
        let path = format!("/runs/{id}/events");
        let mut events = Vec::new();
        for life in 1..=2 {
            eventually("the call", async || (sink.count() == life).then_some(())).await;
            let reading = read_on(&app, &path, &mut events);
            let killing = async {
                tokio::time::sleep(Duration::from_millis(400)).await;
                app.kill9();
            };
            futures::join!(reading, killing);
            app.launch().await;
        }
        read_on(&app, &path, &mut events).await;
        assert_no_doubles(&events);
        let lines = outline(&events);
        assert_eq!(lines.iter().filter(|line| line.starts_with("snapshot")).count(), 1, "{lines:#?}");
        assert_eq!(lines.last().map(String::as_str), Some("end succeeded"));
        Followed::by(&events).is_the_run(&app).await;
    })
    .await;
}
