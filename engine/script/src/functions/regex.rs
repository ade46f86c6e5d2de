//! Regular expressions, in linear time.

use std::sync::{Arc, LazyLock, Mutex};

use causeway_model::text;
use regex::{Captures, Regex, RegexBuilder};
use rhai::{Dynamic, ImmutableString, Map};

use super::text::give_list;
use super::{Arguments, Function, Group};
use crate::evaluation;
use crate::fault::{Fault, Result, shorten};

pub(super) static GROUP: Group = Group {
    name: "regex",
    en: "Regular expressions",
    zh: "正規表示式",
    functions: &[
        Function::new(
            "regex_is_match(text, pattern) -> bool",
            "Whether the pattern is found in the text; `^` and `$` stand for its ends. `(?i)` at the start ignores case.",
            "文字中是否找得到樣式；`^` 與 `$` 代表頭尾，開頭寫 `(?i)` 則不分大小寫。",
            &[(r#"regex_is_match("SO-123", `^SO-\d+$`)"#, "true")],
            |a| {
                let (text, pattern) = both(a)?;
                Ok(pattern.is_match(&text).into())
            },
        ),
        Function::new(
            "regex_find(text, pattern) -> text",
            "The first part that the pattern fits, or ().",
            "第一段符合樣式的文字，沒有則為 ()。",
            &[(r#"regex_find("order 123 of 456", `\d+`)"#, r#""123""#), (r#"regex_find("a", `\d`)"#, "()")],
            |a| {
                let (text, pattern) = both(a)?;
                Ok(pattern
                    .find(&text)
                    .map_or(Dynamic::UNIT, |found| Dynamic::from(found.as_str().to_owned())))
            },
        ),
        Function::new(
            "regex_find_all(text, pattern) -> list",
            "All parts that the pattern fits.",
            "所有符合樣式的文字。",
            &[(r#"regex_find_all("1 22 3", `\d+`)"#, r#"["1", "22", "3"]"#)],
            |a| {
                let (text, pattern) = both(a)?;
                give_list(a, pattern.find_iter(&text).map(|found| found.as_str()))
            },
        ),
        Function::new(
            "regex_captures(text, pattern) -> map",
            "The groups of the first match: by number (`\"0\"` is the whole) and by name; () where nothing matches.",
            "第一個符合處的各群組：以編號（`\"0\"` 為全部）與名稱為鍵；沒有符合則為 ()。",
            &[(
                r#"regex_captures("SO-123", `(?<kind>[A-Z]+)-(\d+)`)"#,
                r#"#{"0": "SO-123", "1": "SO", "2": "123", kind: "SO"}"#,
            )],
            captures,
        ),
        Function::new(
            "regex_replace(text, pattern, with) -> text",
            "Each match replaced; `$1` and `${name}` stand for groups.",
            "取代每個符合處；`$1` 與 `${name}` 代表群組。",
            &[(r#"regex_replace("2026-11-22", `(\d+)-(\d+)-(\d+)`, "$3/$2/$1")"#, r#""22/11/2026""#)],
            replace,
        ),
        Function::new(
            "regex_split(text, pattern) -> list",
            "The parts between matches.",
            "以符合處切開的各段。",
            &[(r#"regex_split("a1b22c", `\d+`)"#, r#"["a", "b", "c"]"#)],
            |a| {
                let (text, pattern) = both(a)?;
                give_list(a, pattern.split(&text))
            },
        ),
    ],
};

/// The longest pattern.
const PATTERN_BYTES: usize = 1000;

/// What a compiled pattern may take.
const COMPILED_BYTES: usize = 1 << 20;

/// How many compiled patterns are kept.
const KEPT: usize = 64;

/// The last used comes last.
type Compiled = Vec<(ImmutableString, Arc<Regex>)>;

static COMPILED: LazyLock<Mutex<Compiled>> = LazyLock::new(Mutex::default);

fn both(a: &Arguments<'_, '_>) -> Result<(ImmutableString, Arc<Regex>)> {
    let (text, pattern) = (a.text(0)?, a.text(1)?);
    evaluation::charge(text.len() / 64)?;
    Ok((text, compiled(a, &pattern)?))
}

fn compiled(a: &Arguments<'_, '_>, pattern: &ImmutableString) -> Result<Arc<Regex>> {
    if let Ok(mut kept) = COMPILED.lock()
        && let Some(position) = kept.iter().position(|(known, _)| known == pattern)
    {
        let found = kept.remove(position);
        let regex = found.1.clone();
        kept.push(found);
        return Ok(regex);
    }
    if pattern.len() > PATTERN_BYTES {
        return Err(Fault::too_large(text!(
            "The pattern is longer than {PATTERN_BYTES} bytes",
            "樣式超過 {PATTERN_BYTES} 位元組"
        ))
        .into());
    }
    evaluation::charge(100)?;
    let built = RegexBuilder::new(pattern).size_limit(COMPILED_BYTES).dfa_size_limit(COMPILED_BYTES).build();
    let regex = built.map_err(|error| {
        let why = error.to_string();
        let (name, why) = (a.name, shorten(why.lines().last().unwrap_or_default(), 200));
        Fault::failed(text!("`{name}`: the pattern is not understood: {why}", "`{name}`：看不懂樣式：{why}"))
    })?;
    let regex = Arc::new(regex);
    if let Ok(mut kept) = COMPILED.lock() {
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((pattern.clone(), regex.clone()));
    }
    Ok(regex)
}

fn captures(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let (text, pattern) = both(a)?;
    let Some(found) = pattern.captures(&text) else { return Ok(Dynamic::UNIT) };
    let group = |found: &Captures<'_>, index: usize| {
        found.get(index).map_or(Dynamic::UNIT, |group| Dynamic::from(group.as_str().to_owned()))
    };
    let mut groups = Map::new();
    for (index, name) in pattern.capture_names().enumerate() {
        groups.insert(index.to_string().into(), group(&found, index));
        if let Some(name) = name {
            groups.insert(name.into(), group(&found, index));
        }
    }
    Ok(Dynamic::from_map(groups))
}

fn replace(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let (text, pattern) = both(a)?;
    let with = a.text(2)?;
    // each `$` may stand for all of a match
    let references = with.matches('$').count();
    let mut replaced = String::new();
    let mut done = 0;
    for found in pattern.captures_iter(&text) {
        let whole = found.get_match();
        replaced.push_str(&text[done..whole.start()]);
        a.check_bytes(replaced.len() + with.len() + references.saturating_mul(whole.len()))?;
        found.expand(&with, &mut replaced);
        done = whole.end();
    }
    replaced.push_str(&text[done..]);
    a.give(replaced)
}
