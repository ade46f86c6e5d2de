//! `respond`: answers the caller of the webhook.

use causeway_model::{Fault, Reply, StepError, Text, Value, text};
use serde_json::json;

use super::{StepKind, input};
use crate::compile::StepCx;
use crate::plan::Action;
use crate::specs::parts::{any, field, integer, object};

pub struct Respond;

/// The resolved input of a `respond`.
pub struct RespondInput;

impl RespondInput {
    pub fn read(input: &Value) -> Result<Reply, StepError> {
        let status = match input.get("status") {
            None | Some(Value::Null) => 200,
            Some(status) => status
                .as_u64()
                .and_then(|status| u16::try_from(status).ok())
                .filter(|status| (200..600).contains(status))
                .ok_or_else(|| {
                    input::invalid(
                        "status",
                        &text!("it must be between 200 and 599", "必須介於 200 與 599 之間"),
                    )
                })?,
        };
        let mut headers = Vec::new();
        for (name, value) in input["headers"].as_object().into_iter().flatten() {
            let value = input::words(value);
            if !is_header(name, &value) {
                let why = text!(
                    "`{name}` is no valid header, or is set by the server",
                    "`{name}` 不是有效的標頭，或由伺服器設定"
                );
                return Err(input::invalid("headers", &why));
            }
            headers.push((name.clone(), value));
        }
        Ok(Reply { status, headers, body: input.get("body").cloned().unwrap_or(Value::Null) })
    }
}

/// Headers of the connection itself are the server's.
fn is_header(name: &str, value: &str) -> bool {
    const OURS: [&str; 5] =
        ["connection", "content-length", "transfer-encoding", "upgrade", "x-causeway-run"];
    !name.is_empty()
        && name.len() <= 100
        && value.len() <= 8192
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
        && !value.chars().any(|c| c.is_control() && c != '\t')
        && !OURS.contains(&name.to_ascii_lowercase().as_str())
}

impl StepKind for Respond {
    fn name(&self) -> &'static str {
        "respond"
    }

    fn title(&self) -> Text {
        text!("Respond", "回應")
    }

    fn description(&self) -> Text {
        text!(
            "Answers the caller of a webhook whose `reply` is `respond`; the run goes on. Only the first answer of a run counts.",
            "回應 `reply` 為 `respond` 的 webhook 呼叫者，流程會繼續執行。每次執行只有第一個回應有效。"
        )
    }

    fn schema(&self) -> Value {
        let headers = json!({ "type": "object", "maxProperties": 50, "additionalProperties": { "type": ["string", "number", "boolean"] } });
        object(vec![
            field(
                "status",
                integer(200, 599),
                text!("Status", "狀態碼"),
                text!("HTTP status.", "HTTP 狀態碼。"),
            )
            .default(200.into()),
            field(
                "headers",
                headers,
                text!("Headers", "標頭"),
                text!("HTTP headers of the answer.", "回應的 HTTP 標頭。"),
            ),
            field(
                "body",
                any(),
                text!("Body", "內容"),
                text!(
                    "A text goes out as text, a file as its bytes, anything else as JSON; null as nothing.",
                    "文字以文字送出，檔案以其位元組送出，其他以 JSON 送出；null 則不送內容。"
                ),
            ),
        ])
    }

    fn compile(&self, step: &mut StepCx) -> Option<Action> {
        let headers = step.field("headers").and_then(Value::as_object).cloned().unwrap_or_default();
        for (name, value) in &headers {
            if !is_header(name, value.as_str().filter(|value| !value.contains("{{")).unwrap_or_default()) {
                let at = crate::faults::child(&step.pointer("headers"), name);
                let message = text!(
                    "`{name}` is no header that an answer can set.",
                    "`{name}` 不是回應可以設定的標頭。"
                );
                let fix = text!(
                    "Use letters, digits and - in its name, no line breaks in its value, and leave the connection's headers to the server.",
                    "名稱請用英文字母、數字與 -，值不可換行；連線相關的標頭由伺服器設定。"
                );
                step.fault(Fault::error("invalid_header", at, message).with_fix(fix));
            }
        }
        if !step.trigger_takes_responses() {
            let message = text!(
                "Nobody waits for this answer: the trigger is no webhook with `reply: respond`.",
                "沒有人在等這個回應：觸發不是 `reply: respond` 的 webhook。"
            );
            let fix = text!(
                "Set the webhook's `reply` to `respond`, or remove this step.",
                "請將 webhook 的 `reply` 設為 `respond`，或移除此步驟。"
            );
            step.fault(Fault::warning("nobody_waits", step.pointer_of_use(), message).with_fix(fix));
        }
        Some(Action::Respond)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_read() {
        let reply = RespondInput::read(&json!({ "status": 201, "headers": { "X-No": 7 }, "body": [1] }))
            .expect("fits");
        assert_eq!(
            reply,
            Reply { status: 201, headers: vec![("X-No".into(), "7".into())], body: json!([1]) }
        );
        assert_eq!(RespondInput::read(&json!({})).expect("fits").status, 200);
        for wrong in [
            json!({ "status": 99 }),
            json!({ "headers": { "a b": "c" } }),
            json!({ "headers": { "a": "b\r\nc: d" } }),
            json!({ "headers": { "Content-Length": "1" } }),
        ] {
            assert!(RespondInput::read(&wrong).is_err(), "{wrong}");
        }
    }
}
