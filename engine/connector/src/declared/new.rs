//! A connector from anybody's description: operations chosen, what can be guessed put in, what is not needed left out.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use causeway_model::{Text, Value, text};
use serde_json::{Map, json};

use super::naming::{Named, named, readable, snake};
use crate::openapi::{Document, METHODS, pointer_of};

/// What to make.
#[derive(Clone, Debug, Default)]
pub struct NewRequest {
    /// The connector's name; made of the document's title where nothing is said.
    pub name: Option<String>,
    /// The operations to take, by name or tag; all where nothing is said.
    pub only: Vec<String>,
}

/// What was made.
#[derive(Clone, Debug)]
pub struct Made {
    pub name: String,
    pub title: String,
    /// The text of `openapi.yaml`.
    pub document: String,
    pub operations: Vec<String>,
    /// How many the description has.
    pub of: usize,
    /// Which lists come page by page, as far as that could be guessed.
    pub paged: Vec<String>,
    /// Kinds of records, guessed from paths.
    pub records: Vec<String>,
}

/// Makes a connector's document of a description of any version.
pub fn make(description: &str, request: &NewRequest) -> Result<Made, Text> {
    let document = Document::read(description)?;
    let title = document.root()["info"]["title"].as_str().unwrap_or("Connector").trim().to_owned();
    let name = match &request.name {
        Some(name) => name.clone(),
        None => snake(&title).replace('_', "-"),
    };
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        return Err(text!(
            "`{name}` cannot be a connector's name: give one of a-z, 0-9 and - with --name.",
            "「{name}」不能作為連接器名稱：請以 --name 指定，使用 a-z、0-9 與 -。"
        ));
    }
    let all = named(&document);
    let chosen: Vec<&Named<'_>> = all.iter().filter(|one| is_chosen(one, &request.only)).collect();
    for wanted in &request.only {
        if !all.iter().any(|one| is_chosen(one, std::slice::from_ref(wanted))) {
            return Err(text!(
                "The description has neither an operation nor a tag `{wanted}`.",
                "描述文件中沒有名為 `{wanted}` 的操作或標籤。"
            ));
        }
    }
    let mut paths: Map<String, Value> = Map::new();
    let mut paged = Vec::new();
    for one in &chosen {
        let mut written = one.place.operation.clone();
        written["operationId"] = json!(one.name);
        if written.get("x-causeway-paging").is_none()
            && let Some(paging) = guess_paging(&document, one)
        {
            written["x-causeway-paging"] = paging;
            paged.push(one.name.clone());
        }
        if written.get("x-causeway-idempotency").is_none()
            && let Some(header) = key_header(&document, one)
        {
            written["x-causeway-idempotency"] = json!({ "in": "header", "name": header });
        }
        let item = paths.entry(one.place.path).or_insert_with(|| shared(one.place.item));
        item[one.place.method] = written;
    }
    let records = record_types(&chosen);
    let kinds: Vec<String> = records.keys().cloned().collect();
    let mut root = Map::new();
    root.insert("openapi".to_owned(), json!("3.1.0"));
    let said = |text: &str| json!({ "en": text, "zh-TW": text });
    let description = document.root()["info"]["description"].as_str().unwrap_or(&title);
    let description = description.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or(&title);
    root.insert(
        "x-causeway".to_owned(),
        document.root().get("x-causeway").cloned().unwrap_or_else(|| {
            json!({
                "name": name, "version": "1.0.0", "title": said(&title), "description": said(description),
                "record_types": records,
            })
        }),
    );
    for kept in ["info", "servers", "security", "tags"] {
        if let Some(value) = document.root().get(kept) {
            root.insert(kept.to_owned(), value.clone());
        }
    }
    root.insert("paths".to_owned(), Value::Object(paths));
    if let Some(webhooks) = document.root().get("webhooks") {
        root.insert("webhooks".to_owned(), webhooks.clone());
    }
    let mut root = Value::Object(root);
    bring_components(document.root(), &mut root);
    let written = serde_saphyr::to_string(&root)
        .map_err(|error| text!("The document cannot be written: {error}.", "無法寫出文件：{error}。"))?;
    Ok(Made {
        name,
        title,
        document: written,
        operations: chosen.iter().map(|one| one.name.clone()).collect(),
        of: all.len(),
        paged,
        records: kinds,
    })
}

fn is_chosen(one: &Named<'_>, only: &[String]) -> bool {
    let tags = one.place.operation["tags"].as_array();
    let has_tag = |wanted: &str| tags.into_iter().flatten().any(|tag| tag.as_str() == Some(wanted));
    only.is_empty() || only.iter().any(|wanted| *wanted == one.name || has_tag(wanted))
}

/// A path item without its operations.
fn shared(item: &Value) -> Value {
    let kept = item.as_object().into_iter().flatten();
    let kept = kept.filter(|(name, _)| !METHODS.contains(&name.as_str()) && *name != "$ref");
    Value::Object(kept.map(|(name, value)| (name.clone(), value.clone())).collect())
}

fn key_header<'a>(document: &'a Document, one: &Named<'a>) -> Option<String> {
    document.parameters(&one.place).into_iter().find_map(|parameter| {
        let name = parameter["name"].as_str()?;
        let is_key = parameter["in"] == "header"
            && ["idempotency-key", "x-idempotency-key", "x-request-id", "x-line-retry-key"]
                .contains(&name.to_ascii_lowercase().as_str());
        is_key.then(|| name.to_owned())
    })
}

/// How a list is paged, by the usual names of parameters and of fields in its answer.
fn guess_paging(document: &Document, one: &Named<'_>) -> Option<Value> {
    if one.place.method != "get" {
        return None;
    }
    let parameters: BTreeSet<String> = document
        .parameters(&one.place)
        .into_iter()
        .filter(|parameter| parameter["in"] == "query")
        .filter_map(|parameter| parameter["name"].as_str().map(str::to_owned))
        .collect();
    let responses = one.place.operation["responses"].as_object()?;
    let (_, response) = responses.iter().find(|(status, _)| status.starts_with('2'))?;
    let content = document.resolve(response)["content"].as_object()?;
    let (_, content) = content.iter().find(|(media, _)| media.contains("json"))?;
    let schema = document.resolve(&content["schema"]);
    let fields = fields_of(document, schema);
    let is_list = |schema: &Value| document.resolve(schema)["type"] == "array";
    let items = if is_list(schema) {
        String::new()
    } else {
        let lists: Vec<&String> =
            fields.iter().filter(|(_, field)| is_list(field)).map(|(name, _)| name).collect();
        let usual = ["data", "items", "results", "records", "value", "values", "entries"];
        let found = usual.iter().find_map(|usual| lists.iter().find(|name| name.as_str() == *usual));
        let only = if let [only] = lists.as_slice() { Some(only) } else { None };
        format!("/{}", found.or(only)?)
    };
    let first =
        |names: &[&str]| names.iter().find(|name| parameters.contains(**name)).map(|name| (*name).to_owned());
    let field =
        |names: &[&str]| names.iter().find(|name| fields.contains_key(**name)).map(|name| format!("/{name}"));
    let size = first(&["per_page", "page_size", "pageSize", "limit", "size", "count"]);
    let total = field(&["total", "total_count", "totalCount", "totalItems", "count_total"]);
    let cursor = first(&[
        "cursor",
        "page_token",
        "pageToken",
        "starting_after",
        "after",
        "continuation_token",
        "start_cursor",
    ]);
    let next = field(&["next_cursor", "nextCursor", "next_page_token", "nextPageToken", "cursor", "next"]);
    if let (Some(param), Some(at)) = (cursor, next) {
        return Some(json!({ "style": "cursor", "items": items, "cursor": { "param": param, "at": at } }));
    }
    // The next page begins after the last record of this one.
    let after = first(&["starting_after", "after_id", "since_id"]);
    let more = field(&["has_more", "hasMore"]);
    let of_items = if items.is_empty() { Some(schema) } else { fields.get(&items[1..]).copied() };
    let has_id = of_items.is_some_and(|list| {
        fields_of(document, document.resolve(&document.resolve(list)["items"])).contains_key("id")
    });
    if let (Some(param), Some(more_at), true) = (after, more, has_id) {
        let cursor = json!({ "param": param, "last_at": "/id", "more_at": more_at });
        return Some(json!({ "style": "cursor", "items": items, "cursor": cursor }));
    }
    let next_url = field(&["next", "next_url", "nextLink", "next_page_url", "@odata.nextLink"]);
    if let Some(at) = next_url {
        return Some(json!({ "style": "next_url", "items": items, "next_url": { "at": at } }));
    }
    if document.resolve(response)["headers"].as_object().is_some_and(|headers| headers.contains_key("Link")) {
        return Some(json!({ "style": "link", "items": items }));
    }
    if let Some(param) = first(&["page", "page_number", "pageNumber"]) {
        let mut page = json!({ "param": param });
        // Without a size or a total the end would be seen by an empty page only, which is right too.
        if let Some(size) = size {
            page["size_param"] = json!(size);
            page["size"] = json!(100);
        }
        if let Some(total) = total {
            page["total_at"] = json!(total);
        }
        return Some(json!({ "style": "page", "items": items, "page": page }));
    }
    if let Some(param) = first(&["offset", "skip", "start"]) {
        let mut offset = json!({ "param": param });
        if let Some(size) = size {
            offset["limit_param"] = json!(size);
            offset["limit"] = json!(100);
        }
        if let Some(total) = total {
            offset["total_at"] = json!(total);
        }
        return Some(json!({ "style": "offset", "items": items, "offset": offset }));
    }
    None
}

fn fields_of<'a>(document: &'a Document, schema: &'a Value) -> BTreeMap<String, &'a Value> {
    let mut fields = BTreeMap::new();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        let part = document.resolve(part);
        fields.extend(
            part["properties"].as_object().into_iter().flatten().map(|(name, field)| (name.clone(), field)),
        );
    }
    fields.extend(
        schema["properties"].as_object().into_iter().flatten().map(|(name, field)| (name.clone(), field)),
    );
    fields
}

/// `/customers` and `/customers/{id}` are the records `customer`.
fn record_types(chosen: &[&Named<'_>]) -> Map<String, Value> {
    let mut found: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for one in chosen {
        let path = one.place.path.trim_end_matches('/');
        let (collection, single) = match path.rsplit_once('/') {
            Some((before, last)) if last.starts_with('{') => (before, true),
            _ => (path, false),
        };
        if collection.contains('{') {
            continue;
        }
        let Some(last) = collection.rsplit('/').next().filter(|last| !last.is_empty()) else { continue };
        let key = match (one.place.method, single) {
            ("get", false) => "list",
            ("get", true) => "get",
            ("post", false) => "create",
            ("put" | "patch", true) | ("post", true) => "update",
            ("delete", true) => "delete",
            _ => continue,
        };
        let kind = found.entry(singular(&snake(last))).or_default();
        kind.entry(key).or_insert_with(|| json!(one.name));
    }
    found
        .into_iter()
        .filter(|(name, kind)| !name.is_empty() && kind.contains_key("list") && kind.len() > 1)
        .map(|(name, mut kind)| {
            let title = readable(&name);
            kind.insert("title".to_owned(), json!({ "en": title, "zh-TW": title }));
            kind.insert("id".to_owned(), json!("/id"));
            (name, Value::Object(kind))
        })
        .collect()
}

fn singular(word: &str) -> String {
    let cut = |ending: &str, with: &str| word.strip_suffix(ending).map(|stem| format!("{stem}{with}"));
    let es = ["sses", "shes", "ches", "xes"].iter().any(|ending| word.ends_with(ending));
    if word.ends_with("ss") || word.ends_with("us") {
        return word.to_owned();
    }
    cut("ies", "y")
        .or_else(|| if es { cut("es", "") } else { None })
        .or_else(|| cut("s", ""))
        .unwrap_or_else(|| word.to_owned())
}

/// Copies the components that are referred to, and those that these refer to.
fn bring_components(from: &Value, into: &mut Value) {
    let mut waiting: VecDeque<String> = VecDeque::new();
    let mut seen = BTreeSet::new();
    references(into, &mut waiting);
    if let Some(schemes) = from["components"].get("securitySchemes") {
        references(schemes, &mut waiting);
        into["components"]["securitySchemes"] = schemes.clone();
    }
    while let Some(pointer) = waiting.pop_front() {
        if !seen.insert(pointer.clone()) {
            continue;
        }
        let parts: Vec<&str> = pointer.split('/').skip(1).collect();
        let (Some(found), ["components", kind, name, ..]) = (from.pointer(&pointer), parts.as_slice()) else {
            continue;
        };
        // A part of a component needs the whole.
        let whole = &from["components"][*kind][unescaped(name).as_str()];
        let found = if parts.len() > 3 { whole } else { found };
        references(found, &mut waiting);
        into["components"][*kind][unescaped(name).as_str()] = found.clone();
    }
}

/// A part of a JSON pointer as the name that it is.
pub(super) fn unescaped(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}

fn references(value: &Value, waiting: &mut VecDeque<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(reference) if name == "$ref" => waiting.extend(pointer_of(reference)),
                    _ => references(field, waiting),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, waiting)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Declared, Source};
    use super::*;
    use crate::Connector;
    use causeway_model::Idempotency;

    fn description() -> Value {
        json!({
            "openapi": "3.0.1", "info": { "title": "Pet Store!", "version": "9", "description": "\n Pets. \nMore." },
            "servers": [{ "url": "https://api.example.com" }],
            "paths": {
                "/pets": {
                    "get": { "operationId": "listPets", "tags": ["pets"],
                        "parameters": [{ "name": "page", "in": "query", "schema": {} }, { "name": "per_page", "in": "query", "schema": {} }],
                        "responses": { "200": { "description": "", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Pets" } } } } } },
                    "post": { "operationId": "createPet", "tags": ["pets"],
                        "parameters": [{ "name": "Idempotency-Key", "in": "header", "schema": { "type": "string" } }],
                        "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Pet" } } } }, "responses": {} },
                },
                "/pets/{id}": { "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
                    "get": { "operationId": "getPet", "tags": ["pets"], "responses": {} } },
                "/owners": { "get": { "operationId": "listOwners", "responses": {} } },
            },
            "components": { "schemas": {
                "Pets": { "type": "object", "properties": { "items": { "type": "array", "items": { "$ref": "#/components/schemas/Pet" } }, "total": { "type": "integer" } } },
                "Pet": { "type": "object", "required": ["name"], "properties": { "name": { "type": "string", "nullable": true } } },
                "Owner": { "type": "object" },
            } },
        })
    }

    #[test]
    fn a_description_becomes_a_connector() {
        let request = NewRequest { name: None, only: vec!["pets".to_owned()] };
        let made = make(&description().to_string(), &request).expect("a connector");
        assert_eq!((made.name.as_str(), made.of), ("pet-store", 4));
        assert_eq!(made.operations, ["list_pets", "create_pet", "get_pet"]);
        assert_eq!((made.paged, made.records), (vec!["list_pets".to_owned()], vec!["pet".to_owned()]));
        let source = Source::new("pet-store").with("openapi.yaml", made.document.clone().into_bytes());
        let connector = Declared::new(source);
        let errors: Vec<_> = connector
            .check()
            .into_iter()
            .filter(|finding| finding.severity == causeway_model::Severity::Error)
            .collect();
        assert!(errors.is_empty(), "{errors:?}\n{}", made.document);
        let create = connector.operation("create_pet").expect("it is there");
        assert_eq!(create.summary.idempotency, Idempotency::Header);
        assert_eq!(create.input["properties"]["name"]["type"], json!(["string", "null"]));
        assert!(create.input["properties"].get("Idempotency-Key").is_none(), "the engine sets it");
        assert!(!made.document.contains("Owner"), "what is not used is left out");
    }

    #[test]
    fn a_choice_of_nothing_is_refused() {
        let request = NewRequest { name: None, only: vec!["dogs".to_owned()] };
        assert!(make(&description().to_string(), &request).expect_err("refused").en.contains("dogs"));
        let named = NewRequest { name: Some("Bad Name".to_owned()), only: Vec::new() };
        assert!(make(&description().to_string(), &named).is_err());
    }

    #[test]
    fn words_become_singular() {
        for (many, one) in [
            ("customers", "customer"),
            ("companies", "company"),
            ("boxes", "box"),
            ("address", "address"),
            ("addresses", "address"),
            ("status", "status"),
        ] {
            assert_eq!(singular(many), one);
        }
    }
}
