//! A secret planted wherever one can stand is in no answer, page, log, span, metric, export, file or table, whatever fails.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use causeway_testkit::{
    Options, Reaction, Sink, TestApp, both_with, eventually, flow, hook_flow, script_step, step,
};
use serde_json::json;

use super::operations;
use crate::runs::secrets::places_with;

const CANARY: &str = "canary-4e81c7-do-not-leak";
/// A flow for each way to verify callers, and one that sends the secret everywhere to a system that fails, echoes and redirects.
async fn plant(app: &TestApp, sink: &Sink) {
    app.set_secret("planted", CANARY).await;
    let verifies = [
        ("header", json!({"scheme": "header", "header": "X-Token", "secret": "{{ secret.planted }}"})),
        ("basic", json!({"scheme": "basic", "username": "shop", "password": "{{ secret.planted }}"})),
        ("hmac", json!({"scheme": "hmac-sha256", "header": "X-Signature", "secret": "{{ secret.planted }}"})),
    ];
    for (slug, verify) in verifies {
        let trigger = json!({"use": "webhook", "with": {"path": slug, "verify": verify}});
        app.publish(&flow(slug, trigger, json!([script_step("a", "1", &[])]))).await;
    }
    let everywhere = |path: &str| {
        json!({
            "method": "POST", "url": sink.url(path), "timeout": "2s",
            "headers": {"X-Api-Key": "{{ secret.planted }}", "X-Plain": "k={{ secret.planted }}"},
            "auth": {"type": "basic", "username": "shop", "password": "{{ secret.planted }}"},
            "query": {"key": "{{ secret.planted }}"},
            "json": {"sign": "{{ hmac_sha256(secret.planted, \"x\") }}", "plain": "k={{ secret.planted }}"},
        })
    };
    let mut gone = everywhere("/");
    gone["url"] = json!("http://127.0.0.1:1/");
    app.publish(&hook_flow(
        "planted",
        json!([
            step("works", "http.request", everywhere("/works"), &[]),
            step("fails", "http.request", everywhere("/fails"), &["works"]),
            script_step("why", "errors.fails", &["fails.error"]),
            step("moves", "http.request", everywhere("/moves"), &["why"]),
            script_step("where", "errors.moves", &["moves.error"]),
            step("gone", "http.request", gone, &["where"]),
        ]),
    ))
    .await;
    // Documents that would print it are refused, and say so without it.
    for code in [
        "secret.planted",
        "`${secret.planted}`",
        "to_json(secret.planted)",
        "#{a: secret.planted}",
        "throw secret.planted",
    ] {
        let answer = app.try_publish(&hook_flow("prints", json!([script_step("a", code, &[])]))).await;
        if answer.status < 300 {
            let _failed = app.hook("prints", &json!({})).await.expect(502);
        }
        assert!(!answer.text.contains(CANARY));
    }
}

#[tokio::test]
async fn a_planted_secret_is_found_nowhere() {
    let collector = Sink::answering(|_| Reaction::ok(json!({}))).await;
    let options = Options::new()
        .env("CAUSEWAY_LOG", "trace")
        .env("CAUSEWAY_SLOW_STEP", "1ms")
        .env("CAUSEWAY_OTLP_ENDPOINT", collector.url(""));
    both_with(options, async |app| {
        let sink = Sink::answering(|call| {
            let echo = json!({"heard": call.text, "key": call.header("x-api-key"), "auth": call.header("authorization"), "query": call.query});
            match call.path.as_str() {
                "/fails" => Reaction::status(500, echo).header("x-echo", call.header("x-plain").unwrap_or_default()),
                "/moves" => Reaction::status(302, echo).header("location", &format!("http://169.254.169.254/?{}", call.query)),
                _ => Reaction::ok(echo).header("set-cookie", &format!("s={}", call.header("x-api-key").unwrap_or_default())),
            }
        })
        .await;
        let mut lists = app.events("/events", None).await;
        plant(&app, &sink).await;
        let planted = app.hook("planted", &json!({})).await;
        assert_eq!(planted.status, 502, "{}", planted.text);
        assert!(sink.calls().iter().all(|call| call.header("x-api-key") == Some(CANARY)), "it reaches the system");
        assert_eq!(sink.count(), 3);
        let run = planted.run();

        let mut heard = vec![planted.text.clone()];
        // What is told while it happens: of the run, and of the lists.
        let of_run = app.events(&format!("/runs/{run}/events"), None).await.rest().await;
        assert!(of_run.iter().any(|event| event.name == "end"), "{of_run:?}");
        let of_lists = lists.until(|event| event.data["kind"] == "runs").await;
        heard.extend([format!("{of_run:?}"), format!("{of_lists:?}")]);
        // Samples: one taken from the run, and one into which somebody wrote what the secret is.
        let by_hand = json!({
            "description": format!("it is {CANARY}"),
            "trigger": {"headers": {"x-note": CANARY}, "body": {"plain": format!("k={CANARY}"), CANARY: 1}},
            "outputs": {"works": {"body": CANARY}},
        });
        for (name, body) in [("by-hand", by_hand), ("taken", json!({"from_run": run}))] {
            let path = format!("/flows/planted/samples/{name}");
            heard.push(app.api("PUT", &path, Some(&body)).await.expect(200).text);
            heard.push(app.get(&path).await.expect(200).text);
            heard.push(app.get(&format!("{path}/case")).await.expect(200).text);
            let test = json!({"sample": name, "dry_run": true});
            let tested = app.post("/flows/planted/draft/test", &test).await.expect(202).run();
            heard.push(app.finished(&tested).await.to_string());
        }
        for (slug, header, wrong) in [
            ("header", "x-token", "wrong"),
            ("basic", "authorization", "Basic c2hvcDp3cm9uZw=="),
            ("hmac", "x-signature", "00ff"),
        ] {
            for headers in [&[][..], &[(header, wrong)][..]] {
                let answer = app.hook_raw("POST", slug, headers, "{}").await.expect(401);
                heard.push(format!("{:?} {}", answer.headers, answer.text));
            }
        }
        // Everything that can be looked at, of the flow and of its run.
        for one in operations(&app).await.iter().filter(|one| one.method == "GET") {
            let path = one.path.replace("{slug}", "planted").replace("{run}", &run).replace("{event}", &run).replace("{version}", "1").replace("{step}", "works");
            if !path.contains('{') {
                heard.push(app.get(&path).await.text);
            }
        }
        for path in [format!("/runs/{run}?full=true"), "/runs?flow=planted".into(), "/audit?limit=200".into(), "/flows/planted/versions/1".into()] {
            heard.push(app.get(&path).await.text);
        }
        heard.push(app.metrics().await.text);
        for (path, body) in [
            (format!("/runs/{run}/resume"), json!({"step": "gone", "input": "wrong"})),
            (format!("/runs/{run}/replay"), json!({})),
        ] {
            heard.push(app.post(&path, &body).await.text);
        }
        let export = app.data().join("export");
        let export = export.to_string_lossy();
        for words in [
            &["run", "show", &run, "--full"][..],
            &["run", "show", &run, "--json"],
            &["run", "list", "--dead-letters", "--json"],
            &["status"],
            &["audit", "list", "--json"],
            &["secret", "list"],
            &["run", "show", &run, "--follow"],
            &["sample", "list", "planted"],
            &["sample", "show", "planted", "by-hand"],
            &["sample", "show", "planted", "taken", "--case"],
            &["flow", "export", "planted"],
            &["flow", "export", "planted", "--output", &export],
            &["--log", "trace", "flow", "diff", "planted"],
        ] {
            let told = app.cli(words).await;
            heard.push(format!("{}{}", told.stdout, told.stderr));
        }
        eventually("spans", async || {
            collector.calls().iter().any(|call| call.text.contains("planted")).then_some(())
        })
        .await;
        heard.extend(collector.calls().into_iter().map(|call| call.text));
        assert!(heard.len() > 40 && heard.iter().any(|text| text.contains("secret.planted")));
        // As it is, and as it goes out in a basic credential.
        for hidden in [CANARY.to_owned(), STANDARD.encode(format!("shop:{CANARY}"))] {
            for text in &heard {
                assert!(!text.contains(&hidden), "{hidden} in {text}");
            }
            // The log, at its most talkative, is one of these files.
            assert_eq!(places_with(&app, &hidden), Vec::<String>::new(), "{hidden}");
        }
        assert!(app.log().contains("slow step"));
    })
    .await;
}
