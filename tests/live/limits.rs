//! How many may listen, and that a server stops at once whoever listens.

use std::time::{Duration, Instant};

use causeway_testkit::{Backend, Options, TestApp, both_with, eventually, on};
use futures::future::join_all;
use serde_json::json;

use crate::runs::cancel::accepted;
use crate::runs::waits::pause;

#[tokio::test]
async fn more_than_the_limit_are_refused_in_both_languages() {
    let options = Options::new().env("CAUSEWAY_MAX_LISTENERS", 3).env("CAUSEWAY_MAX_LISTENERS_EACH", 2);
    both_with(options, async |app| {
        app.user("amy@example.tw", "viewer").await;
        app.user("ann@example.tw", "viewer").await;
        let (amy, phone) = (app.sign_in("amy@example.tw").await, app.sign_in("amy@example.tw").await);
        let ann = app.sign_in("ann@example.tw").await;
        let first = app.events_of_page(&amy, "/events").await.expect("a stream");
        let _second = app.events_of_page(&phone, "/events").await.expect("a stream");
        let refused = app.events_of_page(&amy, "/events").await.err().expect("refused");
        assert_eq!(refused.status, 429, "{}", refused.text);
        let problem = refused.json();
        assert_eq!(problem["code"], "own_listeners_at_limit");
        assert!(problem["text"]["en"].is_string() && problem["text"]["zh-TW"].is_string(), "{problem}");
        assert!(refused.header("retry-after").is_some());
        let _third = app.events_of_page(&ann, "/events").await.expect("a stream");
        let refused = app.events_of_page(&ann, "/events").await.err().expect("refused");
        assert_eq!((refused.status, &refused.json()["code"]), (429, &json!("listeners_at_limit")));
        drop(first);
        eventually("the place to be free", async || app.events_of_page(&ann, "/events").await.ok()).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_with_five_hundred_listeners_stops_at_once() {
    for backend in Backend::BOTH {
        let options = Options::new().env("CAUSEWAY_MAX_LISTENERS_EACH", 600);
        on(backend, options, &async |app: TestApp| {
            app.publish(&accepted("waits", json!([pause("pause", "1h", &[])]))).await;
            let id = app.hook("waits", &json!({})).await.expect(202).run();
            let paths = ["/events".to_owned(), format!("/runs/{id}/events")];
            let opened = (0..500).map(async |number: usize| {
                let mut stream = app.events(&paths[number % 2], None).await;
                let _first = stream.next().await.expect("an event");
                stream
            });
            let mut streams = join_all(opened).await;
            let metrics = app.metrics().await.text;
            assert!(metrics.contains("causeway_live_listeners 500"), "{metrics}");
            let start = Instant::now();
            assert!(app.terminate().await, "{}", app.log_tail(20));
            assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
            for stream in &mut streams {
                let rest = stream.rest().await;
                assert!(rest.iter().all(|event| event.name != "end"), "{rest:?}");
            }
        })
        .await;
    }
}
