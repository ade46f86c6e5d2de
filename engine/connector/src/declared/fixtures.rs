//! Fixtures: what an operation sends for an input, and what it makes of an answer. Replayed both ways without any network.
//!
//! `fixtures/<operation>.json`, or `fixtures/<operation>.<case>.json`, holds
//! `{name, settings?, input, request: {method, path, query?, headers?, json | form | text}, response: {status, headers?, json | text},
//! output | error: {class, code?}}`. Headers and query are those that must be there; others may be.
//!
//! `credentials` (and `now`, a time) are those of an account that everybody may know, such as a vendor's public one for tests:
//! with them the request is signed and compared as it would go out, and the answer is unwrapped.

use std::collections::BTreeMap;
use std::sync::Arc;

use causeway_model::{ErrorClass, StepError, Text, Time, Value, text};
use serde::Deserialize;
use serde_json::Map;

use super::answer;
use super::check::Finding;
use super::parameter::plain;
use super::server::BASE_URL;
use super::{Declared, paging};
use crate::http::{self, Response};
use crate::{Account, Call, Connector, MemoryFiles, RehearsedAccount, Services};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    #[expect(dead_code, reason = "for whoever reads the file")]
    name: Option<String>,
    #[serde(default)]
    settings: Map<String, Value>,
    /// The way to sign in; the first where it is not said.
    auth: Option<String>,
    #[serde(default)]
    credentials: BTreeMap<String, String>,
    now: Option<Time>,
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
        // One for all: a client reads the machine's certificates.
        let services = http::Client::new(http::Config::default())
            .map(|http| Services::alone(http, Arc::new(MemoryFiles::default())))
            .map_err(|error| error.message);
        let source = self.source();
        for (file, content) in source.iter().flat_map(|source| source.under("fixtures")) {
            let Some(stem) = file.strip_suffix(".json") else { continue };
            let operation = stem.split('.').next().unwrap_or_default();
            replayed.fixtures += 1;
            seen.push(operation.to_owned());
            let at = format!("fixtures/{file}");
            let outcome = match &services {
                Ok(services) => self.replay_one(operation, content, services),
                Err(why) => Err(why.clone()),
            };
            if let Err(why) = outcome {
                replayed.findings.push(Finding::error(at, why));
            }
        }
        let all = self.spec().operations.iter().map(|operation| operation.name.clone());
        replayed.without = all.filter(|name| !seen.contains(name)).collect();
        replayed
    }

    fn replay_one(&self, operation: &str, content: &str, services: &Services) -> Result<(), Text> {
        let fixture: Fixture = serde_json::from_str(content)
            .map_err(|error| text!("The fixture does not read: {error}.", "無法解析測試資料：{error}。"))?;
        let mut settings = fixture.settings.clone();
        settings.entry(BASE_URL).or_insert_with(|| Value::from(NOWHERE));
        let public = !fixture.credentials.is_empty();
        let account = self.spec().connection.as_ref().map(|form| {
            let auth = fixture.auth.as_deref().or_else(|| form.auth.first().map(|auth| auth.name.as_str()));
            let account = RehearsedAccount::new("fixture", form, auth, Value::Object(settings));
            let account = account.at(fixture.now.unwrap_or_default());
            Arc::new(if public { account.knowing(fixture.credentials) } else { account }) as Arc<dyn Account>
        });
        let call = || Call {
            input: fixture.input.clone(),
            idempotency_key: "fixture-key".to_owned(),
            account: account.clone(),
            services: services.clone(),
        };
        if let Some(expected) = &fixture.request {
            let shown = if public {
                self.made(operation, call()).map(|shown| Some(shown.into_value()))
            } else {
                self.rehearse(operation, call())
            };
            expected.compare(&shown.map_err(|error| error.message)?.unwrap_or_default())?;
        }
        let Some(came) = fixture.response else { return Ok(()) };
        let body = came.json.or(came.text.map(Value::String)).unwrap_or_default();
        let outcome = self.made_of(operation, call(), came.status, came.headers, body);
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
        call: Call,
        status: u16,
        headers: Map<String, Value>,
        body: Value,
    ) -> Result<Value, StepError> {
        let read = self.ready()?;
        let system = read.spec.title.en.clone();
        let Some(operation) = read.operation(name) else { return Ok(Value::Null) };
        let received = Response::received(status, headers, body, &system);
        let received = match self.exchange(name, call)?.unwrapper(&operation)? {
            Some(shaper) => shaper.response(received),
            None => received,
        };
        let mut response = answer::meant(&operation, &system, received)?;
        match &operation.paging {
            Some(paging) if answer::refusal(&operation, &response).is_none() => {
                let items = paging::take_items(paging, &mut response.body, &system)?;
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
