//! Swagger 2 brought into the form of OpenAPI 3.

use causeway_model::Value;
use serde_json::{Map, json};

use super::METHODS;
use super::refs::resolve;

/// What was under a name of its own stands under `components` in version 3.
const MOVED: [(&str, &str); 4] = [
    ("definitions", "schemas"),
    ("parameters", "parameters"),
    ("responses", "responses"),
    ("securityDefinitions", "securitySchemes"),
];

pub fn raise(mut old: Value) -> Value {
    // Bodies and forms change their shape, so shared ones are put in where they are used.
    let shared = old.clone();
    let mut paths = old["paths"].take();
    let consumes = strings(&old["consumes"], &["application/json"]);
    let produces = strings(&old["produces"], &["application/json"]);
    for item in paths.as_object_mut().into_iter().flatten().map(|(_, item)| item) {
        let common = parameters(&shared, &item["parameters"]);
        for method in METHODS {
            if let Some(operation) = item.get_mut(method).filter(|operation| operation.is_object()) {
                raise_operation(&shared, operation, &common, &consumes, &produces);
            }
        }
        if let Some(item) = item.as_object_mut() {
            item.remove("parameters");
        }
    }
    let mut components = Map::new();
    components.insert("schemas".to_owned(), object(old["definitions"].take()));
    components.insert("securitySchemes".to_owned(), schemes(old["securityDefinitions"].take()));
    let mut new = Map::new();
    new.insert("openapi".to_owned(), json!("3.0.3"));
    new.insert("info".to_owned(), old["info"].take());
    new.insert("servers".to_owned(), servers(&old));
    for kept in ["tags", "security", "externalDocs"] {
        if !old[kept].is_null() {
            new.insert(kept.to_owned(), old[kept].take());
        }
    }
    for (name, value) in old.as_object_mut().into_iter().flatten() {
        if name.starts_with("x-") {
            new.insert(name.clone(), value.take());
        }
    }
    new.insert("paths".to_owned(), paths);
    new.insert("components".to_owned(), Value::Object(components));
    let mut new = Value::Object(new);
    point(&mut new);
    new
}

fn object(value: Value) -> Value {
    if value.is_object() { value } else { json!({}) }
}

fn strings(value: &Value, otherwise: &[&str]) -> Vec<String> {
    let said: Vec<String> =
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    if said.is_empty() { otherwise.iter().map(|&one| one.to_owned()).collect() } else { said }
}

fn servers(old: &Value) -> Value {
    let base = old["basePath"].as_str().unwrap_or_default().trim_end_matches('/');
    let Some(host) = old["host"].as_str() else {
        return json!([{ "url": if base.is_empty() { "/" } else { base } }]);
    };
    let mut schemes = strings(&old["schemes"], &["https"]);
    schemes.sort_by_key(|scheme| scheme != "https");
    schemes.retain(|scheme| scheme.starts_with("http"));
    schemes.iter().map(|scheme| json!({ "url": format!("{scheme}://{host}{base}") })).collect()
}

fn parameters(root: &Value, list: &Value) -> Vec<Value> {
    list.as_array().into_iter().flatten().map(|one| resolve(root, one).clone()).collect()
}

fn raise_operation(
    root: &Value,
    operation: &mut Value,
    common: &[Value],
    consumes: &[String],
    produces: &[String],
) {
    let own = parameters(root, &operation["parameters"]);
    let same = |a: &Value, b: &Value| a["name"] == b["name"] && a["in"] == b["in"];
    let mut all: Vec<Value> =
        common.iter().filter(|one| !own.iter().any(|mine| same(mine, one))).cloned().collect();
    all.extend(own);
    let consumes = strings(&operation["consumes"], &consumes.iter().map(String::as_str).collect::<Vec<_>>());
    let produces = strings(&operation["produces"], &produces.iter().map(String::as_str).collect::<Vec<_>>());
    let mut kept = Vec::new();
    let mut form = Vec::new();
    for parameter in all {
        match parameter["in"].as_str() {
            Some("body") => operation["requestBody"] = body(parameter, &consumes),
            Some("formData") => form.push(parameter),
            _ => kept.push(raise_parameter(parameter)),
        }
    }
    if !form.is_empty() {
        operation["requestBody"] = form_body(form, &consumes);
    }
    operation["parameters"] = Value::Array(kept);
    for response in operation["responses"].as_object_mut().into_iter().flatten().map(|(_, one)| one) {
        let mut said = resolve(root, response).clone();
        let schema = said.as_object_mut().and_then(|said| said.remove("schema"));
        if let Some(schema) = schema {
            let content: Map<String, Value> =
                produces.iter().map(|kind| (kind.clone(), json!({ "schema": schema.clone() }))).collect();
            said["content"] = Value::Object(content);
        }
        for header in said["headers"].as_object_mut().into_iter().flatten().map(|(_, one)| one) {
            *header = json!({ "schema": header.take() });
        }
        *response = said;
    }
    if let Some(operation) = operation.as_object_mut() {
        operation.remove("consumes");
        operation.remove("produces");
    }
}

fn body(mut parameter: Value, consumes: &[String]) -> Value {
    let schema = parameter["schema"].take();
    let content: Map<String, Value> =
        consumes.iter().map(|kind| (kind.clone(), json!({ "schema": schema.clone() }))).collect();
    json!({
        "required": parameter["required"] == true,
        "description": parameter["description"].take(),
        "content": content,
    })
}

fn form_body(fields: Vec<Value>, consumes: &[String]) -> Value {
    let has_file = fields.iter().any(|field| field["type"] == "file");
    let multipart = has_file || consumes.iter().any(|kind| kind == "multipart/form-data");
    let media = if multipart { "multipart/form-data" } else { "application/x-www-form-urlencoded" };
    let required: Vec<Value> =
        fields.iter().filter(|field| field["required"] == true).map(|field| field["name"].clone()).collect();
    let mut properties = Map::new();
    let mut encoding = Map::new();
    for field in fields {
        let Some(name) = field["name"].as_str().map(str::to_owned) else { continue };
        let raised = raise_parameter(field);
        if raised["explode"] == false {
            encoding.insert(name.clone(), json!({ "style": "form", "explode": false }));
        }
        let mut schema = raised["schema"].clone();
        if !raised["description"].is_null() {
            schema["description"] = raised["description"].clone();
        }
        properties.insert(name, schema);
    }
    let schema = json!({ "type": "object", "properties": properties, "required": required });
    json!({ "content": { media: { "schema": schema, "encoding": encoding } } })
}

/// What says where and how a parameter is sent stays; the rest is its schema.
fn raise_parameter(parameter: Value) -> Value {
    let Value::Object(fields) = parameter else { return parameter };
    let mut raised = Map::new();
    let mut schema = Map::new();
    for (name, value) in fields {
        match name.as_str() {
            "name" | "in" | "description" | "required" | "allowEmptyValue" => {
                raised.insert(name, value);
            }
            "collectionFormat" => {
                let (style, explode) = match value.as_str() {
                    Some("multi") => ("form", true),
                    Some("ssv") => ("spaceDelimited", false),
                    Some("pipes") => ("pipeDelimited", false),
                    _ => ("form", false),
                };
                raised.insert("collection".to_owned(), json!([style, explode]));
            }
            name if name.starts_with("x-") => {
                raised.insert(name.to_owned(), value);
            }
            _ => {
                schema.insert(name, value);
            }
        }
    }
    let is_list = schema.get("type").is_some_and(|kind| kind == "array");
    let said = raised.remove("collection");
    if is_list && matches!(raised.get("in").and_then(Value::as_str), Some("query" | "formData")) {
        // Without a word, version 2 joins by commas where version 3 repeats the name.
        let said = said.unwrap_or(json!(["form", false]));
        raised.insert("style".to_owned(), said[0].clone());
        raised.insert("explode".to_owned(), said[1].clone());
    }
    raised.insert("schema".to_owned(), Value::Object(schema));
    Value::Object(raised)
}

fn schemes(mut schemes: Value) -> Value {
    for scheme in schemes.as_object_mut().into_iter().flatten().map(|(_, one)| one) {
        match scheme["type"].as_str() {
            Some("basic") => {
                *scheme =
                    json!({ "type": "http", "scheme": "basic", "description": scheme["description"].take() })
            }
            Some("oauth2") => {
                let flow = match scheme["flow"].as_str() {
                    Some("accessCode") => "authorizationCode",
                    Some("application") => "clientCredentials",
                    Some("password") => "password",
                    _ => "implicit",
                };
                let mut said = json!({ "scopes": object(scheme["scopes"].take()) });
                for url in ["authorizationUrl", "tokenUrl"] {
                    if !scheme[url].is_null() {
                        said[url] = scheme[url].take();
                    }
                }
                *scheme = json!({ "type": "oauth2", "flows": { flow: said }, "description": scheme["description"].take() });
            }
            _ => {}
        }
    }
    object(schemes)
}

/// References to where things stand now.
fn point(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                match field {
                    Value::String(reference) if name == "$ref" => {
                        for (old, new) in MOVED {
                            if let Some(rest) = reference.strip_prefix(&format!("#/{old}/")) {
                                *reference = format!("#/components/{new}/{rest}");
                                break;
                            }
                        }
                    }
                    _ => point(field),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(point),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::Document;
    use serde_json::json;

    #[test]
    fn a_swagger_document_reads_as_one_of_version_3() {
        let document = Document::new(json!({
            "swagger": "2.0", "host": "api.example.com", "basePath": "/v1/", "schemes": ["http", "https"],
            "info": { "title": "Pets", "version": "1" },
            "parameters": { "tags": { "name": "tags", "in": "query", "type": "array", "items": { "type": "string" } } },
            "securityDefinitions": { "key": { "type": "apiKey", "name": "k", "in": "header" }, "b": { "type": "basic" },
                "o": { "type": "oauth2", "flow": "accessCode", "tokenUrl": "https://t", "authorizationUrl": "https://a", "scopes": { "r": "read" } } },
            "definitions": { "Pet": { "type": "object", "properties": { "name": { "type": "string", "x-nullable": true } } } },
            "paths": { "/pets": {
                "parameters": [{ "$ref": "#/parameters/tags" }],
                "post": { "parameters": [{ "name": "pet", "in": "body", "required": true, "schema": { "$ref": "#/definitions/Pet" } }],
                    "responses": { "200": { "description": "ok", "schema": { "$ref": "#/definitions/Pet" } } } },
                "put": { "consumes": ["multipart/form-data"], "parameters": [
                    { "name": "photo", "in": "formData", "type": "file", "required": true },
                    { "name": "ids", "in": "formData", "type": "array", "items": { "type": "integer" }, "collectionFormat": "csv" }],
                    "responses": {} },
            } },
        }))
        .expect("a document");
        let root = document.root();
        assert_eq!(root["servers"][0]["url"], "https://api.example.com/v1");
        let places: Vec<_> = document.operations().collect();
        assert_eq!(places.len(), 2);
        let post = places.iter().find(|place| place.method == "post").expect("a post");
        let body = &post.operation["requestBody"];
        assert_eq!(body["required"], true);
        assert_eq!(body["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/Pet");
        let parameters = document.parameters(post);
        assert_eq!((&parameters[0]["style"], &parameters[0]["explode"]), (&json!("form"), &json!(false)));
        assert_eq!(
            post.operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"],
            "#/components/schemas/Pet"
        );
        let put = places.iter().find(|place| place.method == "put").expect("a put");
        let form = &put.operation["requestBody"]["content"]["multipart/form-data"];
        assert_eq!(form["schema"]["properties"]["photo"], json!({ "type": "string", "format": "binary" }));
        assert_eq!(form["encoding"]["ids"]["explode"], false);
        let schemes = document.security_schemes();
        assert_eq!(schemes["b"]["scheme"], "basic");
        assert_eq!(schemes["o"]["flows"]["authorizationCode"]["tokenUrl"], "https://t");
    }
}
