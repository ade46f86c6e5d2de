//! OpenAPI documents as connectors are made of: read from YAML or JSON, of any version brought into the form of 3.1,
//! references followed within the document only.
//!
//! What a connector makes of one is not known here.

mod refs;
mod schema;
mod swagger;
mod v30;

use std::collections::BTreeMap;
use std::sync::Arc;

use causeway_model::{Text, Value, text};

pub use refs::pointer_of;

/// The largest text that is read.
pub const MOST_BYTES: usize = 64 * 1024 * 1024;
/// Values nested deeper are refused: what walks a document does so by recursion.
const DEEPEST: usize = 200;

/// A document of version 3.1, or one brought into that form. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Document {
    root: Arc<Value>,
}

/// The methods of a path item, in the order in which operations are listed.
pub const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

impl Document {
    /// Reads YAML or JSON of OpenAPI 3.0 or 3.1, or Swagger 2.
    pub fn read(text: &str) -> Result<Self, Text> {
        if text.len() > MOST_BYTES {
            let most = MOST_BYTES / 1024 / 1024;
            return Err(text!("The document is larger than {most} MB.", "文件超過 {most} MB。"));
        }
        Self::new(parse(text)?)
    }

    /// The same of a value that is read already.
    pub fn new(mut root: Value) -> Result<Self, Text> {
        if deeper_than(&root, DEEPEST) {
            return Err(text!(
                "The document nests more than {DEEPEST} deep.",
                "文件的巢狀超過 {DEEPEST} 層。"
            ));
        }
        let version =
            |key: &str| root.get(key).map(|value| value.as_str().map_or(value.to_string(), str::to_owned));
        match (version("openapi"), version("swagger")) {
            (Some(version), _) if version.starts_with("3.1") || version.starts_with("3.2") => {}
            (Some(version), _) if version.starts_with("3.0") => v30::raise(&mut root),
            (None, Some(version)) if version.starts_with('2') => {
                root = swagger::raise(root);
                v30::raise(&mut root);
            }
            _ => {
                return Err(text!(
                    "This is no OpenAPI document: it begins with neither `openapi: 3.x` nor `swagger: \"2.0\"`.",
                    "這不是 OpenAPI 文件：開頭沒有 `openapi: 3.x` 或 `swagger: \"2.0\"`。"
                ));
            }
        }
        if !root["paths"].is_object() && !root["webhooks"].is_object() {
            return Err(text!("The document has no `paths`.", "文件沒有 `paths`。"));
        }
        Ok(Self { root: Arc::new(root) })
    }

    pub fn root(&self) -> &Value {
        &self.root
    }

    /// What a value is, its reference followed; the value itself where it has none, and null where that leads nowhere.
    pub fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        refs::resolve(&self.root, value)
    }

    /// Path, method, path item and operation, in the document's order.
    pub fn operations(&self) -> impl Iterator<Item = Place<'_>> {
        let paths = self.root["paths"].as_object();
        paths.into_iter().flatten().flat_map(move |(path, item)| {
            let item = self.resolve(item);
            METHODS.iter().filter_map(move |method| {
                let operation = item.get(*method).filter(|operation| operation.is_object())?;
                Some(Place { path, method, item, operation })
            })
        })
    }

    /// The webhooks, each with its first operation; in the place of a path stands the name.
    pub fn webhooks(&self) -> impl Iterator<Item = Place<'_>> {
        let webhooks = self.root["webhooks"].as_object();
        webhooks.into_iter().flatten().filter_map(move |(name, item)| {
            let item = self.resolve(item);
            METHODS.iter().find_map(|method| {
                let operation = item.get(*method).filter(|operation| operation.is_object())?;
                Some(Place { path: name, method, item, operation })
            })
        })
    }

    /// The parameters of an operation, those of its path included, references followed; its own win.
    pub fn parameters<'a>(&'a self, place: &Place<'a>) -> Vec<&'a Value> {
        let mut by_name: Vec<(&str, &str, &Value)> = Vec::new();
        for list in [&place.item["parameters"], &place.operation["parameters"]] {
            for parameter in list.as_array().into_iter().flatten() {
                let parameter = self.resolve(parameter);
                let (Some(name), Some(at)) = (parameter["name"].as_str(), parameter["in"].as_str()) else {
                    continue;
                };
                match by_name.iter_mut().find(|known| (known.0, known.1) == (name, at)) {
                    Some(known) => known.2 = parameter,
                    None => by_name.push((name, at, parameter)),
                }
            }
        }
        by_name.into_iter().map(|(_, _, parameter)| parameter).collect()
    }

    /// A schema that stands by itself: what it refers to is brought along under `$defs`, as far as that stays small.
    pub fn whole_schema(&self, schema: &Value) -> Value {
        schema::whole(&self.root, schema)
    }

    /// The security schemes by name, references followed.
    pub fn security_schemes(&self) -> BTreeMap<&str, &Value> {
        let schemes = self.root["components"]["securitySchemes"].as_object();
        schemes.into_iter().flatten().map(|(name, scheme)| (name.as_str(), self.resolve(scheme))).collect()
    }
}

/// Where an operation stands.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub path: &'a str,
    pub method: &'static str,
    pub item: &'a Value,
    pub operation: &'a Value,
}

/// JSON first, since it is read many times faster and every JSON text is YAML too.
pub fn parse(text: &str) -> Result<Value, Text> {
    if text.trim_start().starts_with('{')
        && let Ok(value) = serde_json::from_str(text)
    {
        return Ok(value);
    }
    let options = serde_saphyr::options! {
        strict_booleans: true,
        budget: serde_saphyr::budget! {
            max_reader_input_bytes: Some(MOST_BYTES),
            max_events: 20_000_000,
            max_nodes: 10_000_000,
            max_total_scalar_bytes: MOST_BYTES,
        },
        // Anchors are for a few repeated parts, not for multiplying.
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: 100_000 },
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let why = error.to_string();
        let why = why.lines().next().unwrap_or_default();
        text!("The document does not read: {why}.", "無法解析文件：{why}。")
    })
}

fn deeper_than(value: &Value, levels: usize) -> bool {
    let Some(left) = levels.checked_sub(1) else { return true };
    match value {
        Value::Array(items) => items.iter().any(|item| deeper_than(item, left)),
        Value::Object(fields) => fields.values().any(|field| deeper_than(field, left)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn yaml_and_json_read_alike() {
        let yaml = "openapi: 3.1.0\ninfo: {title: T, version: '1.0'}\npaths:\n  /a:\n    get:\n      operationId: 讀取\n      x-n: 1.50\n      on: yes\n";
        let document = Document::read(yaml).expect("YAML");
        let operation = document.operations().next().expect("one");
        assert_eq!((operation.path, operation.method), ("/a", "get"));
        assert_eq!(operation.operation["operationId"], "讀取");
        assert_eq!(operation.operation["on"], "yes");
        let same = Document::read(&document.root().to_string()).expect("JSON");
        assert_eq!(same.root(), document.root());
    }

    #[test]
    fn what_is_no_document_is_refused() {
        for bad in
            ["", "{", "a: [", "paths: {}", "{\"openapi\": \"2.9\", \"paths\": {}}", "openapi: 3.1.0", "- 1"]
        {
            let error = Document::read(bad).expect_err(bad);
            assert!(!error.en.is_empty() && !error.zh_tw.is_empty(), "{bad}");
        }
        let bomb: String = (1..30).fold("a0: &a0 [1,1,1,1,1,1,1,1,1]\n".to_owned(), |text: String, n| {
            let m = n - 1;
            format!("{text}a{n}: &a{n} [*a{m},*a{m},*a{m},*a{m},*a{m},*a{m},*a{m},*a{m}]\n")
        });
        assert!(Document::read(&bomb).is_err());
        let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
        assert!(Document::read(&format!("{{\"openapi\": \"3.1.0\", \"paths\": {deep}}}")).is_err());
    }

    #[test]
    fn the_parameters_of_an_operation_win() {
        let document = Document::new(json!({
            "openapi": "3.1.0",
            "paths": { "/a/{id}": {
                "parameters": [{ "$ref": "#/components/parameters/id" }, { "name": "q", "in": "query", "schema": {} }],
                "get": { "parameters": [{ "name": "q", "in": "query", "required": true }] },
            } },
            "components": { "parameters": { "id": { "name": "id", "in": "path", "required": true } } },
        }))
        .expect("a document");
        let place = document.operations().next().expect("one");
        let parameters = document.parameters(&place);
        assert_eq!(parameters.len(), 2);
        assert_eq!((&parameters[0]["name"], &parameters[1]["required"]), (&json!("id"), &json!(true)));
    }
}
