//! JSON that is too deep, too wide, or says a thing twice.

use causeway_model::Value;
use causeway_testkit::{both, hook_flow, script_step};
use serde_json::json;

use super::{NOTHING, echo, filled, is_well, operations};

/// Whole, and never closed; none so large that it would be kept as a file.
fn deep() -> [String; 4] {
    let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
    let (keys, braces) = ("{\"a\":".repeat(40_000), "}".repeat(40_000));
    [format!("{open}{close}"), format!("{keys}1{braces}"), open, keys]
}

#[tokio::test]
async fn depth_is_refused_wherever_json_comes_in() {
    both(async |app| {
        echo(&app, "deep").await;
        for text in deep() {
            for kind in ["application/json", "application/vnd.x+json", "application/x-ndjson"] {
                let answer = app.hook_raw("POST", "deep", &[("content-type", kind)], text.clone()).await;
                assert!((400..500).contains(&answer.status), "{kind}: {} {}", answer.status, answer.text);
                assert!(
                    ["body_not_json", "record_not_json"].contains(&answer.code().as_str()),
                    "{}",
                    answer.text
                );
            }
            // Without a type it is a text like any other.
            assert_eq!(app.hook_raw("POST", "deep", &[], text.clone()).await.status, 200);
            let list = format!("[{},{text}]", "1,".repeat(200_000));
            let answer = app.hook_raw("POST", "deep", &[("content-type", "application/json")], list).await;
            assert!(answer.status == 400 || answer.status == 413, "{} {}", answer.status, answer.text);
            let token = app.token().await;
            for one in
                operations(&app).await.iter().filter(|one| !matches!(one.method.as_str(), "GET" | "DELETE"))
            {
                let url = app.url(&format!("/api/v1{}", filled(&one.path, NOTHING)));
                let request = app.client().request(one.method.parse().expect("a method"), url);
                let request = request.bearer_auth(&token).header("content-type", "application/json");
                // It may close before it has heard all of it, and then the connection is not used again.
                let request = request.header("connection", "close").body(text.clone());
                let Ok(answer) = request.send().await else { continue };
                let status = answer.status().as_u16();
                if one.name == "import_flows" {
                    // It says of each document what became of it.
                    let report: Value =
                        serde_json::from_str(&answer.text().await.expect("its text")).expect("JSON");
                    assert_eq!(report["documents"][0]["result"], "refused", "{report}");
                } else {
                    assert!((400..500).contains(&status), "{}: {status}", one.name);
                }
            }
            is_well(&app).await;
        }
    })
    .await;
}

/// What nests in the source of a script nests in the parser too, and in everything that walks over its tree.
#[tokio::test]
async fn long_formulas_end_with_a_fault_or_a_value() {
    both(async |app| {
        let many = |part: &str, count: usize| part.repeat(count);
        let sources = [
            many("(", 100_000),
            many("1+", 60_000) + "1",
            many("true && ", 30_000) + "true",
            many("1 ?? ", 40_000) + "1",
            format!("\"x\"{}", many(".trim()", 30_000)),
            format!("trigger{}", many(".a", 60_000)),
            format!("trigger{}", many("?.a", 60_000)),
            format!("trigger{}", many("[0]", 60_000)),
            many("if false { 1 } else ", 10_000) + "{ 2 }",
            many("let x = 1;", 20_000) + "1",
            many("x = ", 50_000) + "1",
            format!("[{}1]", many("1,", 100_000)),
            format!("\"{}\"", many("${1}", 50_000)),
            format!("`{}`", many("${1}", 50_000)),
            many("-", 100_000) + "1",
            many("1..", 50_000) + "1",
            format!("switch 1 {{ {} }}", many("1 => 1,", 20_000)),
        ];
        for (at, source) in sources.iter().enumerate() {
            let begin: String = source.chars().take(30).collect();
            let slug = format!("long-{at}");
            let document = hook_flow(&slug, json!([script_step("a", source, &[])]));
            let answer = app.try_publish(&document).await;
            assert!(answer.status < 500, "{begin}: {} {}", answer.status, answer.text);
            if answer.status < 300 {
                let answer = app.hook(&slug, &json!({})).await;
                assert!(matches!(answer.status, 200 | 502), "{begin}: {} {}", answer.status, answer.text);
            }
            let holes = json!({"text": format!("{{{{ {source} }}}}")});
            let step = json!({"id": "a", "use": "stop", "with": {"reason": holes["text"]}});
            let answer = app.save_draft(&hook_flow(&slug, json!([step]))).await;
            assert!(answer.status < 500, "{begin}: {} {}", answer.status, answer.text);
            is_well(&app).await;
        }
    })
    .await;
}

#[tokio::test]
async fn width_is_bounded() {
    both(async |app| {
        echo(&app, "wide").await;
        let keys: String = (0..300_000).map(|at| format!("\"k{at}\":1,")).collect();
        let wide = format!("{{{keys}\"z\":1}}");
        // Larger than a value may be: it is kept as a file, and taken.
        let headers = [("content-type", "application/json")];
        let answer = app.hook_raw("POST", "wide", &headers, wide.clone()).await;
        assert!(answer.status < 500, "{}", answer.status);
        let fields = "a=1&".repeat(5000);
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let answer = app.hook_raw("POST", "wide", &form, fields.clone()).await.expect(400);
        assert_eq!(answer.code(), "too_many_fields");
        let answer = app.hook_raw("POST", &format!("wide?{fields}"), &[], "").await.expect(400);
        assert_eq!(answer.code(), "too_many_fields");
        let parts: String = (0..600).map(|at| format!("--x\r\nContent-Disposition: form-data; name=\"f{at}\"\r\n\r\n1\r\n")).collect();
        let multipart = [("content-type", "multipart/form-data; boundary=x")];
        let answer = app.hook_raw("POST", "wide", &multipart, format!("{parts}--x--\r\n")).await.expect(400);
        assert_eq!(answer.code(), "too_many_fields");
        // Headers of a part that never end, and what comes before the first part, are not gathered for ever.
        for start in ["--x\r\nContent-Disposition: form-data; name=\"f\"\r\n", "no part at all "] {
            let endless = format!("{start}{}", "X-More: 1\r\n".repeat(50_000));
            let answer = app.hook_raw("POST", "wide", &multipart, endless).await.expect(400);
            assert_eq!(answer.code(), "form_broken", "{start}");
        }
        let token = app.token().await;
        let post = async |path: &str, body: String| {
            let request = app.client().request("PUT".parse().expect("a method"), app.url(&format!("/api/v1{path}")));
            let answer = request.bearer_auth(&token).body(body).send().await.expect("an answer");
            let status = answer.status().as_u16();
            let body: Value = serde_json::from_str(&answer.text().await.expect("its text")).unwrap_or_default();
            (status, body["code"].as_str().unwrap_or_default().to_owned())
        };
        assert_eq!(post("/variables/wide", format!("{{\"value\":{wide}}}")).await, (422, "variable_too_large".into()));
        let steps: String = (0..20_000).map(|at| format!("{{\"id\":\"s{at}\",\"use\":\"stop\"}},")).collect();
        let document = format!(r#"{{"causeway":1,"kind":"flow","name":"w","trigger":{{"use":"manual"}},"steps":[{steps}{{"id":"z","use":"stop"}}]}}"#);
        // A draft may be too long to be published.
        assert_eq!(post("/flows/wide-one/draft", document).await, (200, String::new()));
        let published = app.post("/flows/wide-one/publish", &json!({})).await;
        assert_eq!((published.status, published.code().as_str()), (422, "document_invalid"));
        let unknown = format!(r#"{{"causeway":1,"kind":"flow","name":"w","trigger":{{"use":"manual"}},"steps":[],{keys}"z":1}}"#);
        assert_eq!(post("/flows/wide-two/draft", unknown).await, (422, "document_invalid".into()));
        is_well(&app).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_said_twice_is_refused_or_means_one_thing() {
    both(async |app| {
        let token = app.token().await;
        let send = async |method: &str, path: &str, body: &str| {
            let request =
                app.client().request(method.parse().expect("a method"), app.url(&format!("/api/v1{path}")));
            let answer = request.bearer_auth(&token).body(body.to_owned()).send().await.expect("an answer");
            (answer.status().as_u16(), answer.text().await.expect("its text"))
        };
        let (status, text) = send("POST", "/tokens", r#"{"name":"a","role":"viewer","role":"owner"}"#).await;
        assert!(status == 400 && text.contains("body_invalid"), "{status} {text}");
        let twice =
            r#"{"causeway":1,"kind":"flow","name":"a","trigger":{"use":"manual"},"steps":[],"steps":[]}"#;
        let (status, text) = send("PUT", "/flows/twice/draft", twice).await;
        assert!(status == 422 && text.contains("duplicate_key"), "{status} {text}");
        // A sender's own JSON is the sender's: the last one counts, for the key that names the event too.
        let mut document = hook_flow("twice-hook", json!([script_step("say", "trigger.body.no", &[])]));
        document["trigger"]["with"]["dedupe"] = json!("{{ trigger.body.no }}");
        app.publish(&document).await;
        let headers = [("content-type", "application/json")];
        let first = app.hook_raw("POST", "twice-hook", &headers, r#"{"no":"A","no":"B"}"#).await.expect(200);
        let same = app.hook_raw("POST", "twice-hook", &headers, r#"{"no":"B"}"#).await.expect(200);
        assert_eq!((first.text.as_str(), first.run()), ("B", same.run()));
    })
    .await;
}
