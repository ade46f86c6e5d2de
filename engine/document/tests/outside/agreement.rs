//! The published schema and the checks agree, shipped flows pass both, and no document makes anything panic.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use causeway_document::{InputSchema, locate, parse, schema};
use causeway_model::{Severity, Value};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::json;

use crate::support::{approval, branch, compiler, document, each, request_step, script, step, with_trigger};

static SCHEMA: LazyLock<InputSchema> = LazyLock::new(|| InputSchema::new(&schema()).expect("a valid schema"));

/// Documents with every kind in them.
fn examples() -> Vec<Value> {
    let mut full = with_trigger(
        json!({ "use": "webhook", "with": {
            "path": "orders/{no}", "methods": ["POST"], "reply": "respond", "reply_timeout": "5s", "dedupe": "{{ trigger.body.no }}",
            "dedupe_window": "1d", "max_body": "1MB", "verify": { "scheme": "hmac-sha256", "header": "X-Sig", "secret": "{{ secret.s }}" } } }),
        json!([
            script("a", "trigger.body", json!([])),
            branch("b", json!(["a"])),
            approval("c", json!(["b.large"])),
            each("d", json!([step("e", json!([])), step("f", json!(["e"]))]), json!(["c.approved"])),
            { "id": "g", "use": "wait", "with": { "for": "{{ steps.a.wait }}" }, "after": ["b.small"], "timeout": "3d" },
            { "id": "h", "use": "call_flow", "with": { "flow": "other", "input": { "x": [1, null, true] }, "wait": false }, "after": ["g"] },
            { "id": "i", "use": "respond", "with": { "status": "{{ 200 + 1 }}", "headers": { "X-A": "1" }, "body": "ok" }, "after": ["h", "d"], "join": "any" },
            { "id": "j", "use": "stop", "with": { "status": "failed", "message": "no" }, "after": ["c.rejected"], "name": "End", "note": "n" },
            request_step("k", json!({ "method": "GET", "url": "x" })),
        ]),
    );
    full["steps"][8]["retry"] = json!({ "attempts": 3, "backoff": "fixed", "first": "1s", "max": "2s", "on": ["5xx", "409", "connect"] });
    full["settings"] = json!({ "timeout": "5m", "deadline": "1d", "keep": "30d", "concurrency": { "limit": 3, "key": "{{ trigger.body.no }}", "hold_slot": true }, "on_limit": "queue" });
    full["tags"] = json!(["sales"]);
    let triggers = [
        json!({ "use": "manual", "with": { "input": { "type": "object" } } }),
        json!({ "use": "called" }),
        json!({ "use": "flow_failed", "with": { "flows": ["orders"], "tags": ["x"], "all": false } }),
        json!({ "use": "schedule", "with": { "cron": "0 2 * * *", "missed": "once" } }),
    ];
    let mut all = vec![full];
    all.extend(triggers.map(|trigger| {
        with_trigger(
            trigger,
            json!([
                { "id": "w", "use": "wait", "with": { "callback": true, "timeout": "1h" } },
                { "id": "u", "use": "wait", "with": { "until": "2030-01-01T00:00:00Z" } },
                step("a", json!([])),
            ]),
        )
    }));
    all
}

/// What a schema can see too.
const FORM: &[&str] = &[
    "wrong_type",
    "unknown_field",
    "missing_field",
    "invalid_value",
    "invalid_duration",
    "out_of_range",
    "invalid_slug",
    "invalid_step_id",
    "unsupported_version",
    "invalid_tag",
    "empty_name",
    "too_long",
    "invalid_retry_on",
    "unknown_trigger",
    "unknown_step_kind",
];

/// What is checked where a schema cannot look: ranges of durations and sizes, and the inputs of connectors.
fn beyond_schema(code: &str, pointer: &str, document: &Value) -> bool {
    let of_connector = || {
        let step = pointer.split("/with").next().and_then(|step| document.pointer(step));
        step.and_then(|step| step["use"].as_str()).is_some_and(|name| name.contains('.'))
    };
    let of_trigger_or_span =
        pointer.starts_with("/trigger/with") || document.pointer(pointer).is_some_and(Value::is_string);
    let in_input = pointer.contains("/with/") || pointer.ends_with("/with") && code != "wrong_type";
    code == "out_of_range" && of_trigger_or_span || in_input && of_connector()
}

fn form_faults(document: &Value) -> Vec<String> {
    let faults = match parse(&document.to_string()) {
        Err(faults) => faults,
        Ok(flow) => compiler().check(&flow),
    };
    faults
        .into_iter()
        .filter(|fault| {
            FORM.contains(&fault.code.as_str()) && !beyond_schema(&fault.code, &fault.pointer, document)
        })
        .map(|fault| format!("{} {}", fault.code, fault.pointer))
        .collect()
}

#[test]
fn examples_and_shipped_flows_fit_the_schema_and_publish() {
    for example in examples() {
        assert_eq!(SCHEMA.check(&example), [], "{example}");
        let found = compiler().check(&parse(&example.to_string()).unwrap());
        let errors: Vec<_> = found.iter().filter(|fault| fault.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workflows");
    let mut count = 0;
    for entry in fs::read_dir(shipped).unwrap() {
        let file = entry.unwrap().path().join("flow.json");
        let Ok(text) = fs::read_to_string(&file) else { continue };
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(SCHEMA.check(&value), [], "{}", file.display());
        parse(&text).unwrap_or_else(|faults| panic!("{}: {faults:#?}", file.display()));
        count += 1;
    }
    assert!(count >= 5, "{count} shipped flows");
}

fn any_json() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "",
        "a",
        "5s",
        "x{{ 1 }}",
        "{{ vars.x }}",
        "{{",
        "}}",
        "any",
        "all",
        "script",
        "stop",
        "wait",
        "webhook",
        "manual",
        "error",
        "b.large",
        "1.5",
        "\\{{",
        "訂單",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-2..200i64).prop_map(Value::from),
        Just(serde_json::from_str("1e999").unwrap()),
        Just(serde_json::from_str("0.10").unwrap()),
        words.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, move |inner| {
        let keys = prop::sample::select(vec![
            "id", "use", "with", "code", "for", "body", "items", "after", "port", "x",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((keys, inner), 0..4).prop_map(|members| Value::Object(
                members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            )),
        ]
    })
}

fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| pointers(item, &format!("{at}/{index}"), found));
        }
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| pointers(member, &format!("{at}/{name}"), found));
        }
        _ => {}
    }
}

#[derive(Clone, Debug)]
enum Change {
    Replace(Value),
    Remove,
    Rename,
}

fn changed(document: &mut Value, place: &Index, change: &Change) {
    let mut all = Vec::new();
    pointers(document, "", &mut all);
    let at = place.get(&all);
    match change {
        Change::Replace(value) => {
            if let Some(place) = document.pointer_mut(at) {
                *place = value.clone();
            }
        }
        Change::Remove | Change::Rename => {
            let Some((around, name)) = at.rsplit_once('/') else { return };
            match document.pointer_mut(around) {
                Some(Value::Object(members)) => {
                    let value = members.shift_remove(name);
                    if let (Change::Rename, Some(value)) = (change, value) {
                        members.insert(format!("{name}x"), value);
                    }
                }
                Some(Value::Array(items)) => {
                    items.remove(name.parse().unwrap_or_default());
                }
                _ => {}
            }
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![3 => any_json().prop_map(Change::Replace), 1 => Just(Change::Remove), 1 => Just(Change::Rename)]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    #[test]
    fn the_schema_and_the_checks_agree(example in 0..5usize, changes in prop::collection::vec((any::<Index>(), change()), 0..3)) {
        let mut document = examples().swap_remove(example);
        for (place, change) in &changes {
            changed(&mut document, place, change);
        }
        let by_schema = SCHEMA.check(&document);
        let by_checks = form_faults(&document);
        prop_assert_eq!(by_schema.is_empty(), by_checks.is_empty(), "{:?} {:?} in {}", by_schema, by_checks, document);
    }

    #[test]
    fn no_document_panics(example in 0..5usize, changes in prop::collection::vec((any::<Index>(), change()), 0..8)) {
        let mut document = examples().swap_remove(example);
        for (place, change) in &changes {
            changed(&mut document, place, change);
        }
        if let Ok(flow) = parse(&document.to_string()) {
            let mut faults = compiler().check(&flow);
            let refused = faults.iter().any(|fault| fault.severity == Severity::Error);
            prop_assert_eq!(compiler().compile(&flow).is_err(), refused);
            prop_assert!(faults.iter().all(|fault| fault.code != "not_compiled"), "{:?}", faults);
            locate(&document.to_string(), &mut faults);
        }
    }

    #[test]
    fn no_text_panics(text in "[\\[\\]{}\",:0-9a-z\\\\ \n訂]{0,60}") {
        let _ = parse(&text);
        let mut faults = vec![causeway_model::Fault::error("x", "/a/0", causeway_model::text!("m", "m"))];
        locate(&text, &mut faults);
    }

    #[test]
    fn graphs_never_panic(afters in prop::collection::vec(prop::collection::vec("s[0-7](\\.(error|large|x))?", 0..4), 1..8)) {
        let steps: Vec<Value> = afters
            .iter()
            .enumerate()
            .map(|(at, after)| if at % 3 == 1 { branch(&format!("s{at}"), json!(after)) } else { step(&format!("s{at}"), json!(after)) })
            .collect();
        let flow = parse(&document(json!(steps)).to_string()).unwrap();
        let _ = compiler().compile(&flow);
    }
}
