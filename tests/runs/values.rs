//! Values: digits that stay, files, streams, and large bodies.

use causeway_testkit::{Reaction, Sink, both, hook_flow, http_step, script_step, step, timeline};
use serde_json::json;

const NUMBERS: &str = r#"{"a":1.10,"b":0.1,"c":12345678901234567890.12,"d":9007199254740993,"e":-0.00,"f":100000000000000000000,"g":2.50}"#;

#[tokio::test]
async fn decimals_keep_their_digits_from_end_to_end() {
    both(async |app| {
        let sink = Sink::start().await;
        app.publish(&hook_flow(
            "digits",
            json!([
                script_step("pass", "trigger.body", &[]),
                http_step("send", &sink.url("/"), json!("{{ steps.pass }}"), &["pass"]),
                script_step("sum", "#{ sum: trigger.body.a + trigger.body.g, product: trigger.body.a * 3, same: trigger.body.b + trigger.body.b + trigger.body.b == 0.3 }", &["send"]),
            ]),
        ))
        .await;
        let answer = app.hook_raw("POST", "digits", &[("content-type", "application/json")], NUMBERS).await.expect(200);
        assert_eq!(answer.text.replace(' ', ""), r#"{"product":3.30,"same":true,"sum":3.60}"#);
        assert_eq!(sink.calls()[0].text, NUMBERS, "to the digit, in order");
        let run = app.get(&format!("/runs/{}", answer.run())).await.text;
        for digits in ["1.10", "12345678901234567890.12", "9007199254740993", "100000000000000000000", "2.50"] {
            assert!(run.contains(digits), "{digits} is shown as it came");
        }
    })
    .await;
}

#[tokio::test]
async fn a_large_body_is_kept_as_a_file_and_goes_out_as_it_came() {
    both(async |app| {
        let sink = Sink::start().await;
        let send = json!({"method": "PUT", "url": sink.url("/upload"), "body": "{{ trigger.body }}"});
        let mut document = hook_flow(
            "file",
            json!([
                script_step("about", "trigger.body[\"$file\"].size", &[]),
                step("send", "http.request", send, &["about"]),
                script_step("end", "steps.about", &["send"]),
            ]),
        );
        document["trigger"]["with"]["max_body"] = json!("20MB");
        app.publish(&document).await;
        let content = "0123456789abcdef".repeat(100_000);
        let headers = [("content-type", "application/octet-stream")];
        let answer = app.hook_raw("POST", "file", &headers, content.clone()).await.expect(200);
        assert_eq!(answer.json(), json!(1_600_000));
        assert_eq!(sink.calls()[0].text.len(), content.len());
        assert!(sink.calls()[0].text == content, "the bytes are the same");
        let shown = app.get(&format!("/runs/{}", answer.run())).await.text;
        assert!(shown.len() < 100_000, "the timeline holds the reference, not the bytes: {}", shown.len());
    })
    .await;
}

#[tokio::test]
async fn a_body_over_its_limit_is_refused_before_a_run_is_made() {
    both(async |app| {
        let mut document = hook_flow("small", json!([script_step("a", "1", &[])]));
        document["trigger"]["with"]["max_body"] = json!("1kB");
        app.publish(&document).await;
        let answer = app.hook("small", &json!({"text": "x".repeat(2000)})).await;
        assert_eq!(answer.status, 413, "{}", answer.text);
        assert!(app.runs("").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_large_answer_becomes_a_stream_and_feeds_a_loop() {
    both(async |app| {
        let sink = Sink::answering(|_| {
            let records: Vec<_> = (0..5000).map(|n| json!({"no": n, "name": format!("客戶 {n}"), "note": "x".repeat(60)})).collect();
            Reaction::ok(json!(records))
        })
        .await;
        let read = json!({"method": "GET", "url": sink.url("/customers")});
        let each = json!({"items": "{{ steps.read.body }}", "concurrency": 16, "body": [script_step("no", "item.no", &[])]});
        app.publish(&super::cancel::accepted("stream", json!([step("read", "http.request", read, &[]), step("each", "for_each", each, &["read"])])))
            .await;
        let id = app.hook("stream", &json!({})).await.expect(202).run();
        let run = app.finished(&id).await;
        assert_eq!(timeline(&run), "succeeded | read succeeded | each succeeded");
        assert_eq!(run["steps"][0]["output"]["body"]["$stream"]["count"], 5000);
        assert_eq!(run["steps"][1]["output"]["succeeded"], 5000);
    })
    .await;
}

#[tokio::test]
async fn every_kind_of_outgoing_body() {
    both(async |app| {
        let sink = Sink::start().await;
        let url = sink.url("/");
        let call = |id: &str, with: serde_json::Value| {
            let mut full = json!({"method": "POST", "url": url});
            full.as_object_mut().expect("an object").extend(with.as_object().expect("an object").clone());
            step(id, "http.request", full, &[])
        };
        app.publish(&super::cancel::accepted(
            "outgoing",
            json!([
                call("json", json!({"json": {"報價": 1}})),
                call("form", json!({"form": {"a": "1", "b": "報價 單"}})),
                call("text", json!({"body": "plain 文字", "headers": {"content-type": "text/plain"}})),
                call("query", json!({"query": {"q": "報 價", "n": 5}, "method": "GET"})),
            ]),
        ))
        .await;
        let id = app.hook("outgoing", &json!({})).await.expect(202).run();
        let run = app.finished(&id).await;
        assert_eq!(run["status"], "succeeded", "{run:#}");
        let calls = sink.calls();
        let of = |start: &str| {
            calls.iter().find(|call| call.header("content-type").is_some_and(|kind| kind.starts_with(start)))
        };
        assert_eq!(of("application/json").expect("the JSON").json(), json!({"報價": 1}));
        assert!(of("application/x-www-form-urlencoded").expect("the form").text.starts_with("a=1&b="));
        assert_eq!(of("text/plain").expect("the text").text, "plain 文字");
        let get = calls.iter().find(|call| call.method == "GET").expect("the GET");
        assert!(get.query.contains("n=5") && get.query.contains("%E5%A0%B1"), "{}", get.query);
    })
    .await;
}

#[tokio::test]
async fn what_counts_as_success_is_the_flows_choice() {
    both(async |app| {
        let sink =
            Sink::answering(|call| Reaction::status(call.path[1..].parse().unwrap_or(200), json!({}))).await;
        for (slug, status, success, expected) in [
            ("usual", 404, json!(null), "failed"),
            ("missing-is-fine", 404, json!(["2xx", 404]), "succeeded"),
            ("only-created", 200, json!([201]), "failed"),
        ] {
            let mut with = json!({"method": "POST", "url": sink.url(&format!("/{status}"))});
            if !success.is_null() {
                with["success"] = success;
            }
            app.publish(&super::cancel::accepted(slug, json!([step("send", "http.request", with, &[])])))
                .await;
            let id = app.hook(slug, &json!({})).await.expect(202).run();
            assert_eq!(app.finished(&id).await["status"], expected, "{slug}");
        }
    })
    .await;
}

#[tokio::test]
async fn private_addresses_are_refused_unless_allowed() {
    let options = causeway_testkit::Options::new().env("CAUSEWAY_ALLOW_HOSTS", "");
    causeway_testkit::both_with(options, async |app| {
        let sink = Sink::start().await;
        let port = sink.url("").rsplit(':').next().expect("a port").to_owned();
        for (number, host) in [
            "127.0.0.1",
            "localhost",
            "2130706433",
            "0x7f.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "169.254.169.254",
        ]
        .iter()
        .enumerate()
        {
            let slug = format!("private-{number}");
            let step = http_step("send", &format!("http://{host}:{port}/"), json!({}), &[]);
            app.publish(&super::cancel::accepted(&slug, json!([step]))).await;
            let id = app.hook(&slug, &json!({})).await.expect(202).run();
            let run = app.finished(&id).await;
            assert_eq!(timeline(&run), "failed | send failed(address_refused)", "{host}");
        }
        assert_eq!(sink.count(), 0);
    })
    .await;
}
