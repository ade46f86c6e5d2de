//! Fixtures: what an operation sends for an input, and what it makes of an answer. Replayed both ways without any network.
//!
//! `fixtures/<operation>.json`, or `fixtures/<operation>.<case>.json`, holds
//! `{name, settings?, input, request: {method, path, query?, headers?, json | form | text}, response: {status, headers?, json | text},
//! output | error: {class, code?}}`. Headers and query are those that must be there; others may be.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use causeway_model::{ErrorClass, StepError, Text, Time, Value, text};
use causeway_script::{Sealer, Secrets};
use serde::Deserialize;
use serde_json::Map;

use super::answer;
use super::check::Finding;
use super::parameter::plain;
use super::server::BASE_URL;
use super::{Declared, paging};
use crate::http::{self, Response};
use crate::{Account, Call, Connector, Limits, MemoryFiles, Observed, Obtain, Permit, Services, Session};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    #[expect(dead_code, reason = "for whoever reads the file")]
    name: Option<String>,
    #[serde(default)]
    settings: Map<String, Value>,
    #[serde(default)]
    input: Value,
    request: Option<Sent>,
    response: Option<Came>,
    output: Option<Value>,
    error: Option<Failed>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    method: String,
    path: String,
    #[serde(default)]
    query: BTreeMap<String, Value>,
    #[serde(default)]
    headers: BTreeMap<String, Value>,
    json: Option<Value>,
    form: Option<BTreeMap<String, Value>>,
    text: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Came {
    status: u16,
    #[serde(default)]
    headers: Map<String, Value>,
    json: Option<Value>,
    text: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Failed {
    class: ErrorClass,
    code: Option<String>,
}

/// What came of replaying.
#[derive(Clone, Debug, Default)]
pub struct Replayed {
    /// How many fixtures were replayed.
    pub fixtures: usize,
    /// The operations that have none.
    pub without: Vec<String>,
    pub findings: Vec<Finding>,
}

/// Where fixtures' systems are: a name that never resolves.
const NOWHERE: &str = "https://system.invalid";

impl Declared {
    /// Replays all fixtures of the folder.
    pub fn replay(&self) -> Replayed {
        let mut replayed = Replayed::default();
        let mut seen = Vec::new();
        for (file, content) in self.source().under("fixtures") {
            let Some(stem) = file.strip_suffix(".json") else { continue };
            let operation = stem.split('.').next().unwrap_or_default();
            replayed.fixtures += 1;
            seen.push(operation.to_owned());
            let at = format!("fixtures/{file}");
            if let Err(why) = self.replay_one(operation, content) {
                replayed.findings.push(Finding::error(at, why));
            }
        }
        let all = self.spec().operations.iter().map(|operation| operation.name.clone());
        replayed.without = all.filter(|name| !seen.contains(name)).collect();
        replayed
    }

    fn replay_one(&self, operation: &str, content: &str) -> Result<(), Text> {
        let fixture: Fixture = serde_json::from_str(content)
            .map_err(|error| text!("The fixture does not read: {error}.", "無法解析測試資料：{error}。"))?;
        let mut settings = fixture.settings.clone();
        settings.entry(BASE_URL).or_insert_with(|| Value::from(NOWHERE));
        let auth = self.spec().connection.as_ref().and_then(|form| form.auth.first());
        let fields = auth.and_then(|auth| auth.credentials["properties"].as_object());
        let account = Arc::new(Stand {
            settings: Value::Object(settings),
            auth: auth.map(|auth| auth.name.clone()),
            credentials: fields
                .into_iter()
                .flatten()
                .map(|(name, _)| (name.clone(), String::new()))
                .collect(),
        });
        let call = Call {
            input: fixture.input.clone(),
            idempotency_key: "fixture-key".to_owned(),
            account: Some(account as _),
            services: services()?,
        };
        if let Some(expected) = &fixture.request {
            let shown = self.rehearse(operation, call).map_err(|error| error.message)?.unwrap_or_default();
            expected.compare(&shown)?;
        }
        let Some(came) = fixture.response else { return Ok(()) };
        let body = came.json.or(came.text.map(Value::String)).unwrap_or_default();
        let outcome = self.made_of(operation, came.status, came.headers, body);
        match (outcome, fixture.output, fixture.error) {
            (Ok(output), Some(expected), _) if output == expected => Ok(()),
            (Ok(output), Some(expected), _) => Err(differs("output", &expected, &output)),
            (Ok(_), None, None) => Ok(()),
            (Ok(output), None, Some(expected)) => {
                let class = expected.class.name();
                Err(text!(
                    "The answer should be an error of class `{class}`, but gives {output}.",
                    "回應應為 `{class}` 類錯誤，但得到 {output}。"
                ))
            }
            (Err(error), _, Some(expected))
                if error.class == expected.class
                    && self.has_code(operation, &error, expected.code.as_deref()) =>
            {
                Ok(())
            }
            (Err(error), ..) => {
                let (class, code, en, zh) =
                    (error.class.name(), error.code, error.message.en, error.message.zh_tw);
                Err(text!(
                    "The answer gives the error {code} ({class}): {en}.",
                    "回應得到錯誤 {code}（{class}）：{zh}。"
                ))
            }
        }
    }

    /// Whether an error has a code: ours, or the system's own.
    fn has_code(&self, operation: &str, error: &StepError, code: Option<&str>) -> bool {
        let Some(code) = code.filter(|code| *code != error.code) else { return true };
        let operation = self.read().ok().and_then(|read| read.operation(operation));
        let body = error.body.as_ref();
        operation.is_some_and(|operation| {
            let said = operation.errors.code_at.iter().find_map(|pointer| body?.pointer(pointer));
            said.is_some_and(|said| plain(said) == code)
        })
    }

    /// What an operation makes of an answer; of a list, of its first page.
    fn made_of(
        &self,
        name: &str,
        status: u16,
        headers: Map<String, Value>,
        body: Value,
    ) -> Result<Value, StepError> {
        let read = self.ready()?;
        let system = read.spec.title.en.clone();
        let Some(operation) = read.operation(name) else { return Ok(Value::Null) };
        let received = Response::received(status, headers, body, &system);
        let response = answer::meant(&operation, &system, received)?;
        match &operation.paging {
            Some(paging) if answer::refusal(&operation, &response).is_none() => {
                let items = paging::items(paging, &response.body, &system)?.to_vec();
                Ok(serde_json::json!({ "count": items.len(), "items": items }))
            }
            _ => answer::output(&operation, &system, response),
        }
    }
}

fn differs(what: &str, expected: &dyn std::fmt::Display, found: &dyn std::fmt::Display) -> Text {
    text!("The {what} should be {expected}, but is {found}.", "{what} 應為 {expected}，實際為 {found}。")
}

impl Sent {
    fn compare(&self, shown: &Value) -> Result<(), Text> {
        let url = reqwest::Url::parse(shown["url"].as_str().unwrap_or_default())
            .map_err(|error| text!("The address does not read: {error}.", "無法解析網址：{error}。"))?;
        if shown["method"] != self.method.as_str() {
            return Err(differs("method", &self.method, &shown["method"]));
        }
        if url.path() != self.path {
            return Err(differs("path", &self.path, &url.path()));
        }
        let mut query: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in url.query_pairs() {
            query.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        for (name, expected) in &self.query {
            let found = query.get(name).cloned().unwrap_or_default();
            let expected = match expected {
                Value::Array(items) => items.iter().map(plain).collect(),
                one => vec![plain(one)],
            };
            if expected != found {
                return Err(differs(&format!("query `{name}`"), &expected.join(", "), &found.join(", ")));
            }
        }
        for (name, expected) in &self.headers {
            let found = plain(&shown["headers"][name.to_ascii_lowercase().as_str()]);
            if plain(expected) != found {
                return Err(differs(&format!("header `{name}`"), expected, &found));
            }
        }
        let body = shown["body"].as_str().unwrap_or_default();
        if let Some(expected) = &self.json {
            let found: Value = serde_json::from_str(body).unwrap_or_default();
            if found != *expected {
                return Err(differs("body", expected, &found));
            }
        }
        if let Some(expected) = &self.form {
            let found: BTreeMap<String, Value> = form_urlencoded::parse(body.as_bytes())
                .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
                .collect();
            let expected: BTreeMap<String, Value> =
                expected.iter().map(|(name, value)| (name.clone(), Value::String(plain(value)))).collect();
            if found != expected {
                return Err(differs("form", &format!("{expected:?}"), &format!("{found:?}")));
            }
        }
        match &self.text {
            Some(expected) if expected != body => Err(differs("body", expected, &body)),
            _ => Ok(()),
        }
    }
}

fn services() -> Result<Services, Text> {
    Ok(Services {
        http: http::Client::new(http::Config::default()).map_err(|error| error.message)?,
        files: Arc::new(MemoryFiles::default()),
        sealer: Sealer::new([0; 32]),
        secrets: Arc::new(Secrets::default()),
    })
}

/// The connection of a fixture: the document's first way to sign in, and credentials that are names only.
struct Stand {
    settings: Value,
    auth: Option<String>,
    credentials: BTreeMap<String, String>,
}

#[async_trait]
impl Account for Stand {
    fn name(&self) -> &str {
        "fixture"
    }
    fn settings(&self) -> &Value {
        &self.settings
    }
    fn auth(&self) -> Option<&str> {
        self.auth.as_deref()
    }
    fn now(&self) -> Time {
        Time(0)
    }
    fn credentials(&self) -> &BTreeMap<String, String> {
        &self.credentials
    }
    async fn permit(&self, _: &Limits) -> Result<Permit, StepError> {
        Ok(Permit::free())
    }
    fn observe(&self, _: Observed) {}
    async fn session(&self, _: Option<&Session>, _: Obtain<'_>) -> Result<Session, StepError> {
        Ok(Session { values: BTreeMap::new(), expires_at: None })
    }
}
