//! `run show --follow`: on a running server's store, and without a server.

use std::time::Duration;

use causeway_model::Value;
use causeway_testkit::{Backend, Options, Reaction, Sink, TestApp, both, eventually, script_step};
use serde_json::json;

use crate::live::followed::quote_flow;
use crate::runs::cancel::accepted;

#[tokio::test]
async fn a_run_is_followed_to_its_end() {
    both(async |app| {
        let sink = Sink::answering(|_| Reaction::ok(json!({})).after(Duration::from_millis(800))).await;
        app.publish(&quote_flow("quote", &sink.url("/"))).await;
        let id = app.hook("quote", &json!({"no": 7})).await.expect(202).run();
        eventually("the call", async || (sink.count() == 1).then_some(())).await;
        let follow = ["run", "show", id.as_str(), "--follow"];
        let follow_json = ["run", "show", id.as_str(), "--follow", "--json"];
        let (words, lines) = futures::join!(app.cli(&follow), app.cli(&follow_json));
        let text = words.success().stdout;
        let at = |word: &str| text.find(word).unwrap_or_else(|| panic!("no `{word}` in {text}"));
        assert!(
            at("quote v1") < at("> send") && at("> send") < at("+ send") && at("+ send") < at("~ nap"),
            "{text}"
        );
        assert!(at("~ nap") < at("+ small") && text.contains("- large"), "{text}");
        assert!(text.trim_end().lines().last().is_some_and(|line| line.contains("succeeded")), "{text}");
        let events: Vec<Value> = lines
            .success()
            .stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
            .collect();
        assert_eq!(
            (&events[0]["event"], &events[events.len() - 1]["event"]),
            (&json!("snapshot"), &json!("end"))
        );
        assert!(events.iter().all(|event| event["id"].is_string()), "{events:?}");
        let chinese = app.cli(&["--lang", "zh-TW", "run", "show", &id, "--follow"]).await.success().stdout;
        assert!(chinese.contains("成功"), "{chinese}");
    })
    .await;
}

#[tokio::test]
async fn it_fails_where_the_run_did() {
    both(async |app| {
        app.publish(&accepted("fails", json!([script_step("oops", "throw \"no\"", &[])]))).await;
        let id = app.hook("fails", &json!({})).await.expect(202).run();
        let failed = app.cli(&["run", "show", &id, "--follow"]).await.exits(1);
        assert!(failed.stdout.contains("x oops"), "{}", failed.stdout);
        let _usage = app.cli(&["run", "show", &id, "--follow", "--full"]).await.exits(2);
    })
    .await;
    let alone = TestApp::prepare(Backend::Sqlite, Options::new());
    let _missing =
        alone.cli(&["run", "show", "01890000-0000-7000-8000-000000000000", "--follow"]).await.exits(4);
}
