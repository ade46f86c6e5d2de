//! The flows that are measured, and what is sent to them.

use causeway_model::Value;
use causeway_testkit::{flow, hook_flow, http_step, script_step, step};
use serde_json::json;

/// (a): five fields, with a sum over the lines.
pub fn five_fields(slug: &str) -> Value {
    let code = "let total = 0; for line in trigger.body.lines { total += line.qty * line.price; } \
                #{ order_no: trigger.body.no, customer: trigger.body.customer.code, name: trigger.body.customer.name, \
                lines: trigger.body.lines.len(), total: total }";
    hook_flow(slug, json!([script_step("map", code, &[])]))
}

/// An order with so many lines.
pub fn order(lines: usize) -> String {
    let lines: Vec<Value> = (0..lines)
        .map(|n| json!({"sku": format!("AB-{n:03}"), "name": "A4 影印紙", "qty": 3, "price": 125}))
        .collect();
    json!({"no": "SO-1001", "customer": {"code": "C001", "name": "大安貿易股份有限公司"}, "lines": lines})
        .to_string()
}

/// (c): accepted at once; three steps, one of them a call.
pub fn three_steps(sink: &str) -> Value {
    let code = "#{ no: trigger.body.no, total: trigger.body.lines.len() }";
    flow(
        "three",
        json!({"use": "webhook", "with": {"path": "three", "reply": "accepted"}}),
        json!([
            script_step("map", code, &[]),
            http_step("send", sink, json!("{{ steps.map }}"), &["map"]),
            script_step("end", "steps.send.status", &["send"]),
        ]),
    )
}

/// Accepted at once; one script.
pub fn accepted() -> Value {
    flow(
        "accepted",
        json!({"use": "webhook", "with": {"path": "accepted", "reply": "accepted"}}),
        json!([script_step("map", "#{ no: trigger.body.no }", &[])]),
    )
}

/// (f): so many items through one loop.
pub fn many_items() -> Value {
    let body = json!([script_step("map", "#{ no: item.no, total: item.qty * item.price }", &[])]);
    let with = json!({"items": "{{ trigger.body }}", "concurrency": 16, "body": body});
    let trigger =
        json!({"use": "webhook", "with": {"path": "many", "reply": "accepted", "max_body": "100MB"}});
    flow("many", trigger, json!([step("each", "for_each", with, &[])]))
}

pub fn items(count: usize) -> String {
    let records: Vec<Value> =
        (0..count).map(|no| json!({"no": no, "qty": 3, "price": 19, "name": "品項"})).collect();
    Value::Array(records).to_string()
}

/// (g): twelve fields and a loop over the lines that builds a list.
pub fn heavy_script() -> Value {
    let code = "let lines = []; let net = 0; for line in trigger.body.lines { let amount = line.qty * line.price; net += amount; \
                lines.push(#{ sku: line.sku.to_lower(), name: line.name.trim(), qty: line.qty, price: line.price, amount: amount }); } \
                let tax = round(net * 0.05, 0); \
                #{ order_no: trigger.body.no, customer: trigger.body.customer.code, name: trigger.body.customer.name, currency: \"TWD\", \
                lines: lines, count: lines.len(), net: net, tax: tax, total: net + tax, source: trigger.path, \
                kind: \"sales\", large: net > 100000 }";
    hook_flow("heavy", json!([script_step("map", code, &[])]))
}

/// (m): a chain of so many short waits, which is long enough to be watched.
pub fn naps(count: u64) -> Value {
    let steps = (0..count).map(|number| {
        let id = format!("nap{number}");
        let before = format!("nap{}", number.saturating_sub(1));
        let after = [before.as_str()];
        step(&id, "wait", json!({"for": "500ms"}), if number == 0 { &[] } else { &after })
    });
    let trigger = json!({"use": "webhook", "with": {"path": "naps", "reply": "accepted"}});
    flow("naps", trigger, steps.collect())
}
