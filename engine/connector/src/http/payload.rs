//! The bytes of a request: made anew for each hop, files and streams read part by part while they go out.

use std::sync::Arc;

use bytes::Bytes;
use causeway_model::{FileRef, StepError, StreamRef};
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};

use super::failure::invalid_header;
use super::mask::Masker;
use super::prepare::Revealer;
use super::{Body, Part, PartContent};
use crate::Files;

/// What is sent, as often as it is needed.
#[derive(Debug, Default)]
pub(super) struct Payload {
    segments: Vec<Segment>,
    /// The `Content-Type` that fits, unless the user set one.
    pub media_type: Option<String>,
    /// Whether the media type is part of how the body is written, so that the user's own cannot stand.
    pub media_type_fixed: bool,
    /// Whether a secret is in it.
    pub sealed: bool,
}

#[derive(Clone, Debug)]
enum Segment {
    Bytes(Bytes),
    File(FileRef),
    Records { stream: StreamRef, lines: bool },
}

/// How many records of a stream are read at a time.
const BATCH: u64 = 200;

impl Payload {
    /// `content_type`: the one that the user set.
    pub fn new(
        body: Body,
        content_type: Option<&str>,
        revealer: &mut Revealer<'_>,
    ) -> Result<Self, StepError> {
        let before = revealer.count();
        let mut payload = Self::default();
        match body {
            Body::Empty => {}
            Body::Json(value) => payload.put(revealer.json(value)?, "application/json"),
            Body::Records(stream) => {
                let lines = content_type.is_some_and(super::read::is_lines);
                payload.segments.push(Segment::Records { stream, lines });
                payload.media_type = Some("application/json".to_owned());
            }
            Body::Form(fields) => {
                let mut form = form_urlencoded::Serializer::new(String::new());
                for (name, value) in fields {
                    form.append_pair(&revealer.text(&name)?, &revealer.text(&value)?);
                }
                payload.put(form.finish(), "application/x-www-form-urlencoded");
            }
            Body::Multipart(parts) => payload.multipart(parts, revealer)?,
            Body::Text { text, media_type } => payload.put(revealer.text(&text)?, &media_type),
            Body::File(file) => {
                payload.media_type = Some(file.media_type.clone());
                payload.segments.push(Segment::File(file));
            }
        }
        payload.sealed = revealer.count() > before;
        Ok(payload)
    }

    fn put(&mut self, text: String, media_type: &str) {
        self.segments.push(Segment::Bytes(text.into()));
        self.media_type = Some(media_type.to_owned());
    }

    fn multipart(&mut self, parts: Vec<Part>, revealer: &mut Revealer<'_>) -> Result<(), StepError> {
        let boundary = format!("causeway-{}", uuid::Uuid::new_v4().simple());
        for part in parts {
            let name = quoted(&revealer.text(&part.name)?);
            let mut head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"");
            let (file_name, media_type, content) = match part.content {
                PartContent::Text(text) => {
                    (part.file_name, part.media_type, Segment::Bytes(revealer.text(&text)?.into()))
                }
                PartContent::File(file) => (
                    Some(part.file_name.unwrap_or_else(|| file.name.clone())),
                    Some(part.media_type.unwrap_or_else(|| file.media_type.clone())),
                    Segment::File(file),
                ),
            };
            if let Some(file_name) = file_name {
                head += &format!("; filename=\"{}\"", quoted(&revealer.text(&file_name)?));
            }
            if let Some(media_type) = media_type {
                if media_type.is_empty() || media_type.chars().any(|c| c.is_control() || !c.is_ascii()) {
                    return Err(invalid_header("Content-Type"));
                }
                head += &format!("\r\nContent-Type: {media_type}");
            }
            head += "\r\n\r\n";
            self.segments.extend([Segment::Bytes(head.into()), content, Segment::Bytes("\r\n".into())]);
        }
        self.segments.push(Segment::Bytes(format!("--{boundary}--\r\n").into()));
        self.media_type = Some(format!("multipart/form-data; boundary={boundary}"));
        self.media_type_fixed = true;
        Ok(())
    }

    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// All of it, read into memory; `None` where it is more than `most` bytes.
    pub async fn whole(&self, files: &Arc<dyn Files>, most: usize) -> Result<Option<Bytes>, StepError> {
        if let Some(bytes) = self.at_hand() {
            return Ok((bytes.len() <= most).then_some(bytes));
        }
        let mut whole = Vec::new();
        for segment in &self.segments {
            let mut read = parts(files, segment.clone());
            while let Some(part) = read.try_next().await? {
                whole.extend_from_slice(&part);
                if whole.len() > most {
                    return Ok(None);
                }
            }
        }
        Ok(Some(whole.into()))
    }

    /// All of it where nothing has to be read; `None` where it holds files or streams.
    pub fn at_hand(&self) -> Option<Bytes> {
        match self.segments.as_slice() {
            [] => return Some(Bytes::new()),
            [Segment::Bytes(bytes)] => return Some(bytes.clone()),
            _ => {}
        }
        let bytes = self.segments.iter().map(|segment| match segment {
            Segment::Bytes(bytes) => Some(bytes.as_ref()),
            _ => None,
        });
        Some(bytes.collect::<Option<Vec<_>>>()?.concat().into())
    }

    /// Other bytes of the same kind, which may hold secrets.
    pub fn replace(&mut self, bytes: Bytes) {
        self.segments.clear();
        if !bytes.is_empty() {
            self.segments.push(Segment::Bytes(bytes));
        }
        self.sealed = true;
    }

    /// In bytes, where it is known beforehand.
    pub fn length(&self) -> Option<u64> {
        self.segments
            .iter()
            .map(|segment| match segment {
                Segment::Bytes(bytes) => Some(bytes.len() as u64),
                Segment::File(file) => Some(file.size),
                Segment::Records { .. } => None,
            })
            .sum()
    }

    /// The body for people, cut after about `most` bytes: files and streams by their names, other bytes as they are. Whether
    /// it was cut.
    pub fn shown(&self, masker: &Masker, most: usize) -> (String, bool) {
        let mut shown = String::new();
        for segment in &self.segments {
            match segment {
                Segment::Bytes(bytes) => shown += &masker.text(String::from_utf8_lossy(bytes).into_owned()),
                Segment::File(file) => {
                    shown += &format!("<{}, {}, {} bytes>", file.name, file.media_type, file.size);
                }
                Segment::Records { stream, .. } => shown += &format!("<{} records>", stream.count),
            }
            if shown.len() > most {
                shown.truncate(shown.floor_char_boundary(most));
                return (shown, true);
            }
        }
        (shown, false)
    }

    pub fn body(&self, files: &Arc<dyn Files>) -> reqwest::Body {
        if let [Segment::Bytes(bytes)] = self.segments.as_slice() {
            return bytes.clone().into();
        }
        let files = files.clone();
        let parts = stream::iter(self.segments.clone()).flat_map(move |segment| parts(&files, segment));
        reqwest::Body::wrap_stream(parts)
    }
}

type Parts = BoxStream<'static, Result<Bytes, StepError>>;

fn parts(files: &Arc<dyn Files>, segment: Segment) -> Parts {
    let files = files.clone();
    match segment {
        Segment::Bytes(bytes) => stream::once(async { Ok(bytes) }).boxed(),
        Segment::File(file) => stream::try_unfold((files, file, 0), |(files, file, offset)| async move {
            let part = files.read(&file, offset).await?;
            let next = offset + part.len() as u64;
            Ok((!part.is_empty()).then_some((part, (files, file, next))))
        })
        .boxed(),
        Segment::Records { stream: records, lines } => {
            let (first, between, last) = if lines { ("", "", "") } else { ("[", ",", "]") };
            let batches = stream::try_unfold((files, records, 0), move |(files, records, from)| async move {
                let batch = files.read_stream(&records, from, BATCH).await?;
                let next = from + batch.len() as u64;
                let mut text = String::new();
                for (index, record) in batch.iter().enumerate() {
                    if from > 0 || index > 0 {
                        text += between;
                    }
                    text += &record.to_string();
                    text += if lines { "\n" } else { "" };
                }
                Ok::<_, StepError>((!batch.is_empty()).then_some((Bytes::from(text), (files, records, next))))
            });
            let edge =
                |text: &'static str| stream::once(async move { Ok(Bytes::from_static(text.as_bytes())) });
            edge(first)
                .chain(batches)
                .chain(edge(last))
                .try_filter(|part| std::future::ready(!part.is_empty()))
                .boxed()
        }
    }
}

/// A name in a multipart header, as browsers write it: UTF-8 with quotes and line ends percent-encoded.
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
