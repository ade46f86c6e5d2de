//! `for_each`: runs its body once for each item of a list or a record stream.

use causeway_connector::Files;
use causeway_model::{ErrorClass, LoopTally, StepError, StreamRef, Value, text};

use crate::files::is_large;

/// The list or stream that a loop goes over, and how many items it has. A long list becomes a stream.
pub async fn items(files: &dyn Files, items: Value) -> Result<(Value, u64), StepError> {
    if let Some(stream) = StreamRef::from_value(&items) {
        return Ok((items, stream.count));
    }
    match items {
        Value::Array(list) if !is_large_list(&list) => {
            let count = list.len() as u64;
            Ok((Value::Array(list), count))
        }
        Value::Array(list) => {
            let stream = files.write_stream(list).await?;
            let count = stream.count;
            Ok((stream.into_value(), count))
        }
        other => {
            let kind = kind(&other);
            Err(StepError::new(
                "items_no_list",
                ErrorClass::Invalid,
                text!(
                    "`items` must be a list or a record stream, and is {kind}. Check the expression in `items`.",
                    "`items` 必須是清單或資料串流，但目前是 {kind}。請檢查 `items` 的運算式。"
                ),
            ))
        }
    }
}

/// The same with its first item only.
pub fn first(items: Value, count: u64) -> (Value, u64) {
    match items {
        Value::Array(mut list) => {
            list.truncate(1);
            (Value::Array(list), count.min(1))
        }
        stream => (stream, count.min(1)),
    }
}

fn is_large_list(list: &[Value]) -> bool {
    list.len() > 10_000 || list.iter().any(is_large) || is_large(&Value::Array(list.to_vec()))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "empty (null)",
        Value::Bool(_) => "true/false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// What a loop gives to the steps after it.
pub fn summary(tally: &LoopTally) -> Value {
    let results = tally.results.clone().map(StreamRef::into_value);
    serde_json::json!({
        "count": tally.count,
        "succeeded": tally.succeeded,
        "failed": tally.failed,
        "results": results,
    })
}

/// Why a loop failed: its first failed item's error, with the tally as the body.
pub fn gave_up(index: u64, error: &StepError, tally: &LoopTally) -> StepError {
    let (en, zh) = (&error.message.en, &error.message.zh_tw);
    let (code, failed) = (&error.code, tally.failed);
    let message = if failed > 1 {
        text!(
            "{failed} items failed; the last was item {index} ({code}): {en}",
            "有 {failed} 筆項目失敗；最後一筆是第 {index} 筆（{code}）：{zh}"
        )
    } else {
        text!("Item {index} failed ({code}): {en}", "第 {index} 筆項目失敗（{code}）：{zh}")
    };
    StepError {
        body: Some(summary(tally)),
        status: error.status,
        ..StepError::new("item_failed", error.class, message)
    }
}
