//! Where a system is reached, and the settings that say so.

use causeway_model::{ErrorClass, StepError, Text, Value, text};
use serde_json::{Map, json};

use super::extension::Root;
use super::parameter::plain;
use super::specs::Texts;
use super::ways::title_of;
use crate::Account;
use crate::http::{Client, OwnHost};
use crate::openapi::Document;
use crate::schema::titled;

/// The setting that takes the place of the document's own address.
pub const BASE_URL: &str = "base_url";

/// JSON Schema of a connection's settings: the server's variables, what parameters take from settings, and what the extension
/// names. The address itself can always be set, since systems have test installations and company-own ones.
pub fn settings(document: &Document, root: &Root) -> Value {
    let server = &document.root()["servers"][0];
    let mut properties = Map::new();
    let mut required = Vec::new();
    let own = address(server, &json!({})).filter(|url| url.contains("://"));
    let variables = server["variables"].as_object();
    if variables.is_none_or(|variables| !variables.contains_key(BASE_URL)) {
        let mut schema = json!({ "type": "string", "format": "uri", "minLength": 1 });
        match &own {
            Some(url) => schema["default"] = json!(url),
            None if variables.is_none() => required.push(json!(BASE_URL)),
            None => {}
        }
        let title = text!("Address", "網址");
        let description = text!("Where the system is reached.", "系統的網址。");
        properties.insert(BASE_URL.to_owned(), titled(schema, &title, &description));
    }
    for (name, variable) in variables.into_iter().flatten() {
        let mut schema = json!({ "type": "string", "minLength": 1 });
        for (key, to) in [("enum", "enum"), ("default", "default")] {
            if !variable[key].is_null() {
                schema[to] = variable[key].clone();
            }
        }
        let texts = match (name.as_str(), Texts::of(variable)) {
            (BASE_URL, texts) if texts.title.en.is_empty() => Texts {
                title: text!("Address", "網址"),
                description: if texts.description.en.is_empty() {
                    text!("Where the system is reached.", "系統的網址。")
                } else {
                    texts.description
                },
            },
            (_, texts) => texts.complete(name),
        };
        if variable["default"].as_str().is_none_or(str::is_empty) {
            required.push(json!(name));
        }
        properties.insert(name.clone(), titled(schema, &texts.title, &texts.description));
    }
    for (name, said) in &root.settings {
        let mut schema = said.schema.clone().unwrap_or_else(|| json!({ "type": "string" }));
        if let Some(default) = &said.default {
            schema["default"] = default.clone();
        }
        let title = said.title.clone().map_or_else(|| title_of(name), Text::from);
        let description = said.description.clone().map_or_else(|| title.clone(), Text::from);
        properties.insert(name.clone(), titled(schema, &title, &description));
        if said.required {
            required.push(json!(name));
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "required": required,
    })
}

/// The address of a server with its variables put in; `None` where one has no value.
fn address(server: &Value, settings: &Value) -> Option<String> {
    let mut url = server["url"].as_str()?.to_owned();
    for (name, variable) in server["variables"].as_object().into_iter().flatten() {
        let value = settings.get(name).map(plain).or_else(|| variable["default"].as_str().map(str::to_owned));
        url = url.replace(&format!("{{{name}}}"), value.filter(|value| !value.is_empty())?.as_str());
    }
    (!url.is_empty()).then_some(url)
}

/// An address without its scheme, and without a slash at its end.
fn bare(url: &str) -> String {
    url.split_once("//").map_or(url, |(_, rest)| rest).trim_end_matches('/').to_owned()
}

/// Where an operation is reached with a connection's settings. `own`: the operation's server, if it has one.
pub fn base_url(
    document: &Document,
    own: Option<&Value>,
    settings: &Value,
    system: &str,
) -> Result<String, StepError> {
    let common = || {
        let said = settings.get(BASE_URL).map(plain).filter(|url| !url.is_empty());
        let server = &document.root()["servers"][0];
        let is_variable = server["variables"].get(BASE_URL).is_some();
        said.filter(|_| !is_variable).or_else(|| address(server, settings))
    };
    // Some documents repeat at each path where all of it is, with the scheme or without.
    let place = |server: &Value| server["url"].as_str().map(bare);
    let elsewhere = own.filter(|own| place(own) != place(&document.root()["servers"][0]));
    let found = match elsewhere {
        None => common(),
        Some(own) => address(own, settings).map(|url| match common() {
            Some(base) => super::signing::absolute(&url, &base),
            None => url,
        }),
    };
    found.filter(|url| url.contains("://")).ok_or_else(|| {
        StepError::new(
            "address_missing",
            ErrorClass::Invalid,
            text!(
                "It is not said where {system} is reached: set `base_url` in the connection",
                "未設定 {system} 的網址：請在連線中設定 `base_url`"
            ),
        )
    })
}

/// A client for what comes from a document, whatever hosts it names: private ones only where its connection says so.
pub fn within(http: &Client, account: Option<&dyn Account>) -> Client {
    http.within(account.map(|account| own_hosts(account.settings())).unwrap_or_default())
}

/// The hosts that a connection's settings name, as addresses or by themselves: whoever set them up meant these.
fn own_hosts(settings: &Value) -> Vec<OwnHost> {
    let texts = settings.as_object().into_iter().flatten().filter_map(|(_, value)| value.as_str());
    texts
        .filter_map(|said| {
            let bare = !said.contains("://");
            let url =
                reqwest::Url::parse(&if bare { format!("http://{said}") } else { said.to_owned() }).ok()?;
            let port = if bare { url.port() } else { url.port_or_known_default() };
            Some(OwnHost { host: url.host_str()?.to_owned(), port })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_a_connection_are_what_its_settings_say() {
        let own = own_hosts(
            &json!({ "base_url": "https://ERP.lan/api", "host": "pos.lan:81", "name": "wms", "n": 4 }),
        );
        let told: Vec<_> = own.iter().map(|own| (own.host.as_str(), own.port)).collect();
        assert_eq!(told, [("erp.lan", Some(443)), ("pos.lan", Some(81)), ("wms", None)]);
    }

    fn document(servers: Value) -> Document {
        Document::new(json!({ "openapi": "3.1.0", "paths": {}, "servers": servers })).expect("a document")
    }

    fn root(settings: Value) -> Root {
        serde_json::from_value(json!({ "name": "s", "version": "1.0.0", "title": { "en": "S", "zh-TW": "S" },
            "description": { "en": "", "zh-TW": "" }, "settings": settings }))
        .expect("it reads")
    }

    #[test]
    fn the_address_comes_from_settings_and_defaults() {
        let plain = document(json!([{ "url": "https://api.example.com/v1" }]));
        let regional = document(
            json!([{ "url": "https://{region}.example.com", "variables": { "region": { "default": "eu", "enum": ["eu", "us"] } } }]),
        );
        let own = document(json!([{ "url": "{base_url}", "variables": { "base_url": { "default": "" } } }]));
        let nowhere = document(json!([{ "url": "/api" }]));
        for (document, settings, expected) in [
            (&plain, json!({}), Some("https://api.example.com/v1")),
            (&plain, json!({ "base_url": "http://127.0.0.1:9/v1" }), Some("http://127.0.0.1:9/v1")),
            (&regional, json!({}), Some("https://eu.example.com")),
            (&regional, json!({ "region": "us" }), Some("https://us.example.com")),
            (&own, json!({ "base_url": "http://erp:8080" }), Some("http://erp:8080")),
            (&own, json!({}), None),
            (&nowhere, json!({}), None),
            (&nowhere, Value::Null, None),
        ] {
            let url = base_url(document, None, &settings, "S");
            assert_eq!(url.ok().as_deref(), expected, "{settings}");
        }
        let here = json!({ "base_url": "http://127.0.0.1:9/v1" });
        for repeated in ["https://api.example.com/v1", "//api.example.com/v1/"] {
            let url = base_url(&plain, Some(&json!({ "url": repeated })), &here, "S");
            assert_eq!(url.expect("a URL"), "http://127.0.0.1:9/v1");
        }
        let elsewhere = json!({ "url": "/upload" });
        assert_eq!(
            base_url(&plain, Some(&elsewhere), &json!({}), "S").expect("a URL"),
            "https://api.example.com/upload"
        );
    }

    #[test]
    fn settings_are_a_form() {
        let form = settings(
            &document(
                json!([{ "url": "https://{shop}.example.com", "variables": { "shop": { "default": "" } } }]),
            ),
            &root(
                json!({ "company": { "title": { "en": "Company", "zh-TW": "公司" }, "required": true, "schema": { "type": "integer" } } }),
            ),
        );
        assert_eq!(form["required"], json!(["shop", "company"]));
        assert_eq!(form["properties"]["company"]["x-causeway-zh-TW"]["title"], "公司");
        assert!(form["properties"]["base_url"].is_object());
    }
}
