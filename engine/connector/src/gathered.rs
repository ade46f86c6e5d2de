//! The records of a list while they come: in hand as long as they are few, else in a record stream of the run.

use causeway_model::{StepError, Value};
use serde_json::{Map, json};

use crate::{Files, StreamSink};

/// The field of a list's input that bounds how many records it brings.
pub const MAX_ITEMS: &str = "max_items";
/// Records beyond this number are kept as a record stream while they come.
const MOST_IN_HAND: usize = 1000;
/// And beyond this many bytes.
const MOST_BYTES_IN_HAND: usize = 200 * 1024;
/// A list that has more pages never ends, and is a fault of the system.
pub const MOST_PAGES: u64 = 100_000;

pub struct Gathered<'a> {
    files: &'a dyn Files,
    most: u64,
    count: u64,
    bytes: usize,
    hand: Vec<Value>,
    sink: Option<Box<dyn StreamSink + 'a>>,
}

impl<'a> Gathered<'a> {
    /// `most`: what comes beyond is left out.
    pub fn new(files: &'a dyn Files, most: u64) -> Self {
        Self { files, most, count: 0, bytes: 0, hand: Vec::new(), sink: None }
    }

    /// Takes a page's records.
    pub async fn take(&mut self, mut items: Vec<Value>) -> Result<(), StepError> {
        items.truncate(usize::try_from(self.most - self.count).unwrap_or(usize::MAX));
        self.count += items.len() as u64;
        if self.sink.is_none() {
            self.bytes += items.iter().map(|item| item.to_string().len()).sum::<usize>();
        }
        self.hand.extend(items);
        if self.sink.is_none() && (self.hand.len() > MOST_IN_HAND || self.bytes > MOST_BYTES_IN_HAND) {
            self.sink = Some(self.files.create_stream().await?);
        }
        if let Some(sink) = &mut self.sink {
            sink.push(std::mem::take(&mut self.hand)).await?;
        }
        Ok(())
    }

    /// Whether no more are wanted.
    pub fn is_full(&self) -> bool {
        self.count >= self.most
    }

    /// `{items, count}`, with `items` a list or a record stream.
    pub async fn finish(self) -> Result<Value, StepError> {
        let items = match self.sink {
            None => Value::Array(self.hand),
            Some(sink) => json!({ "$stream": sink.finish().await? }),
        };
        let mut output = Map::new();
        output.insert("items".to_owned(), items);
        output.insert("count".to_owned(), json!(self.count));
        Ok(Value::Object(output))
    }
}
