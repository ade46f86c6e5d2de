//! What holds for any value, any source, any text.

use std::sync::LazyLock;

use causeway_model::Value;
use causeway_script::{Scope, Secrets};
use proptest::prelude::*;
use serde_json::json;

use crate::support::{ENGINE, context, json, scope};

/// A number as its sign, its digits and where the point stands: `1.50e1` and `15.0` differ, `1e2` and `100` do not.
fn canonical_number(text: &str) -> String {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent: i64 = exponent.trim_start_matches('+').parse().expect("an exponent");
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let point = exponent - i64::try_from(fraction.len()).expect("few digits");
    let significant = digits.trim_start_matches('0');
    if significant.trim_end_matches('0').is_empty() {
        return "0".to_owned();
    }
    let zeros = significant.len() - significant.trim_end_matches('0').len();
    let point = point + i64::try_from(zeros).expect("few digits");
    format!("{}{}e{point}", if negative { "-" } else { "" }, significant.trim_end_matches('0'))
}

fn canonical(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::String(canonical_number(number.as_str())),
        Value::Array(items) => items.iter().map(canonical).collect(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(key, value)| (key.clone(), canonical(value))).collect())
        }
        other => other.clone(),
    }
}

fn numbers() -> impl Strategy<Value = Value> {
    let written = prop_oneof![
        "-?(0|[1-9][0-9]{0,17})",
        "-?(0|[1-9][0-9]{0,40})",
        "-?(0|[1-9][0-9]{0,10})\\.[0-9]{1,12}",
        "-?(0|[1-9][0-9]{0,30})\\.[0-9]{1,40}",
        "-?[1-9](\\.[0-9]{1,16})?[eE][+-]?[0-9]{1,3}",
    ];
    written.prop_map(|text| json(&text))
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        numbers(),
        ".{0,12}".prop_map(Value::from),
        "[訂單\"\\\\{}$\u{0}-\u{1f}]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(".{0,6}", inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Pieces of sources, to be strung together at random.
const PIECES: &[&str] = &[
    "trigger",
    "steps",
    "item",
    "index",
    "secret",
    "vars",
    ".body",
    ".order",
    ".lines",
    "[0]",
    "[-1]",
    "?.",
    ".",
    "?[0]",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "#{",
    "a:",
    ",",
    ";",
    " let ",
    " const ",
    " fn f",
    "|x|",
    "||",
    "|",
    "x",
    "y",
    "f",
    "=",
    "==",
    "+",
    "-",
    "*",
    "/",
    "%",
    "**",
    "<<",
    "..",
    "??",
    "&&",
    "!",
    " in ",
    " for ",
    " while ",
    " if ",
    " else ",
    " loop ",
    " switch ",
    "=>",
    "_",
    " return ",
    " break ",
    " throw ",
    " try ",
    " catch ",
    "this",
    "1",
    "0",
    "2.50",
    "9223372036854775807",
    "\"s\"",
    "`t${",
    "}`",
    "'c'",
    "()",
    ".len()",
    ".map(|x| x)",
    ".filter(",
    "sum(",
    "round(",
    "date(",
    "repeat(",
    "split(",
    "to_json(",
    "regex_replace(",
    "sort_by(",
    "group_by(",
    "base64_encode(",
    "Fn(",
    ".call(",
    ".curry(",
    "type_of(",
    "//",
    "/*",
];

fn sources() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 1..24).prop_map(|pieces| pieces.concat())
}

/// The functions with how many arguments they take, at most.
static FUNCTIONS: LazyLock<Vec<(String, usize)>> = LazyLock::new(|| {
    let functions = ENGINE.functions().into_iter().flat_map(|group| group.functions);
    let arity = |signature: &str| {
        let inside = signature.split_once('(').map_or("", |(_, rest)| rest);
        inside.split(") ->").next().unwrap_or("").split(", ").filter(|name| !name.is_empty()).count()
    };
    functions.map(|function| (function.name, arity(&function.signature))).collect()
});

/// Formulas that parse, and mostly fail to make sense.
fn formulas() -> impl Strategy<Value = String> {
    let literals = prop::sample::select(vec![
        "1",
        "-1",
        "0",
        "2.50",
        "9223372036854775807",
        "79228162514264337593543950335.0",
        "\"\"",
        "\"訂單 A1\"",
        "\"1,234.5\"",
        "\"2026-11-22\"",
        "\"115/11/22\"",
        "\"%Y\"",
        "\"(a|b)*\"",
        "\"days\"",
        "true",
        "()",
        "[]",
        "#{}",
        "[3, 1, 2]",
        "[\"b\", (), 1.5, [1], #{a: 1}]",
        "#{a: 1, b: \"x\"}",
        "trigger.body",
        "trigger.body.lines",
        "steps.order.total",
        "trigger.body.huge",
        "steps.none",
        "item",
        "|x| x",
        "|x, y| y",
        "|x| x.qty",
        "0..3",
        "secret.x",
        "'c'",
    ]);
    let leaf = literals.prop_map(str::to_owned);
    leaf.prop_recursive(4, 24, 4, |inner| {
        let operators = prop::sample::select(vec![
            "+", "-", "*", "/", "%", "**", "==", "<", ">=", "&&", "??", "<<", "&", " in ",
        ]);
        prop_oneof![
            (inner.clone(), operators, inner.clone())
                .prop_map(|(a, operator, b)| format!("({a}) {operator} ({b})")),
            (0..FUNCTIONS.len(), prop::collection::vec(inner.clone(), 4), any::<bool>()).prop_map(
                |(at, arguments, fewer)| {
                    let (name, most) = &FUNCTIONS[at];
                    let count = if fewer { most.saturating_sub(1) } else { *most };
                    format!("{name}({})", arguments.into_iter().take(count).collect::<Vec<_>>().join(", "))
                }
            ),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a})[{b}]")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("[{a}, {b}]")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("#{{a: {a}, b: {b}}}")),
            inner.clone().prop_map(|a| format!("`t${{{a}}}`")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("if {a} {{ {b} }} else {{ {a} }}")),
        ]
    })
}

fn secrets() -> Secrets {
    [("api_key".to_owned(), "s3cret-K".to_owned())].into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_value_goes_through_a_script_unchanged(value in values()) {
        let mut scope = Scope::new(&json!({}), &json!({}), &json!({}));
        scope.set_output("v", &value);
        let through = ENGINE.compile_script("let v = steps.v; v").expect("a script").run(&mut scope, &context());
        prop_assert_eq!(canonical(&through.expect("a value")), canonical(&value));
        let direct = ENGINE.compile_expression("steps.v").expect("a path").eval(&mut scope, &context());
        prop_assert_eq!(direct.expect("a value"), value.clone());
        let text = ENGINE.compile_script("parse_json(to_json(steps.v))").expect("a script").run(&mut scope, &context());
        prop_assert_eq!(canonical(&text.expect("a value")), canonical(&value));
        let event = Scope::from_event_text(&value.to_string(), &json!({}), &json!({}));
        let event = ENGINE.compile_expression("trigger").expect("a path").eval(&mut event.expect("JSON"), &context());
        prop_assert_eq!(event.expect("a value"), value);
    }

    #[test]
    fn a_scaled_number_keeps_its_digits(text in "-?(0|[1-9][0-9]{0,10})\\.[0-9]{1,12}") {
        let mut scope = Scope::new(&json(&text), &json!({}), &json!({}));
        let through = ENGINE.compile_script("let v = trigger; v").expect("a script").run(&mut scope, &context());
        let through = through.expect("a number").to_string();
        prop_assert_eq!(through.trim_start_matches('-'), text.trim_start_matches('-'));
    }

    #[test]
    fn no_source_makes_the_interpreter_panic(source in sources()) {
        match ENGINE.compile_script(&source) {
            Err(fault) => prop_assert!(!fault.message.en.contains("cannot be read"), "{}: {}", source, fault),
            Ok(script) => if let Err(error) = script.run(&mut scope(), &context()) {
                prop_assert!(!error.message.en.contains("could not go on"), "{}: {}", source, error);
                prop_assert!(!error.message.zh_tw.is_empty());
            }
        }
    }

    #[test]
    fn no_formula_makes_the_interpreter_panic(source in formulas()) {
        let compiled = ENGINE.compile_expression(&source);
        if let Err(fault) = &compiled {
            prop_assert!(!fault.message.en.contains("cannot be read"), "{}: {}", source, fault);
        }
        if let Ok(formula) = compiled {
            let first = formula.eval(&mut scope(), &context());
            if let Err(error) = &first {
                prop_assert!(!error.message.en.contains("could not go on"), "{}: {}", source, error);
            }
            if let Ok(value) = &first {
                prop_assert!(!value.to_string().contains("secret value"), "{}: {}", source, value);
            }
            prop_assert_eq!(formula.eval(&mut scope(), &context()), first, "{}", source);
        }
    }

    #[test]
    fn any_text_is_a_template_or_a_fault_with_its_place(text in "([{}\"'`\\\\ $#/*a-c1訂\n]|\\{\\{|\\}\\}){0,24}") {
        let lines: Vec<usize> = text.split('\n').map(|line| line.chars().count()).collect();
        match ENGINE.compile_template(&Value::from(text.clone()), &|_| false) {
            Ok(template) => {
                let resolved = template.resolve(&mut scope(), &context());
                if let Err(error) = resolved {
                    prop_assert!(!error.message.en.contains("could not go on"), "{}: {}", text, error);
                }
            }
            Err(faults) => for (_, fault) in faults {
                prop_assert!(!fault.message.en.contains("cannot be read"), "{}: {}", text, fault);
                let line = usize::try_from(fault.line).expect("small");
                prop_assert!((1..=lines.len()).contains(&line), "{}: {}", text, fault);
                let column = usize::try_from(fault.column).expect("small");
                prop_assert!(column >= 1 && column <= lines[line - 1] + 2, "{}: {}", text, fault);
            }
        }
    }

    #[test]
    fn text_without_holes_stays_itself(text in "[^{]{0,40}") {
        let template = ENGINE.compile_template(&Value::from(text.clone()), &|_| false).expect("no holes");
        prop_assert!(template.is_constant());
        prop_assert_eq!(template.resolve(&mut scope(), &context()), Ok(Value::from(text)));
    }

    #[test]
    fn no_forged_token_reveals_anything(text in ".{0,40}", at in 0_usize..400, with in "[A-Za-z0-9._-]{0,3}", cut in 0_usize..4) {
        let value = ENGINE.compile_template(&json!("{{ secret.api_key }}"), &|_| false).expect("a template");
        let token = value.resolve(&mut scope(), &context()).expect("a token");
        let token = token.as_str().expect("text");
        let at = at % token.len();
        let end = (at + cut).min(token.len());
        let forged = format!("{text}{}{with}{}", &token[..at], &token[end..]);
        let revealed = ENGINE.sealer().reveal(&forged, &secrets()).expect("text");
        // only a text in which the whole token still stands may reveal it
        prop_assert_eq!(revealed.text.contains("s3cret-K"), forged.contains(token), "{}", forged);
        if !forged.contains(token) {
            prop_assert_eq!(revealed.text, forged);
        }
    }

    #[test]
    fn text_from_outside_is_never_a_token(text in "(cwsealed1\\.[A-Za-z0-9_-]{0,60}\\.?[A-Za-z0-9_-]{0,30}|\\{\\{ secret\\.api_key \\}\\}|.){0,6}") {
        prop_assert!(!ENGINE.sealer().is_sealed(&text));
        prop_assert_eq!(ENGINE.sealer().reveal(&text, &secrets()).expect("text").text, text);
    }
}
