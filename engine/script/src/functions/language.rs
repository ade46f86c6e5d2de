//! Documentation of what comes with the language itself. What is not told here cannot be called.

use super::{Function, Run};

const fn language(
    signature: &'static str,
    en: &'static str,
    zh: &'static str,
    examples: &'static [(&'static str, &'static str)],
) -> Function {
    Function { signature, en, zh, examples, run: Run::Language }
}

pub(super) const MAP: Function = language(
    "map(list, function) -> list",
    "What a function makes of each item; it may take the item's number (from 0) too.",
    "把函式套用到每一項；函式也可接收該項的編號（從 0 起算）。",
    &[("[1, 2].map(|x| x * 10)", "[10, 20]"), ("[5, 6].map(|x, i| i)", "[0, 1]")],
);
pub(super) const FILTER: Function = language(
    "filter(list, function) -> list",
    "The items for which the function is true.",
    "留下函式結果為 true 的項目。",
    &[("[1, 2, 3].filter(|x| x > 1)", "[2, 3]")],
);
pub(super) const REDUCE: Function = language(
    "reduce(list, function, start?) -> value",
    "All items made one value, step by step.",
    "逐項累計成一個值。",
    &[("[1, 2, 3].reduce(|sum, x| sum + x, 0)", "6")],
);
pub(super) const FIND: Function = language(
    "find(list, function) -> value",
    "The first item for which the function is true, or ().",
    "第一個讓函式結果為 true 的項目，沒有則為 ()。",
    &[("[1, 2, 3].find(|x| x > 1)", "2")],
);
pub(super) const FIND_MAP: Function = language(
    "find_map(list, function) -> value",
    "The first result of the function that is not ().",
    "函式第一個不是 () 的結果。",
    &[("[1, 2].find_map(|x| if x > 1 { x * 10 } else { () })", "20")],
);
pub(super) const SOME: Function = language(
    "some(list, function) -> bool",
    "Whether the function is true for any item.",
    "是否有任一項讓函式結果為 true。",
    &[("[1, 2].some(|x| x > 1)", "true")],
);
pub(super) const ALL: Function = language(
    "all(list, function) -> bool",
    "Whether the function is true for every item.",
    "是否每一項都讓函式結果為 true。",
    &[("[1, 2].all(|x| x > 1)", "false")],
);
pub(super) const FOR_EACH: Function = language(
    "for_each(list, function) -> ()",
    "Calls the function with each item as `this`, which it may change.",
    "對每一項呼叫函式，以 `this` 代表該項，可以更改。",
    &[],
);
pub(super) const PUSH: Function = language(
    "push(list, item) -> ()",
    "Adds an item to the end of the script's own list.",
    "把項目加到指令碼自己的陣列尾端。",
    &[],
);
pub(super) const APPEND: Function = language(
    "append(list, items) -> ()",
    "Adds the items of another list to the end of the script's own list.",
    "把另一個陣列的項目加到指令碼自己的陣列尾端。",
    &[],
);
pub(super) const INSERT: Function = language(
    "insert(list, position, item) -> ()",
    "Puts an item into the script's own list.",
    "把項目插入指令碼自己的陣列。",
    &[],
);
pub(super) const POP: Function = language(
    "pop(list) -> value",
    "Takes the last item out of the script's own list.",
    "從指令碼自己的陣列取出最後一項。",
    &[("[1, 2].pop()", "2")],
);
pub(super) const SHIFT: Function = language(
    "shift(list) -> value",
    "Takes the first item out of the script's own list.",
    "從指令碼自己的陣列取出第一項。",
    &[("[1, 2].shift()", "1")],
);
pub(super) const REMOVE: Function = language(
    "remove(value, key) -> value",
    "Takes an item out of the script's own list by its number, or a key out of its map.",
    "依編號從指令碼自己的陣列取出一項，或從物件取出一個鍵。",
    &[("[1, 2].remove(0)", "1"), (r#"#{a: 5}.remove("a")"#, "5")],
);
pub(super) const CLEAR: Function = language(
    "clear(value) -> ()",
    "Empties the script's own list or map.",
    "清空指令碼自己的陣列或物件。",
    &[],
);
pub(super) const RANGE: Function = language(
    "range(from, to, step?) -> range",
    "Numbers from `from` to below `to`, for `for`. `0..5` says the same as `range(0, 5)`.",
    "從 `from` 到 `to`（不含）的數字，供 `for` 使用。`0..5` 等於 `range(0, 5)`。",
    &[],
);
pub(super) const KEYS: Function = language(
    "keys(map) -> list",
    "The keys, in alphabetical order.",
    "所有的鍵，依字母順序。",
    &[("#{b: 1, a: 2}.keys()", r#"["a", "b"]"#)],
);
pub(super) const VALUES: Function = language(
    "values(map) -> list",
    "The values, in the order of their keys.",
    "所有的值，依鍵的順序。",
    &[("#{b: 1, a: 2}.values()", "[2, 1]")],
);
pub(super) const MIXIN: Function = language(
    "mixin(map, other) -> ()",
    "Puts the keys of another map into the script's own map. `a + b` gives a new map instead.",
    "把另一個物件的鍵放進指令碼自己的物件。`a + b` 則會得到新的物件。",
    &[("#{a: 1} + #{b: 2}", "#{a: 1, b: 2}")],
);
