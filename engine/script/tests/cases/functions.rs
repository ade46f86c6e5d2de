//! The functions: every example gives what it says, as call and as method; every function is told in both languages.

use std::collections::BTreeSet;

use causeway_model::Locale;
use causeway_script::reference;

use crate::support::{ENGINE, eval, text};

#[test]
fn every_example_gives_what_it_says() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for function in ENGINE.functions().into_iter().flat_map(|group| group.functions) {
        for (source, result) in &function.examples {
            count += 1;
            match (eval(source), eval(result)) {
                (Ok(given), Ok(said)) if given == said => {}
                (given, said) => wrong.push(format!("{source} gives {given:?}, not {said:?}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 150, "{count} examples");
}

#[test]
fn every_function_is_told_in_both_languages() {
    let mut names = BTreeSet::new();
    for group in ENGINE.functions() {
        assert!(!group.title.en.is_empty() && !group.title.zh_tw.is_empty(), "{}", group.name);
        for function in group.functions {
            let name = &function.name;
            assert!(names.insert(name.clone()), "{name} stands twice");
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "{name}");
            assert!(function.signature.starts_with(&format!("{name}(")), "{name}");
            assert!(function.signature.contains(") -> "), "{name}");
            assert!(function.description.en.ends_with(['.', '`']), "{name}");
            assert!(function.description.zh_tw.ends_with(['。', '`']), "{name}");
        }
    }
    assert!(names.len() > 130, "{} functions", names.len());
}

#[test]
fn the_reference_pages_are_up_to_date() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference");
    for (name, locale) in [("functions.md", Locale::En), ("functions.zh-TW.md", Locale::ZhTw)] {
        let page = std::fs::read_to_string(format!("{folder}/{name}")).unwrap_or_default();
        assert!(
            page == reference(locale),
            "docs/reference/{name} is out of date: cargo run -p causeway-script --example reference"
        );
    }
}

#[test]
fn functions_work_as_methods() {
    for (source, value) in [
        ("trigger.body.customer.name.pad_left(4, \"*\")", r#""**宏達""#),
        ("trigger.body.total.round(0)", "1235"),
        ("trigger.body.total.thousands()", r#""1,234.50""#),
        ("trigger.body.lines.sum(\"qty\")", "13"),
        ("trigger.body.lines.sum(|l| l.qty * l.price).round(1)", "122.0"),
        ("trigger.body.lines.sort_by(|l| l.price)[0].sku", r#""C""#),
        ("trigger.body.lines.sort_by(\"price\", true).pluck(\"sku\").join(\"/\")", r#""B/A/C""#),
        ("let_me()", ""),
    ] {
        if value.is_empty() {
            assert!(ENGINE.compile_expression(source).is_err());
        } else {
            assert_eq!(text(source), value, "{source}");
        }
    }
}

#[test]
fn capital_numerals_follow_the_banks() {
    for (amount, capitals) in [
        ("0", "零元整"),
        ("10", "壹拾元整"),
        ("1001", "壹仟零壹元整"),
        ("10010", "壹萬零壹拾元整"),
        ("200050", "貳拾萬零伍拾元整"),
        ("1000000", "壹佰萬元整"),
        ("100000000", "壹億元整"),
        ("100000001", "壹億零壹元整"),
        ("1234567890", "壹拾貳億參仟肆佰伍拾陸萬柒仟捌佰玖拾元整"),
        ("10001000", "壹仟萬壹仟元整"),
        ("-5.5", "負伍元伍角整"),
        ("100.05", "壹佰元零伍分"),
        ("0.5", "伍角整"),
    ] {
        assert_eq!(text(&format!("twd_capitals({amount})")), format!("\"{capitals}\""), "{amount}");
    }
}

#[test]
fn company_numbers_follow_the_rule_of_2023() {
    for (number, right) in [
        ("04595257", true),
        ("10458575", true),
        ("10458570", true),
        ("10458571", false),
        ("12345675", true),
        ("1234567", false),
        ("1234567a", false),
    ] {
        assert_eq!(text(&format!("is_tax_id(\"{number}\")")), right.to_string(), "{number}");
    }
}

#[test]
fn functions_cannot_be_made_to_grow_without_bound() {
    for source in [
        "repeat(\"x\", 1000000000)",
        "repeat(\"\", 9000000000000)",
        "pad_left(\"\", 262144, \"訂\")",
        "pad_right(\"x\", 100000000)",
        "replace(repeat(\"a\", 100000), \"a\", repeat(\"b\", 100000))",
        "regex_replace(repeat(\"a\", 100000), \"a*\", repeat(\"$0\", 1000))",
        "join([repeat(\"a\", 200000), repeat(\"a\", 200000)])",
        "split(repeat(\",\", 200000), \",\")",
        "chars(repeat(\"a\", 200000))",
        "regex_find_all(repeat(\"a\", 200000), \"a\")",
        "hex_encode(repeat(\"a\", 200000))",
        "url_encode(repeat(\"訂\", 80000))",
        "html_escape(repeat(\"&\", 200000))",
        "to_csv([[repeat(\"a\", 200000)], [repeat(\"a\", 200000)]])",
        "parse_json(\"[\" + repeat(\"1,\", 100000) + \"1]\")",
        "parse_csv(repeat(\"a,\", 50000))",
        "fill(repeat(\"{a}\", 80000), #{a: repeat(\"b\", 100000)})",
        "lines(repeat(\"\\n\", 200000))",
        "flatten([(0..3).len(), []].map(|x| []))[0]",
        "round(1, 29)",
        "regex_is_match(\"a\", repeat(\"(a{1000}){1000}\", 60))",
        "regex_is_match(\"a\", \"(a{1000}){1000}\")",
        "add_time(\"2026-01-01\", 9000000000000000, \"years\")",
        "add_workdays(\"2026-01-01\", 100000000)",
        "date(repeat(\"1\", 200000))",
        "format_date(\"2026-01-01\", repeat(\"y\", 200000))",
        "number(repeat(\"1\", 200000))",
        "chunk([1], 0)",
        "10 ** 100",
        "2.5 ** 1000000",
        "1 << 100",
        "decimal(79228162514264337593543950335) * 10",
        "sum([79228162514264337593543950335, 79228162514264337593543950335])",
        "allocate(1, [0])",
        "random_int(5, 1)",
    ] {
        let begun = std::time::Instant::now();
        if let Ok(value) = eval(source) {
            assert!(value.to_string().len() < 300_000, "{source}");
        }
        assert!(begun.elapsed().as_secs() < 5, "{source} took {:?}", begun.elapsed());
    }
}
