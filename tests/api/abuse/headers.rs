//! Line ends where they would begin another header, or another request.

use causeway_testkit::{Sink, both, flow, hook_flow, script_step, step};
use serde_json::json;

use super::is_well;

const BREAKS: [&str; 5] = [
    "a\r\nX-Injected: 1",
    "a\nX-Injected: 1",
    "a\rX-Injected: 1",
    "a\0b",
    "a\r\n\r\nGET /other HTTP/1.1\r\n",
];

#[tokio::test]
async fn a_request_cannot_be_broken_by_what_is_put_into_it() {
    both(async |app| {
        let sink = Sink::start().await;
        let with = |place: &str| match place {
            "header" => json!({"method": "GET", "url": sink.url("/"), "headers": {"X-Own": "{{ trigger.body.v }}"}}),
            "bearer" => json!({"method": "GET", "url": sink.url("/"), "auth": {"type": "bearer", "token": "{{ trigger.body.v }}"}}),
            "method" => json!({"method": "{{ trigger.body.v }}", "url": sink.url("/")}),
            "url" => json!({"method": "GET", "url": format!("{}{{{{ trigger.body.v }}}}", sink.url("/"))}),
            "query" => json!({"method": "GET", "url": sink.url("/"), "query": {"q": "{{ trigger.body.v }}"}}),
            "form" => json!({"method": "POST", "url": sink.url("/"), "form": {"f": "{{ trigger.body.v }}"}}),
            _ => json!({"method": "POST", "url": sink.url("/"), "multipart": [
                {"name": "{{ trigger.body.v }}", "value": "x"},
                {"name": "file", "filename": "{{ trigger.body.v }}", "value": "x"}
            ]}),
        };
        for place in ["header", "bearer", "method", "url", "query", "form", "multipart"] {
            app.publish(&hook_flow(place, json!([step("send", "http.request", with(place), &[])]))).await;
            for text in BREAKS {
                let before = sink.count();
                let answer = app.hook(place, &json!({"v": text})).await;
                assert!(matches!(answer.status, 200 | 502), "{place} {text:?}: {} {}", answer.status, answer.text);
                if matches!(place, "header" | "bearer" | "method") {
                    assert_eq!(answer.status, 502, "{place} {text:?}");
                    let codes = ["invalid_method", "invalid_header", "input_invalid"];
                    assert!(codes.contains(&answer.code().as_str()), "{place}: {}", answer.text);
                    assert_eq!(sink.count(), before, "nothing was sent");
                }
                for call in sink.calls().iter().skip(before) {
                    assert!(call.header("x-injected").is_none() && call.path != "/other", "{place} {text:?}: {call:?}");
                    // In a form of parts, a header of a part is a line of the body.
                    assert!(!call.text.contains("\nX-Injected"), "{place} {text:?}: {}", call.text);
                }
            }
        }
        is_well(&app).await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_cannot_be_broken_by_what_is_put_into_it() {
    both(async |app| {
        let trigger = json!({"use": "webhook", "with": {"path": "answers", "reply": "respond"}});
        let with = json!({"status": 200, "headers": {"X-Own": "{{ trigger.body.v }}"}, "body": "ok"});
        app.publish(&flow("answers", trigger, json!([step("say", "respond", with, &[])]))).await;
        let fine = app.hook("answers", &json!({"v": "fine"})).await.expect(200);
        assert_eq!(fine.header("x-own"), Some("fine"));
        for text in BREAKS {
            let answer = app.hook("answers", &json!({"v": text})).await.expect(502);
            assert!(answer.header("x-injected").is_none() && answer.header("x-own").is_none(), "{text:?}");
            assert!(
                ["reply_invalid", "input_invalid"].contains(&answer.code().as_str()),
                "{text:?}: {}",
                answer.text
            );
        }
        // What is fixed in the document is refused when it is published.
        let trigger = json!({"use": "webhook", "with": {"path": "fixed", "reply": "respond"}});
        for headers in [
            json!({"X-Own": "a\r\nX-Injected: 1"}),
            json!({"X-Own\r\nX-Injected": "1"}),
            json!({"Set-Cookie ": "1"}),
        ] {
            let with = json!({"status": 200, "headers": headers, "body": "ok"});
            let answer = app
                .try_publish(&flow("fixed", trigger.clone(), json!([step("say", "respond", with, &[])])))
                .await;
            assert_eq!(answer.status, 422, "{headers}: {}", answer.text);
        }
        is_well(&app).await;
    })
    .await;
}

#[tokio::test]
async fn names_of_files_are_names_and_no_headers() {
    both(async |app| {
        app.publish(&hook_flow("upload", json!([script_step("say", "trigger.body.file", &[])]))).await;
        let multipart = [("content-type", "multipart/form-data; boundary=x")];
        for name in ["../../etc/passwd", "a%0d%0aX-Injected: 1", "a\\\"b", "\u{202e}gpj.exe", "a\tb"] {
            let body = format!(
                "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
                 Content-Type: text/html\r\n\r\n<script>alert(1)</script>\r\n--x--\r\n"
            );
            let answer = app.hook_raw("POST", "upload", &multipart, body).await.expect(200);
            // The bytes of the file come back, on an origin of their own.
            assert!(answer.text.contains("<script>"), "{name:?}: {}", answer.text);
            assert!(answer.header("x-injected").is_none(), "{name:?}");
            assert!(
                answer.header("content-security-policy").is_some_and(|policy| policy.starts_with("sandbox"))
            );
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            assert!(answer.header("content-disposition").is_none());
        }
        is_well(&app).await;
    })
    .await;
}
