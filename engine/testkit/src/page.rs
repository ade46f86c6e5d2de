//! People who have signed in, calling the API as a page of the server does.

use causeway_model::Value;
use reqwest::Method;

use crate::{Answer, TestApp};

/// A session: its cookie and its CSRF token.
#[derive(Clone, Debug)]
pub struct Page {
    pub cookie: String,
    pub csrf: String,
}

/// Of every account that [`TestApp::user`] makes.
pub const PASSWORD: &str = "a long enough password";

impl TestApp {
    /// Makes an account with the command line.
    pub async fn user(&self, email: &str, role: &str) {
        let words = ["user", "create", "--email", email, "--role", role, "--password-stdin"];
        let _made = self.cli_with(PASSWORD, &words).await.success();
    }

    pub async fn sign_in(&self, email: &str) -> Page {
        let body = serde_json::json!({"email": email, "password": PASSWORD});
        let request = self.client().post(self.url("/api/v1/sessions")).json(&body);
        let response = request.send().await.expect("the API answers");
        assert_eq!(response.status(), 201, "{email} signs in");
        let cookie = response.headers()["set-cookie"].to_str().expect("text");
        let cookie = cookie.split(';').next().expect("a cookie").to_owned();
        let body: Value = serde_json::from_str(&response.text().await.expect("a body")).expect("JSON");
        Page { cookie, csrf: body["csrf_token"].as_str().expect("a CSRF token").to_owned() }
    }

    pub async fn page(&self, page: &Page, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self
            .client()
            .request(method, self.url(&format!("/api/v1{path}")))
            .header("cookie", &page.cookie)
            .header("origin", self.url(""))
            .header("x-csrf-token", &page.csrf);
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.expect("the API answers");
        Answer::read(response).await.expect("the API answers to its end")
    }
}
