//! Consents (OAuth 2, authorisation code with PKCE), from the question to the run that lives by them: the connector for
//! Salesforce against an OAuth server, through the front door.

mod asking;
mod command_line;
mod crashes;
mod issuer;
mod living;

use std::time::Duration;

use causeway_model::Value;
use causeway_testkit::{Answer, Page, TestApp};
use serde_json::json;

use issuer::{CLIENT, Issuer, SECRET};

const EDITOR: &str = "ed@example.tw";

/// A server with a connection that nobody authorised yet, and a flow that uses it.
struct Bench {
    app: TestApp,
    issuer: Issuer,
    browser: reqwest::Client,
}

impl Bench {
    async fn on(app: TestApp) -> Self {
        let issuer = Issuer::start().await;
        issuer.register(app.url("/oauth/callback"));
        app.user(EDITOR, "editor").await;
        let made = app
            .post(
                "/connections",
                &json!({
                    "name": "crm", "connector": "salesforce", "auth": "oauth.code",
                    "settings": { "production": { "login_url": issuer.url() } },
                    "credentials": { "production": { "client_id": CLIENT, "client_secret": SECRET } },
                }),
            )
            .await
            .expect(201);
        assert_eq!(made.json()["redirect_uri"], app.url("/oauth/callback"));
        app.publish(&flow()).await;
        let browser = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(30))
            .build()
            .expect("a client");
        Self { app, issuer, browser }
    }

    /// Asks for a consent as a page of the server does.
    async fn ask(&self, page: &Page, body: Value) -> Answer {
        self.app.page(page, "POST", "/connections/crm/consent", Some(&body)).await
    }

    /// The person consents: the address to which the system sends the browser back.
    async fn consents(&self, authorize_url: &str) -> String {
        let answer = Answer::of(self.browser.get(authorize_url).send().await.expect("answers")).await;
        assert_eq!(answer.status, 302, "{}", answer.text);
        answer.header("location").expect("an address").to_owned()
    }

    /// The browser comes back, with a session or none.
    async fn comes_back(&self, address: &str, page: Option<&Page>) -> Answer {
        let mut request = self.browser.get(address).header("accept-language", "en");
        if let Some(page) = page {
            request = request.header("cookie", &page.cookie);
        }
        Answer::of(request.send().await.expect("answers")).await
    }

    /// All of it, as a person at a page does it.
    async fn authorise(&self) {
        let page = self.app.sign_in(EDITOR).await;
        let asked = self.ask(&page, json!({})).await.expect(200).json();
        let back = self.consents(asked["authorize_url"].as_str().expect("an address")).await;
        let done = self.comes_back(&back, Some(&page)).await.expect(200);
        assert!(done.text.contains("The account is connected"), "{}", done.text);
    }

    async fn run(&self) -> Value {
        let id = self.app.start_run("looks", &json!({})).await;
        self.app.finished(&id).await
    }

    async fn connection(&self) -> Value {
        self.app.get("/connections/crm").await.expect(200).json()
    }

    /// Nothing that was ever given stands where anybody looks.
    async fn keeps_secrets(&self) {
        let given = self.issuer.book().given.clone();
        let mut seen = self.app.log();
        for path in ["/connections/crm", "/connections", "/audit?limit=200", "/runs?limit=50"] {
            seen.push_str(&self.app.get(path).await.text);
        }
        for run in self.app.runs("flow=looks").await.iter().take(5) {
            let id = run["id"].as_str().unwrap_or_default();
            seen.push_str(&self.app.get(&format!("/runs/{id}/timeline")).await.text);
        }
        for secret in given.iter().map(String::as_str).chain([SECRET]) {
            assert!(!seen.contains(secret), "{secret} was shown");
        }
    }
}

/// Ten calls at once are the connector's limit, and who waits for five seconds tries again: on a busy machine many do.
fn flow() -> Value {
    let retry = json!({ "attempts": 20, "backoff": "fixed", "first": "1s", "on": ["limit"] });
    json!({ "causeway": 1, "kind": "flow", "slug": "looks", "name": "Looks", "trigger": { "use": "manual", "with": {} },
        "steps": [{ "id": "limits", "use": "salesforce.get_limits", "connection": "crm", "with": {}, "retry": retry }] })
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}
