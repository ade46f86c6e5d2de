//! `respond`: answers the caller of the webhook, once.

use causeway_model::{ErrorClass, Reply, StepError, Value, text};

use crate::drive::Resolved;

pub fn evaluate(mut input: Value, replied: bool) -> Result<Resolved, StepError> {
    if replied {
        return Err(StepError::new(
            "replied_already",
            ErrorClass::Conflict,
            text!("The run has answered its caller already", "這次執行已經回覆過呼叫端"),
        ));
    }
    let status = input.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
    let headers = match input.get("headers") {
        Some(Value::Object(headers)) => {
            headers.iter().map(|(name, value)| (name.clone(), plain(value))).collect()
        }
        _ => Vec::new(),
    };
    let body = input.get_mut("body").map(Value::take).unwrap_or_default();
    Ok(Resolved::Reply(Reply { status: status.unwrap_or(200), headers, body }))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
