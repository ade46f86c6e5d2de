//! Text, Chinese included. Lengths and positions count characters.

use rhai::{Array, Dynamic, INT, Map};

use super::{Arguments, Function, Group};
use crate::fault::Result;

pub(super) static GROUP: Group = Group {
    name: "text",
    en: "Text",
    zh: "文字",
    functions: &[
        Function::new(
            "text(value) -> text",
            "The value as text: numbers plainly, nothing as the empty text, lists and maps as JSON.",
            "把值轉成文字：數字照原樣、空值為空字串、陣列與物件為 JSON。",
            &[("text(1.10)", r#""1.10""#), ("text(())", r#""""#)],
            |a| {
                let value = a.take(0);
                Ok(crate::values::dynamic_to_text(value, crate::values::Opaques::Refuse)?.into())
            },
        ),
        Function::new(
            "len(value) -> number",
            "How many characters a text has, items a list, or keys a map.",
            "文字的字數、陣列的項數或物件的鍵數。",
            &[(r#"len("訂單A")"#, "3"), ("[1, 2].len()", "2")],
            len,
        ),
        Function::new(
            "is_empty(value) -> bool",
            "Whether it is (), an empty list or map, or text without anything but white space.",
            "是否為空值 ()、空陣列、空物件，或只有空白的文字。",
            &[(r#"is_empty("  ")"#, "true"), ("is_empty([0])", "false"), ("is_empty(())", "true")],
            |a| Ok(is_empty(a.value(0)).into()),
        ),
        Function::new(
            "trim(text) -> text",
            "Without the white space at both ends, the full-width one included.",
            "去除頭尾的空白，包括全形空白。",
            &[("trim(\"  a b \")", r#""a b""#)],
            |a| a.give(a.text(0)?.trim()),
        ),
        Function::new(
            "trim_start(text) -> text",
            "Without the white space at the start.",
            "去除開頭的空白。",
            &[(r#"trim_start(" a ")"#, r#""a ""#)],
            |a| a.give(a.text(0)?.trim_start()),
        ),
        Function::new(
            "trim_end(text) -> text",
            "Without the white space at the end.",
            "去除結尾的空白。",
            &[(r#"trim_end(" a ")"#, r#"" a""#)],
            |a| a.give(a.text(0)?.trim_end()),
        ),
        Function::new(
            "normalize_spaces(text) -> text",
            "Trimmed, and each run of white space made one space.",
            "去除頭尾空白，並把連續空白縮成一個。",
            &[(r#"normalize_spaces(" a \n  b ")"#, r#""a b""#)],
            |a| a.give(a.text(0)?.split_whitespace().collect::<Vec<_>>().join(" ")),
        ),
        Function::new(
            "remove_spaces(text) -> text",
            "Without any white space.",
            "去除所有空白。",
            &[(r#"remove_spaces("02 2345　6789")"#, r#""0223456789""#)],
            |a| a.give(a.text(0)?.split_whitespace().collect::<String>()),
        ),
        Function::operation(
            "to_upper(text) -> text",
            "In capital letters.",
            "轉成大寫。",
            &[(r#"to_upper("aB1")"#, r#""AB1""#)],
        ),
        Function::operation(
            "to_lower(text) -> text",
            "In small letters.",
            "轉成小寫。",
            &[(r#"to_lower("aB1")"#, r#""ab1""#)],
        ),
        Function::new(
            "contains(value, part) -> bool",
            "Whether a text holds a part, a list an item, or a map a key. `part in value` says the same.",
            "文字是否含有某段、陣列是否含有某項、物件是否含有某鍵。也可寫成 `part in value`。",
            &[
                (r#"contains("台北市", "北")"#, "true"),
                ("[1, 2].contains(3)", "false"),
                (r#""a" in #{a: 1}"#, "true"),
            ],
            |a| Ok(a.text(0)?.contains(a.text(1)?.as_str()).into()),
        ),
        Function::new(
            "starts_with(text, part) -> bool",
            "Whether a text begins with a part.",
            "文字是否以某段開頭。",
            &[(r#"starts_with("SO-1", "SO")"#, "true")],
            |a| Ok(a.text(0)?.starts_with(a.text(1)?.as_str()).into()),
        ),
        Function::new(
            "ends_with(text, part) -> bool",
            "Whether a text ends with a part.",
            "文字是否以某段結尾。",
            &[(r#"ends_with("a.pdf", ".pdf")"#, "true")],
            |a| Ok(a.text(0)?.ends_with(a.text(1)?.as_str()).into()),
        ),
        Function::new(
            "index_of(value, part) -> number",
            "Where a part first stands in a text, or an item in a list, from 0; -1 where it does not.",
            "某段在文字中（或某項在陣列中）第一次出現的位置，從 0 起算；沒有則為 -1。",
            &[
                (r#"index_of("訂單 A1", "A")"#, "3"),
                ("[5, 6].index_of(6)", "1"),
                (r#"index_of("a", "b")"#, "-1"),
            ],
            index_of,
        ),
        Function::new(
            "replace(text, from, to) -> text",
            "Each `from` made `to`.",
            "把每個 `from` 換成 `to`。",
            &[(r#"replace("1/2/3", "/", "-")"#, r#""1-2-3""#)],
            replace,
        ),
        Function::new(
            "split(text, separator?) -> list",
            "The parts between separators; between white space where none is given.",
            "依分隔字元切開；未指定時依空白切開。",
            &[(r#"split("a,b,,c", ",")"#, r#"["a", "b", "", "c"]"#), (r#"split(" a  b ")"#, r#"["a", "b"]"#)],
            split,
        ),
        Function::new(
            "lines(text) -> list",
            "The lines of a text.",
            "文字的每一行。",
            &[(r#"lines("a\nb")"#, r#"["a", "b"]"#)],
            |a| {
                let text = a.text(0)?;
                give_list(a, text.lines())
            },
        ),
        Function::new(
            "join(list, separator?) -> text",
            "The items as one text, with the separator (nothing) between them.",
            "把陣列各項連成一段文字，中間放分隔字元（預設沒有）。",
            &[(r#"join(["a", 1, "c"], "-")"#, r#""a-1-c""#)],
            join,
        ),
        Function::new(
            "slice(value, start, count?) -> value",
            "`count` characters of a text (or items of a list) from `start`, or all from there. A negative start counts from the end.",
            "從 `start` 起的 `count` 個字（或陣列項目），省略則到結尾。負數從結尾算起。",
            &[
                (r#"slice("2026-11-22", 0, 4)"#, r#""2026""#),
                (r#"slice("abc", -2)"#, r#""bc""#),
                ("slice([1, 2, 3], 1)", "[2, 3]"),
            ],
            slice,
        ),
        Function::new(
            "left(text, count) -> text",
            "The first characters.",
            "最前面的幾個字。",
            &[(r#"left("訂單編號", 2)"#, r#""訂單""#)],
            |a| {
                let count = a.count(1, usize::MAX)?;
                a.give(a.text(0)?.chars().take(count).collect::<String>())
            },
        ),
        Function::new(
            "right(text, count) -> text",
            "The last characters.",
            "最後面的幾個字。",
            &[(r#"right("訂單編號", 2)"#, r#""編號""#)],
            |a| {
                let (text, count) = (a.text(0)?, a.count(1, usize::MAX)?);
                let all = text.chars().count();
                a.give(text.chars().skip(all.saturating_sub(count)).collect::<String>())
            },
        ),
        Function::new(
            "pad_left(text, width, fill?) -> text",
            "Filled up at the left to `width` characters, with spaces or `fill`.",
            "在左邊補到 `width` 個字，補空白或 `fill`。",
            &[(r#"pad_left(7, 3, "0")"#, r#""007""#)],
            |a| pad(a, true),
        ),
        Function::new(
            "pad_right(text, width, fill?) -> text",
            "Filled up at the right to `width` characters, with spaces or `fill`.",
            "在右邊補到 `width` 個字，補空白或 `fill`。",
            &[(r#"pad_right("ab", 4, ".")"#, r#""ab..""#)],
            |a| pad(a, false),
        ),
        Function::new(
            "truncate_text(text, count, ending?) -> text",
            "Cut to at most `count` characters, the ending (`…`) included.",
            "截短到最多 `count` 個字，包含結尾符號（預設 `…`）。",
            &[(r#"truncate_text("一二三四五", 3)"#, r#""一二…""#), (r#"truncate_text("ab", 3)"#, r#""ab""#)],
            truncate,
        ),
        Function::new(
            "repeat(text, count) -> text",
            "The text so many times.",
            "把文字重複幾次。",
            &[(r#"repeat("ab", 2)"#, r#""abab""#)],
            repeat,
        ),
        Function::new(
            "chars(text) -> list",
            "The characters, one by one.",
            "一個個字。",
            &[(r#"chars("訂單")"#, r#"["訂", "單"]"#)],
            |a| {
                let text = a.text(0)?;
                a.check_items(text.chars().count())?;
                Ok(Dynamic::from_array(text.chars().map(|c| Dynamic::from(c.to_string())).collect()))
            },
        ),
        Function::new(
            "half_width(text) -> text",
            "Full-width letters, digits, signs and spaces made half-width.",
            "全形英數、符號與空白轉成半形。",
            &[(r#"half_width("ＡＢＣ　１２３！")"#, r#""ABC 123!""#)],
            |a| a.give(a.text(0)?.chars().map(half_width_char).collect::<String>()),
        ),
        Function::new(
            "full_width(text) -> text",
            "Half-width letters, digits, signs and spaces made full-width.",
            "半形英數、符號與空白轉成全形。",
            &[(r#"full_width("AB 12")"#, r#""ＡＢ　１２""#)],
            |a| a.give(a.text(0)?.chars().map(full_width_char).collect::<String>()),
        ),
        Function::new(
            "display_width(text) -> number",
            "How many columns it takes: 2 for each Chinese or full-width character, 1 for others.",
            "顯示所佔的欄數：中文與全形字 2 欄，其他 1 欄。",
            &[(r#"display_width("A訂單")"#, "5")],
            |a| Ok(Dynamic::from_int(a.text(0)?.chars().map(width).sum())),
        ),
        Function::new(
            "digits(text) -> text",
            "Only its digits, full-width ones as half-width.",
            "只留下數字，全形數字轉成半形。",
            &[(r#"digits("02-2345 ６７８９")"#, r#""0223456789""#)],
            |a| {
                let digits =
                    a.text(0)?.chars().map(half_width_char).filter(char::is_ascii_digit).collect::<String>();
                a.give(digits)
            },
        ),
        Function::new(
            "capitalize(text) -> text",
            "The first letter as a capital.",
            "第一個字母轉成大寫。",
            &[(r#"capitalize("order")"#, r#""Order""#)],
            |a| {
                let text = a.text(0)?;
                let mut chars = text.chars();
                a.give(
                    chars.next().map_or(String::new(), |first| {
                        first.to_uppercase().collect::<String>() + chars.as_str()
                    }),
                )
            },
        ),
        Function::new(
            "fill(text, values) -> text",
            "Each `{name}` made the value of that key; unknown ones stay.",
            "把每個 `{name}` 換成該鍵的值；沒有的保持原樣。",
            &[(r#"fill("{no} 共 {total} 元", #{no: "A1", total: 5})"#, r#""A1 共 5 元""#)],
            fill,
        ),
    ],
};

/// The half-width form of a full-width character.
pub(super) fn half_width_char(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    }
}

fn full_width_char(c: char) -> char {
    match c {
        ' ' => '\u{3000}',
        '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
        other => other,
    }
}

fn width(c: char) -> INT {
    let wide = matches!(u32::from(c),
        0x1100..=0x115f | 0x2e80..=0x303e | 0x3041..=0x33ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xa000..=0xa4cf
        | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe4f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd);
    if wide { 2 } else { 1 }
}

pub(super) fn is_empty(value: &Dynamic) -> bool {
    if let Ok(text) = value.as_immutable_string_ref() {
        return text.trim().is_empty();
    }
    if let Ok(items) = value.as_array_ref() {
        return items.is_empty();
    }
    value.is_unit() || value.as_map_ref().is_ok_and(|map| map.is_empty())
}

fn len(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let value = a.value(0);
    let len = if let Ok(items) = value.as_array_ref() {
        items.len()
    } else if let Ok(map) = value.as_map_ref() {
        map.len()
    } else if value.is_string() {
        a.text(0)?.chars().count()
    } else {
        return Err(a.wrong(0, "text, a list or a map", "文字、陣列或物件"));
    };
    Ok(Dynamic::from_int(INT::try_from(len).unwrap_or(INT::MAX)))
}

/// Texts as a list, within the limit.
pub(super) fn give_list<'t>(a: &Arguments<'_, '_>, texts: impl Iterator<Item = &'t str>) -> Result<Dynamic> {
    let mut items = Array::new();
    for text in texts {
        if items.len().is_multiple_of(1024) {
            a.check_items(items.len() + 1)?;
        }
        items.push(Dynamic::from(text.to_owned()));
    }
    a.check_items(items.len())?;
    Ok(Dynamic::from_array(items))
}

fn index_of(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let (text, part) = (a.text(0)?, a.text(1)?);
    let found = text.find(part.as_str()).map(|offset| text[..offset].chars().count());
    Ok(Dynamic::from_int(found.map_or(-1, |found| INT::try_from(found).unwrap_or(INT::MAX))))
}

fn replace(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let (text, from, to) = (a.text(0)?, a.text(1)?, a.text(2)?);
    if from.is_empty() {
        return a.give(text);
    }
    if to.len() > from.len() {
        let found = text.matches(from.as_str()).count();
        a.check_bytes(text.len() + found.saturating_mul(to.len() - from.len()))?;
    }
    a.give(text.replace(from.as_str(), &to))
}

fn split(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let text = a.text(0)?;
    if !a.has(1) {
        return give_list(a, text.split_whitespace());
    }
    let separator = a.text(1)?;
    if separator.is_empty() {
        return Err(a.fail("the separator is empty; use chars()", "分隔字元是空的；請用 chars()"));
    }
    give_list(a, text.split(separator.as_str()))
}

fn join(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let separator = a.text_or(1, "")?;
    let items = a.list(0)?;
    let mut joined = String::new();
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            joined.push_str(&separator);
        }
        joined.push_str(&crate::values::dynamic_to_text(item, crate::values::Opaques::Refuse)?);
        a.check_bytes(joined.len())?;
    }
    a.give(joined)
}

fn slice(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let start = a.int(1)?;
    let count = if a.has(2) { Some(a.count(2, usize::MAX)?) } else { None };
    let from = |len: usize| {
        let back = usize::try_from(start.unsigned_abs()).unwrap_or(usize::MAX);
        if start < 0 { len.saturating_sub(back) } else { back }
    };
    if a.value(0).is_array() {
        let items = a.list(0)?;
        let from = from(items.len());
        return Ok(Dynamic::from_array(
            items.into_iter().skip(from).take(count.unwrap_or(usize::MAX)).collect(),
        ));
    }
    let text = a.text(0)?;
    let from = from(text.chars().count());
    a.give(text.chars().skip(from).take(count.unwrap_or(usize::MAX)).collect::<String>())
}

fn pad(a: &mut Arguments<'_, '_>, at_left: bool) -> Result<Dynamic> {
    let (text, width, fill) = (a.text(0)?, a.count(1, a.most_bytes())?, a.text_or(2, " ")?);
    if fill.is_empty() {
        return Err(a.fail("the filling is empty", "填充文字是空的"));
    }
    let missing = width.saturating_sub(text.chars().count());
    a.check_bytes(text.len() + missing.saturating_mul(4))?;
    let filling: String = fill.chars().cycle().take(missing).collect();
    a.give(if at_left { filling + text.as_str() } else { text.to_string() + filling.as_str() })
}

fn truncate(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let (text, count, ending) = (a.text(0)?, a.count(1, usize::MAX)?, a.text_or(2, "…")?);
    if text.chars().count() <= count {
        return a.give(text);
    }
    let ending: String = ending.chars().take(count).collect();
    let kept = count - ending.chars().count();
    a.give(text.chars().take(kept).collect::<String>() + ending.as_str())
}

fn repeat(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let (text, count) = (a.text(0)?, a.count(1, usize::MAX)?);
    a.check_bytes(text.len().saturating_mul(count))?;
    a.give(text.repeat(if text.is_empty() { 0 } else { count }))
}

fn fill(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let (text, values): (_, Map) = (a.text(0)?, a.map(1)?);
    let mut filled = String::new();
    let mut rest = text.as_str();
    while let Some(open) = rest.find('{') {
        let (before, from) = rest.split_at(open);
        filled.push_str(before);
        let value = from.find('}').and_then(|close| Some((close, values.get(&from[1..close])?)));
        let (shown, length) = match value {
            Some((close, value)) => {
                let value = value.flatten_clone();
                (crate::values::dynamic_to_text(value, crate::values::Opaques::Refuse)?, close + 1)
            }
            None => ("{".into(), 1),
        };
        filled.push_str(&shown);
        rest = &from[length..];
        a.check_bytes(filled.len())?;
    }
    filled.push_str(rest);
    a.give(filled)
}
