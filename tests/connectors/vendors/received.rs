//! What a receiver reads of a request, by the vendor's own description: written after the specification, by none of the code
//! that sends.

use std::collections::BTreeMap;

use causeway_model::Value;
use causeway_testkit::Call;
use percent_encoding::percent_decode_str;
use serde_json::{Map, json};

/// The vendor's document, and one operation of it.
pub struct Described<'a> {
    pub root: &'a Value,
    pub path: &'a str,
    pub item: &'a Value,
    pub operation: &'a Value,
}

impl<'a> Described<'a> {
    pub fn resolve(&self, value: &'a Value) -> &'a Value {
        let mut current = value;
        for _ in 0..20 {
            let Some(at) = current["$ref"].as_str().and_then(|at| at.strip_prefix('#')) else { break };
            current = self.root.pointer(&decoded(at)).unwrap_or(&Value::Null);
        }
        current
    }

    pub fn parameters(&self) -> Vec<&'a Value> {
        let lists = [&self.operation["parameters"], &self.item["parameters"]];
        let all = lists.into_iter().filter_map(Value::as_array).flatten().map(|one| self.resolve(one));
        let mut kept: Vec<&Value> = Vec::new();
        for one in all {
            if !kept.iter().any(|known| known["name"] == one["name"] && known["in"] == one["in"]) {
                kept.push(one);
            }
        }
        kept
    }

    /// The parameters' values by place and name, as texts and lists and fields of texts.
    pub fn parameters_in(&self, call: &Call, below: &str) -> BTreeMap<(String, String), Value> {
        let mut found = BTreeMap::new();
        let (path, query_of_path) = self.in_path(call, below);
        for parameter in self.parameters() {
            let name = parameter["name"].as_str().unwrap_or_default();
            let at = parameter["in"].as_str().unwrap_or_default();
            let is_list = self.is(parameter, "array");
            let value = match at {
                "path" => path.get(name).or(query_of_path.get(name)).map(|text| split(text, ",", is_list)),
                "header" => call.header(name).map(|text| {
                    if is_list { text.split(',').map(Value::from).collect() } else { json!(text) }
                }),
                "query" => self.in_query(parameter, &call.query),
                _ => None,
            };
            if let Some(value) = value {
                found.insert((at.to_owned(), name.to_owned()), value);
            }
        }
        found
    }

    fn is(&self, parameter: &'a Value, kind: &str) -> bool {
        let schema = self.resolve(&parameter["schema"]);
        schema["type"] == kind || schema["type"].as_array().is_some_and(|kinds| kinds.contains(&json!(kind)))
    }

    /// Segments by the names that the template gives them; some descriptions have a query in their paths.
    fn in_path(&self, call: &Call, below: &str) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
        let template = self.path.split('#').next().unwrap_or_default();
        let (template, queried) = template.split_once('?').unwrap_or((template, ""));
        let path = call.path.strip_prefix(below).unwrap_or_default();
        let mut found = BTreeMap::new();
        let (wanted, got): (Vec<&str>, Vec<&str>) =
            (template.split('/').collect(), path.split('/').collect());
        for (wanted, got) in wanted.iter().zip(got) {
            holes(wanted, got, &mut found);
        }
        let mut in_query = BTreeMap::new();
        for pair in queried.split('&') {
            let Some((key, hole)) = pair.split_once('=') else { continue };
            let got =
                call.query.split('&').filter_map(|pair| pair.split_once('=')).find(|(name, _)| *name == key);
            holes(hole, got.map(|(_, value)| value).unwrap_or_default(), &mut in_query);
        }
        (found, in_query)
    }

    fn in_query(&self, parameter: &'a Value, query: &str) -> Option<Value> {
        let name = parameter["name"].as_str()?;
        let pairs: Vec<(String, &str)> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(key, value)| (decoded(key), value))
            .collect();
        let own: Vec<&str> = pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| *value).collect();
        let is_list = self.is(parameter, "array");
        let explode = parameter["explode"].as_bool();
        if parameter["content"].is_object() {
            return own.first().and_then(|text| serde_json::from_str(&decoded(text)).ok());
        }
        match parameter["style"].as_str().unwrap_or("form") {
            "deepObject" => {
                let inside = pairs.iter().filter(|(key, _)| key.starts_with(&format!("{name}[")));
                let tree = tree(inside.map(|(key, value)| (key.clone(), decoded(value))));
                tree.get(name).cloned()
            }
            "form" if explode == Some(false) && is_list => own.first().map(|text| split(text, ",", true)),
            "form" if is_list && !own.is_empty() => {
                Some(own.iter().map(|text| json!(decoded(text))).collect())
            }
            "pipeDelimited" => own.first().map(|text| decoded(text).split('|').map(Value::from).collect()),
            "spaceDelimited" => own.first().map(|text| decoded(text).split(' ').map(Value::from).collect()),
            _ => own.first().map(|text| json!(decoded(text))),
        }
    }
}

/// The body by its type; what are texts in it stays text.
pub fn body(call: &Call) -> Value {
    let media = call.header("content-type").unwrap_or_default().to_owned();
    if media.contains("json") {
        return serde_json::from_str(&call.text).unwrap_or_else(|_| json!(call.text));
    }
    if media.starts_with("application/x-www-form-urlencoded") {
        let pairs = call.text.split('&').filter_map(|pair| pair.split_once('='));
        return Value::Object(tree(pairs.map(|(key, value)| (formed(key), formed(value)))));
    }
    match media.split_once("boundary=") {
        Some((_, boundary)) => Value::Object(parts(&call.text, boundary.trim_matches('"'))),
        None => json!(call.text),
    }
}

fn parts(text: &str, boundary: &str) -> Map<String, Value> {
    let mut found = Map::new();
    for part in text.split(&format!("--{boundary}")).filter(|part| part.contains("\r\n\r\n")) {
        let (head, content) = part.split_once("\r\n\r\n").expect("a head");
        let name = head.split("name=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a name");
        let content = content.strip_suffix("\r\n").unwrap_or(content);
        let is_json = head.to_ascii_lowercase().contains("content-type: application/json");
        let value = if is_json { serde_json::from_str(content).expect("JSON") } else { json!(content) };
        add(&mut found, name, value);
    }
    found
}

/// A name that comes again makes a list.
fn add(fields: &mut Map<String, Value>, name: &str, value: Value) {
    match fields.get_mut(name) {
        None => {
            fields.insert(name.to_owned(), value);
        }
        Some(Value::Array(items)) => items.push(value),
        Some(one) => *one = json!([one.take(), value]),
    }
}

/// `a[b][0]=x` is `{a: {b: [x]}}`.
fn tree(pairs: impl Iterator<Item = (String, String)>) -> Map<String, Value> {
    let mut root = Map::new();
    for (key, text) in pairs {
        let parts: Vec<&str> = key.split('[').map(|part| part.trim_end_matches(']')).collect();
        let (last, before) = parts.split_last().expect("a name");
        let mut at = &mut root;
        for part in before {
            let next = at.entry((*part).to_owned()).or_insert_with(|| json!({}));
            at = next.as_object_mut().expect("fields");
        }
        add(at, last, json!(text));
    }
    root.into_iter().map(|(name, value)| (name, listed(value))).collect()
}

/// Fields named 0, 1, 2 are a list.
fn listed(value: Value) -> Value {
    let Value::Object(fields) = value else { return value };
    let counted = fields.keys().enumerate().all(|(index, key)| *key == index.to_string());
    let inner = fields.into_iter().map(|(key, value)| (key, listed(value)));
    if counted { inner.map(|(_, value)| value).collect() } else { Value::Object(inner.collect()) }
}

/// What stands in the holes of a template such as `{a}..{b}`.
fn holes(template: &str, text: &str, found: &mut BTreeMap<String, String>) {
    let mut rest = text;
    let mut pieces = template.split('{');
    rest = rest.strip_prefix(pieces.next().unwrap_or_default()).unwrap_or(rest);
    for piece in pieces {
        let Some((name, after)) = piece.split_once('}') else { continue };
        let end = if after.is_empty() { rest.len() } else { rest.find(after).unwrap_or(rest.len()) };
        found.insert(name.to_owned(), rest[..end].to_owned());
        rest = rest.get(end + after.len()..).unwrap_or_default();
    }
}

fn split(text: &str, by: &str, is_list: bool) -> Value {
    if is_list { text.split(by).map(|part| json!(decoded(part))).collect() } else { json!(decoded(text)) }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().expect("UTF-8").into_owned()
}

fn formed(text: &str) -> String {
    decoded(&text.replace('+', " "))
}
