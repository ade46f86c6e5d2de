//! Reads an answer's body in bounded memory: small ones into a value, large ones into a file or a record stream.

use bytes::Bytes;
use causeway_model::{ErrorClass, FileRef, INLINE_LIMIT, StepError, StreamRef, Value};

use super::charset::{ContentType, TextStream, decode};
use super::failure::Target;
use super::mask::Masker;
use super::splitter::{Shape, SplitError, Splitter};
use crate::Files;

/// Records are handed on when they come from about this many bytes.
const BATCH_BYTES: usize = 128 * 1024;

/// What to make of a body, by its content type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Json,
    Lines,
    Text,
    Binary,
    /// Nothing said: JSON or text if it reads as such.
    Unknown,
}

impl Kind {
    fn of(essence: &str) -> Self {
        match essence {
            "" => Self::Unknown,
            "application/json" | "text/json" => Self::Json,
            _ if essence.ends_with("+json") => Self::Json,
            _ if is_lines(essence) => Self::Lines,
            "application/xml"
            | "application/javascript"
            | "application/x-www-form-urlencoded"
            | "application/yaml" => Self::Text,
            _ if essence.starts_with("text/") || essence.ends_with("+xml") => Self::Text,
            _ => Self::Binary,
        }
    }
}

/// Whether a content type means one JSON record per line.
pub(super) fn is_lines(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    matches!(
        essence.as_str(),
        "application/x-ndjson"
            | "application/ndjson"
            | "application/jsonl"
            | "application/x-jsonlines"
            | "application/json-lines"
    )
}

/// A body that is still coming in.
pub(super) struct Incoming<'a> {
    pub response: reqwest::Response,
    pub content_type: ContentType,
    /// As the file that it may become is called.
    pub file_name: String,
    pub media_type: String,
    pub target: &'a Target,
    pub masker: &'a Masker,
    pub files: &'a dyn Files,
    /// In bytes.
    pub limit: u64,
    pub read: u64,
}

impl Incoming<'_> {
    pub async fn value(mut self) -> Result<Value, StepError> {
        if self.response.content_length().is_some_and(|length| length > self.limit) {
            return Err(self.target.too_large(self.limit));
        }
        let kind = Kind::of(&self.content_type.essence);
        let (head, whole) = self.head(INLINE_LIMIT).await?;
        if whole && kind != Kind::Binary {
            return match self.small(kind, &head) {
                Some(value) => Ok(value),
                None => self.keep_file(head).await.map(FileRef::into_value),
            };
        }
        if head.is_empty() {
            return Ok(Value::Null);
        }
        match kind {
            Kind::Lines => self.keep_records(Shape::Lines, head).await.map(StreamRef::into_value),
            Kind::Json if head.trim_ascii_start().starts_with(b"[") => {
                self.keep_records(Shape::Array, head).await.map(StreamRef::into_value)
            }
            _ => self.keep_file(head).await.map(FileRef::into_value),
        }
    }

    /// What an unsuccessful answer says, cut to `most` bytes; a body that breaks off is shown as far as it came.
    pub async fn excerpt(mut self, most: usize) -> Option<Value> {
        let mut head = Vec::new();
        while head.len() <= most {
            match self.next().await {
                Ok(Some(part)) => head.extend_from_slice(&part),
                _ => break,
            }
        }
        let kind = Kind::of(&self.content_type.essence);
        if head.len() > most {
            // What is cut could be cut in the middle of a secret: mask first.
            let masked = self.masker.text(decode(&head, self.content_type.charset));
            let end = masked.floor_char_boundary(most);
            return (kind != Kind::Binary).then(|| Value::String(masked[..end].to_owned()));
        }
        // Errors are often text under a type that says nothing.
        let kind = if kind == Kind::Binary { Kind::Unknown } else { kind };
        self.small(kind, &head).filter(|value| !value.is_null())
    }

    async fn next(&mut self) -> Result<Option<Bytes>, StepError> {
        let part = self.response.chunk().await.map_err(|error| self.target.failed(&error))?;
        self.read += part.as_ref().map_or(0, |part| part.len() as u64);
        if self.read > self.limit {
            return Err(self.target.too_large(self.limit));
        }
        Ok(part)
    }

    /// Up to a little more than `most` bytes, and whether that is all.
    async fn head(&mut self, most: usize) -> Result<(Vec<u8>, bool), StepError> {
        let mut head = Vec::new();
        while head.len() <= most {
            match self.next().await? {
                Some(part) => head.extend_from_slice(&part),
                None => return Ok((head, true)),
            }
        }
        Ok((head, false))
    }

    /// A whole small body; `None` where it is no text.
    fn small(&self, kind: Kind, bytes: &[u8]) -> Option<Value> {
        if bytes.is_empty() {
            return Some(Value::Null);
        }
        if kind == Kind::Unknown && std::str::from_utf8(bytes).is_err() {
            return None;
        }
        let text = decode(bytes, self.content_type.charset);
        let parsed = match kind {
            Kind::Json => serde_json::from_str(&text).ok(),
            Kind::Unknown if text.trim_start().starts_with(['{', '[']) => serde_json::from_str(&text).ok(),
            Kind::Lines => text
                .lines()
                .filter(|line| !line.trim().is_empty())
                .map(|line| serde_json::from_str(line).ok())
                .collect::<Option<Vec<Value>>>()
                .map(Value::Array),
            _ => None,
        };
        Some(self.masker.value(parsed.unwrap_or(Value::String(text))))
    }

    async fn keep_file(self, head: Vec<u8>) -> Result<FileRef, StepError> {
        self.file(head).await.map_err(after_sending)
    }

    async fn keep_records(self, shape: Shape, head: Vec<u8>) -> Result<StreamRef, StepError> {
        self.records(shape, head).await.map_err(after_sending)
    }

    async fn file(mut self, head: Vec<u8>) -> Result<FileRef, StepError> {
        let mut sink = self.files.create(&self.file_name, &self.media_type).await?;
        let mut mask = self.masker.stream();
        let mut part = Some(Bytes::from(head));
        loop {
            let last = part.is_none();
            let clear = mask.push(&part.unwrap_or_default(), last);
            if !clear.is_empty() {
                sink.write(clear.into()).await?;
            }
            if last {
                return sink.finish().await;
            }
            part = self.next().await?;
        }
    }

    async fn records(mut self, shape: Shape, head: Vec<u8>) -> Result<StreamRef, StepError> {
        let mut sink = self.files.create_stream().await?;
        let mut text = TextStream::new(self.content_type.charset);
        let mut splitter = Splitter::new(shape);
        let mut part = Some(Bytes::from(head));
        let (mut batch, mut gathered) = (Vec::new(), 0);
        loop {
            let last = part.is_none();
            let mut found = |record: &[u8]| {
                batch.push(serde_json::from_slice(record).map_err(|_| SplitError::Malformed)?);
                Ok(())
            };
            let decoded = text.push(&part.unwrap_or_default(), last);
            splitter
                .push(decoded.as_bytes(), &mut found)
                .and_then(|()| if last { splitter.finish(&mut found) } else { Ok(()) })
                .map_err(|error| match error {
                    SplitError::Malformed => self.target.malformed(),
                    SplitError::TooLarge => self.target.too_large(super::splitter::RECORD_LIMIT as u64),
                })?;
            gathered += decoded.len();
            if !batch.is_empty() && (last || gathered >= BATCH_BYTES) {
                gathered = 0;
                sink.push(
                    std::mem::take(&mut batch).into_iter().map(|record| self.masker.value(record)).collect(),
                )
                .await?;
            }
            if last {
                return sink.finish().await;
            }
            part = self.next().await?;
        }
    }
}

/// A store that cannot keep the answer says "nothing was sent" of its own doing; the call itself has happened.
fn after_sending(mut error: StepError) -> StepError {
    if error.class == ErrorClass::Connect {
        error.class = ErrorClass::Timeout;
    }
    error
}
