//! The four systems of the sample company, and a server with a connection to each.

use causeway_demo::{Config, Simulators};
use causeway_model::{Time, Value};
use causeway_testkit::{Backend, Options, TestApp};
use serde_json::json;

/// What signs the CRM's webhooks.
pub const HOOK_SECRET: &str = "crm-hook-secret-1";

pub struct Company {
    pub app: TestApp,
    pub systems: Simulators,
}

impl Company {
    pub async fn on(backend: Backend) -> Self {
        let now: Time = "2026-08-15T02:00:00Z".parse().expect("a time");
        let systems = Simulators::start(&Config::new(now)).await.expect("the systems start");
        let app = TestApp::start_with(backend, Options::new()).await;
        let company = Self { app, systems };
        company
            .connect(
                "crm",
                "danlee-crm",
                &company.systems.danlee.base_url(),
                json!({ "api_key": "demo-secret" }),
            )
            .await;
        let client = json!({ "client_id": "causeway", "client_secret": "demo-secret" });
        company.connect("erp", "dinkoko-erp", &company.systems.dinkoko.base_url(), client).await;
        let login = json!({ "user": "causeway", "password": "demo-secret" });
        company.connect("books", "tanjee-accounting", &company.systems.tanjee.base_url(), login).await;
        company
            .connect("line", "line", &company.systems.line.base_url(), json!({ "token": "demo-secret" }))
            .await;
        company
    }

    async fn connect(&self, name: &str, connector: &str, base_url: &str, credentials: Value) {
        let made = self
            .app
            .post(
                "/connections",
                &json!({
                    "name": name, "connector": connector,
                    "settings": { "production": { "base_url": base_url } },
                    "credentials": { "production": credentials },
                }),
            )
            .await
            .expect(201);
        assert!(!made.text.contains("demo-secret"), "{}", made.text);
    }
}
