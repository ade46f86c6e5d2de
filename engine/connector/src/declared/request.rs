//! From an input to a request.

use causeway_model::{ErrorClass, StepError, Value, text};
use serde_json::Map;

use super::extension::{KeyFormat, KeyPlace, KeySpec};
use super::operation::Operation;
use super::parameter::{At, Parameter, encoded, plain};
use crate::http::{Body, Request};

/// What a call is made of, beside its operation.
pub struct Asked<'a> {
    pub base_url: &'a str,
    /// The connection's settings; null without one.
    pub settings: &'a Value,
    pub input: Value,
    pub idempotency_key: &'a str,
}

/// A request whose body is still a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub method: String,
    base_url: String,
    /// What follows the address, encoded.
    pub path: String,
    /// Encoded pairs.
    pub query: Vec<String>,
    pub headers: Vec<(String, String)>,
    pub body: Option<Value>,
}

/// The request without what signing in adds to it.
pub fn request(operation: &Operation, asked: Asked<'_>) -> Result<Request, StepError> {
    draft(operation, asked)?.request(operation)
}

pub fn draft(operation: &Operation, asked: Asked<'_>) -> Result<Draft, StepError> {
    let mut input = match asked.input {
        Value::Object(input) => input,
        Value::Null => Map::new(),
        _ => return Err(invalid("The input is no object", "輸入不是物件")),
    };
    let mut path = operation.path.clone();
    let mut query = Vec::new();
    let mut headers = Vec::new();
    let mut cookies = Vec::new();
    for parameter in &operation.parameters {
        let value = match &parameter.setting {
            Some(setting) => asked.settings.get(setting).cloned(),
            None if parameter.hidden => parameter.constant.clone(),
            None => input.shift_remove(&parameter.field),
        };
        let value = match value {
            Some(Value::Null) | None if parameter.at != At::Path => continue,
            value => value.unwrap_or_default(),
        };
        match parameter.at {
            At::Path => path = path.replace(&format!("{{{}}}", parameter.name), &segment(parameter, &value)?),
            At::Query => query.extend(parameter.pairs(&value)),
            At::Header => headers.push((parameter.name.clone(), parameter.expanded(&value))),
            At::Cookie => cookies.extend(parameter.pairs(&value)),
        }
    }
    let key = operation.key.as_ref().map(|key| (key, written(key, asked.idempotency_key)));
    let mut body = None;
    if let Some(plan) = &operation.body {
        body = plan.take(&mut input);
        if let (Some(body), Some((KeySpec { place: KeyPlace::Body, name, .. }, key))) = (&mut body, &key)
            && let Some(fields) = body.as_object_mut()
            && !fields.contains_key(name)
        {
            fields.insert(name.clone(), Value::String(key.clone()));
        }
    }
    match &key {
        Some((KeySpec { place: KeyPlace::Header, name, .. }, key)) => {
            headers.push((name.clone(), key.clone()))
        }
        Some((KeySpec { place: KeyPlace::Query, name, .. }, key)) => {
            query.push(format!("{}={}", encoded(name), encoded(key)));
        }
        _ => {}
    }
    if let Some(unknown) = input.keys().find(|name| *name != crate::MAX_ITEMS) {
        return Err(invalid(
            &format!("The operation has no input `{unknown}`"),
            &format!("此操作沒有輸入欄位 `{unknown}`"),
        ));
    }
    if !cookies.is_empty() {
        headers.push(("Cookie".to_owned(), cookies.join("; ")));
    }
    let base_url = asked.base_url.trim_end_matches('/').to_owned();
    Ok(Draft { method: operation.method.clone(), base_url, path, query, headers, body })
}

impl Draft {
    pub fn request(self, operation: &Operation) -> Result<Request, StepError> {
        let mut url = format!("{}{}", self.base_url, self.path);
        if !self.query.is_empty() {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&self.query.join("&"));
        }
        let mut request = Request::new(&self.method, &url);
        request.headers = self.headers;
        let Some(body) = self.body else { return Ok(request) };
        match &operation.body {
            Some(plan) => {
                if let Some(media) = plan.content_type().filter(|_| !request.has_header("content-type")) {
                    request.headers.push(("Content-Type".to_owned(), media.to_owned()));
                }
                request.body = plan.body(body)?;
            }
            // Only a function of the connector gives a body to what has none.
            None => request.body = Body::Json(body),
        }
        Ok(request)
    }
}

/// A value in a path. One that is empty or made of dots would lead to another address than was meant.
fn segment(parameter: &Parameter, value: &Value) -> Result<String, StepError> {
    let text = parameter.expanded(value);
    if text.is_empty() || text.chars().all(|c| c == '.') {
        let (name, shown) = (&parameter.field, plain(value));
        return Err(invalid(
            &format!("`{name}` cannot be `{shown}`: it is part of the address"),
            &format!("`{name}` 不能是 `{shown}`：它是網址的一部分"),
        ));
    }
    Ok(text)
}

/// The engine's key in the form that the system wants. A UUID is made of the key's own digits, so that it stays the same.
fn written(key: &KeySpec, value: &str) -> String {
    match key.format {
        KeyFormat::Text => value.to_owned(),
        KeyFormat::Uuid => uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, value.as_bytes()).to_string(),
    }
}

pub fn invalid(en: &str, zh: &str) -> StepError {
    StepError::new("invalid_input", ErrorClass::Invalid, text!("{en}", "{zh}"))
}
