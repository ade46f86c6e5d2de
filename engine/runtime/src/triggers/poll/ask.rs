//! Asking the list: the operation is called as a step would call it, and its records go into the sieve as they come.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use causeway_connector::{Files, MAX_ITEMS, Poll, SINCE, StreamSink};
use causeway_model::{
    BlobId, Environment, ErrorClass, FileRef, RunId, Span, StepError, StreamRef, Time, Value, text,
};
use serde_json::Map;
use tokio::sync::mpsc;

use super::arrivals::Arrivals;
use super::changes::Changes;
use super::cursor::{Cursor, MOST_SEEN};
use super::record::written;
use super::{Rules, Sifted, TooWide};
use crate::services::Services;
use crate::steps::operation::{self, Attempt};

/// How long one poll may read.
const PATIENCE: Span = Span::from_secs(600);
/// And how many records.
const MOST_READ: u64 = 1_000_000;
const DAY: i64 = 86_400_000;
/// How far a first poll looks back to learn the system's own time: farther only where nothing was changed meanwhile.
const LOOKS_BACK: [Option<i64>; 4] = [Some(DAY), Some(30 * DAY), Some(400 * DAY), None];
/// So many records of a list that brings the newest first are asked for, then ten times as many, until a known one comes.
const FIRST_ARRIVALS: u64 = 100;

/// What is asked, and with whose account.
pub struct Question<'a> {
    pub connector: &'a str,
    /// The one that the flow was published with.
    pub version: Option<&'a str>,
    pub connection: &'a str,
    pub poll: &'a Poll,
    pub rules: &'a Rules,
    /// Of the flow.
    pub input: &'a Value,
    pub now: Time,
}

/// Where a poll begins.
#[derive(Clone, Copy)]
pub enum Start<'a> {
    /// The first poll; with the time of publishing where nothing older shall make a run.
    First(Option<Time>),
    After(&'a Cursor),
}

impl Question<'_> {
    pub async fn ask(&self, services: &Services, start: Start<'_>) -> Result<Sifted, StepError> {
        match tokio::time::timeout(PATIENCE.to_std(), self.read(services, start)).await {
            Ok(sifted) => sifted,
            Err(_) => Err(StepError::new(
                "timeout",
                ErrorClass::Timeout,
                text!(
                    "The list was not read to its end within {PATIENCE}; narrow it with `input`",
                    "清單未能在 {PATIENCE} 內讀完；請以 `input` 縮小範圍"
                ),
            )),
        }
    }

    async fn read(&self, services: &Services, start: Start<'_>) -> Result<Sifted, StepError> {
        let empty = Cursor::default();
        match (&self.poll.modified, start) {
            (Some(modified), Start::After(before)) => {
                let from = before.from.map(|from| (from, before.zoneless));
                self.changes(services, modified, before, None, from).await
            }
            (Some(modified), Start::First(None)) => {
                self.changes(services, modified, &empty, None, None).await
            }
            (Some(modified), Start::First(Some(begun))) => {
                let mut looks = LOOKS_BACK.as_slice();
                if self.poll.since.is_none() {
                    looks = &looks[looks.len() - 1..];
                }
                for back in looks.iter().take(looks.len() - 1).flatten() {
                    let from = Some((begun.millis() - back, false));
                    let sifted = self.changes(services, modified, &empty, Some(begun), from).await?;
                    if sifted.cursor != empty {
                        return Ok(sifted);
                    }
                }
                self.changes(services, modified, &empty, Some(begun), None).await
            }
            (None, Start::First(begun)) => self.arrivals(services, &empty, begun.is_some(), None).await,
            (None, Start::After(before)) => {
                let from = before.since.map(|since| since.saturating_sub(self.rules.overlap_ms()));
                self.arrivals(services, before, false, from).await
            }
        }
    }

    async fn changes(
        &self,
        services: &Services,
        modified: &str,
        before: &Cursor,
        newer_than: Option<Time>,
        from: Option<(i64, bool)>,
    ) -> Result<Sifted, StepError> {
        let mut sieve = Changes::new(self.rules, modified, before, newer_than, self.now);
        let since = from.zip(self.poll.since).map(|((from, zoneless), form)| written(from, form, zoneless));
        let mut look = |record| {
            sieve.look(record);
            (sieve.read(), sieve.has_enough())
        };
        let whole = self.pour(services, self.input_of(since), &mut look).await?;
        if sieve.is_nameless() {
            return Err(self.nameless());
        }
        sieve.finish(whole).map_err(|TooWide| too_wide())
    }

    async fn arrivals(
        &self,
        services: &Services,
        before: &Cursor,
        remembers_only: bool,
        from: Option<i64>,
    ) -> Result<Sifted, StepError> {
        let since = from.zip(self.poll.since).map(|(from, form)| written(from, form, false));
        let everything = before.ids.is_empty() && !remembers_only;
        let mut most = match (everything, remembers_only) {
            (true, _) => MOST_READ,
            (false, true) => FIRST_ARRIVALS * 10,
            (false, false) => FIRST_ARRIVALS,
        };
        loop {
            let mut sieve = Arrivals::new(self.rules, before, remembers_only);
            let mut input = self.input_of(since.clone());
            if most < MOST_READ {
                input.insert(MAX_ITEMS.to_owned(), most.into());
            }
            let mut look = |record| {
                sieve.look(record);
                (sieve.read(), false)
            };
            let _whole = self.pour(services, input, &mut look).await?;
            if sieve.is_nameless() {
                return Err(self.nameless());
            }
            if sieve.has_enough() || sieve.read() < most || most >= MOST_READ {
                let mut sifted = sieve.finish();
                sifted.cursor.since = sifted.cursor.since.max(Some(self.now.millis()));
                return Ok(sifted);
            }
            most = most.saturating_mul(10);
        }
    }

    /// The operation's input. Nothing older to be asked for: what names a time is left out.
    fn input_of(&self, since: Option<Value>) -> Map<String, Value> {
        let mut input = self.input.as_object().cloned().unwrap_or_default();
        for (name, value) in &self.poll.input {
            match &since {
                None if names_time(value) => input.remove(name),
                None => input.insert(name.clone(), value.clone()),
                Some(since) => input.insert(name.clone(), fill(value, since)),
            };
        }
        input
    }

    /// Reads the list until its end, or until `look` has enough; whether it came to the end. `look` also says how many it saw.
    async fn pour(
        &self,
        services: &Services,
        input: Map<String, Value>,
        look: &mut (dyn FnMut(Value) -> (u64, bool) + Send),
    ) -> Result<bool, StepError> {
        let (sender, mut pages) = mpsc::channel(1);
        let attempt = Attempt {
            run: RunId::new(),
            connector: self.connector.to_owned(),
            version: self.version.map(str::to_owned),
            operation: self.poll.operation.clone(),
            connection: Some(self.connection.to_owned()),
            environment: Environment::Production,
            input: Value::Object(input),
            idempotency_key: RunId::new().to_string(),
            timeout: None,
        };
        let call = operation::call_with(services, attempt, Arc::new(Poured { pages: sender }));
        tokio::pin!(call);
        let mut enough = |page: Vec<Value>| -> Result<bool, StepError> {
            for record in page {
                let (seen, enough) = look(record);
                if seen > MOST_READ {
                    return Err(too_long());
                }
                if enough {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        let output = loop {
            tokio::select! {
                biased;
                Some(page) = pages.recv() => {
                    if enough(page)? {
                        // Dropping the call ends it.
                        return Ok(false);
                    }
                }
                output = &mut call => break output?,
            }
        };
        while let Ok(page) = pages.try_recv() {
            if enough(page)? {
                return Ok(false);
            }
        }
        match output.get("items") {
            Some(Value::Array(items)) => Ok(!enough(items.clone())?),
            Some(Value::Object(_)) => Ok(true),
            _ => Err(self.no_list()),
        }
    }

    fn no_list(&self) -> StepError {
        let (connector, operation) = (self.connector, &self.poll.operation);
        StepError::new(
            "answer_unexpected",
            ErrorClass::Server,
            text!(
                "`{connector}.{operation}` gives no list of records, so it cannot be polled",
                "`{connector}.{operation}` 沒有回傳紀錄清單，無法輪詢"
            ),
        )
    }

    fn nameless(&self) -> StepError {
        let (connector, at) = (self.connector, &self.poll.id);
        StepError::new(
            "answer_unexpected",
            ErrorClass::Server,
            text!(
                "No record of the list has an id at `{at}`: the connector `{connector}` does not fit this version of its system",
                "清單中的紀錄在 `{at}` 都沒有識別碼：連接器 `{connector}` 與系統版本不符"
            ),
        )
    }
}

/// Whether a part of a poll's input names the time.
fn names_time(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(SINCE),
        Value::Array(items) => items.iter().any(names_time),
        Value::Object(fields) => fields.values().any(names_time),
        _ => false,
    }
}

/// Puts the time into a poll's input.
fn fill(value: &Value, since: &Value) -> Value {
    match value {
        Value::String(text) if text == SINCE => since.clone(),
        Value::String(text) => {
            let written = since.as_str().map_or_else(|| since.to_string(), str::to_owned);
            text.replace(SINCE, &written).into()
        }
        Value::Array(items) => items.iter().map(|item| fill(item, since)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), fill(value, since))).collect()
        }
        other => other.clone(),
    }
}

fn too_long() -> StepError {
    StepError::new(
        "poll_too_long",
        ErrorClass::Exceeded,
        text!(
            "The list has more than {MOST_READ} records that one poll would have to read; narrow it with `input`",
            "一次輪詢需讀取超過 {MOST_READ} 筆紀錄；請以 `input` 縮小範圍"
        ),
    )
}

fn too_wide() -> StepError {
    StepError::new(
        "poll_too_wide",
        ErrorClass::Exceeded,
        text!(
            "More than {MOST_SEEN} records say the same time of change, or none; narrow the list with `input`",
            "超過 {MOST_SEEN} 筆紀錄的異動時間相同或沒有異動時間；請以 `input` 縮小清單範圍"
        ),
    )
}

/// Takes the pages of a list as they come, and nothing else: a poll belongs to no run, and keeps no files.
struct Poured {
    pages: mpsc::Sender<Vec<Value>>,
}

fn no_files() -> StepError {
    StepError::new(
        "answer_unexpected",
        ErrorClass::Server,
        text!("A list that is polled gives records, not files", "輪詢的清單應回傳紀錄，而不是檔案"),
    )
}

fn gone() -> StepError {
    StepError::new("poll_ended", ErrorClass::Stopped, text!("The poll has ended", "輪詢已結束"))
}

#[async_trait]
impl Files for Poured {
    async fn read(&self, _: &FileRef, _: u64) -> Result<Bytes, StepError> {
        Err(no_files())
    }

    async fn write(&self, _: &str, _: &str, _: Bytes) -> Result<FileRef, StepError> {
        Err(no_files())
    }

    async fn write_stream(&self, records: Vec<Value>) -> Result<StreamRef, StepError> {
        let count = records.len() as u64;
        self.pages.send(records).await.map_err(|_| gone())?;
        Ok(StreamRef { id: BlobId::new(), count })
    }

    async fn read_stream(&self, _: &StreamRef, _: u64, _: u64) -> Result<Vec<Value>, StepError> {
        Err(no_files())
    }

    async fn create_stream(&self) -> Result<Box<dyn StreamSink + '_>, StepError> {
        Ok(Box::new(Pages { pages: &self.pages, count: 0 }))
    }
}

struct Pages<'a> {
    pages: &'a mpsc::Sender<Vec<Value>>,
    count: u64,
}

#[async_trait]
impl StreamSink for Pages<'_> {
    async fn push(&mut self, records: Vec<Value>) -> Result<(), StepError> {
        self.count += records.len() as u64;
        self.pages.send(records).await.map_err(|_| gone())
    }

    async fn finish(self: Box<Self>) -> Result<StreamRef, StepError> {
        Ok(StreamRef { id: BlobId::new(), count: self.count })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_time_is_put_in_wherever_it_is_named() {
        let input = json!({ "filters": [{ "op": "gte", "value": "{since}" }], "query": "at > '{since}'", "sort": "asc" });
        assert!(names_time(&input["filters"]) && names_time(&input["query"]) && !names_time(&input["sort"]));
        let filled = fill(&input, &json!(17));
        assert_eq!(
            filled,
            json!({ "filters": [{ "op": "gte", "value": 17 }], "query": "at > '17'", "sort": "asc" })
        );
        assert_eq!(fill(&json!("{since}"), &json!("2026-08-15")), json!("2026-08-15"));
    }
}
