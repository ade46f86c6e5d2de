//! For any operation and any valid input, what is sent parses back to the same input.

use axum::Router;
use axum::routing::any;
use causeway_model::Value;
use proptest::prelude::*;
use serde_json::{Map, json};

use super::{TestAccount, call, connector, document};
use crate::world::{World, echo, serve};

/// A parameter: where it stands and how it is written.
#[derive(Clone, Debug)]
struct Made {
    at: &'static str,
    style: &'static str,
    explode: bool,
    value: Value,
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z0-9]{1,8}", "[ -~]{1,12}", "[王小明訂單①，、 %&=+/?#\\[\\]{};:,.|~^`\"'<>\\\\]{1,8}",]
        .prop_filter("dots lead elsewhere", |text| !text.chars().all(|c| c == '.'))
}

/// Headers cannot hold everything, and lists in them no commas.
fn plain() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9_/+:;-]{1,10}"
}

fn made() -> impl Strategy<Value = Made> {
    let list = |item: BoxedStrategy<String>| prop::collection::vec(item, 1..4).prop_map(|items| json!(items));
    let fields = prop::collection::btree_map("[a-z]{1,4}", text(), 1..3).prop_map(|fields| json!(fields));
    let one = |item: BoxedStrategy<String>| item.prop_map(|text| json!(text));
    let in_url = prop_oneof![one(text().boxed()), list(text().boxed())];
    let query = (
        prop_oneof![
            Just(("form", true)),
            Just(("form", false)),
            Just(("spaceDelimited", false)),
            Just(("pipeDelimited", false)),
        ],
        in_url.clone(),
    )
        .prop_map(|((style, explode), value)| Made { at: "query", style, explode, value });
    let deep = fields.prop_map(|value| Made { at: "query", style: "deepObject", explode: true, value });
    // A label separates by dots when it is exploded, and dots are not encoded.
    let path = (
        prop_oneof![
            Just(("simple", false)),
            Just(("label", false)),
            Just(("matrix", false)),
            Just(("matrix", true))
        ],
        in_url,
    )
        .prop_map(|((style, explode), value)| Made { at: "path", style, explode, value });
    let header = prop_oneof![one(plain().boxed()), list(plain().boxed())].prop_map(|value| Made {
        at: "header",
        style: "simple",
        explode: false,
        value,
    });
    let cookie =
        one(text().boxed()).prop_map(|value| Made { at: "cookie", style: "form", explode: false, value });
    prop_oneof![query, deep, path, header, cookie]
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        proptest::arbitrary::any::<bool>().prop_map(Value::from),
        proptest::arbitrary::any::<i64>().prop_map(Value::from),
        Just(serde_json::from_str("12345678901234567890.1234").expect("a number")),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(text(), inner, 0..4).prop_map(|fields| json!(fields)),
        ]
    })
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8().expect("UTF-8").into_owned()
}

fn split(text: &str, by: &str, is_list: bool) -> Value {
    if is_list { text.split(by).map(|part| json!(decoded(part))).collect() } else { json!(decoded(text)) }
}

/// What a receiver reads, straight from the specification and by other code than what wrote it.
fn received(made: &Made, name: &str, sent: &Value, segment: &str) -> Value {
    let is_list = made.value.is_array();
    let query = sent["query"].as_str().unwrap_or_default();
    let of = |key: &str, pairs: &str, by: &str| -> Vec<String> {
        pairs
            .split(by)
            .filter_map(|pair| pair.split_once('='))
            .filter(|(found, _)| decoded(found) == key)
            .map(|(_, value)| value.to_owned())
            .collect()
    };
    match (made.at, made.style) {
        ("path", "simple") => split(segment, ",", is_list),
        ("path", "label") => split(segment.strip_prefix('.').expect("a dot"), ",", is_list),
        ("path", _) if made.explode && is_list => {
            of(name, segment, ";").iter().map(|value| json!(decoded(value))).collect()
        }
        ("path", _) => split(&of(name, segment, ";")[0], ",", is_list),
        ("header", _) => {
            let text = sent["headers"][name.to_ascii_lowercase().as_str()].as_str().expect("a header");
            if is_list { text.split(',').map(Value::from).collect() } else { json!(text) }
        }
        ("cookie", _) => {
            let cookies = sent["headers"]["cookie"].as_str().expect("cookies");
            json!(decoded(&of(name, cookies, "; ")[0]))
        }
        (_, "deepObject") => {
            let mut fields = Map::new();
            for pair in query.split('&') {
                let (key, value) = pair.split_once('=').expect("a pair");
                if let Some(field) =
                    decoded(key).strip_prefix(&format!("{name}[")).and_then(|key| key.strip_suffix(']'))
                {
                    fields.insert(field.to_owned(), json!(decoded(value)));
                }
            }
            Value::Object(fields)
        }
        (_, "form") if made.explode && is_list => {
            of(name, query, "&").iter().map(|value| json!(decoded(value))).collect()
        }
        (_, style) => {
            let by = match style {
                "spaceDelimited" => "%20",
                "pipeDelimited" => "%7C",
                _ => ",",
            };
            let value = &of(name, query, "&")[0];
            // These two write the separator as the character itself would be written.
            if by == "," { split(value, by, is_list) } else { json!(decoded(value)) }
        }
    }
}

#[test]
fn what_is_sent_parses_back_to_the_input() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let url = runtime.block_on(serve(Router::new().fallback(any(echo))));
    let world = World::new();
    let mut runner =
        proptest::test_runner::TestRunner::new(ProptestConfig { cases: 256, ..ProptestConfig::default() });
    let case = (prop::collection::vec(made(), 0..6), prop::option::of(json_value()));
    let outcome = runner.run(&case, |(parameters, body)| {
        let mut written = Vec::new();
        let mut path = "/start".to_owned();
        let mut input = Map::new();
        for (index, made) in parameters.iter().enumerate() {
            let name = format!("P{index}");
            if made.at == "path" {
                path.push_str(&format!("/{{{name}}}"));
            }
            written.push(json!({ "name": name, "in": made.at, "style": made.style, "explode": made.explode, "required": true, "schema": {} }));
            input.insert(name, made.value.clone());
        }
        let mut operation = json!({ "operationId": "act", "parameters": written, "responses": {} });
        if let Some(body) = &body {
            operation["requestBody"] = json!({ "content": { "application/json": { "schema": {} } } });
            input.insert("body".to_owned(), body.clone());
        }
        let shop = connector(&document(json!({ path: { "post": operation } }), json!({})));
        let account = TestAccount::new(&url);
        let sent = runtime.block_on(call(&shop, "act", Value::Object(input), &account, &world)).expect("an answer");
        let segments: Vec<&str> = sent["path"].as_str().expect("a path").split('/').skip(2).collect();
        let mut at = 0;
        for (index, made) in parameters.iter().enumerate() {
            let segment = if made.at == "path" { at += 1; segments[at - 1] } else { "" };
            let found = received(made, &format!("P{index}"), &sent, segment);
            let delimited = matches!(made.style, "spaceDelimited" | "pipeDelimited");
            let expected = match (&made.value, delimited) {
                (Value::Array(items), true) => {
                    let by = if made.style == "spaceDelimited" { " " } else { "|" };
                    json!(items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(by))
                }
                (value, _) => value.clone(),
            };
            prop_assert_eq!(found, expected, "{:?} in {}", made, sent);
        }
        if let Some(body) = body {
            let text = sent["body"].as_str().expect("a body");
            prop_assert_eq!(serde_json::from_str::<Value>(text).expect("JSON"), body);
        }
        Ok(())
    });
    outcome.expect("what is sent parses back");
}
