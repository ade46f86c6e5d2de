//! Where in a document's text things stand: lines and columns of pointers, keys written twice, depth.

use std::collections::{HashMap, HashSet};

use causeway_model::Fault;

use crate::faults::child;

/// Fills in line and column of faults that have none, by their pointers. What a pointer names but the text does not have is
/// shown where the nearest thing around it stands.
pub fn locate(text: &str, faults: &mut [Fault]) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut wanted = Wanted::default();
    for fault in faults.iter().filter(|fault| fault.line.is_none()) {
        wanted.add(&fault.pointer);
    }
    if wanted.children.is_empty() && !wanted.here
        || serde_json::from_str::<serde::de::IgnoredAny>(text).is_err()
    {
        return;
    }
    Scanner { text, at: 0, duplicates: Vec::new(), pointer: String::new(), duplicates_only: false }
        .value(Some(&mut wanted));
    let lines = Lines::new(text);
    for fault in faults.iter_mut().filter(|fault| fault.line.is_none()) {
        let by_key = matches!(fault.code.as_str(), "unknown_field" | "duplicate_key");
        if let Some(offset) = wanted.find(&fault.pointer, by_key) {
            let (line, column) = lines.position(offset);
            fault.line = Some(line);
            fault.column = Some(column);
        }
    }
}

/// The pointers of members whose key stands twice in their object. The text is valid JSON.
pub(super) fn duplicates(text: &str) -> Vec<String> {
    let mut scanner =
        Scanner { text, at: 0, duplicates: Vec::new(), pointer: String::new(), duplicates_only: true };
    scanner.value(None);
    scanner.duplicates
}

/// Where the text nests deeper than `depth`, if it does. The text need not be valid JSON.
pub(super) fn too_deep(text: &str, depth: usize) -> Option<(u32, u32)> {
    let (mut open, mut in_string, mut escaped) = (0usize, false, false);
    for (offset, byte) in text.bytes().enumerate() {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => {
                open += 1;
                if open > depth {
                    return Some(Lines::new(text).position(offset));
                }
            }
            b'}' | b']' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// Lines and columns of byte offsets.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(newlines).collect() }
    }

    fn position(&self, offset: usize) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let column = self.text[self.starts[line - 1]..offset].chars().count() + 1;
        (line as u32, column as u32)
    }
}

/// A tree of the pointers that are looked for.
#[derive(Default)]
struct Wanted {
    children: HashMap<String, Wanted>,
    here: bool,
    key: Option<usize>,
    value: Option<usize>,
}

impl Wanted {
    fn add(&mut self, pointer: &str) {
        let mut node = self;
        for part in pointer.split('/').skip(1) {
            node = node.children.entry(part.to_owned()).or_default();
        }
        node.here = true;
    }

    /// Falls back to what stands around the pointer.
    fn find(&self, pointer: &str, by_key: bool) -> Option<usize> {
        let mut node = self;
        let mut found = node.value;
        for part in pointer.split('/').skip(1) {
            let Some(next) = node.children.get(part) else { return found };
            node = next;
            found = if by_key { node.key.or(node.value) } else { node.value }.or(found);
        }
        found
    }
}

/// Walks over valid JSON. Its recursion is bounded by the depth that was checked before.
struct Scanner<'a> {
    text: &'a str,
    at: usize,
    duplicates: Vec<String>,
    pointer: String,
    duplicates_only: bool,
}

impl Scanner<'_> {
    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or_default()
    }

    fn blank(&mut self) {
        while matches!(self.byte(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    fn value(&mut self, wanted: Option<&mut Wanted>) {
        self.blank();
        let mut wanted = wanted;
        if let Some(wanted) = wanted.as_deref_mut() {
            wanted.value = Some(self.at);
        }
        match self.byte() {
            b'{' => self.object(wanted),
            b'[' => self.array(wanted),
            b'"' => {
                self.string();
            }
            _ => {
                while !matches!(self.byte(), 0 | b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r') {
                    self.at += 1;
                }
            }
        }
    }

    fn object(&mut self, mut wanted: Option<&mut Wanted>) {
        let mut seen = HashSet::new();
        self.at += 1;
        loop {
            self.blank();
            match self.byte() {
                b',' => self.at += 1,
                b'"' => {
                    let start = self.at;
                    let raw = self.string();
                    let key: String = serde_json::from_str(raw).unwrap_or_default();
                    self.blank();
                    self.at += 1;
                    let escaped = child("", &key).split_off(1);
                    let mut inner =
                        wanted.as_deref_mut().and_then(|wanted| wanted.children.get_mut(&escaped));
                    if let Some(inner) = inner.as_deref_mut() {
                        inner.key = Some(start);
                    }
                    let length = self.pointer.len();
                    if self.duplicates_only {
                        self.pointer = child(&self.pointer, &key);
                        if !seen.insert(key) {
                            self.duplicates.push(self.pointer.clone());
                        }
                    }
                    self.value(inner);
                    self.pointer.truncate(length);
                }
                _ => break,
            }
        }
        self.at += 1;
    }

    fn array(&mut self, mut wanted: Option<&mut Wanted>) {
        self.at += 1;
        let mut index = 0usize;
        loop {
            self.blank();
            match self.byte() {
                b',' => self.at += 1,
                b']' | 0 => break,
                _ => {
                    let inner =
                        wanted.as_deref_mut().and_then(|wanted| wanted.children.get_mut(&index.to_string()));
                    let length = self.pointer.len();
                    if self.duplicates_only {
                        self.pointer = child(&self.pointer, index);
                    }
                    self.value(inner);
                    self.pointer.truncate(length);
                    index += 1;
                }
            }
        }
        self.at += 1;
    }

    /// Passes over a string and gives it with its quotes.
    fn string(&mut self) -> &str {
        let start = self.at;
        self.at += 1;
        loop {
            match self.byte() {
                b'\\' => self.at += 2,
                b'"' | 0 => break,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        self.text.get(start..self.at).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use causeway_model::text;

    use super::*;

    #[test]
    fn pointers_are_found_in_the_text() {
        let text = "{\n  \"a/b\": [1, {\"訂\": \"單\\\"\", \"x\":\n true}]\n}";
        let mut faults: Vec<Fault> = ["/a~1b/1/x", "/a~1b/1/訂", "/a~1b/1/missing/deeper", "", "/a~1b/0"]
            .into_iter()
            .map(|pointer| Fault::error("c", pointer, text!("m", "m")))
            .collect();
        locate(text, &mut faults);
        let found: Vec<_> = faults.iter().map(|fault| (fault.line, fault.column)).collect();
        let at = |line, column| (Some(line), Some(column));
        assert_eq!(found, [at(3, 2), at(2, 20), at(2, 14), at(1, 1), at(2, 11)]);
    }

    #[test]
    fn keys_written_twice_are_found() {
        let text = r#"{"a": 1, "b": [{"c": 1, "d": {}, "c": 2}], "\u0061": 2}"#;
        assert_eq!(duplicates(text), ["/b/0/c", "/a"]);
    }

    #[test]
    fn depth_counts_brackets_outside_strings() {
        assert_eq!(too_deep(r#"["[[[[", "\"[[["]"#, 1), None);
        assert_eq!(too_deep("[\n [[", 2), Some((2, 3)));
    }
}
