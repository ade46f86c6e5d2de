//! Diffs of two documents.

use causeway_document::{StepChangeKind, diff};
use causeway_model::Locale;
use serde_json::json;

use crate::support::{document, each, flow, request_step, step};

#[test]
fn a_diff_names_what_changed() {
    let old = document(json!([
        step("gone", json!([])),
        request_step("call", json!({ "method": "GET", "url": "a", "retries": 1.10 })),
        each("lines", json!([step("price", json!([])), step("tax", json!(["price"]))]), json!([])),
        step("same", json!([])),
    ]));
    let mut new = document(json!([
        request_step("call", json!({ "url": "b", "method": "GET", "headers": {} })),
        each("lines", json!([step("price", json!([])), step("round", json!([]))]), json!([])),
        step("tax", json!([])),
        step("same", json!([])),
    ]));
    new["name"] = json!("Orders 2");
    new["settings"] = json!({ "keep": "30d" });
    let found = diff(&flow(&old), &flow(&new));

    let changes: Vec<_> = found.steps.iter().map(|step| (step.id.as_str(), step.change)).collect();
    assert_eq!(
        changes,
        [
            ("call", StepChangeKind::Changed),
            ("round", StepChangeKind::Added),
            ("tax", StepChangeKind::Changed),
            ("gone", StepChangeKind::Removed),
        ]
    );
    let fields: Vec<_> = found.steps[0]
        .fields
        .iter()
        .map(|field| (field.field.as_str(), field.old_pointer.as_deref(), field.new_pointer.as_deref()))
        .collect();
    assert_eq!(
        fields,
        [
            ("/with/url", Some("/steps/1/with/url"), Some("/steps/0/with/url")),
            ("/with/headers", None, Some("/steps/0/with/headers")),
            ("/with/retries", Some("/steps/1/with/retries"), None),
        ]
    );
    assert_eq!(found.steps[1].inside.as_ref().map(|step| step.as_str()), Some("lines"));
    let document: Vec<_> = found.fields.iter().map(|field| field.field.as_str()).collect();
    assert_eq!(document, ["/name", "/settings"]);
    assert_eq!(
        found.text(Locale::En),
        "~ name: \"Orders\" -> \"Orders 2\"\n\
         + settings: {\"keep\":\"30d\"}\n\
         ~ step call (http.request)\n\
         \x20   ~ with/url: \"a\" -> \"b\"\n\
         \x20   + with/headers: {}\n\
         \x20   - with/retries: 1.1\n\
         + step round (script) in lines\n\
         ~ step tax (script)\n\
         \x20   - moved between loops: \"lines\"\n\
         \x20   - after: [\"price\"]\n\
         - step gone (script)\n"
    );
    assert!(found.text(Locale::ZhTw).contains("+ 步驟 round (script)，位於 lines"));
}

#[test]
fn equal_documents_have_no_diff_whatever_the_order_of_keys() {
    let one = document(json!([request_step("call", json!({ "method": "GET", "url": "a" }))]));
    let other = document(json!([request_step("call", json!({ "url": "a", "method": "GET" }))]));
    assert!(diff(&flow(&one), &flow(&other)).is_empty());
    assert_eq!(diff(&flow(&one), &flow(&one)).text(Locale::En), "No changes.\n");
}
