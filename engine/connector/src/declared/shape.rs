//! Shaping: what a connector's own functions make of a request before it is sent, and of an answer before anybody reads it.
//!
//! A request is shaped without credentials, so that whoever looks on may see it. An answer may be unwrapped with them; what comes
//! of it is masked as every answer is.

use causeway_model::{StepError, Text, Value, text};
use causeway_script::Mask;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Map, json};

use super::extension;
use super::parameter::{encoded, plain};
use super::request::Draft;
use super::script::{Moment, Script};
use crate::aside::aside;
use crate::http::{Masker, Response};

/// `x-causeway-shape`, at the root or at an operation, whose own takes the place of the root's.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShapeSpec {
    /// `fn name(request, input, settings)` gives the request back.
    pub request: Option<String>,
    /// `fn name(response, settings)` gives the body of the answer back.
    pub response: Option<String>,
    /// `fn name(response, settings, credentials)` instead.
    #[serde(default)]
    pub credentials: bool,
}

impl ShapeSpec {
    pub fn read(holder: &Value) -> Result<Option<Self>, Text> {
        extension::read(holder, "x-causeway-shape")
    }

    /// With the number of their parameters.
    pub fn functions(&self) -> impl Iterator<Item = (String, usize)> {
        let request = self.request.clone().map(|name| (name, 3));
        request.into_iter().chain(self.response.clone().map(|name| (name, self.parameters())))
    }

    fn parameters(&self) -> usize {
        if self.credentials { 3 } else { 2 }
    }
}

/// A function with what it is given of the connection.
#[derive(Clone)]
pub struct Shaper {
    pub script: Script,
    pub function: String,
    pub settings: Value,
    /// With what is masked of them afterwards.
    pub credentials: Option<(Value, Vec<Mask>)>,
    pub moment: Moment,
}

impl Shaper {
    /// `{method, path, query, headers, body}`; the path is what follows the address, and everything in it is encoded already.
    pub fn request(&self, mut draft: Draft, input: &Value) -> Result<Draft, StepError> {
        let query = query_of(&draft.query);
        let headers: Map<String, Value> =
            draft.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        let request = json!({
            "method": draft.method,
            "path": draft.path,
            "query": query,
            "headers": headers,
            "body": draft.body.take(),
        });
        let arguments = [request, input.clone(), self.settings.clone()];
        let Value::Object(mut given) = self.script.call(&self.function, &arguments, self.moment)? else {
            return Err(self.misfit("it has to give the request back", "必須回傳請求"));
        };
        let text = |given: &Map<String, Value>, name: &str| {
            given.get(name).and_then(Value::as_str).map(str::to_owned)
        };
        draft.method = text(&given, "method").unwrap_or(draft.method);
        let path = text(&given, "path").unwrap_or_default();
        let leads_away =
            path.split('/').any(|part| matches!(part, "." | "..")) || path.contains(['?', '#', '\\']);
        if leads_away || !(path.is_empty() || path.starts_with('/')) {
            return Err(self.misfit(
                "`path` has to begin with / and holds neither a query nor ..",
                "`path` 必須以 / 開頭，且不含查詢參數或 ..",
            ));
        }
        draft.path = path;
        match given.remove("query") {
            Some(said) if said == query => {}
            Some(said) => draft.query = pairs_of(said),
            None => draft.query.clear(),
        }
        draft.headers = match given.remove("headers") {
            Some(Value::Object(headers)) => headers
                .into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name, plain(&value)))
                .collect(),
            _ => Vec::new(),
        };
        draft.body = given.remove("body").filter(|body| !body.is_null());
        Ok(draft)
    }

    /// What came of sending, with another body. Of a failure that cannot be shaped the body stays as it came.
    pub fn response(&self, mut outcome: Result<Response, StepError>) -> Result<Response, StepError> {
        match self.given(&mut outcome) {
            Some(arguments) => put(outcome, self.open(&arguments)),
            None => outcome,
        }
    }

    /// The same, so that it holds up nobody else.
    pub async fn response_aside(
        self,
        mut outcome: Result<Response, StepError>,
    ) -> Result<Response, StepError> {
        match self.given(&mut outcome) {
            Some(arguments) => put(outcome, aside(move || self.open(&arguments)).await),
            None => outcome,
        }
    }

    /// What the function is given, if anything: the body is taken out of an answer, which may be large.
    fn given(&self, outcome: &mut Result<Response, StepError>) -> Option<Vec<Value>> {
        let (status, headers, body) = match outcome {
            Ok(response) => (response.status, response.headers.clone(), response.body.take()),
            Err(error) if error.code == "http_status" => (error.status?, Map::new(), error.body.clone()?),
            Err(_) => return None,
        };
        let mut response = Map::new();
        response.insert("status".to_owned(), json!(status));
        response.insert("headers".to_owned(), Value::Object(headers));
        response.insert("body".to_owned(), body);
        let credentials = self.credentials.as_ref().map(|(credentials, _)| credentials.clone());
        Some([Value::Object(response), self.settings.clone()].into_iter().chain(credentials).collect())
    }

    fn open(&self, arguments: &[Value]) -> Result<Value, StepError> {
        let opened = self.script.call(&self.function, arguments, self.moment);
        let Some((_, masks)) = &self.credentials else { return opened };
        let masker = Masker::new(masks);
        opened.map(|body| masker.value(body)).map_err(|error| masked(error, &masker))
    }

    fn misfit(&self, en: &str, zh: &str) -> StepError {
        self.script.misfit(&self.function, &text!("{en}", "{zh}"))
    }
}

/// Puts the other body in.
fn put(
    outcome: Result<Response, StepError>,
    opened: Result<Value, StepError>,
) -> Result<Response, StepError> {
    match (outcome, opened) {
        (Ok(mut response), opened) => {
            response.body = opened?;
            Ok(response)
        }
        (Err(error), Ok(body)) => Err(StepError { body: Some(body), ..error }),
        (Err(error), Err(_)) => Err(error),
    }
}

/// An error of a function that was given credentials: whatever it says, it does not say those.
pub fn masked(mut error: StepError, masker: &Masker) -> StepError {
    error.message = Text { en: masker.text(error.message.en), zh_tw: masker.text(error.message.zh_tw) };
    error
}

/// Names and texts; a list where a name comes several times.
pub fn query_of<'a>(pairs: impl IntoIterator<Item = &'a String>) -> Value {
    let decoded = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let mut query = Map::new();
    for pair in pairs {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = Value::String(decoded(value));
        match query.get_mut(&decoded(name)) {
            None => {
                query.insert(decoded(name), value);
            }
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = json!([first.take(), value]),
        }
    }
    Value::Object(query)
}

/// The opposite. A text is a query that is written already.
pub fn pairs_of(query: Value) -> Vec<String> {
    let mut pairs = Vec::new();
    match query {
        Value::String(written) => {
            pairs.extend(written.split('&').filter(|pair| !pair.is_empty()).map(str::to_owned));
        }
        Value::Object(query) => {
            for (name, value) in query {
                let values = if let Value::Array(values) = value { values } else { vec![value] };
                let values = values.iter().filter(|value| !value.is_null());
                pairs.extend(values.map(|value| format!("{}={}", encoded(&name), encoded(&plain(value)))));
            }
        }
        _ => {}
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_go_there_and_back() {
        let written = ["a=1".to_owned(), "b%5Bc%5D=x%20y%26".to_owned(), "a=2".to_owned()];
        let query = query_of(&written);
        assert_eq!(query, json!({ "a": ["1", "2"], "b[c]": "x y&" }));
        assert_eq!(query_of(&pairs_of(query.clone())), query);
        assert_eq!(pairs_of(json!("b=2&a=1")), ["b=2", "a=1"]);
        assert_eq!(pairs_of(json!({ "n": 1.5, "no": null })), ["n=1.5"]);
    }
}
