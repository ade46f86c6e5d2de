//! Pages and proxies of others: names that are not ours, methods in disguise, and ways that lead elsewhere.

use causeway_testkit::{Options, PASSWORD, Sink, both, both_with, hook_flow, http_step};
use serde_json::json;

use super::{encoded, is_well, say, status_of};

/// A name of somebody else that leads here by DNS makes their page one of the same origin.
#[tokio::test]
async fn a_server_of_this_machine_answers_to_its_own_names_only() {
    both(async |app| {
        super::echo(&app, "open").await;
        let ask = async |path: &str, host: &str| {
            let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            let (heard, _) = say(&app, request.as_bytes()).await;
            (status_of(&heard), heard.contains("host_unknown"))
        };
        for host in ["evil.example", "127.0.0.1.evil.example:7400", "localhost.evil.example", "192.168.1.5"] {
            for path in ["/", "/api/v1/setup", "/api/v1/me", "/api/v1/openapi.json", "/metrics", "/approvals/x"] {
                assert_eq!(ask(path, host).await, (421, true), "{host} {path}");
            }
            assert_eq!(ask("/healthz", host).await, (200, false), "{host}");
        }
        let port = app.port();
        for host in [format!("127.0.0.1:{port}"), format!("localhost:{port}"), format!("[::1]:{port}"), "LOCALHOST".into()] {
            assert_eq!(ask("/", &host).await, (200, false), "{host}");
        }
        let body = json!({"email": "eve@example.tw", "password": PASSWORD}).to_string();
        let request = format!(
            "POST /api/v1/setup HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let (heard, _) = say(&app, request.as_bytes()).await;
        assert_eq!(status_of(&heard), 421, "the first visitor is not somebody's page: {heard}");
    })
    .await;
}

#[tokio::test]
async fn links_lead_to_where_the_settings_say() {
    let options = Options::new().env("CAUSEWAY_PUBLIC_URL", "https://flows.example.com/base");
    both_with(options, async |app| {
        let sink = Sink::start().await;
        let links = json!({"wait": "{{ callback_url(\"hold\") }}", "ask": "{{ approval_url(\"ask\", \"boss\") }}"});
        let ask = json!({"message": "?", "approvers": ["link:boss"], "timeout": "1h"});
        app.publish(&hook_flow("links", json!([
            http_step("mail", &sink.url("/"), links, &[]),
            {"id": "ask", "use": "approval", "with": ask, "after": ["mail"]},
            {"id": "hold", "use": "wait", "with": {"callback": true, "timeout": "1h"}, "after": ["ask.approved"]},
        ]))).await;
        let hostile = [
            ("host", "evil.example"),
            ("x-forwarded-host", "evil.example"),
            ("x-forwarded-proto", "gopher"),
            ("x-original-url", "/evil"),
            ("forwarded", "for=1.2.3.4;host=evil.example;proto=http"),
            ("content-type", "application/json"),
        ];
        let _taken = app.hook_raw("POST", "links", &hostile, "{}").await;
        let sent = causeway_testkit::eventually("the links", async || sink.calls().first().cloned()).await;
        let sent = sent.json();
        for name in ["wait", "ask"] {
            let url = sent[name].as_str().expect("a link");
            assert!(url.starts_with("https://flows.example.com/base/"), "{url}");
        }
        let ask = sent["ask"].as_str().expect("a link").trim_start_matches("https://flows.example.com/base").to_owned();
        for (name, value) in [("host", "flows.example.com"), ("x-forwarded-host", "evil.example")] {
            let page = app.client().get(app.url(&format!("{ask}?lang=en&next=//evil.example"))).header(name, value);
            let page = page.send().await.expect("the page");
            assert_eq!(page.status(), 200);
            assert!(page.headers().get("location").is_none());
            assert!(!page.text().await.expect("its text").contains("evil.example"), "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_leads_elsewhere() {
    both(async |app| {
        app.user("amy@example.tw", "owner").await;
        let client =
            reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build();
        let client = client.expect("a client");
        for way in ["next", "return", "return_to", "redirect", "redirect_uri", "url", "continue"] {
            for to in ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"] {
                for path in ["/", "/approvals/x", "/api/v1/setup", "/api/v1/me"] {
                    let url = app.url(&format!("{path}?{way}={}", encoded(to)));
                    let answer = client.get(url).send().await.expect("an answer");
                    assert!(!answer.status().is_redirection(), "{path} {way}");
                    assert!(
                        answer.headers().get("location").is_none()
                            && answer.headers().get("refresh").is_none()
                    );
                    let text = answer.text().await.expect("its text");
                    assert!(
                        !text.contains("evil.example") && !text.contains("alert(1)"),
                        "{path} {way}: {text}"
                    );
                }
            }
            let to = "https://evil.example";
            let body = json!({"email": "amy@example.tw", "password": PASSWORD, way: to});
            let url = app.url(&format!("/api/v1/sessions?{way}={}", encoded(to)));
            let login = client.post(url).json(&body).send().await.expect("an answer");
            assert!(login.status() == 201 && login.headers().get("location").is_none(), "{way}: {login:?}");
        }
        is_well(&app).await;
    })
    .await;
}

#[tokio::test]
async fn a_method_is_what_the_request_line_says() {
    both(async |app| {
        app.user("amy@example.tw", "owner").await;
        let amy = app.sign_in("amy@example.tw").await;
        app.set_variable("rate", &json!(1)).await;
        let disguises = ["x-http-method-override", "x-http-method", "x-method-override"];
        for name in disguises {
            // A page of others can make a browser send GET with the cookie; it must stay a look.
            for (path, status) in [("/api/v1/variables", 200), ("/api/v1/variables?_method=DELETE", 400)] {
                let get = app.client().get(app.url(path)).header("cookie", &amy.cookie);
                assert_eq!(get.header(name, "DELETE").send().await.expect("an answer").status(), status);
            }
            let post = app
                .client()
                .post(app.url("/api/v1/variables/rate?_method=DELETE"))
                .header("cookie", &amy.cookie);
            let answer = post.header(name, "DELETE").body("_method=DELETE").send().await.expect("an answer");
            assert_eq!(answer.status(), 405, "{name}");
        }
        assert!(app.get("/variables").await.text.contains("rate"));
        // What a form of another page can send without asking first.
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
            let answer = app
                .client()
                .post(app.url("/api/v1/tokens"))
                .header("cookie", &amy.cookie)
                .header("content-type", kind)
                .header("origin", "https://evil.example")
                .header("sec-fetch-site", "cross-site")
                .body(r#"{"name":"x","role":"owner"}"#)
                .send()
                .await
                .expect("an answer");
            assert_eq!(answer.status(), 403, "{kind}");
        }
        let tokens = app.get("/tokens").await;
        assert!(!tokens.text.contains("\"x\""), "{}", tokens.text);
        // Nor can it take the CSRF token by guessing, by one of another session, or by a cookie.
        let other = app.sign_in("amy@example.tw").await;
        for csrf in ["", "null", "undefined", &other.csrf, &amy.csrf[1..], &amy.csrf.to_uppercase()] {
            let page = causeway_testkit::Page { csrf: csrf.to_owned(), ..amy.clone() };
            let answer = app.page(&page, "DELETE", "/variables/rate", None).await;
            assert_eq!((answer.status, answer.code().as_str()), (403, "csrf_token_invalid"), "{csrf}");
        }
    })
    .await;
}
