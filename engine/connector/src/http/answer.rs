//! An answer: status, headers, body - or the error that it means.

use causeway_model::{ErrorClass, StepError, Value, text};
use percent_encoding::percent_decode_str;
use reqwest::Url;
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderMap, HeaderName};
use serde_json::{Map, json};

use super::charset::ContentType;
use super::failure::Target;
use super::mask::Masker;
use super::prepare::Prepared;
use super::read::Incoming;
use super::status::{advice, classify, retry_after};
use super::{Config, StatusSet};
use crate::Services;

const MOST_HEADER_BYTES: usize = 64 * 1024;
/// How much of an error's body is kept.
const EXCERPT: usize = 64 * 1024;

/// A successful answer, masked.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    pub status: u16,
    /// By lower-case name. Repeated headers are joined by `, `; `set-cookie` is a list.
    pub headers: Map<String, Value>,
    /// JSON as it is, text as a string, nothing as null; a file or a record stream where it is large or binary.
    pub body: Value,
}

impl Response {
    /// An answer that is at hand already, as one that came: the error where its status is none of success.
    pub fn received(
        status: u16,
        headers: Map<String, Value>,
        body: Value,
        from: &str,
    ) -> Result<Self, StepError> {
        if StatusSet::default().contains(status) {
            return Ok(Self { status, headers, body });
        }
        let mut map = HeaderMap::new();
        for (name, value) in &headers {
            let written = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), written.parse()) {
                map.insert(name, value);
            }
        }
        let target = Target { shown: from.to_owned(), redirected: false };
        Err(unsuccessful(status, &target, Some(body), retry_after(&map)))
    }

    /// `{status, headers, body}`.
    pub fn into_value(self) -> Value {
        json!({ "status": self.status, "headers": self.headers, "body": self.body })
    }
}

/// Reads a response to its end.
pub(super) async fn read(
    response: reqwest::Response,
    hop: &Prepared,
    target: &Target,
    success: &StatusSet,
    services: &Services,
    config: &Config,
) -> Result<Response, StepError> {
    let status = response.status().as_u16();
    let nothing = Masker::default();
    // What echoes a credential in an answer to signing in is the credential itself.
    let masker = if hop.answers_credentials && success.contains(status) { &nothing } else { &hop.masker };
    let headers = headers(response.headers(), masker, target)?;
    let said = response
        .headers()
        .get(CONTENT_TYPE)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let said = masker.text(said.unwrap_or_default());
    let wait = retry_after(response.headers());
    let incoming = Incoming {
        content_type: ContentType::parse(&said),
        file_name: masker.text(file_name(response.headers(), &hop.url)),
        media_type: media_type(&said),
        response,
        target,
        masker,
        files: services.files.as_ref(),
        limit: config.max_response_bytes,
        read: 0,
    };
    if success.contains(status) {
        return Ok(Response { status, headers, body: incoming.value().await? });
    }
    Err(unsuccessful(status, target, incoming.excerpt(EXCERPT).await, wait))
}

fn unsuccessful(status: u16, target: &Target, body: Option<Value>, wait: Option<u64>) -> StepError {
    let (to, advice) = (&target.shown, advice(status));
    let reason = reqwest::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    let said = reason.map_or_else(|| status.to_string(), |reason| format!("{status} {reason}"));
    let mut message = text!("{to} answered {said}", "{to} 回應 {said}");
    message.en += &format!(": {}", advice.en);
    message.zh_tw += &format!(":{}", advice.zh_tw);
    let mut error = StepError::new("http_status", classify(status), message);
    error.status = Some(status);
    error.body = body;
    error.retry_after_ms = wait;
    error
}

fn headers(headers: &HeaderMap, masker: &Masker, target: &Target) -> Result<Map<String, Value>, StepError> {
    let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if size > MOST_HEADER_BYTES {
        let to = &target.shown;
        return Err(StepError::new(
            "answer_too_large",
            ErrorClass::Exceeded,
            text!("The headers of the answer of {to} are larger than 64 kB", "{to} 的回應標頭超過 64 kB"),
        ));
    }
    let mut shown = Map::new();
    for name in headers.keys() {
        let values: Vec<String> = headers
            .get_all(name)
            .iter()
            .map(|value| masker.text(String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let value = if name == "set-cookie" { json!(values) } else { json!(values.join(", ")) };
        shown.insert(name.as_str().to_owned(), value);
    }
    Ok(shown)
}

fn media_type(said: &str) -> String {
    let fits = !said.is_empty()
        && said.len() <= 128
        && said.contains('/')
        && said.bytes().all(|byte| (32..127).contains(&byte));
    if fits { said.to_owned() } else { "application/octet-stream".to_owned() }
}

/// The name in `Content-Disposition`, else the last part of the path; never a path.
fn file_name(headers: &HeaderMap, url: &Url) -> String {
    let given = headers
        .get(CONTENT_DISPOSITION)
        .and_then(|value| disposition_name(&String::from_utf8_lossy(value.as_bytes())));
    let from_path = || url.path_segments()?.next_back().map(decoded);
    let name = given.or_else(from_path).unwrap_or_default();
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(120).collect();
    let clean = clean.trim().trim_start_matches('.').to_owned();
    if clean.is_empty() { "download".to_owned() } else { clean }
}

fn disposition_name(header: &str) -> Option<String> {
    let parameter = |wanted: &str| {
        header.split(';').skip(1).find_map(|part| {
            let (name, value) = part.split_once('=')?;
            name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().trim_matches('"').to_owned())
        })
    };
    let extended = parameter("filename*").and_then(|value| {
        let (charset, rest) = value.split_once('\'')?;
        let (_, encoded) = rest.split_once('\'')?;
        charset.eq_ignore_ascii_case("utf-8").then(|| decoded(encoded))
    });
    extended.or_else(|| parameter("filename"))
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_come_without_paths() {
        let name = |disposition: Option<&str>, url: &str| {
            let mut headers = HeaderMap::new();
            if let Some(disposition) = disposition {
                headers.insert(CONTENT_DISPOSITION, disposition.parse().expect("a header"));
            }
            file_name(&headers, &Url::parse(url).expect("a URL"))
        };
        assert_eq!(name(Some("attachment; filename=\"a b.pdf\""), "http://h/x"), "a b.pdf");
        assert_eq!(
            name(Some("attachment; filename=x; filename*=UTF-8''%E5%A0%B1%E5%83%B9.pdf"), "http://h/"),
            "報價.pdf"
        );
        assert_eq!(name(Some("attachment; filename=\"../../etc/passwd\""), "http://h/"), "passwd");
        assert_eq!(name(Some("attachment; filename*=UTF-8''..%2F..%5Cx.txt"), "http://h/"), "x.txt");
        assert_eq!(name(None, "http://h/files/%E5%A0%B1.csv?x=1"), "報.csv");
        assert_eq!(name(None, "http://h/"), "download");
        assert_eq!(name(Some("inline; filename=\"..\""), "http://h/y"), "download");
    }
}
