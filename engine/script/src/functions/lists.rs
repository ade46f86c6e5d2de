//! Lists: adding up, sorting, grouping, cutting.

use rhai::{Array, Dynamic, INT, Map};
use rust_decimal::Decimal;

use super::arguments::{decimal_of, whole};
use super::compare::{Key, compare, spell};
use super::numbers::sum as sum_of;
use super::{Arguments, Function, Group, language};
use crate::evaluation;
use crate::fault::Result;

pub(super) static GROUP: Group = Group {
    name: "lists",
    en: "Lists",
    zh: "陣列",
    functions: &[
        language::MAP,
        language::FILTER,
        language::REDUCE,
        language::FIND,
        language::FIND_MAP,
        language::SOME,
        language::ALL,
        language::FOR_EACH,
        language::PUSH,
        language::APPEND,
        language::INSERT,
        language::POP,
        language::SHIFT,
        language::REMOVE,
        language::CLEAR,
        language::RANGE,
        Function::new(
            "sum(list, field?) -> number",
            "The sum of numbers, or of a field (or a function) of each item. Nothing counts as 0.",
            "數字總和，或各項某欄位（或函式結果）的總和。空值視為 0。",
            &[
                ("sum([1, 2.5])", "3.5"),
                (r#"sum([#{qty: 2}, #{qty: 3}], "qty")"#, "5"),
                ("[1, 2].sum(|x| x * 10)", "30"),
            ],
            |a| {
                let values = values(a)?;
                sum_of(a, &values)
            },
        ),
        Function::new(
            "average(list, field?) -> number",
            "The average, or () of an empty list.",
            "平均值；空陣列為 ()。",
            &[("average([1, 2])", "1.5")],
            average,
        ),
        Function::new(
            "min(list, field?) -> value",
            "The smallest value of a list (or of a field of its items), or the smaller of two numbers; () of an empty list.",
            "陣列（或各項某欄位）中的最小值，或兩個數字中較小者；空陣列為 ()。",
            &[
                ("min([3, 1.5, 2])", "1.5"),
                ("min(2, 1)", "1"),
                (r#"min([#{d: "b"}, #{d: "a"}], "d")"#, r#""a""#),
            ],
            |a| extreme(a, std::cmp::Ordering::Less),
        ),
        Function::new(
            "max(list, field?) -> value",
            "The greatest value of a list (or of a field of its items), or the greater of two numbers; () of an empty list.",
            "陣列（或各項某欄位）中的最大值，或兩個數字中較大者；空陣列為 ()。",
            &[("max([3, 1.5, 2])", "3"), ("max(2, 2.5)", "2.5")],
            |a| extreme(a, std::cmp::Ordering::Greater),
        ),
        Function::new(
            "sort_by(list, key, descending?) -> list",
            "A sorted copy, by a field (`customer.name` goes deeper) or by a function of each item. Equal items keep their order.",
            "排序後的副本，依欄位（`customer.name` 可往下層）或函式結果排序。相同者維持原順序。",
            &[
                (r#"sort_by([#{n: 2}, #{n: 1}], "n")"#, "[#{n: 1}, #{n: 2}]"),
                ("[1, -3, 2].sort_by(|x| x * x, true)", "[-3, 2, 1]"),
            ],
            sort_by,
        ),
        Function::new(
            "sorted(list, descending?) -> list",
            "A sorted copy.",
            "排序後的副本。",
            &[(r#"sorted([3, 1.5, 2])"#, "[1.5, 2, 3]"), (r#"sorted(["b", "a"], true)"#, r#"["b", "a"]"#)],
            |a| {
                let descending = a.flag_or(1, false)?;
                let items = a.list(0)?;
                let keyed = items.iter().cloned().map(|item| (item.clone(), item)).collect();
                Ok(sort(keyed, descending))
            },
        ),
        Function::new(
            "reversed(list) -> list",
            "A copy in the opposite order.",
            "順序相反的副本。",
            &[("reversed([1, 2])", "[2, 1]")],
            |a| {
                let mut items = a.list(0)?;
                items.reverse();
                Ok(Dynamic::from_array(items))
            },
        ),
        Function::new(
            "group_by(list, key) -> map",
            "Lists of the items by the text of a field or of a function's result.",
            "依欄位或函式結果分組，得到以其文字為鍵的各組陣列。",
            &[(
                r#"group_by([#{c: "a", n: 1}, #{c: "a", n: 2}], "c")"#,
                r#"#{a: [#{c: "a", n: 1}, #{c: "a", n: 2}]}"#,
            )],
            group_by,
        ),
        Function::new(
            "index_by(list, key) -> map",
            "The items by the text of a field or of a function's result; the last of equal ones counts.",
            "以欄位或函式結果的文字為鍵的各項；相同時以最後一項為準。",
            &[(r#"index_by([#{no: "A"}, #{no: "B"}], "no").B.no"#, r#""B""#)],
            index_by,
        ),
        Function::new(
            "count_by(list, key) -> map",
            "How many items there are by the text of a field or of a function's result.",
            "依欄位或函式結果的文字計數。",
            &[(r#"count_by([#{c: "a"}, #{c: "a"}, #{c: "b"}], "c")"#, "#{a: 2, b: 1}")],
            count_by,
        ),
        Function::new(
            "unique(list, key?) -> list",
            "Without repeats, of items or by a field or function; the first one stays.",
            "去除重複（依整項、欄位或函式結果），保留第一個。",
            &[
                ("unique([1, 2, 1.0])", "[1, 2]"),
                (r#"unique([#{c: 1, n: 1}, #{c: 1, n: 2}], "c")"#, "[#{c: 1, n: 1}]"),
            ],
            unique,
        ),
        Function::new(
            "pluck(list, field) -> list",
            "A field of each item; `customer.name` goes deeper.",
            "取出各項的某個欄位；`customer.name` 可往下層。",
            &[(r#"pluck([#{n: 1}, #{n: 2}], "n")"#, "[1, 2]")],
            |a| Ok(Dynamic::from_array(values(a)?)),
        ),
        Function::new(
            "compact(list) -> list",
            "Without (), empty text, empty lists and empty maps.",
            "去除空值、空字串、空陣列與空物件。",
            &[(r#"compact([1, (), "", "a", []])"#, r#"[1, "a"]"#)],
            |a| {
                let items = a.list(0)?;
                Ok(Dynamic::from_array(
                    items.into_iter().filter(|item| !super::text::is_empty(item)).collect(),
                ))
            },
        ),
        Function::new(
            "first(list) -> value",
            "The first item, or ().",
            "第一項，沒有則為 ()。",
            &[("first([1, 2])", "1"), ("first([])", "()")],
            |a| Ok(a.list(0)?.into_iter().next().unwrap_or_default()),
        ),
        Function::new(
            "last(list) -> value",
            "The last item, or ().",
            "最後一項，沒有則為 ()。",
            &[("last([1, 2])", "2")],
            |a| Ok(a.list(0)?.pop().unwrap_or_default()),
        ),
        Function::new(
            "take(list, count) -> list",
            "The first items.",
            "前幾項。",
            &[("take([1, 2, 3], 2)", "[1, 2]")],
            |a| {
                let count = a.count(1, usize::MAX)?;
                Ok(Dynamic::from_array(a.list(0)?.into_iter().take(count).collect()))
            },
        ),
        Function::new(
            "skip(list, count) -> list",
            "All but the first items.",
            "略過前幾項。",
            &[("skip([1, 2, 3], 2)", "[3]")],
            |a| {
                let count = a.count(1, usize::MAX)?;
                Ok(Dynamic::from_array(a.list(0)?.into_iter().skip(count).collect()))
            },
        ),
        Function::new(
            "chunk(list, size) -> list",
            "Lists of at most `size` items.",
            "切成每組最多 `size` 項的陣列。",
            &[("chunk([1, 2, 3], 2)", "[[1, 2], [3]]")],
            chunk,
        ),
        Function::new(
            "flatten(list) -> list",
            "The items of the lists in a list, one level deep.",
            "把陣列中的陣列攤平一層。",
            &[("flatten([[1], [2, 3], 4])", "[1, 2, 3, 4]")],
            flatten,
        ),
        Function::new(
            "zip(a, b) -> list",
            "Pairs of the items at equal places, as far as both go.",
            "把兩個陣列相同位置的項目配成對，以較短者為準。",
            &[(r#"zip([1, 2], ["a", "b"])"#, r#"[[1, "a"], [2, "b"]]"#)],
            |a| {
                let (left, right) = (a.list(0)?, a.list(1)?);
                a.check_items(left.len().min(right.len()).saturating_mul(3))?;
                let pair = |(left, right)| Dynamic::from_array(vec![left, right]);
                Ok(Dynamic::from_array(left.into_iter().zip(right).map(pair).collect()))
            },
        ),
    ],
};

/// The items, or what the key makes of each.
fn values(a: &mut Arguments<'_, '_>) -> Result<Array> {
    let key = if a.has(1) { Some(Key::of(a, 1)?) } else { None };
    let items = a.list(0)?;
    match key {
        None => Ok(items),
        Some(key) => items.into_iter().map(|item| key.get(a, item)).collect(),
    }
}

/// The items with what the key makes of each.
fn keyed(a: &mut Arguments<'_, '_>) -> Result<Vec<(Dynamic, Dynamic)>> {
    let key = Key::of(a, 1)?;
    let items = a.list(0)?;
    items.into_iter().map(|item| Ok((key.get(a, item.clone())?, item))).collect()
}

fn average(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let values = values(a)?;
    if values.is_empty() {
        return Ok(Dynamic::UNIT);
    }
    let total = decimal_of(&sum_of(a, &values)?).unwrap_or_default();
    let average = total.checked_div(Decimal::from(values.len()));
    Ok(whole(average.unwrap_or_default().normalize()))
}

fn extreme(a: &mut Arguments<'_, '_>, wanted: std::cmp::Ordering) -> Result<Dynamic> {
    let values = if a.value(0).is_array() { values(a)? } else { (0..a.len()).map(|at| a.take(at)).collect() };
    evaluation::charge(values.len() / 8)?;
    let better = |best: Dynamic, value: Dynamic| if compare(&value, &best) == wanted { value } else { best };
    Ok(values.into_iter().filter(|value| !value.is_unit()).reduce(better).unwrap_or_default())
}

fn sort_by(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let descending = a.flag_or(2, false)?;
    Ok(sort(keyed(a)?, descending))
}

fn sort(mut keyed: Vec<(Dynamic, Dynamic)>, descending: bool) -> Dynamic {
    keyed.sort_by(|(a, _), (b, _)| if descending { compare(b, a) } else { compare(a, b) });
    Dynamic::from_array(keyed.into_iter().map(|(_, item)| item).collect())
}

fn group_by(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let mut groups: std::collections::BTreeMap<String, Array> = std::collections::BTreeMap::new();
    for (key, item) in keyed(a)? {
        groups.entry(spell(&key)?).or_default().push(item);
    }
    let groups: Map =
        groups.into_iter().map(|(key, items)| (key.into(), Dynamic::from_array(items))).collect();
    Ok(Dynamic::from_map(groups))
}

fn index_by(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let mut index = Map::new();
    for (key, item) in keyed(a)? {
        index.insert(spell(&key)?.into(), item);
    }
    Ok(Dynamic::from_map(index))
}

fn count_by(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let mut counts: std::collections::BTreeMap<String, INT> = std::collections::BTreeMap::new();
    for (key, _) in keyed(a)? {
        *counts.entry(spell(&key)?).or_default() += 1;
    }
    let counts: Map = counts.into_iter().map(|(key, count)| (key.into(), Dynamic::from_int(count))).collect();
    Ok(Dynamic::from_map(counts))
}

fn unique(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let keyed =
        if a.has(1) { keyed(a)? } else { a.list(0)?.into_iter().map(|item| (item.clone(), item)).collect() };
    let mut seen = std::collections::BTreeSet::new();
    let mut kept = Array::new();
    for (key, item) in keyed {
        // text and numbers that are spelt alike differ
        if seen.insert((key.is_string(), spell(&key)?)) {
            kept.push(item);
        }
    }
    Ok(Dynamic::from_array(kept))
}

fn chunk(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let size = a.count(1, usize::MAX)?;
    if size == 0 {
        return Err(a.fail("the size is at least 1", "每組至少 1 項"));
    }
    let mut items = a.list(0)?.into_iter().peekable();
    let mut chunks = Array::new();
    while items.peek().is_some() {
        chunks.push(Dynamic::from_array(items.by_ref().take(size).collect()));
    }
    Ok(Dynamic::from_array(chunks))
}

fn flatten(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let mut flat = Array::new();
    for item in a.list(0)? {
        if item.is_array() {
            flat.extend(item.cast::<Array>());
        } else {
            flat.push(item);
        }
        a.check_items(flat.len())?;
    }
    Ok(Dynamic::from_array(flat))
}
