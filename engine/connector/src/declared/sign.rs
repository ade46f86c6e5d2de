//! `x-causeway-sign`: requests that are signed with credentials at the moment of sending, by an HMAC that the document describes
//! or by a function of the connector.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use causeway_model::{ErrorClass, StepError, Text, Time, Value, text};
use causeway_script::Mask;
use serde::Deserialize;
use serde_json::{Map, json};
use sha2::{Digest, Sha256};

use super::extension;
use super::parameter::plain;
use super::script::{Moment, Script};
use super::shape::{masked, pairs_of, query_of};
use crate::http::{Masker, Outgoing, Signer};
use crate::incoming::{HmacAlgorithm, HmacEncoding};
use crate::mac::Mac;

/// How a scheme signs.
#[derive(Clone, Debug)]
pub enum Sign {
    /// `fn name(request, credentials, now)` gives the request back.
    Function(String),
    Hmac(HmacSpec),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    function: Option<String>,
    scheme: Option<HmacAlgorithm>,
    secret: Option<String>,
    signed: Option<String>,
    #[serde(default)]
    encoding: HmacEncoding,
    header: Option<String>,
    #[serde(default)]
    prefix: String,
    timestamp: Option<TimestampSpec>,
}

#[derive(Clone, Debug)]
pub struct HmacSpec {
    scheme: HmacAlgorithm,
    /// The field of the credentials that is the key.
    pub secret: String,
    /// What is signed, with `{placeholders}`.
    signed: String,
    encoding: HmacEncoding,
    header: String,
    prefix: String,
    timestamp: Option<TimestampSpec>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TimestampSpec {
    header: Option<String>,
    #[serde(default)]
    format: TimestampFormat,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
enum TimestampFormat {
    #[default]
    #[serde(rename = "unix")]
    Unix,
    #[serde(rename = "unix_ms")]
    UnixMs,
    #[serde(rename = "date-time")]
    DateTime,
    #[serde(rename = "http-date")]
    HttpDate,
}

/// What may stand in `signed`.
const PLACEHOLDERS: [&str; 8] =
    ["method", "host", "path", "query", "url", "timestamp", "body", "body_sha256"];

impl Sign {
    /// Of a security scheme; `None` where it does not sign.
    pub fn read(scheme: &Value) -> Result<Option<Self>, Text> {
        let Some(written) = extension::read::<Written>(scheme, "x-causeway-sign")? else { return Ok(None) };
        match (written.function, written.scheme) {
            (Some(function), None) => Ok(Some(Self::Function(function))),
            (None, Some(kind)) => {
                let signed = written.signed.unwrap_or_else(|| "{body}".to_owned());
                if let Some(unknown) = names(&signed).find(|name| !PLACEHOLDERS.contains(name)) {
                    let known = PLACEHOLDERS.join(", ");
                    return Err(text!(
                        "`x-causeway-sign`: `signed` knows no `{unknown}`; there are {known}.",
                        "`x-causeway-sign`：`signed` 沒有 `{unknown}`；可用的有 {known}。"
                    ));
                }
                let header = written.header.or_else(|| scheme["name"].as_str().map(str::to_owned));
                Ok(Some(Self::Hmac(HmacSpec {
                    scheme: kind,
                    secret: written.secret.unwrap_or_else(|| "secret".to_owned()),
                    signed,
                    encoding: written.encoding,
                    header: header.unwrap_or_else(|| "Authorization".to_owned()),
                    prefix: written.prefix,
                    timestamp: written.timestamp,
                })))
            }
            _ => Err(text!(
                "`x-causeway-sign` has either a `function` or a `scheme`.",
                "`x-causeway-sign` 需有 `function` 或 `scheme` 其中之一。"
            )),
        }
    }
}

/// The placeholders of a text. A brace that closes nowhere, or holds anything but a name, is text.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name)
        .filter(|name| is_name(name))
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

impl TimestampFormat {
    fn write(self, now: Time) -> String {
        match self {
            Self::Unix => now.millis().div_euclid(1000).to_string(),
            Self::UnixMs => now.millis().to_string(),
            Self::DateTime => now.to_string(),
            Self::HttpDate => {
                let millis = u64::try_from(now.millis()).unwrap_or_default();
                httpdate::fmt_http_date(std::time::UNIX_EPOCH + std::time::Duration::from_millis(millis))
            }
        }
    }
}

/// Signs by an HMAC.
pub struct HmacSigner {
    pub spec: HmacSpec,
    pub key: String,
    pub now: Time,
    pub masks: Vec<Mask>,
}

impl HmacSigner {
    /// What is signed. The body may be any bytes.
    fn signed(&self, request: &Outgoing, timestamp: &str) -> Vec<u8> {
        let mut signed = Vec::new();
        let mut rest = self.spec.signed.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            signed.extend_from_slice(before.as_bytes());
            rest = after;
            match after.split_once('}').filter(|(name, _)| is_name(name)) {
                None => signed.push(b'{'),
                Some((name, left)) => {
                    rest = left;
                    let url = &request.url;
                    match name {
                        "method" => signed.extend_from_slice(request.method.as_bytes()),
                        "host" => {
                            let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
                            let host = url.host_str().unwrap_or_default();
                            signed.extend_from_slice(format!("{host}{port}").as_bytes());
                        }
                        "path" => signed.extend_from_slice(url.path().as_bytes()),
                        "query" => signed.extend_from_slice(url.query().unwrap_or_default().as_bytes()),
                        "url" => signed.extend_from_slice(url.as_str().as_bytes()),
                        "timestamp" => signed.extend_from_slice(timestamp.as_bytes()),
                        "body_sha256" => {
                            signed.extend_from_slice(hex::encode(Sha256::digest(&request.body)).as_bytes());
                        }
                        _ => signed.extend_from_slice(&request.body),
                    }
                }
            }
        }
        signed.extend_from_slice(rest.as_bytes());
        signed
    }
}

impl Signer for HmacSigner {
    fn sign(&self, mut request: Outgoing) -> Result<Outgoing, StepError> {
        let format = self.spec.timestamp.as_ref().map(|timestamp| timestamp.format).unwrap_or_default();
        let timestamp = format.write(self.now);
        let mut mac = Mac::new(self.spec.scheme, self.key.as_bytes());
        mac.update(&self.signed(&request, &timestamp));
        let mac = mac.finish();
        let written = match self.spec.encoding {
            HmacEncoding::Hex => hex::encode(mac),
            HmacEncoding::Base64 => STANDARD.encode(mac),
        };
        if let Some(header) = self.spec.timestamp.as_ref().and_then(|timestamp| timestamp.header.clone()) {
            request.headers.push((header, timestamp));
        }
        request.headers.push((self.spec.header.clone(), format!("{}{written}", self.spec.prefix)));
        Ok(request)
    }

    fn name(&self) -> String {
        let scheme = match self.spec.scheme {
            HmacAlgorithm::Sha1 => "hmac-sha1",
            HmacAlgorithm::Sha256 => "hmac-sha256",
            HmacAlgorithm::Sha512 => "hmac-sha512",
        };
        scheme.to_owned()
    }

    fn headers(&self) -> Vec<(String, String)> {
        vec![(self.spec.header.clone(), self.spec.prefix.clone())]
    }

    fn masks(&self) -> &[Mask] {
        &self.masks
    }
}

/// Signs by a connector's function.
pub struct ScriptSigner {
    pub script: Script,
    pub function: String,
    pub credentials: Value,
    pub masks: Vec<Mask>,
    pub moment: Moment,
}

impl ScriptSigner {
    fn misfit(&self, en: &str, zh: &str) -> StepError {
        self.script.misfit(&self.function, &text!("{en}", "{zh}"))
    }

    fn read(&self, mut request: Outgoing, given: Value) -> Result<Outgoing, StepError> {
        let Value::Object(given) = given else {
            return Err(self.misfit("it has to give the request back", "必須回傳請求"));
        };
        let text = |name: &str| given.get(name).and_then(Value::as_str);
        if let Some(method) = text("method") {
            request.method = method.to_owned();
        }
        if let Some(path) = text("path") {
            request.url.set_path(path);
        }
        let query = pairs_of(given.get("query").cloned().unwrap_or_default()).join("&");
        request.url.set_query(Some(query.as_str()).filter(|query| !query.is_empty()));
        if let Some(Value::Object(headers)) = given.get("headers") {
            let headers = headers.iter().filter(|(_, value)| !value.is_null());
            request.headers = headers
                .flat_map(|(name, value)| {
                    let values = if let Value::Array(values) = value {
                        values.as_slice()
                    } else {
                        std::slice::from_ref(value)
                    };
                    values.iter().map(|value| (name.clone(), plain(value)))
                })
                .collect();
        }
        request.body = match (given.get("body"), text("body_base64")) {
            (None | Some(Value::Null), Some(encoded)) => STANDARD
                .decode(encoded)
                .map_err(|_| self.misfit("`body_base64` is no base64", "`body_base64` 不是 base64"))?
                .into(),
            (None | Some(Value::Null), None) => bytes::Bytes::new(),
            (Some(Value::String(text)), _) => text.clone().into_bytes().into(),
            (Some(value), _) => value.to_string().into_bytes().into(),
        };
        Ok(request)
    }
}

/// As a function sees it: `{method, url, host, path, query, headers, body}`, the query and the body as they are written; a body
/// that is no text as `body_base64`.
fn seen(request: &Outgoing) -> Value {
    let mut headers = Map::new();
    for (name, value) in &request.headers {
        match headers.get_mut(name) {
            None => {
                headers.insert(name.clone(), json!(value));
            }
            Some(Value::Array(values)) => values.push(json!(value)),
            Some(first) => *first = json!([first.take(), value]),
        }
    }
    let query = request.url.query().unwrap_or_default();
    let mut seen = json!({
        "method": request.method,
        "url": request.url.as_str(),
        "host": request.url.host_str(),
        "path": request.url.path(),
        "query": query,
        "parameters": query_of(&query.split('&').filter(|pair| !pair.is_empty()).map(str::to_owned).collect::<Vec<_>>()),
        "headers": headers,
        "body": null,
    });
    match std::str::from_utf8(&request.body) {
        Ok("") => {}
        Ok(text) => seen["body"] = json!(text),
        Err(_) => seen["body_base64"] = json!(STANDARD.encode(&request.body)),
    }
    seen
}

impl Signer for ScriptSigner {
    fn sign(&self, request: Outgoing) -> Result<Outgoing, StepError> {
        let arguments = [seen(&request), self.credentials.clone(), json!(self.moment.now)];
        let called = self.script.call(&self.function, &arguments, self.moment);
        called
            .and_then(|given| self.read(request, given))
            .map_err(|error| masked(error, &Masker::new(&self.masks)))
    }

    fn name(&self) -> String {
        self.function.clone()
    }

    fn masks(&self) -> &[Mask] {
        &self.masks
    }
}

/// A scheme that needs a credential which the connection does not have.
pub fn unsigned(connection: &str, field: &str) -> StepError {
    StepError::new(
        "connection_incomplete",
        ErrorClass::Auth,
        text!(
            "The connection `{connection}` lacks `{field}`, with which requests are signed",
            "連線 `{connection}` 缺少簽章所需的 `{field}`"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: &'static [u8]) -> Outgoing {
        Outgoing {
            method: "POST".to_owned(),
            url: "https://api.example.com:8443/v1/orders?b=2&a=1".parse().expect("a URL"),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.into(),
        }
    }

    fn signer(written: Value) -> HmacSigner {
        let Ok(Some(Sign::Hmac(spec))) =
            Sign::read(&json!({ "name": "X-Signature", "x-causeway-sign": written }))
        else {
            panic!("an HMAC");
        };
        HmacSigner { spec, key: "k3y".to_owned(), now: Time(1_790_000_000_123), masks: Vec::new() }
    }

    #[test]
    fn what_is_signed_is_put_together() {
        let parts = "{method} {host} {path} {query} {timestamp} { {body}";
        let signer =
            signer(json!({ "scheme": "hmac-sha256", "signed": parts, "timestamp": { "format": "unix_ms" } }));
        let signed = signer.signed(&request(b"\xff{path}"), "12");
        assert_eq!(signed, b"POST api.example.com:8443 /v1/orders b=2&a=1 12 { \xff{path}");
    }

    #[test]
    fn signatures_are_those_of_other_implementations() {
        // printf 'POST\n/v1/orders\n1790000000\n{"a":1}' | openssl dgst -sha256 -hmac k3y
        let signer = signer(json!({
            "scheme": "hmac-sha256", "signed": "{method}\n{path}\n{timestamp}\n{body}", "prefix": "sha256=",
            "timestamp": { "header": "X-Timestamp" },
        }));
        let signed = signer.sign(request(br#"{"a":1}"#)).expect("signed");
        assert_eq!(signed.headers[1], ("X-Timestamp".to_owned(), "1790000000".to_owned()));
        assert_eq!(
            signed.headers[2],
            (
                "X-Signature".to_owned(),
                "sha256=ad2cdb7518ae519a0a47240ab3e209eefa66b19099a11503215da1df9cfa8aa0".to_owned()
            )
        );
    }

    #[test]
    fn what_says_nothing_is_refused() {
        for bad in [
            json!({}),
            json!({ "scheme": "hmac-md5" }),
            json!({ "scheme": "hmac-sha256", "function": "f" }),
            json!({ "scheme": "hmac-sha256", "signed": "{boddy}" }),
            json!({ "function": "f", "colour": "red" }),
        ] {
            assert!(Sign::read(&json!({ "x-causeway-sign": bad })).is_err(), "{bad}");
        }
        assert!(Sign::read(&json!({ "type": "apiKey" })).expect("nothing").is_none());
    }
}
