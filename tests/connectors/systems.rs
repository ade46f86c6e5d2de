//! The four systems of the sample company, and a server with a connection to each.

use causeway_demo::{CHANNEL_SECRET, Config, SECRET, Simulator, Simulators, Subscription, USER};
use causeway_model::{Time, Value};
use causeway_testkit::{Backend, Options, TestApp, root};
use reqwest::Method;
use serde_json::json;

/// What signs the webhooks of the first three.
pub const HOOK_SECRET: &str = "crm-hook-secret-1";

/// The flows that are shipped for the company.
pub const FLOWS: [&str; 7] = [
    "customer-to-erp",
    "line-customer-history",
    "order-to-receivable",
    "overdue-reminder",
    "payment-frees-credit",
    "quote-to-erp-order",
    "shipment-notice",
];

pub struct Company {
    pub app: TestApp,
    pub systems: Simulators,
}

impl Company {
    pub async fn on(backend: Backend) -> Self {
        Self::with(backend, Options::new()).await
    }

    pub async fn with(backend: Backend, options: Options) -> Self {
        let now: Time = "2026-08-15T02:00:00Z".parse().expect("a time");
        let config = Config { rate: 200, ..Config::new(now) };
        let systems = Simulators::start(&config).await.expect("the systems start");
        Self::of(TestApp::start_with(backend, options).await, systems).await
    }

    /// With a connection to each of the systems.
    pub async fn of(app: TestApp, systems: Simulators) -> Self {
        let company = Self { app, systems };
        let accounts = [
            (
                "erp",
                "dinkoko-erp",
                json!({ "client_id": USER, "client_secret": SECRET, "webhook_secret": HOOK_SECRET }),
            ),
            (
                "accounting",
                "tanjee-accounting",
                json!({ "user": USER, "password": SECRET, "webhook_secret": HOOK_SECRET }),
            ),
            ("line", "line", json!({ "token": SECRET, "channel_secret": CHANNEL_SECRET })),
        ];
        company.connect_crm("crm").await;
        for (name, connector, credentials) in accounts {
            company.connect(name, connector, company.system(name), credentials).await;
        }
        company
    }

    /// One more connection to the CRM.
    pub async fn connect_crm(&self, name: &str) {
        let key = json!({ "api_key": SECRET, "webhook_secret": HOOK_SECRET });
        self.connect(name, "danlee-crm", &self.systems.danlee, key).await;
    }

    async fn connect(&self, name: &str, connector: &str, system: &Simulator, credentials: Value) {
        let made = self
            .app
            .post(
                "/connections",
                &json!({
                    "name": name, "connector": connector,
                    "settings": { "production": { "base_url": system.base_url() } },
                    "credentials": { "production": credentials },
                }),
            )
            .await
            .expect(201);
        assert!(!made.text.contains(SECRET), "{}", made.text);
    }

    /// By the name of its connection.
    pub fn system(&self, name: &str) -> &Simulator {
        match name {
            "crm" => &self.systems.danlee,
            "erp" => &self.systems.dinkoko,
            "accounting" => &self.systems.tanjee,
            "line" => &self.systems.line,
            _ => panic!("there is no system {name}"),
        }
    }

    /// The systems tell the server of everything that happens.
    pub fn tell_everything(&self) {
        for (name, secret) in [
            ("crm", HOOK_SECRET),
            ("erp", HOOK_SECRET),
            ("accounting", HOOK_SECRET),
            ("line", CHANNEL_SECRET),
        ] {
            let url = self.app.url(&format!("/hooks/@{name}"));
            let subscription = Subscription { url, events: Vec::new(), secret: secret.to_owned() };
            self.system(name).subscribe(subscription).expect("it is registered");
        }
    }

    /// Imports and publishes shipped flows, as a user does.
    pub async fn publish_shipped(&self, slugs: &[&str]) {
        let folders: Vec<String> =
            slugs.iter().map(|slug| root().join("workflows").join(slug).display().to_string()).collect();
        let line: Vec<&str> =
            ["flow", "import", "--publish"].into_iter().chain(folders.iter().map(String::as_str)).collect();
        let _told = self.app.cli(&line).await.success();
    }

    /// Somebody uses a system directly.
    pub async fn call(&self, system: &str, method: &str, path: &str, body: Option<&Value>) -> Value {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let url = |path: &str| format!("{}{path}", self.system(system).base_url());
        let mut request = self.app.client().request(method, url(path));
        let client = self.app.client();
        request = match system {
            "crm" => request.header("X-DanLee-Key", SECRET),
            "erp" => {
                let form =
                    [("grant_type", "client_credentials"), ("client_id", USER), ("client_secret", SECRET)];
                let form: Vec<String> = form.iter().map(|(name, value)| format!("{name}={value}")).collect();
                let asked = client.post(url("/oauth/token"));
                let asked = asked.header("content-type", "application/x-www-form-urlencoded");
                let token = json_of(asked.body(form.join("&"))).await;
                request.bearer_auth(token["access_token"].as_str().expect("a token"))
            }
            "accounting" => {
                let login = json!({ "user": USER, "password": SECRET });
                let session = json_of(client.post(url("/api/session")).json(&login)).await;
                request.header("X-TanJee-Session", session["session_id"].as_str().expect("a session"))
            }
            _ => request.bearer_auth(SECRET),
        };
        if let Some(body) = body {
            request = request.json(body);
        }
        json_of(request).await
    }

    /// Somebody presses a button on a system's page.
    pub async fn press(&self, system: &str, action: &str, id: &str) {
        let url = format!("{}/_control/act", self.system(system).base_url());
        let answer = self.app.client().post(url).json(&json!({ "action": action, "id": id })).send().await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status(), 204, "{action} {id}: {}", answer.text().await.unwrap_or_default());
    }

    /// The records of a kind that have all of these fields.
    pub fn records(&self, system: &str, kind: &str, with: &[(&str, &Value)]) -> Vec<Value> {
        let fits = |record: &Value| with.iter().all(|(field, value)| record[*field] == **value);
        self.system(system).records(kind).into_iter().filter(fits).collect()
    }
}

async fn json_of(request: reqwest::RequestBuilder) -> Value {
    let answer = request.send().await.expect("an answer");
    let status = answer.status();
    let text = answer.text().await.expect("a text");
    assert!(status.is_success(), "{status}: {text}");
    let answer: Value = serde_json::from_str(&text).expect("JSON");
    assert_ne!(answer["ok"], false, "{text}");
    answer
}
