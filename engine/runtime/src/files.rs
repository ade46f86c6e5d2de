//! Files and record streams of a run: lent to operations, and made of values that are too large to stand inline.

use async_trait::async_trait;
use bytes::Bytes;
use causeway_connector::{FileSink, Files, StreamSink};
use causeway_model::{ErrorClass, FileRef, INLINE_LIMIT, RunId, StepError, StreamRef, Value, text};
use causeway_store::{FileWriter, Store, StreamWriter};

/// The store's files, as one run may reach them.
pub struct RunFiles {
    pub store: Store,
    pub run: RunId,
}

#[async_trait]
impl Files for RunFiles {
    async fn read(&self, file: &FileRef, offset: u64) -> Result<Bytes, StepError> {
        self.store.read_file_of(self.run, file.id, offset).await.map_err(store_error)
    }

    async fn write(&self, name: &str, media_type: &str, bytes: Bytes) -> Result<FileRef, StepError> {
        let mut writer = self.store.create_file(self.run, name, media_type).await.map_err(store_error)?;
        writer.write(bytes).await.map_err(store_error)?;
        writer.finish().await.map_err(store_error)
    }

    async fn write_stream(&self, records: Vec<Value>) -> Result<StreamRef, StepError> {
        self.store.create_stream(self.run, &mut records.into_iter()).await.map_err(store_error)
    }

    async fn read_stream(&self, stream: &StreamRef, from: u64, limit: u64) -> Result<Vec<Value>, StepError> {
        self.store.read_stream_of(self.run, stream.id, from, limit).await.map_err(store_error)
    }

    async fn create(&self, name: &str, media_type: &str) -> Result<Box<dyn FileSink + '_>, StepError> {
        let writer = self.store.create_file(self.run, name, media_type).await.map_err(store_error)?;
        Ok(Box::new(FileParts(writer)))
    }

    async fn create_stream(&self) -> Result<Box<dyn StreamSink + '_>, StepError> {
        Ok(Box::new(StreamParts(self.store.open_stream(self.run))))
    }
}

struct FileParts(FileWriter);

#[async_trait]
impl FileSink for FileParts {
    async fn write(&mut self, part: Bytes) -> Result<(), StepError> {
        self.0.write(part).await.map_err(store_error)
    }

    async fn finish(self: Box<Self>) -> Result<FileRef, StepError> {
        self.0.finish().await.map_err(store_error)
    }
}

struct StreamParts(StreamWriter);

#[async_trait]
impl StreamSink for StreamParts {
    async fn push(&mut self, records: Vec<Value>) -> Result<(), StepError> {
        self.0.push(&records).await.map_err(store_error)
    }

    async fn finish(self: Box<Self>) -> Result<StreamRef, StepError> {
        self.0.finish().await.map_err(store_error)
    }
}

/// A store's failure, as a step sees it: worth a retry.
pub fn store_error(error: causeway_store::Error) -> StepError {
    let detail = error.to_string();
    match error {
        causeway_store::Error::Refused { code, text, .. } => StepError::new(code, ErrorClass::Invalid, text),
        _ => StepError::new(
            "store_unavailable",
            ErrorClass::Connect,
            text!("The store did not answer: {detail}", "資料庫沒有回應：{detail}"),
        ),
    }
}

/// Whether a value is larger than may stand inline. Looks at no more of it than needed.
pub fn is_large(value: &Value) -> bool {
    measure(value, INLINE_LIMIT) > INLINE_LIMIT
}

/// About how many bytes of JSON a value takes; stops counting beyond `most`.
fn measure(value: &Value, most: usize) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 5,
        Value::Number(_) => 12,
        Value::String(text) => text.len() + 2,
        Value::Array(items) => sum(items.iter().map(|item| (0, item)), most),
        Value::Object(fields) => sum(fields.iter().map(|(name, field)| (name.len() + 3, field)), most),
    }
}

fn sum<'a>(parts: impl Iterator<Item = (usize, &'a Value)>, most: usize) -> usize {
    let mut total = 2;
    for (name, part) in parts {
        total += name + 1 + measure(part, most.saturating_sub(total));
        if total > most {
            break;
        }
    }
    total
}

/// Keeps what is too large of a value outside: its large lists as record streams, its large texts as files, and what is
/// large only as a whole as one JSON file.
pub async fn keep_large(files: &dyn Files, value: Value) -> Result<Value, StepError> {
    if !is_large(&value) {
        return Ok(value);
    }
    match value {
        Value::Array(items) => Ok(files.write_stream(items).await?.into_value()),
        Value::String(text) => {
            Ok(files.write("text.txt", "text/plain; charset=utf-8", Bytes::from(text)).await?.into_value())
        }
        Value::Object(fields) => {
            let mut kept = serde_json::Map::with_capacity(fields.len());
            for (name, field) in fields {
                kept.insert(name, Box::pin(keep_large(files, field)).await?);
            }
            let kept = Value::Object(kept);
            if is_large(&kept) {
                let bytes = Bytes::from(kept.to_string());
                return Ok(files.write("value.json", "application/json", bytes).await?.into_value());
            }
            Ok(kept)
        }
        small => Ok(small),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_large_values_are_large() {
        assert!(!is_large(&serde_json::json!({"lines": [1, 2, 3], "note": "貨到付款"})));
        assert!(is_large(&Value::String("x".repeat(INLINE_LIMIT))));
        assert!(is_large(&Value::Array(vec![serde_json::json!({"sku": "A-1", "qty": 1}); 20_000])));
        assert!(!is_large(&Value::Array(vec![Value::Null; 1000])));
    }
}
