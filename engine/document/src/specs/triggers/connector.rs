//! `<connector>.<trigger>`: an event of a connector starts it, whichever way it is heard of.

use causeway_model::{ConnectorTriggerSpec, Fault, Span, TriggerWay, Value, text};
use serde_json::json;

use super::webhook::{DEDUPE_WINDOW, LONGEST_DEDUPE_WINDOW, dedupe};
use crate::compile::TriggerCx;
use crate::plan::{ConnectorWay, PollFrom};
use crate::specs::parts::{choice, duration, field, filled, integer, object};

/// The fields of `trigger` that expressions may read.
pub(crate) const FIELDS: &[&str] = &["kind", "event", "connection", "body", "headers", "received_at"];

const EVERY: Span = Span::from_secs(300);
const SHORTEST_EVERY: Span = Span::from_secs(10);
const LONGEST_EVERY: Span = Span::from_secs(7 * 86_400);
const MOST_RECORDS: u64 = 1000;
const LARGEST_MOST: u64 = 100_000;

/// JSON Schema (2020-12) of `with`.
pub fn with_schema(spec: &ConnectorTriggerSpec) -> Value {
    match spec.summary.way {
        TriggerWay::Webhook => webhook_schema(),
        TriggerWay::Poll => poll_schema(spec),
    }
}

fn webhook_schema() -> Value {
    object(vec![
        field(
            "dedupe",
            filled(),
            text!("Duplicates", "重複事件"),
            text!(
                "An expression over `trigger` that names the event, or `off`. Absent: the id that the system gives.",
                "以 `trigger` 計算出事件名稱的運算式，或 `off`。未填則使用系統提供的識別碼。"
            ),
        ),
        field(
            "dedupe_window",
            duration(),
            text!("Remember for", "記憶期間"),
            text!(
                "How long an event's name is remembered; 90 days at most.",
                "事件名稱的記憶期間；最長 90 天。"
            ),
        )
        .fixed()
        .default("7d".into()),
    ])
}

fn poll_schema(spec: &ConnectorTriggerSpec) -> Value {
    let mut input = spec.input.clone();
    // References stand at the top of a schema.
    let definitions = input.as_object_mut().and_then(|input| input.remove("$defs"));
    if let Some(input) = input.as_object_mut() {
        input.remove("$schema");
    }
    let is_asked_for = input["required"].as_array().is_some_and(|fields| !fields.is_empty());
    let filter = field(
        "input",
        input,
        text!("Filter", "篩選條件"),
        text!("Further input of the operation that is asked.", "詢問操作的其他輸入。"),
    )
    .fixed();
    let mut schema = object(vec![
        field(
            "every",
            duration(),
            text!("Every", "間隔"),
            text!("How often the system is asked: 10 seconds to 7 days.", "多久詢問系統一次：10 秒到 7 天。"),
        )
        .fixed()
        .default(json!(spec.every.unwrap_or(EVERY))),
        field(
            "from",
            choice(&["now", "beginning"]),
            text!("From", "起點"),
            text!(
                "`now`: only what comes from now on. `beginning`: what there is already, too.",
                "`now`：只處理之後出現的資料。`beginning`：既有資料也一併處理。"
            ),
        )
        .fixed()
        .default("now".into()),
        if is_asked_for { filter.required() } else { filter },
        field(
            "most",
            integer(1, LARGEST_MOST),
            text!("At most", "最多筆數"),
            text!(
                "How many records one poll takes; the others come with the next.",
                "一次輪詢最多處理幾筆，其餘留待下次。"
            ),
        )
        .fixed()
        .default(MOST_RECORDS.into()),
    ]);
    if let Some(definitions) = definitions {
        schema["$defs"] = definitions;
    }
    schema
}

/// `None` after a fault.
pub(crate) fn compile(trigger: &mut TriggerCx, spec: &ConnectorTriggerSpec) -> Option<ConnectorWay> {
    match spec.summary.way {
        TriggerWay::Webhook => {
            let dedupe_window = trigger.span("dedupe_window", DEDUPE_WINDOW, LONGEST_DEDUPE_WINDOW);
            let dedupe = dedupe(trigger);
            Some(ConnectorWay::Webhook { dedupe: dedupe?, dedupe_window: dedupe_window? })
        }
        TriggerWay::Poll => {
            let every = trigger.span("every", spec.every.unwrap_or(EVERY), LONGEST_EVERY)?;
            if every < SHORTEST_EVERY {
                let message = text!(
                    "A system is asked every {SHORTEST_EVERY} at most.",
                    "最多每 {SHORTEST_EVERY} 詢問系統一次。"
                );
                let fix = text!("Write a longer duration.", "請寫較長的時間。");
                trigger.fault(Fault::error("out_of_range", "/trigger/with/every", message).with_fix(fix));
                return None;
            }
            let from = match trigger.field("from").and_then(Value::as_str) {
                Some("beginning") => PollFrom::Beginning,
                _ => PollFrom::Now,
            };
            let most = trigger.field("most").and_then(Value::as_u64).unwrap_or(MOST_RECORDS);
            let input = trigger.field("input").cloned().unwrap_or_else(|| json!({}));
            Some(ConnectorWay::Poll { every, from, input, most })
        }
    }
}
