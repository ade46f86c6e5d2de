//! `webhook`: an HTTP call of `/hooks/<path>` starts it.

use causeway_model::{Fault, Span, Text, TriggerKind, Value, text};
use serde_json::json;

use super::{Trigger, cors, verify};
use crate::compile::TriggerCx;
use crate::faults::child;
use crate::plan::{Dedupe, PlanTrigger, ReplyMode, Webhook};
use crate::specs::parts::{choice, duration, field, filled, object};

pub struct WebhookTrigger;

const REPLY_TIMEOUT: Span = Span::from_secs(30);
const LONGEST_REPLY_TIMEOUT: Span = Span::from_secs(600);
pub(super) const DEDUPE_WINDOW: Span = Span::from_secs(7 * 86_400);
pub(super) const LONGEST_DEDUPE_WINDOW: Span = Span::from_secs(90 * 86_400);
const MAX_BODY: u64 = 16 * 1024 * 1024;
const LARGEST_BODY: u64 = 1024 * 1024 * 1024;

impl Trigger for WebhookTrigger {
    fn kind(&self) -> TriggerKind {
        TriggerKind::Webhook
    }

    fn title(&self) -> Text {
        text!("Webhook", "Webhook")
    }

    fn description(&self) -> Text {
        text!(
            "An HTTP call of `/hooks/<path>` starts it. It is answered once the event is kept for good; an event that comes twice makes one run.",
            "由 `/hooks/<path>` 的 HTTP 呼叫啟動。事件確實保存後才會回應；重複送來的事件只會產生一次執行。"
        )
    }

    fn schema(&self) -> Value {
        let method = json!({ "type": "string", "pattern": "^[A-Z]{1,20}$" });
        let methods = json!({ "type": "array", "maxItems": 20, "uniqueItems": true, "items": method });
        let path = json!({ "type": "string", "minLength": 1, "maxLength": 200 });
        let size = json!({ "type": "string", "pattern": "^[0-9]{1,12}(B|kB|MB)$" });
        object(vec![
            field("path", path, text!("Path", "路徑"), text!("The part after `/hooks/`; `{{name}}` stands for one segment, read as `trigger.params.name`.", "`/hooks/` 之後的部分；`{{name}}` 代表一段路徑，以 `trigger.params.name` 讀取。"))
                .fixed()
                .required(),
            field("methods", methods, text!("Methods", "方法"), text!("HTTP methods in capitals; none means any.", "大寫的 HTTP 方法；未填則不限。")).fixed(),
            field(
                "reply",
                choice(&["accepted", "last", "respond"]),
                text!("Answer", "回應方式"),
                text!("`accepted`: 202 at once. `last`: the last step's output. `respond`: by a `respond` step.", "`accepted`：立即回應 202。`last`：以最後一個步驟的輸出回應。`respond`：由 `respond` 步驟回應。"),
            )
            .fixed()
            .default("accepted".into()),
            field("reply_timeout", duration(), text!("Answer within", "回應期限"), text!("After this the caller gets 504 and the run goes on; ten minutes at most.", "超過後呼叫者收到 504，執行繼續；最長十分鐘。"))
                .fixed()
                .default("30s".into()),
            field("verify", verify::schema(), text!("Verification", "驗證"), text!("How callers show who they are.", "呼叫者如何證明身分。")),
            field("cors", cors::schema(), text!("Browsers", "瀏覽器"), text!("Which pages in browsers may call it.", "哪些網頁可從瀏覽器呼叫。")),
            field(
                "dedupe",
                filled(),
                text!("Duplicates", "重複事件"),
                text!("An expression over `trigger` that names the event, or `off`. Absent: the ids that known senders give.", "以 `trigger` 計算出事件名稱的運算式，或 `off`。未填則使用已知來源提供的識別碼。"),
            ),
            field("dedupe_window", duration(), text!("Remember for", "記憶期間"), text!("How long an event's name is remembered; 90 days at most.", "事件名稱的記憶期間；最長 90 天。"))
                .fixed()
                .default("7d".into()),
            field("max_body", size, text!("Largest body", "內容上限"), text!("Such as `500kB` or `20MB` (a kB has 1,024 bytes); 1024MB at most.", "例如 `500kB`、`20MB`（1 kB 為 1,024 位元組）；最大 1024MB。"))
                .fixed()
                .default("16MB".into()),
        ])
    }

    fn fields(&self) -> &'static [&'static str] {
        &["kind", "body", "headers", "query", "params", "method", "path", "received_at"]
    }

    fn compile(&self, trigger: &mut TriggerCx) -> Option<PlanTrigger> {
        let path = trigger.field("path").and_then(Value::as_str).map(str::to_owned);
        let path = path.filter(|path| match path_fault(path) {
            None => true,
            Some(fault) => {
                trigger.fault(fault);
                false
            }
        });
        let methods =
            trigger.field("methods").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let methods = methods.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let reply = match trigger.field("reply").and_then(Value::as_str) {
            Some("last") => ReplyMode::Last,
            Some("respond") => ReplyMode::Respond,
            _ => ReplyMode::Accepted,
        };
        let reply_timeout = trigger.span("reply_timeout", REPLY_TIMEOUT, LONGEST_REPLY_TIMEOUT);
        let dedupe_window = trigger.span("dedupe_window", DEDUPE_WINDOW, LONGEST_DEDUPE_WINDOW);
        let verify = verify::compile(trigger);
        let ips = verify::ips(trigger);
        let cors = cors::compile(trigger);
        let dedupe = dedupe(trigger);
        Some(PlanTrigger::Webhook(Box::new(Webhook {
            path: path?,
            methods,
            reply,
            reply_timeout: reply_timeout?,
            verify: verify?,
            ips: ips?,
            cors: cors?,
            dedupe: dedupe?,
            dedupe_window: dedupe_window?,
            max_body_bytes: max_body(trigger)?,
        })))
    }
}

/// `None` after a fault.
pub(super) fn dedupe(trigger: &mut TriggerCx) -> Option<Dedupe> {
    match trigger.field("dedupe").cloned() {
        None => Some(Dedupe::Known),
        Some(Value::String(off)) if off == "off" => Some(Dedupe::Off),
        Some(written) => dedupe_key(trigger, &written),
    }
}

fn dedupe_key(trigger: &mut TriggerCx, written: &Value) -> Option<Dedupe> {
    let key = trigger.template(&["dedupe"], written, false)?;
    if key.is_constant() {
        let message = text!(
            "Every event has the same name, so only the first would make a run.",
            "每個事件的名稱都相同，只有第一個會產生執行。"
        );
        let fix = text!(
            "Write an expression such as `{{{{ trigger.body.order_no }}}}`, or `off`.",
            "請寫運算式，例如 `{{{{ trigger.body.order_no }}}}`，或 `off`。"
        );
        trigger.fault(Fault::error("constant_dedupe", "/trigger/with/dedupe", message).with_fix(fix));
        return None;
    }
    Some(Dedupe::Key(key))
}

fn max_body(trigger: &mut TriggerCx) -> Option<u64> {
    let Some(written) = trigger.field("max_body").and_then(Value::as_str).map(str::to_owned) else {
        return Some(MAX_BODY);
    };
    let split = written.find(|c: char| !c.is_ascii_digit())?;
    let unit = match &written[split..] {
        "kB" => 1024,
        "MB" => 1024 * 1024,
        _ => 1,
    };
    let bytes = written[..split].parse::<u64>().ok().and_then(|count| count.checked_mul(unit));
    let bytes = bytes.filter(|bytes| (1..=LARGEST_BODY).contains(bytes));
    if bytes.is_none() {
        let message =
            text!("`max_body` must be between 1B and 1024MB.", "`max_body` 必須介於 1B 與 1024MB 之間。");
        let fix = text!("Write a size such as `20MB`.", "請寫大小，例如 `20MB`。");
        trigger.fault(Fault::error("out_of_range", "/trigger/with/max_body", message).with_fix(fix));
    }
    bytes
}

/// Segments of letters, digits and `-._~`, or `{name}`; each name once.
fn path_fault(path: &str) -> Option<Fault> {
    let at = child("/trigger/with", "path");
    let fault = |message: Text| {
        let fix = text!(
            "Write segments of letters, digits, `-`, `.`, `_` and `~` with `/` between them, or `{{name}}` for a variable one, such as `orders/{{no}}`.",
            "請以 `/` 分隔，每段用英文字母、數字與 `-`、`.`、`_`、`~`，或以 `{{name}}` 表示變動的一段，例如 `orders/{{no}}`。"
        );
        Some(Fault::error("invalid_path", at.clone(), message).with_fix(fix))
    };
    let mut names = Vec::new();
    if path.split('/').count() > 20 {
        return fault(text!("The path has more than 20 segments.", "路徑超過 20 段。"));
    }
    for segment in path.split('/') {
        if segment.is_empty() {
            return fault(text!(
                "The path has an empty segment, or a `/` at an end.",
                "路徑有空的區段，或頭尾有 `/`。"
            ));
        }
        if matches!(segment, "." | "..") {
            return fault(text!(
                "`{segment}` cannot be a segment of the path.",
                "`{segment}` 不能是路徑的一段。"
            ));
        }
        if let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            let starts = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
            if !starts || !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
                return fault(text!(
                    "`{segment}` is no parameter: its name needs a-z, 0-9 and _.",
                    "`{segment}` 不是有效的參數：名稱請用 a-z、0-9 與 _。"
                ));
            }
            if names.contains(&name) {
                return fault(text!(
                    "The parameter `{name}` stands twice in the path.",
                    "參數 `{name}` 在路徑中重複了。"
                ));
            }
            names.push(name);
        } else if !segment.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c)) {
            return fault(text!(
                "`{segment}` cannot be a segment of the path.",
                "`{segment}` 不能是路徑的一段。"
            ));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::path_fault;

    #[test]
    fn paths_keep_their_rules() {
        for good in ["orders", "a/b-c/d.e", "orders/{no}/lines/{line_no}", "~x_y"] {
            assert!(path_fault(good).is_none(), "{good}");
        }
        for bad in [
            "",
            "/a",
            "a/",
            "a//b",
            "a/../b",
            ".",
            "a b",
            "訂單",
            "{no}/{no}",
            "{}",
            "{No}",
            "x{no}",
            "a?b",
            "a%2fb",
        ] {
            assert!(path_fault(bad).is_some(), "{bad}");
        }
        assert!(path_fault(&"a/".repeat(30)).is_some());
    }
}
