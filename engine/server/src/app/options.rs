//! What a field may be where a connected system knows: the records of a list, as choices.

use causeway_connector::MAX_ITEMS;
use causeway_model::{Value, text};
use causeway_store::Actor;
use serde::Serialize;
use serde_json::json;

use super::{App, Error, Result};

/// Choices of one field.
const MOST: u64 = 500;

/// Which list, and what of its records. Both are JSON pointers into a record.
#[derive(Clone, Debug)]
pub struct OptionsRequest {
    pub operation: String,
    pub value: String,
    /// The value itself, where absent.
    pub title: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OptionView {
    /// A text, a number, or true or false.
    pub value: Value,
    pub title: String,
}

impl App {
    /// Records that have no such value are left out.
    pub async fn options(
        &self,
        connection: &str,
        request: OptionsRequest,
        who: Actor<'_>,
    ) -> Result<Vec<OptionView>> {
        let record = self.connection(connection, who).await?;
        let operation = self.operation(&record.connector, &request.operation).await?;
        let (connector, name) = (&record.connector, &request.operation);
        if !operation.summary.read_only {
            return Err(Error::invalid(
                "operation_changes",
                text!("`{connector}.{name}` does not only read", "`{connector}.{name}` 不是唯讀操作"),
            ));
        }
        let takes_most = operation.input["properties"].get(MAX_ITEMS).is_some();
        let input = if takes_most { json!({ MAX_ITEMS: MOST }) } else { json!({}) };
        let trial = self.inner.trial.get().ok_or_else(|| Error::bug("nothing here calls connectors"))?;
        let records = trial.look(connection, name, input, MOST).await?;
        Ok(records.iter().filter_map(|record| choice(record, &request)).collect())
    }
}

fn choice(record: &Value, request: &OptionsRequest) -> Option<OptionView> {
    let value = record.pointer(&request.value).filter(|value| words(value).is_some())?;
    let title = request.title.as_ref().and_then(|title| record.pointer(title)).and_then(words);
    Some(OptionView { title: title.or_else(|| words(value))?, value: value.clone() })
}

fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
