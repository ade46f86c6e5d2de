//! Faults of form: what reading a text finds, with pointer, line and column.

use causeway_document::{MAX_DEPTH, MAX_DOCUMENT_BYTES, canonical, parse};

use crate::support::{compiler, document, flow, step, told};
use serde_json::json;

fn of(text: &str) -> Vec<String> {
    told(&parse(text).expect_err("faults"))
}

/// A document with one of its fields written so.
fn with(field: &str) -> String {
    let name = field.split(':').next().unwrap_or_default();
    let rest: Vec<&str> = [
        r#""causeway": 1"#,
        r#""kind": "flow""#,
        r#""name": "A""#,
        r#""trigger": { "use": "manual" }"#,
        r#""steps": []"#,
    ]
    .into_iter()
    .filter(|other| !other.starts_with(name))
    .chain([field])
    .collect();
    format!("{{ {} }}", rest.join(", "))
}

fn with_step(fields: &str) -> String {
    with(&format!(r#""steps": [{{ "id": "a", "use": "script", {fields} }}]"#))
}

#[test]
fn each_fault_of_form_has_its_code_and_place() {
    let cases: Vec<(String, &[&str])> = vec![
        ("{".into(), &["json_syntax "]),
        ("[]".into(), &["wrong_type "]),
        (
            "{}".into(),
            &[
                "missing_field /causeway",
                "missing_field /kind",
                "missing_field /name",
                "missing_field /steps",
                "missing_field /trigger",
            ],
        ),
        (with(r#""causeway": 2"#), &["unsupported_version /causeway"]),
        (with(r#""causeway": "1""#), &["unsupported_version /causeway", "wrong_type /causeway"]),
        (with(r#""kind": "sync""#), &["invalid_value /kind"]),
        (with(r#""slug": "Orders""#), &["invalid_slug /slug"]),
        (with(r#""slug": null"#), &["wrong_type /slug"]),
        (with(r#""name": " ""#), &["empty_name /name"]),
        (with(r#""extra": 1"#), &["unknown_field /extra"]),
        (with(r#""tags": ["a", 1, ""]"#), &["invalid_tag /tags/2", "wrong_type /tags/1"]),
        (with(r#""trigger": {}"#), &["missing_field /trigger/use"]),
        (
            with(r#""trigger": { "use": "manual", "with": [], "wit": {} }"#),
            &["unknown_field /trigger/wit", "wrong_type /trigger/with"],
        ),
        (
            with(r#""settings": { "timeout": "5 minutes", "keep": 3 }"#),
            &["invalid_duration /settings/timeout", "wrong_type /settings/keep"],
        ),
        (
            with(r#""settings": { "concurrency": { "limit": 0, "hold_slot": 1 }, "on_limit": "drop" }"#),
            &[
                "invalid_value /settings/on_limit",
                "out_of_range /settings/concurrency/limit",
                "wrong_type /settings/concurrency/hold_slot",
            ],
        ),
        (with(r#""settings": { "concurrency": {} }"#), &["missing_field /settings/concurrency/limit"]),
        (with(r#""steps": {}"#), &["wrong_type /steps"]),
        (
            with(r#""steps": [1, {}]"#),
            &["missing_field /steps/1/id", "missing_field /steps/1/use", "wrong_type /steps/0"],
        ),
        (with(r#""steps": [{ "id": "A b", "use": "stop" }]"#), &["invalid_step_id /steps/0/id"]),
        (with_step(r#""after": "x""#), &["wrong_type /steps/0/after"]),
        (
            with_step(r#""after": [1], "join": "some""#),
            &["invalid_value /steps/0/join", "wrong_type /steps/0/after/0"],
        ),
        (with_step(r#""retry": {}"#), &["missing_field /steps/0/retry/attempts"]),
        (
            with_step(
                r#""retry": { "attempts": 101, "backoff": "linear", "first": "1", "on": ["5xx", "700", "oops"] }"#,
            ),
            &[
                "invalid_duration /steps/0/retry/first",
                "invalid_retry_on /steps/0/retry/on/1",
                "invalid_retry_on /steps/0/retry/on/2",
                "invalid_value /steps/0/retry/backoff",
                "out_of_range /steps/0/retry/attempts",
            ],
        ),
        (
            with_step(r#""timeout": "0.5s", "on_doubt": "maybe""#),
            &["invalid_duration /steps/0/timeout", "invalid_value /steps/0/on_doubt"],
        ),
        (
            with_step(r#""note": 1, "name": ["x"], "connection": {}"#),
            &["wrong_type /steps/0/connection", "wrong_type /steps/0/name", "wrong_type /steps/0/note"],
        ),
        (
            with(
                r#""steps": [{ "id": "a", "use": "for_each", "with": { "items": [], "body": [{ "id": "B", "use": "stop" }, { "use": 1 }] } }]"#,
            ),
            &[
                "invalid_step_id /steps/0/with/body/0/id",
                "missing_field /steps/0/with/body/1/id",
                "wrong_type /steps/0/with/body/1/use",
            ],
        ),
        (with(r#""name": "A", "name": "B""#), &["duplicate_key /name"]),
        (format!("{{\"name\": \"{}\"}}", "a".repeat(MAX_DOCUMENT_BYTES)), &["document_too_large "]),
        ("[".repeat(MAX_DEPTH + 1), &["document_too_deep "]),
        ("[".repeat(1_000_000), &["document_too_deep "]),
    ];
    for (text, expected) in cases {
        assert_eq!(of(&text), expected, "{}", &text[..text.len().min(300)]);
    }
}

#[test]
fn faults_say_where_what_and_what_to_do() {
    let text = "{\n  \"causeway\": 1, \"kind\": \"flow\", \"name\": \"A\",\n  \"trigger\": { \"use\": \"manual\" },\n  \"stepz\": [],\n  \"steps\": [\n    { \"id\": \"a\", \"use\": \"stop\",\n      \"timeout\": \"soon\" }\n  ]\n}";
    let faults = parse(text).expect_err("faults");
    let at = |code: &str| faults.iter().find(|fault| fault.code == code).expect("the fault");
    assert_eq!((at("unknown_field").line, at("unknown_field").column), (Some(4), Some(3)));
    assert_eq!((at("invalid_duration").line, at("invalid_duration").column), (Some(7), Some(18)));
    assert_eq!(at("invalid_duration").step.as_ref().map(|step| step.as_str()), Some("a"));
    assert_eq!(at("unknown_field").fix.as_ref().map(|fix| fix.en.as_str()), Some("Did you mean `steps`?"));
    for fault in &faults {
        assert!(!fault.message.zh_tw.is_empty() && fault.fix.is_some(), "{fault:?}");
    }
    let syntax = parse("{\n  \"name\": x\n}").expect_err("a fault");
    assert_eq!((syntax[0].line, syntax[0].column), (Some(2), Some(11)));
}

#[test]
fn faults_of_form_and_of_meaning_come_at_once() {
    let both = |text: &str| told(&compiler().validate(text).expect_err("faults"));
    let text = with(
        r#""steps": [{ "id": "a", "use": "scrpt", "retries": 3, "timeout": "soon" }, { "id": "b", "use": "stop", "after": ["x"] }]"#,
    );
    assert_eq!(
        both(&text),
        [
            "invalid_duration /steps/0/timeout",
            "unknown_field /steps/0/retries",
            "unknown_step /steps/1/after/0",
            "unknown_step_kind /steps/0/use"
        ]
    );
    // Where a step cannot be read, what others say of it cannot be judged.
    let text =
        with(r#""steps": [{ "id": "A", "use": "stop" }, { "id": "b", "use": "script", "after": ["a"] }]"#);
    assert_eq!(both(&text), ["invalid_step_id /steps/0/id"]);
    let (flow, warnings) = compiler().validate(&with(r#""slug": "a""#)).unwrap();
    assert_eq!((flow.name.as_str(), told(&warnings)), ("A", vec!["?no_steps /steps".to_owned()]));
    assert!(warnings[0].line.is_some());
}

#[test]
fn a_byte_order_mark_and_numbers_with_empty_fractions_are_read() {
    let text = format!("\u{feff}{}", with(r#""settings": { "concurrency": { "limit": 3.0 } }"#));
    assert_eq!(parse(&text).unwrap().settings.concurrency.unwrap().limit, 3);
}

#[test]
fn a_document_survives_its_canonical_text() {
    let mut document = document(json!([step("a", json!([])), step("b", json!(["a"]))]));
    document["steps"][0]["with"] =
        serde_json::from_str(r#"{ "code": "1", "z": 1.10, "a": 12345678901234567890.5 }"#).unwrap();
    let read = flow(&document);
    let text = canonical(&read);
    assert!(text.contains("\"z\": 1.10,\n") && text.ends_with("}\n"), "{text}");
    assert_eq!(parse(&text).unwrap(), read);
    assert_eq!(canonical(&parse(&text).unwrap()), text);
}
