//! A made-up system whose webhooks are signed in several ways, installed like any other connector.

use causeway_model::{Clock, Value};
use causeway_store::SystemClock;
use causeway_testkit::{Answer, Backend, Options, TestApp, script_step};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

pub const SIGNING: &str = "signing-secret-1";
pub const PAYMENT: &str = "payment-secret-1";
pub const TOKEN: &str = "chat-token-1";

pub struct Desk {
    pub app: TestApp,
}

/// In seconds.
pub fn now() -> i64 {
    SystemClock.now().millis() / 1000
}

pub fn mac(secret: &str, text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.update(text.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

impl Desk {
    pub async fn on(backend: Backend) -> Self {
        let app = TestApp::prepare(
            backend,
            Options::new().env("CAUSEWAY_PUBLIC_URL", "https://flows.example.com/"),
        );
        let folder = app.data().join("data/connectors/desk");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("openapi.yaml"), include_str!("../data/desk/openapi.yaml"))
            .expect("written");
        app.launch().await;
        let credentials = json!({ "api_key": "key-1", "signing_secret": SIGNING, "payment_secret": PAYMENT, "chat_token": TOKEN });
        let new =
            json!({ "name": "desk", "connector": "desk", "credentials": { "production": credentials } });
        let _made = app.post("/connections", &new).await.expect(201);
        Self { app }
    }

    /// A flow of one script that is started by a trigger of the desk.
    pub async fn flow(&self, slug: &str, trigger: &str, with: Value) {
        let trigger = json!({ "use": format!("desk.{trigger}"), "connection": "desk", "with": with });
        let steps = json!([script_step("a", "trigger.body", &[])]);
        self.app.publish(&causeway_testkit::flow(slug, trigger, steps)).await;
    }

    /// What publishing such a flow warns of.
    pub async fn warnings(&self, slug: &str, trigger: &str) -> Value {
        let trigger = json!({ "use": format!("desk.{trigger}"), "connection": "desk" });
        let steps = json!([script_step("a", "trigger.body", &[])]);
        self.app.publish(&causeway_testkit::flow(slug, trigger, steps)).await.json()["warnings"].clone()
    }

    /// Signed as mentions are.
    pub async fn mention(&self, secret: &str, body: &str) -> Answer {
        self.mention_at(now(), secret, body).await
    }

    pub async fn mention_at(&self, at: i64, secret: &str, body: &str) -> Answer {
        let (at, signed) = (at.to_string(), format!("v0={}", mac(secret, &format!("v0:{at}:{body}"))));
        let headers =
            [("content-type", "application/json"), ("x-desk-time", &at), ("x-desk-signature", &signed)];
        self.app.hook_raw("POST", "@desk", &headers, body.to_owned()).await
    }

    /// Signed as payments are.
    pub async fn payment(&self, signature: &str, body: &str) -> Answer {
        let headers = [("content-type", "application/json"), ("desk-payments", signature)];
        self.app.hook_raw("POST", "@desk", &headers, body.to_owned()).await
    }

    /// With the token in the query.
    pub async fn said(&self, body: &Value) -> Answer {
        let headers = [("content-type", "application/json")];
        self.app.hook_raw("POST", &format!("@desk?token={TOKEN}"), &headers, body.to_string()).await
    }

    pub async fn runs(&self, slug: &str) -> usize {
        self.app.runs(&format!("flow={slug}")).await.len()
    }
}
