//! Maps: picking, joining, renaming, reaching into them.

use rhai::{Array, Dynamic, ImmutableString, Map};

use super::compare::reach;
use super::{Arguments, Function, Group, language};
use crate::fault::Result;

pub(super) static GROUP: Group = Group {
    name: "maps",
    en: "Maps",
    zh: "物件",
    functions: &[
        language::KEYS,
        language::VALUES,
        language::MIXIN,
        Function::new(
            "get(value, path, otherwise?) -> value",
            "What a path of keys and numbers leads to, or `otherwise` (()) where it leads nowhere.",
            "依路徑（鍵與數字）取值；取不到時為 `otherwise`（預設 ()）。",
            &[
                (r#"get(#{a: [#{b: 5}]}, "a.0.b")"#, "5"),
                (r#"get(#{a: 1}, "a.b.c", "none")"#, r#""none""#),
                ("[7, 8].get(1)", "8"),
            ],
            |a| {
                let path = a.text(1)?;
                let found = reach(a.take(0), &path);
                Ok(if found.is_unit() && a.has(2) { a.take(2) } else { found })
            },
        ),
        Function::new(
            "pick(map, keys) -> map",
            "Only these keys, as far as they are there.",
            "只留下這些鍵（若存在）。",
            &[(r#"pick(#{a: 1, b: 2}, ["a", "x"])"#, "#{a: 1}")],
            |a| {
                let keys = keys(a, 1)?;
                let mut map = a.map(0)?;
                map.retain(|key, _| keys.iter().any(|kept| kept.as_str() == key.as_str()));
                Ok(Dynamic::from_map(map))
            },
        ),
        Function::new(
            "omit(map, keys) -> map",
            "Without these keys.",
            "去除這些鍵。",
            &[(r#"omit(#{a: 1, b: 2}, ["a"])"#, "#{b: 2}")],
            |a| {
                let keys = keys(a, 1)?;
                let mut map = a.map(0)?;
                map.retain(|key, _| !keys.iter().any(|left| left.as_str() == key.as_str()));
                Ok(Dynamic::from_map(map))
            },
        ),
        Function::new(
            "merge(a, b) -> map",
            "The keys of both; those of `b` count, and maps inside maps are merged too.",
            "合併兩者的鍵；重複時以 `b` 為準，內層物件也會合併。",
            &[("merge(#{a: 1, m: #{x: 1}}, #{m: #{y: 2}})", "#{a: 1, m: #{x: 1, y: 2}}")],
            |a| {
                let (left, right) = (a.map(0)?, a.map(1)?);
                Ok(Dynamic::from_map(merge(left, right)))
            },
        ),
        Function::new(
            "rename(map, names) -> map",
            "With keys renamed: `names` has the old names as keys and the new ones as values.",
            "更改鍵名：`names` 以舊名為鍵、新名為值。",
            &[(r#"rename(#{no: 1, x: 2}, #{no: "order_no"})"#, "#{order_no: 1, x: 2}")],
            rename,
        ),
        Function::new(
            "entries(map) -> list",
            "A list of `#{key, value}`.",
            "轉成 `#{key, value}` 的陣列。",
            &[("entries(#{a: 1})", r#"[#{key: "a", value: 1}]"#)],
            entries,
        ),
        Function::new(
            "from_entries(list) -> map",
            "A map of a list of `#{key, value}` or of pairs.",
            "由 `#{key, value}` 或成對項目的陣列組成物件。",
            &[(r#"from_entries([["a", 1], #{key: "b", value: 2}])"#, "#{a: 1, b: 2}")],
            from_entries,
        ),
        Function::new(
            "without_empty(map) -> map",
            "Without the keys whose value is (), or empty text, list or map.",
            "去除值為空值、空字串、空陣列或空物件的鍵。",
            &[(r#"without_empty(#{a: 1, b: "", c: ()})"#, "#{a: 1}")],
            |a| {
                let mut map = a.map(0)?;
                map.retain(|_, value| !super::text::is_empty(value));
                Ok(Dynamic::from_map(map))
            },
        ),
    ],
};

fn keys(a: &mut Arguments<'_, '_>, position: usize) -> Result<Vec<ImmutableString>> {
    let keys = a
        .list(position)?
        .into_iter()
        .map(Dynamic::into_immutable_string)
        .collect::<std::result::Result<_, _>>();
    keys.map_err(|_| a.fail("the keys are a list of texts", "鍵應為文字陣列"))
}

/// The interpreter bounds how deep a map can nest; deeper ones are not merged but replaced.
fn merge(left: Map, right: Map) -> Map {
    merge_within(left, right, 50)
}

fn merge_within(mut left: Map, right: Map, depth: usize) -> Map {
    for (key, value) in right {
        let merged = match left.remove(&key) {
            Some(old) if depth > 0 && old.is_map() && value.is_map() => {
                Dynamic::from_map(merge_within(old.cast::<Map>(), value.cast::<Map>(), depth - 1))
            }
            _ => value,
        };
        left.insert(key, merged);
    }
    left
}

fn rename(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let names = a.map(1)?;
    let mut renamed = Map::new();
    for (key, value) in a.map(0)? {
        let name = match names.get(&key) {
            None => key,
            Some(name) => match name.as_immutable_string_ref() {
                Ok(name) => name.as_str().into(),
                Err(_) => return Err(a.fail("the new names are texts", "新的鍵名應為文字")),
            },
        };
        renamed.insert(name, value);
    }
    Ok(Dynamic::from_map(renamed))
}

fn entries(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let map = a.map(0)?;
    a.check_items(map.len())?;
    let entry = |(key, value): (rhai::Identifier, Dynamic)| {
        let key = Dynamic::from(ImmutableString::from(key.as_str()));
        Dynamic::from_map([("key".into(), key), ("value".into(), value)].into_iter().collect())
    };
    Ok(Dynamic::from_array(map.into_iter().map(entry).collect()))
}

fn from_entries(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let mut map = Map::new();
    for entry in a.list(0)? {
        let pair = if entry.is_map() {
            let mut entry = entry.cast::<Map>();
            entry.remove("key").zip(entry.remove("value"))
        } else if entry.is_array() {
            let mut pair = entry.cast::<Array>().into_iter();
            pair.next().zip(pair.next())
        } else {
            None
        };
        let Some((key, value)) = pair else {
            return Err(
                a.fail("each entry is #{key, value} or a pair", "每一項應為 #{key, value} 或成對的項目")
            );
        };
        map.insert(super::compare::spell(&key)?.into(), value);
    }
    Ok(Dynamic::from_map(map))
}
