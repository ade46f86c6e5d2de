//! `branch`: leaves by the port of the first case that holds.

use causeway_model::{Fault, Text, Value, text};
use serde_json::json;

use super::StepKind;
use crate::compile::StepCx;
use crate::faults::child;
use crate::plan::Action;
use crate::specs::parts::{expression, field, object};

pub struct Branch;

/// What a port's name must look like; `error` is every step's own.
const PORT: &str = "^[a-z0-9_]{1,64}$";

impl StepKind for Branch {
    fn name(&self) -> &'static str {
        "branch"
    }

    fn title(&self) -> Text {
        text!("Branch", "分支")
    }

    fn description(&self) -> Text {
        text!(
            "Goes on by the port of the first case whose condition holds, else by `otherwise`. Without an `otherwise` the step fails when no case holds.",
            "依序檢查條件，從第一個成立的出口繼續；都不成立則走 `otherwise`。未填 `otherwise` 且沒有條件成立時，此步驟失敗。"
        )
    }

    fn schema(&self) -> Value {
        let port = json!({ "type": "string", "pattern": PORT, "not": { "const": "error" } });
        let case = object(vec![
            field(
                "port",
                port.clone(),
                text!("Port", "出口"),
                text!("The exit's name: a-z, 0-9 and _.", "出口名稱：a-z、0-9 與 _。"),
            )
            .fixed()
            .required(),
            field(
                "when",
                expression(),
                text!("Condition", "條件"),
                text!("A formula that gives true or false.", "結果為 true 或 false 的運算式。"),
            )
            .required(),
        ]);
        object(vec![
            field(
                "cases",
                json!({ "type": "array", "minItems": 1, "maxItems": 100, "items": case }),
                text!("Cases", "條件"),
                text!(
                    "Asked in this order; the first that holds counts.",
                    "依此順序檢查，以第一個成立的為準。"
                ),
            )
            .required(),
            field(
                "otherwise",
                port,
                text!("Otherwise", "其他"),
                text!("The exit when no case holds.", "沒有條件成立時的出口。"),
            )
            .fixed(),
        ])
    }

    fn ports(&self, with: &Value) -> Option<Vec<String>> {
        let cases = with["cases"].as_array().map(Vec::as_slice).unwrap_or_default();
        let named = cases.iter().map(|case| &case["port"]).chain([&with["otherwise"]]);
        let mut ports: Vec<String> = Vec::new();
        for port in named.filter_map(Value::as_str) {
            if !ports.iter().any(|known| known == port) {
                ports.push(port.to_owned());
            }
        }
        Some(ports)
    }

    fn ports_follow_input(&self) -> bool {
        true
    }

    fn is_pure(&self) -> bool {
        true
    }

    fn compiled_fields(&self) -> &'static [&'static str] {
        &["cases", "otherwise"]
    }

    fn compile(&self, step: &mut StepCx) -> Option<Action> {
        let list = step.field("cases")?.as_array()?.clone();
        let at = step.pointer("cases");
        let otherwise = step.field("otherwise").and_then(Value::as_str).map(str::to_owned);
        let mut cases = Vec::new();
        let mut whole = true;
        for (index, case) in list.iter().enumerate() {
            let at = child(&at, index);
            let (Some(port), Some(when)) = (case["port"].as_str(), case["when"].as_str()) else {
                return None;
            };
            if cases.iter().any(|(known, _)| known == port) || otherwise.as_deref() == Some(port) {
                let message = text!("The port `{port}` is named twice.", "出口 `{port}` 重複了。");
                let fix = text!(
                    "Give each case a port of its own, or join the conditions with `||`.",
                    "請為每個條件取不同的出口，或用 `||` 合併條件。"
                );
                step.fault(Fault::error("port_repeated", child(&at, "port"), message).with_fix(fix));
                whole = false;
            }
            match step.expression(&child(&at, "when"), when) {
                Some(expression) => cases.push((port.to_owned(), expression)),
                None => whole = false,
            }
        }
        whole.then_some(Action::Branch { cases, otherwise })
    }
}
