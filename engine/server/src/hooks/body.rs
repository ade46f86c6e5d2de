//! The body of a call: read within its limit, verified while it comes in, small ones as values, large ones kept in the
//! store as a file or a record stream.

use std::time::{Duration, Instant};

use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, StatusCode, header};
use bytes::{Bytes, BytesMut};
use causeway_model::{INLINE_LIMIT, RunId, Value, text};
use causeway_store::Store;
use futures::StreamExt as _;
use tokio::sync::Semaphore;

use super::json::{self, NotJson};
use super::records::{self, Layout};
use super::verify::Check;
use super::{multipart, trigger};
use crate::problem::Problem;

/// The longest pause between two parts of a body.
const IDLE: Duration = Duration::from_secs(30);
/// A body may take so long, and a second more for each kB of it.
const SLOWEST: Duration = Duration::from_secs(60);

/// What stands in `trigger.body`.
pub(super) enum Payload {
    /// Valid JSON, as it came.
    Json(Bytes),
    Value(Value),
}

impl Payload {
    pub(super) fn size_hint(&self) -> usize {
        match self {
            Self::Json(text) => text.len(),
            Self::Value(Value::String(text)) => text.len() + text.len() / 8,
            Self::Value(_) => 1024,
        }
    }

    pub(super) fn json(&self) -> Option<&[u8]> {
        match self {
            Self::Json(text) => Some(text),
            Self::Value(_) => None,
        }
    }
}

/// How a body is to be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Json,
    /// A JSON value per line.
    Lines,
    Form,
    Multipart {
        boundary: String,
    },
    Text,
    /// Kept as a file whatever its size.
    Binary,
    /// No type was said: JSON where it reads as that, else text, else a file.
    Unsaid,
}

impl Kind {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let said = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        said.map_or(Self::Unsaid, Self::of_type)
    }

    fn of_type(full: &str) -> Self {
        let essence = full.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/json" | "text/json" => Self::Json,
            "application/x-ndjson"
            | "application/ndjson"
            | "application/jsonl"
            | "application/json-lines"
            | "application/jsonlines" => Self::Lines,
            "application/x-www-form-urlencoded" => Self::Form,
            "multipart/form-data" => match multer::parse_boundary(full) {
                Ok(boundary) => Self::Multipart { boundary },
                Err(_) => Self::Binary,
            },
            "" => Self::Unsaid,
            "application/xml" | "application/javascript" | "application/graphql" => Self::Text,
            other if other.ends_with("+json") => Self::Json,
            other if other.ends_with("+xml") || other.starts_with("text/") => Self::Text,
            _ => Self::Binary,
        }
    }
}

/// A body coming in: counted, timed, and verified.
pub(super) struct Intake {
    stream: BodyDataStream,
    check: Check,
    limit: u64,
    seen: u64,
    began: Instant,
}

/// Where what is too large for a value is kept.
#[derive(Clone, Copy)]
pub(super) struct Keep<'a> {
    pub store: &'a Store,
    /// The run that will own it.
    pub run: RunId,
    /// How many record streams may be written at once: each holds a thread.
    pub writers: &'a Semaphore,
}

impl Intake {
    /// Refuses at once what says that it is too large.
    pub(super) fn new(body: Body, headers: &HeaderMap, check: Check, limit: u64) -> Result<Self, Problem> {
        let said = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        if said.is_some_and(|length: u64| length > limit) {
            return Err(too_large(limit));
        }
        Ok(Self { stream: body.into_data_stream(), check, limit, seen: 0, began: Instant::now() })
    }

    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        let part = tokio::time::timeout(IDLE, self.stream.next()).await.map_err(|_| too_slow())?;
        let Some(part) = part else { return Ok(None) };
        let part = part.map_err(|_| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "body_broken",
                text!("The body ended before it was whole; send it again", "內容不完整，請重新傳送"),
            )
        })?;
        self.seen += part.len() as u64;
        if self.seen > self.limit {
            return Err(too_large(self.limit));
        }
        if self.began.elapsed() > SLOWEST + Duration::from_secs(self.seen / 1024) {
            return Err(too_slow());
        }
        self.check.update(&part);
        Ok(Some(part))
    }

    /// Up to about `limit` bytes, and whether more may follow. A body of one part is not copied.
    async fn head(&mut self, limit: usize) -> Result<(Bytes, bool), Problem> {
        let Some(first) = self.next().await? else { return Ok((Bytes::new(), false)) };
        let Some(second) = self.next().await? else { return Ok((first, false)) };
        let mut all = BytesMut::with_capacity(first.len() + second.len() * 2);
        all.extend_from_slice(&first);
        all.extend_from_slice(&second);
        while all.len() <= limit {
            match self.next().await? {
                Some(part) => all.extend_from_slice(&part),
                None => return Ok((all.freeze(), false)),
            }
        }
        Ok((all.freeze(), true))
    }

    /// All of it, as far as the limit lets.
    pub(super) async fn whole(&mut self) -> Result<Bytes, Problem> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        self.head(limit).await.map(|(all, _)| all)
    }

    /// Reads what is left and checks the caller's proof.
    pub(super) async fn finish(mut self) -> Result<(), Problem> {
        while self.next().await?.is_some() {}
        self.check.finish()
    }
}

fn too_slow() -> Problem {
    Problem::new(
        StatusCode::REQUEST_TIMEOUT,
        "body_timeout",
        text!("The body came too slowly; send it again", "內容傳送過慢或中斷，請重新傳送"),
    )
}

fn too_large(limit: u64) -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "body_too_large",
        text!("The body is larger than {limit} bytes, the limit here", "內容超過上限 {limit} 位元組"),
    )
}

/// Nothing of the body is given on before the caller's proof is checked.
pub(super) async fn read(
    place: Keep<'_>,
    headers: &HeaderMap,
    mut intake: Intake,
) -> Result<Payload, Problem> {
    let kind = Kind::of(headers);
    if let Kind::Multipart { boundary } = kind {
        return multipart::read(place, boundary, intake).await.map(Payload::Value);
    }
    let (head, more) = intake.head(INLINE_LIMIT).await?;
    if !more && head.len() <= INLINE_LIMIT {
        intake.finish().await?;
        return match inline(kind, head)? {
            Ok(payload) => Ok(payload),
            Err(bytes) => keep(place, headers, bytes, None).await,
        };
    }
    match layout(&kind, &head) {
        Some(layout) => records::keep(place, layout, head, intake).await.map(Payload::Value),
        None => keep(place, headers, head, Some(intake)).await,
    }
}

/// What a one-time link was called with: its body, else its query, as a value.
pub(crate) fn payload(
    content_type: Option<&str>,
    bytes: Bytes,
    query: Option<&str>,
) -> Result<Value, Problem> {
    if bytes.is_empty() {
        return trigger::fields(query.unwrap_or_default().as_bytes()).map(Value::Object);
    }
    match inline(content_type.map_or(Kind::Unsaid, Kind::of_type), bytes)? {
        Ok(Payload::Value(value)) => Ok(value),
        Ok(Payload::Json(text)) => serde_json::from_slice(&text).map_err(|_| Problem::internal()),
        Err(_) => Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "body_not_text",
            text!(
                "A callback takes JSON, a form or text; send one of these",
                "回呼只接受 JSON、表單或文字內容，請改用其中一種"
            ),
        )),
    }
}

/// A body in hand as a value.
pub(super) fn value(headers: &HeaderMap, bytes: Bytes) -> Result<Payload, Problem> {
    inline(Kind::of(headers), bytes)?.map_err(|_| {
        Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "body_not_text",
            text!(
                "Events come as JSON, a form or text; send one of these",
                "事件只接受 JSON、表單或文字內容，請改用其中一種"
            ),
        )
    })
}

/// A small body as a value; given back where it must be a file.
fn inline(kind: Kind, bytes: Bytes) -> Result<Result<Payload, Bytes>, Problem> {
    if bytes.is_empty() {
        return Ok(Ok(Payload::Value(Value::Null)));
    }
    let text = |bytes: Bytes| match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Payload::Value(Value::String(text.to_owned()))),
        Err(_) => Err(bytes),
    };
    Ok(match kind {
        Kind::Json => Ok(Payload::Json(json(&bytes)?)),
        Kind::Lines => {
            let mut list = Vec::new();
            records::split_all(Layout::Lines, &bytes, &mut |record| list.push(record))?;
            Ok(Payload::Value(Value::Array(list)))
        }
        Kind::Form => Ok(Payload::Value(Value::Object(trigger::fields(&bytes)?))),
        Kind::Text => text(bytes),
        Kind::Unsaid => match json::checked(&bytes) {
            Ok(checked) => Ok(Payload::Json(bytes.slice_ref(checked.as_bytes()))),
            Err(_) => text(bytes),
        },
        Kind::Binary | Kind::Multipart { .. } => Err(bytes),
    })
}

fn json(bytes: &Bytes) -> Result<Bytes, Problem> {
    json::checked(bytes).map(|text| bytes.slice_ref(text.as_bytes())).map_err(not_json)
}

pub(super) fn not_json(NotJson(text): NotJson) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "body_not_json", text)
}

/// How the records of a large body stand in it; none where it is no list.
fn layout(kind: &Kind, head: &[u8]) -> Option<Layout> {
    match kind {
        Kind::Lines => Some(Layout::Lines),
        Kind::Json => {
            let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
            (head.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[')).then_some(Layout::Array)
        }
        _ => None,
    }
}

/// Keeps the body as a file of the run.
pub(super) async fn keep(
    place: Keep<'_>,
    headers: &HeaderMap,
    head: Bytes,
    rest: Option<Intake>,
) -> Result<Payload, Problem> {
    let media_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .filter(|value| !value.is_empty() && value.len() <= 200)
        .unwrap_or("application/octet-stream");
    let mut file = place.store.create_file(place.run, "body", media_type).await?;
    file.write(head).await?;
    if let Some(mut intake) = rest {
        while let Some(part) = intake.next().await? {
            file.write(part).await?;
        }
        intake.finish().await?;
    }
    Ok(Payload::Value(file.finish().await?.into_value()))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use serde_json::json;

    use super::*;

    fn kind(content_type: &'static str) -> Kind {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        Kind::of(&headers)
    }

    #[test]
    fn the_type_says_how_to_read() {
        assert_eq!(kind("application/json; charset=utf-8"), Kind::Json);
        assert_eq!(kind("Application/CloudEvents+JSON"), Kind::Json);
        assert_eq!(kind("application/x-ndjson"), Kind::Lines);
        assert_eq!(kind("multipart/form-data; boundary=xy"), Kind::Multipart { boundary: "xy".into() });
        assert_eq!(kind("multipart/form-data"), Kind::Binary);
        assert_eq!(kind("text/csv"), Kind::Text);
        assert_eq!(kind("image/svg+xml"), Kind::Text);
        assert_eq!(kind("application/pdf"), Kind::Binary);
        assert_eq!(Kind::of(&HeaderMap::new()), Kind::Unsaid);
    }

    #[test]
    fn small_bodies_become_values() {
        let value = |kind, bytes: &'static [u8]| match inline(kind, Bytes::from_static(bytes)) {
            Ok(Ok(Payload::Value(value))) => value,
            Ok(Ok(Payload::Json(text))) => json!({ "json": String::from_utf8_lossy(&text) }),
            Ok(Err(bytes)) => json!({ "file": bytes.len() }),
            Err(problem) => json!({ "problem": problem.code }),
        };
        assert_eq!(value(Kind::Json, b""), Value::Null);
        assert_eq!(value(Kind::Json, b" {\"a\":1}\n"), json!({"json": "{\"a\":1}"}));
        assert_eq!(value(Kind::Json, b"{a}"), json!({"problem": "body_not_json"}));
        assert_eq!(value(Kind::Lines, b"{\"a\":1}\r\n\n2\n"), json!([{"a": 1}, 2]));
        assert_eq!(value(Kind::Lines, b"{\"a\":1}\n{"), json!({"problem": "record_not_json"}));
        assert_eq!(value(Kind::Form, b"a=1&a=2&b=+x"), json!({"a": ["1", "2"], "b": " x"}));
        assert_eq!(value(Kind::Text, "報價".as_bytes()), json!("報價"));
        assert_eq!(value(Kind::Text, b"\xa4\xa4"), json!({"file": 2}));
        assert_eq!(value(Kind::Unsaid, b"[1]"), json!({"json": "[1]"}));
        assert_eq!(value(Kind::Unsaid, b"hello"), json!("hello"));
        assert_eq!(value(Kind::Binary, b"[1]"), json!({"file": 3}));
    }
}
