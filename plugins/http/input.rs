//! The input of `request`, read into what the HTTP runtime sends.

use causeway_connector::http::{Auth, Body, Part, PartContent, Request, StatusSet};
use causeway_model::{ErrorClass, FileRef, Span, StepError, StreamRef, Value, text};
use serde::{Deserialize, Deserializer};
use serde_json::Map;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    method: Option<String>,
    url: String,
    query: Option<Map<String, Value>>,
    headers: Option<Map<String, Value>>,
    /// `null` is a JSON body too.
    #[serde(default, deserialize_with = "present")]
    json: Option<Value>,
    form: Option<Map<String, Value>>,
    multipart: Option<Value>,
    body: Option<Value>,
    auth: Option<AuthInput>,
    timeout: Option<String>,
    success: Option<Value>,
    follow_redirects: Option<bool>,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", deny_unknown_fields)]
enum AuthInput {
    Basic { username: String, password: String },
    Bearer { token: String },
    Header { name: String, value: String },
    Query { name: String, value: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PartInput {
    name: String,
    value: Option<Value>,
    file: Option<Value>,
    filename: Option<String>,
    #[serde(rename = "type")]
    media_type: Option<String>,
}

/// Reads a resolved input.
pub(super) fn request(input: Value) -> Result<Request, StepError> {
    let input: Input = serde_json::from_value(input).map_err(|error| unread(&error))?;
    let body = body(input.json, input.form, input.multipart, input.body)?;
    let usual = if matches!(body, Body::Empty) { "GET" } else { "POST" };
    let mut request = Request::new(input.method.as_deref().unwrap_or(usual), &input.url);
    request.query = pairs("query", input.query)?;
    request.headers = pairs("headers", input.headers)?;
    request.body = body;
    request.auth = input.auth.map(auth);
    if let Some(timeout) = input.timeout {
        let span: Span = timeout
            .parse()
            .map_err(|_| refused("timeout", "write a duration such as 30s", "請寫成時間長度，例如 30s"))?;
        request.timeout = Some(span.to_std());
    }
    if let Some(success) = input.success {
        request.success = StatusSet::from_value(&success)?;
    }
    request.follow_redirects = input.follow_redirects.unwrap_or(true);
    Ok(request)
}

fn auth(input: AuthInput) -> Auth {
    match input {
        AuthInput::Basic { username, password } => Auth::Basic { username, password },
        AuthInput::Bearer { token } => Auth::Bearer { token },
        AuthInput::Header { name, value } => Auth::Header { name, value },
        AuthInput::Query { name, value } => Auth::Query { name, value },
    }
}

fn body(
    json: Option<Value>,
    form: Option<Map<String, Value>>,
    multipart: Option<Value>,
    raw: Option<Value>,
) -> Result<Body, StepError> {
    let given = [json.is_some(), form.is_some(), multipart.is_some(), raw.is_some()];
    if given.into_iter().filter(|given| *given).count() > 1 {
        return Err(refused(
            "json",
            "give only one of json, form, multipart and body",
            "json、form、multipart 與 body 只能擇一",
        ));
    }
    if let Some(json) = json {
        return Ok(StreamRef::from_value(&json).map_or_else(|| Body::Json(json), Body::Records));
    }
    if form.is_some() {
        return Ok(Body::Form(pairs("form", form)?));
    }
    if let Some(multipart) = multipart {
        return Ok(Body::Multipart(parts(multipart)?));
    }
    match raw {
        None => Ok(Body::Empty),
        Some(Value::String(text)) => {
            Ok(Body::Text { text, media_type: "text/plain; charset=utf-8".to_owned() })
        }
        Some(other) => FileRef::from_value(&other).map(Body::File).ok_or_else(|| {
            refused(
                "body",
                "give a text or a file; for other values use `json`",
                "請給文字或檔案；其他值請用 `json`",
            )
        }),
    }
}

fn parts(multipart: Value) -> Result<Vec<Part>, StepError> {
    match multipart {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| {
                let (content, media_type) = content(value);
                Ok(Part { name, content, file_name: None, media_type })
            })
            .collect(),
        Value::Array(items) => items.into_iter().map(part).collect(),
        _ => Err(refused(
            "multipart",
            "give an object of fields or a list of parts",
            "請給欄位物件，或由各部分組成的清單",
        )),
    }
}

fn part(item: Value) -> Result<Part, StepError> {
    let part: PartInput = serde_json::from_value(item).map_err(|error| unread(&error))?;
    let (content, fitting) = match (part.value, part.file) {
        (Some(value), None) => content(value),
        (None, Some(file)) => match FileRef::from_value(&file) {
            Some(file) => (PartContent::File(file), None),
            None => return Err(refused("multipart", "`file` must be a file", "`file` 必須是檔案")),
        },
        _ => {
            return Err(refused(
                "multipart",
                "each part has either value or file",
                "每個部分需有 value 或 file 其中之一",
            ));
        }
    };
    Ok(Part { name: part.name, content, file_name: part.filename, media_type: part.media_type.or(fitting) })
}

/// A field's content, and the type that says what it is.
fn content(value: Value) -> (PartContent, Option<String>) {
    if let Some(file) = FileRef::from_value(&value) {
        return (PartContent::File(file), None);
    }
    match value {
        Value::Array(_) | Value::Object(_) => {
            (PartContent::Text(value.to_string()), Some("application/json".to_owned()))
        }
        scalar => (PartContent::Text(plain(scalar).unwrap_or_default()), None),
    }
}

/// Names and texts; null leaves its name out, a list repeats it.
fn pairs(field: &str, object: Option<Map<String, Value>>) -> Result<Vec<(String, String)>, StepError> {
    let mut pairs = Vec::new();
    for (name, value) in object.unwrap_or_default() {
        let values = match value {
            Value::Array(values) => values,
            one => vec![one],
        };
        for value in values.into_iter().filter(|value| !value.is_null()) {
            let value = plain(value).ok_or_else(|| {
                refused(
                    field,
                    &format!("`{name}` must be a text, a number, true or false, or a list of such"),
                    &format!("`{name}` 必須是文字、數字、true 或 false，或其清單"),
                )
            })?;
            pairs.push((name.clone(), value));
        }
    }
    Ok(pairs)
}

fn plain(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// The schema refuses such inputs before; what serde says may repeat values, so only its words about names are passed on.
fn unread(error: &serde_json::Error) -> StepError {
    let why = error.to_string();
    if why.starts_with("invalid") {
        return refused("with", "a field has the wrong type", "有欄位的型別不符");
    }
    refused("with", &why, &why)
}

fn refused(field: &str, en: &str, zh: &str) -> StepError {
    StepError::new(
        "invalid_input",
        ErrorClass::Invalid,
        text!("`{field}` of http.request: {en}", "http.request 的 `{field}`:{zh}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn file() -> Value {
        json!({ "$file": { "id": "00000000-0000-4000-8000-000000000001", "name": "a.pdf", "type": "application/pdf", "size": 3 } })
    }

    #[test]
    fn the_method_follows_the_body() {
        let method = |input: Value| request(input).expect("a request").method;
        assert_eq!(method(json!({ "url": "http://h/" })), "GET");
        assert_eq!(method(json!({ "url": "http://h/", "json": null })), "POST");
        assert_eq!(method(json!({ "url": "http://h/", "body": null })), "GET");
        assert_eq!(method(json!({ "url": "http://h/", "form": {}, "method": "PUT" })), "PUT");
    }

    #[test]
    fn numbers_keep_their_digits_and_lists_repeat() {
        let input = json!({ "url": "http://h/", "query": { "page": 2, "tag": ["a", "b"], "none": null, "on": true } });
        let input = input.to_string().replace("2,", "2.50,");
        let request = request(serde_json::from_str(&input).expect("JSON")).expect("a request");
        let pairs: Vec<_> = request.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(pairs, ["page=2.50", "tag=a", "tag=b", "on=true"]);
    }

    #[test]
    fn bodies_are_told_apart() {
        let body = |input: Value| {
            let mut whole = json!({ "url": "http://h/" });
            whole.as_object_mut().expect("an object").extend(input.as_object().expect("an object").clone());
            request(whole).map(|request| request.body)
        };
        assert!(matches!(body(json!({ "body": "x" })), Ok(Body::Text { .. })));
        assert!(matches!(body(json!({ "body": file() })), Ok(Body::File(_))));
        let stream = json!({ "$stream": { "id": "00000000-0000-4000-8000-000000000001", "count": 3 } });
        assert!(matches!(body(json!({ "json": stream })), Ok(Body::Records(_))));
        let Ok(Body::Multipart(parts)) =
            body(json!({ "multipart": { "n": 1, "doc": file(), "o": { "a": 1 } } }))
        else {
            panic!("a multipart body");
        };
        assert!(matches!(&parts[0].content, PartContent::Text(text) if text == "1"));
        assert!(matches!(&parts[1].content, PartContent::File(_)));
        assert_eq!(parts[2].media_type.as_deref(), Some("application/json"));
        for bad in [
            json!({ "json": 1, "form": {} }),
            json!({ "body": { "a": 1 } }),
            json!({ "multipart": "x" }),
            json!({ "multipart": [{ "name": "x" }] }),
            json!({ "multipart": [{ "name": "x", "value": 1, "file": file() }] }),
            json!({ "query": { "a": { "b": 1 } } }),
            json!({ "timeout": "soon" }),
            json!({ "auth": { "type": "magic" } }),
            json!({ "auth": { "type": "bearer" } }),
            json!({ "ur": 1 }),
        ] {
            assert_eq!(body(bad.clone()).expect_err("refused").code, "invalid_input", "{bad}");
        }
    }

    #[test]
    fn an_error_does_not_repeat_what_was_given() {
        let error = request(json!({ "url": ["hunter22"] })).expect_err("refused");
        assert!(!error.to_string().contains("hunter22"), "{error}");
        let error = request(json!({ "url": "http://h/", "auth": "hunter22" })).expect_err("refused");
        assert!(!error.to_string().contains("hunter22"), "{error}");
    }
}
