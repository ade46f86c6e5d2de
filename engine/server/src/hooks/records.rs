//! Large lists of records (a JSON array, or JSON per line) on their way into a record stream, in bounded memory.

use axum::http::StatusCode;
use bytes::Bytes;
use causeway_model::{Value, text};

use super::body::{Intake, Keep};
use super::json;
use crate::problem::Problem;

/// The largest record, in bytes of JSON.
const LARGEST: usize = 1024 * 1024;
/// Records are handed over when they have this many bytes together.
const BATCH_BYTES: usize = 256 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    Array,
    Lines,
}

/// Reads the rest of the body and keeps its records as a stream of the run.
pub(super) async fn keep(
    place: Keep<'_>,
    layout: Layout,
    head: Bytes,
    mut intake: Intake,
) -> Result<Value, Problem> {
    let _permit = place.writers.try_acquire().map_err(|_| busy())?;
    // The store pulls records from an iterator, so it gets a thread on which waiting for the next one is allowed.
    let (sender, receiver) = std::sync::mpsc::sync_channel::<Vec<Value>>(2);
    let (store, run, runtime) = (place.store.clone(), place.run, tokio::runtime::Handle::current());
    let writer = tokio::task::spawn_blocking(move || {
        let mut records = receiver.into_iter().flatten();
        runtime.block_on(store.create_stream(run, &mut records))
    });
    let mut splitter = Splitter::new(layout);
    let mut next = Some(head);
    while let Some(part) = next {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        for piece in part.chunks(BATCH_BYTES) {
            splitter.feed(piece, &mut |record, size| {
                batch.push(record);
                bytes += size;
            })?;
            if bytes >= BATCH_BYTES {
                send(&sender, std::mem::take(&mut batch)).await?;
                bytes = 0;
            }
        }
        if !batch.is_empty() {
            send(&sender, batch).await?;
        }
        next = intake.next().await?;
    }
    let mut last = Vec::new();
    splitter.finish(&mut |record, _| last.push(record))?;
    intake.finish().await?;
    send(&sender, last).await?;
    drop(sender);
    let stream = writer.await.map_err(|_| Problem::internal())??;
    Ok(stream.into_value())
}

fn busy() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "too_many_large_bodies",
        text!(
            "Too many large lists are coming in at once; send it again in a moment",
            "同時傳入的大型清單過多，請稍後重新傳送"
        ),
    )
    .with_header("retry-after", "5")
}

/// Waits on a thread of its own while the store is behind. A writer that gave up is found out when it is awaited.
async fn send(sender: &std::sync::mpsc::SyncSender<Vec<Value>>, batch: Vec<Value>) -> Result<(), Problem> {
    use std::sync::mpsc::TrySendError;
    let Err(TrySendError::Full(batch)) = sender.try_send(batch) else { return Ok(()) };
    let sender = sender.clone();
    tokio::task::spawn_blocking(move || sender.send(batch).is_ok())
        .await
        .map(drop)
        .map_err(|_| Problem::internal())
}

/// Every record of a whole body.
pub(super) fn split_all(layout: Layout, bytes: &[u8], record: &mut dyn FnMut(Value)) -> Result<(), Problem> {
    let mut splitter = Splitter::new(layout);
    splitter.feed(bytes, &mut |value, _| record(value))?;
    splitter.finish(&mut |value, _| record(value))
}

/// Finds the records in bytes that come in any pieces. Pure.
struct Splitter {
    layout: Layout,
    /// The record under way.
    partial: Vec<u8>,
    depth: usize,
    in_string: bool,
    escaped: bool,
    place: Place,
    count: u64,
}

/// Where in an array the splitter stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Before,
    /// After `[`: a record or the end may come.
    First,
    /// After a comma: a record must come.
    Record,
    /// Inside or after a record.
    Within,
    After,
}

type Sink<'a> = &'a mut dyn FnMut(Value, usize);

impl Splitter {
    fn new(layout: Layout) -> Self {
        Self {
            layout,
            partial: Vec::new(),
            depth: 0,
            in_string: false,
            escaped: false,
            place: Place::Before,
            count: 0,
        }
    }

    fn feed(&mut self, bytes: &[u8], sink: Sink<'_>) -> Result<(), Problem> {
        match self.layout {
            Layout::Lines => self.feed_lines(bytes, sink),
            Layout::Array => bytes.iter().try_for_each(|byte| self.step(*byte, sink)),
        }
    }

    fn feed_lines(&mut self, bytes: &[u8], sink: Sink<'_>) -> Result<(), Problem> {
        let mut lines = bytes.split(|byte| *byte == b'\n').peekable();
        while let Some(line) = lines.next() {
            self.extend(line)?;
            if lines.peek().is_some() {
                self.emit(sink)?;
            }
        }
        Ok(())
    }

    fn step(&mut self, byte: u8, sink: Sink<'_>) -> Result<(), Problem> {
        if self.place == Place::Within && self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return self.extend(&[byte]);
        }
        let space = byte.is_ascii_whitespace();
        match self.place {
            Place::Before if byte == b'[' => self.place = Place::First,
            Place::Before if space || matches!(byte, 0xef | 0xbb | 0xbf) => {}
            Place::First | Place::Record | Place::After if space => {}
            Place::First if byte == b']' => self.place = Place::After,
            Place::First | Place::Record if !matches!(byte, b',' | b']' | b'}') => {
                self.place = Place::Within;
                return self.within(byte);
            }
            Place::Within if self.depth == 0 && byte == b',' => {
                self.place = Place::Record;
                return self.emit(sink);
            }
            Place::Within if self.depth == 0 && byte == b']' => {
                self.place = Place::After;
                return self.emit(sink);
            }
            Place::Within => return self.within(byte),
            _ => return Err(self.broken()),
        }
        Ok(())
    }

    fn within(&mut self, byte: u8) -> Result<(), Problem> {
        match byte {
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.checked_sub(1).ok_or_else(|| self.broken())?,
            b'"' => self.in_string = true,
            _ => {}
        }
        self.extend(&[byte])
    }

    fn extend(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        if self.partial.len() + bytes.len() > LARGEST {
            let index = self.count;
            return Err(Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "record_too_large",
                text!(
                    "Record {index} of the body is larger than {LARGEST} bytes",
                    "內容的第 {index} 筆資料超過 {LARGEST} 位元組"
                ),
            ));
        }
        self.partial.extend_from_slice(bytes);
        Ok(())
    }

    /// The record under way is whole. Empty lines are none.
    fn emit(&mut self, sink: Sink<'_>) -> Result<(), Problem> {
        if self.layout == Layout::Lines && self.partial.iter().all(u8::is_ascii_whitespace) {
            self.partial.clear();
            return Ok(());
        }
        let value = json::checked(&self.partial)
            .ok()
            .and_then(|text| serde_json::from_str(text).ok())
            .ok_or_else(|| self.broken())?;
        sink(value, self.partial.len());
        self.count += 1;
        self.partial.clear();
        Ok(())
    }

    fn finish(&mut self, sink: Sink<'_>) -> Result<(), Problem> {
        match self.layout {
            Layout::Lines => self.emit(sink),
            Layout::Array if self.place == Place::After => Ok(()),
            Layout::Array => Err(self.broken()),
        }
    }

    fn broken(&self) -> Problem {
        let index = self.count;
        Problem::new(
            StatusCode::BAD_REQUEST,
            "record_not_json",
            text!(
                "The body is no valid list of JSON records (at record {index}, counted from 0)",
                "內容不是有效的 JSON 資料清單（第 {index} 筆，從 0 起算）"
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(layout: Layout, text: &str, piece: usize) -> Result<Vec<Value>, Problem> {
        let (mut splitter, mut list) = (Splitter::new(layout), Vec::new());
        for bytes in text.as_bytes().chunks(piece) {
            splitter.feed(bytes, &mut |value, _| list.push(value))?;
        }
        splitter.finish(&mut |value, _| list.push(value))?;
        Ok(list)
    }

    #[test]
    fn records_are_found_however_the_bytes_come() {
        let text = r#" [ {"a":"],[\"","b":[1,{"c":"\\"}]} , 1.10,"x,]", null,[],[[1],2] ] "#;
        let wanted: Vec<Value> = serde_json::from_str(text).expect("JSON");
        let lines: String = wanted.iter().map(|value| format!("{value}\r\n\n")).collect();
        for piece in 1..20 {
            assert_eq!(split(Layout::Array, text, piece).ok().as_ref(), Some(&wanted), "{piece}");
            assert_eq!(split(Layout::Lines, &lines, piece).ok().as_ref(), Some(&wanted), "{piece}");
            assert_eq!(split(Layout::Lines, lines.trim_end(), piece).ok().as_ref(), Some(&wanted));
            assert_eq!(split(Layout::Array, "\u{feff}[]", piece).ok(), Some(vec![]));
        }
    }

    #[test]
    fn broken_lists_are_refused() {
        for text in
            ["", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1]]", "[1] x", "{}", "[}]", "[{]", "[\"]"]
        {
            assert!(split(Layout::Array, text, 3).is_err(), "{text}");
        }
        assert!(split(Layout::Lines, "{}\n{", 3).is_err());
        let large = format!("[\"{}\"]", "x".repeat(LARGEST));
        let problem = split(Layout::Array, &large, 4096).expect_err("too large");
        assert_eq!(problem.code, "record_too_large");
    }
}
