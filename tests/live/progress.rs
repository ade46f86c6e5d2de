//! Loops tell how far they are; whoever reads slowly is told less often, and costs nothing.

use std::time::Duration;

use causeway_testkit::{
    Backend, Options, Reaction, Sink, TestApp, both, eventually_within, http_step, on, script_step, step,
};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::followed::{Followed, assert_no_doubles, outline};
use crate::runs::cancel::accepted;

#[tokio::test]
async fn a_loop_tells_how_far_it_is() {
    both(async |app| {
        let sink = Sink::answering(|_| Reaction::ok(json!({})).after(Duration::from_millis(30))).await;
        let body = json!([http_step("send", &sink.url("/"), json!("{{ item }}"), &[])]);
        let each = step(
            "each",
            "for_each",
            json!({"items": "{{ trigger.body.lines }}", "concurrency": 2, "body": body}),
            &[],
        );
        app.publish(&accepted("loop", json!([each, script_step("sum", "steps.each.count", &["each"])])))
            .await;
        let lines: Vec<u32> = (0..60).collect();
        let id = app.hook("loop", &json!({"lines": lines})).await.expect(202).run();
        let events = app.events(&format!("/runs/{id}/events"), None).await.rest().await;
        assert_no_doubles(&events);
        let settled: Vec<u64> = events
            .iter()
            .filter(|event| event.name == "progress")
            .map(|event| {
                assert_eq!((&event.data["step"], &event.data["count"]), (&json!("each"), &json!(60)));
                event.data["settled"].as_u64().expect("a number")
            })
            .collect();
        assert!(settled.len() >= 2, "{:#?}", outline(&events));
        assert!(settled.is_sorted() && settled.iter().all(|settled| *settled <= 60), "{settled:?}");
        Followed::by(&events).is_the_run(&app).await;
    })
    .await;
}

#[tokio::test]
async fn a_slow_reader_is_told_less_and_costs_nothing() {
    on(Backend::Sqlite, Options::new(), &async |app: TestApp| {
        let body = json!([script_step("twice", "item * 2", &[])]);
        let each = |id: &str, after: &[&str]| {
            step(
                id,
                "for_each",
                json!({"items": "{{ trigger.body.lines }}", "concurrency": 4, "body": body}),
                after,
            )
        };
        let mut steps = vec![each("each", &[])];
        for number in 0..100 {
            let before = if number == 0 { "each".to_owned() } else { format!("s{}", number - 1) };
            steps.push(script_step(&format!("s{number}"), "\"x\" + \"y\"", &[before.as_str()]));
        }
        app.publish(&accepted("long", json!(steps))).await;
        let lines: Vec<u32> = (0..5_000).collect();
        let id = app.hook("long", &json!({"lines": lines})).await.expect(202).run();
        let token = app.token().await;
        let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4096).expect("a small buffer");
        let address = format!("127.0.0.1:{}", app.port()).parse().expect("an address");
        let mut slow = socket.connect(address).await.expect("the server listens");
        let request = format!(
            "GET /api/v1/runs/{id}/events HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n\r\n"
        );
        slow.write_all(request.as_bytes()).await.expect("it is read");
        // Nothing is read meanwhile.
        eventually_within(Duration::from_secs(120), "the run to end", async || {
            (app.run(&id).await["status"] == "succeeded").then_some(())
        })
        .await;
        let mut text = Vec::new();
        loop {
            let mut part = [0; 4096];
            let count = tokio::time::timeout(Duration::from_secs(30), slow.read(&mut part)).await;
            let count = count.expect("it goes on").expect("it reads");
            text.extend_from_slice(&part[..count]);
            if count == 0 || text.ends_with(b"0\r\n\r\n") {
                break;
            }
        }
        let text = String::from_utf8_lossy(&text);
        assert!(text.contains("event: end"), "it comes to the end: {text}");
        assert!(text.len() < 300_000, "what it did not read was not kept for it: {}", text.len());
    })
    .await;
}
