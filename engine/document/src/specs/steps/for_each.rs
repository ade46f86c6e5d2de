//! `for_each`: runs its body once for each item of a list or a record stream.

use causeway_model::{Fault, StreamRef, Text, Value, text};
use serde_json::json;

use super::StepKind;
use crate::compile::StepCx;
use crate::limits::MAX_STEPS;
use crate::plan::{Action, ForEach};
use crate::specs::parts::{any, choice, expression, field, integer, object};

pub struct ForEachKind;

impl StepKind for ForEachKind {
    fn name(&self) -> &'static str {
        "for_each"
    }

    fn title(&self) -> Text {
        text!("For each", "逐項處理")
    }

    fn description(&self) -> Text {
        text!(
            "Runs its steps once for each item of a list or a record stream; `item` and `index` are in scope there. Gives `{{count, succeeded, failed, results}}`.",
            "對陣列或資料串流的每個項目執行一次其中的步驟；步驟內可用 `item` 與 `index`。輸出為 `{{count, succeeded, failed, results}}`。"
        )
    }

    fn schema(&self) -> Value {
        let body = json!({
            "type": "array", "minItems": 1, "maxItems": MAX_STEPS, "items": { "type": "object" }, "x-causeway-steps": true
        });
        object(vec![
            field(
                "items",
                any(),
                text!("Items", "項目"),
                text!("A list or a record stream.", "陣列或資料串流。"),
            )
            .required(),
            field(
                "body",
                body,
                text!("Steps", "步驟"),
                text!("What is done with each item.", "對每個項目要做的事。"),
            )
            .required(),
            field(
                "concurrency",
                integer(1, 100),
                text!("At once", "同時數"),
                text!("How many items are worked on at the same time.", "同時處理的項目數。"),
            )
            .fixed()
            .default(1.into()),
            field(
                "on_item_error",
                choice(&["stop", "continue"]),
                text!("When an item fails", "項目失敗時"),
                text!(
                    "`stop` starts no further item and fails; `continue` goes on.",
                    "`stop` 不再開始其他項目並失敗；`continue` 繼續處理。"
                ),
            )
            .fixed()
            .default("stop".into()),
            field(
                "max_errors",
                integer(0, 1_000_000_000),
                text!("Most errors", "錯誤上限"),
                text!(
                    "With `continue`: gives up when more items than this have failed.",
                    "搭配 `continue`：失敗項目超過此數即放棄。"
                ),
            )
            .fixed(),
            field(
                "key",
                expression(),
                text!("Key", "鍵"),
                text!(
                    "A formula over `item` that names it, such as `item.no`; its idempotency keys are made of it. Without one it is the index.",
                    "以 `item` 計算出名稱的運算式，例如 `item.no`，用來產生冪等鍵；未填則用索引。"
                ),
            ),
        ])
    }

    fn compiled_fields(&self) -> &'static [&'static str] {
        &["items", "body", "concurrency", "on_item_error", "max_errors", "key"]
    }

    fn compile(&self, step: &mut StepCx) -> Option<Action> {
        let stop_on_error = step.field("on_item_error").and_then(Value::as_str) != Some("continue");
        let max_errors = step.field("max_errors").and_then(Value::as_u64);
        if stop_on_error && max_errors.is_some() {
            let message = text!(
                "`max_errors` has no effect where the first error stops the loop.",
                "第一個錯誤就會停止迴圈，`max_errors` 沒有作用。"
            );
            let fix = text!(
                "Set `on_item_error` to `continue`, or remove it.",
                "請將 `on_item_error` 設為 `continue`，或移除它。"
            );
            step.fault(Fault::warning("no_effect", step.pointer("max_errors"), message).with_fix(fix));
        }
        let items = step.field("items")?.clone();
        let list = items.is_array()
            || items.is_string() && step.has_hole(&items)
            || StreamRef::from_value(&items).is_some();
        if !list {
            let message = text!("`items` is no list.", "`items` 不是陣列。");
            let fix = text!(
                "Write an expression that gives a list, such as `{{{{ trigger.body.lines }}}}`.",
                "請寫結果為陣列的運算式，例如 `{{{{ trigger.body.lines }}}}`。"
            );
            step.fault(Fault::error("items_no_list", step.pointer("items"), message).with_fix(fix));
        }
        let template = step.template("items", &items);
        let body = step.body();
        let key = match step.field("key").and_then(Value::as_str).map(str::to_owned) {
            Some(source) => Some(step.item_expression(&step.pointer("key"), &source)?),
            None => None,
        };
        Some(Action::ForEach(ForEach {
            items: template.filter(|_| list)?,
            body: body?,
            concurrency: step.field("concurrency").and_then(Value::as_u64).unwrap_or(1).clamp(1, 100)
                as usize,
            stop_on_error,
            max_errors,
            key,
        }))
    }
}
