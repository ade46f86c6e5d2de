//! JSON values with holes.

use causeway_model::Value;
use serde_json::json;

use crate::support::{ENGINE, context, json, resolve, scope, template};

#[test]
fn a_whole_hole_keeps_its_type_and_others_become_text() {
    let value = json!({
        "whole": "{{ steps.order.total }}",
        "list": ["{{ trigger.body.lines[0] }}", 1, true, null],
        "exact": "{{trigger.body.rate}}",
        "big": "{{ trigger.body.huge }}",
        "text": "訂單 {{ steps.order.no }} 共 {{ trigger.body.total }} 元{{ trigger.body.note }}",
        "computed": "{{ trigger.body.total * 2 }}",
        "json": "tags: {{ steps.order.tags }}",
        "sum": "n={{ 1 + 1 }}",
        "literal": "\\{{ not a hole }}",
        "missing": "{{ steps.skipped }}",
        "plain": "no holes"
    });
    let resolved = resolve(value).expect("it resolves");
    let expected = json(
        r#"{"whole": 250000, "list": [{"sku": "A", "qty": 2, "price": 10.50, "item": "nut"}, 1, true, null],
            "exact": 1.10, "big": 1e+400, "text": "訂單 SO-1 共 1234.50 元", "computed": 2469.00,
            "json": "tags: [\"a\",\"b\"]", "sum": "n=2", "literal": "{{ not a hole }}", "missing": null,
            "plain": "no holes"}"#,
    );
    assert_eq!(resolved, expected);
    let keys: Vec<_> = resolved.as_object().expect("an object").keys().collect();
    assert_eq!(keys[..3], ["whole", "list", "exact"], "the document's order stays");
}

#[test]
fn a_bare_field_is_a_formula() {
    let value = json!({"cases": [{"when": "steps.order.total > 5", "port": "steps.order.total > 5"}], "if": "{{ 1 < 2 }}"});
    let bare = |pointer: &str| pointer == "/cases/0/when" || pointer == "/if";
    let template = ENGINE.compile_template(&value, &bare).expect("it compiles");
    assert_eq!(
        template.resolve(&mut scope(), &context()),
        Ok(json!({"cases": [{"when": true, "port": "steps.order.total > 5"}], "if": true}))
    );
    let references = template.references();
    assert_eq!(references.len(), 1);
    assert_eq!(references[0].0, "/cases/0/when");
}

#[test]
fn faults_come_all_at_once_with_their_places() {
    let value = json!({
        "a/b": ["ok", "line one\nline {{ bad }}"],
        "open": "x {{ 1",
        "syntax": "{{ 1 + }} {{ also }}"
    });
    let faults = ENGINE.compile_template(&value, &|_| false).expect_err("faults");
    let told: Vec<_> = faults
        .iter()
        .map(|(pointer, fault)| (pointer.as_str(), fault.code, fault.line, fault.column))
        .collect();
    assert_eq!(
        told,
        [
            ("/a~1b/1", "unknown_variable", 2, 9),
            ("/open", "hole_not_closed", 1, 3),
            ("/syntax", "script_syntax", 1, 8),
            ("/syntax", "unknown_variable", 1, 14),
        ]
    );
}

#[test]
fn what_has_no_holes_is_constant() {
    assert!(template(&json!({"a": ["b", 1, {"c": "\\{{ d"}]})).is_constant());
    assert!(
        !template(
            &json!({"a": ["b", 1, {"c": "{{ d }}"}]})
                .clone()
                .pointer("/x")
                .cloned()
                .unwrap_or(json!("{{ 1 }}"))
        )
        .is_constant()
    );
    assert_eq!(resolve(json!("")), Ok(json!("")));
}

#[test]
fn text_of_values_is_never_read_again() {
    let mut scope = scope();
    scope.set_output("evil", &json!("{{ secret.api_key }} {{ 1 + 1 }}"));
    let resolved = template(&json!(["{{ steps.evil }}", "x {{ steps.evil }}", "{{ steps.evil + \"\" }}"]))
        .resolve(&mut scope, &context())
        .expect("it resolves");
    let same = "{{ secret.api_key }} {{ 1 + 1 }}";
    assert_eq!(resolved, json!([same, format!("x {same}"), same]));
    assert!(!ENGINE.sealer().is_sealed(&resolved.to_string()));
}

#[test]
fn an_item_sees_the_run_and_keeps_its_own() {
    let outer = scope();
    let mut item = outer.item(&json!({"sku": "Z"}), 2);
    item.set_output("inner", &json!(1));
    let value = json!([
        "{{ item.sku }}",
        "{{ index }}",
        "{{ steps.inner }}",
        "{{ steps.order.no }}",
        "{{ index + 1 }}"
    ]);
    let template = template(&value);
    assert_eq!(template.resolve(&mut item, &context()), Ok(json!(["Z", 2, 1, "SO-1", 3])));
    let outside: Value =
        template.resolve(&mut outer.clone(), &context()).err().map_or(Value::Null, |error| json!(error.code));
    assert_eq!(outside, json!("script_failed"));
}
