//! Which connections a document names, and whether a connection's values fit its connector. Which connections there are is
//! for others to know.

use std::collections::BTreeMap;

use causeway_model::{AuthSpec, ConnectionSpec, ConnectorSpec, Fault, Flow, Step, StepId, Text, Value, text};

use crate::InputSchema;
use crate::faults::{Faults, child};
use crate::parse::read_body;
use crate::schema::Shape;

/// A connection that a document names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedConnection {
    pub connection: String,
    /// Whose account it must be.
    pub connector: String,
    /// `None`: the trigger.
    pub step: Option<StepId>,
    /// Where the name stands.
    pub pointer: String,
}

/// Every connection that the trigger and the steps name, loop bodies included. Step kinds use none, whatever they name.
pub fn named_connections(flow: &Flow) -> Vec<NamedConnection> {
    let mut found = Vec::new();
    let trigger = &flow.trigger;
    name(&mut found, (&trigger.use_, trigger.connection.as_ref()), None, "/trigger");
    let mut see = |step: &Step, at: &str| {
        name(&mut found, (&step.use_, step.connection.as_ref()), Some(&step.id), at);
    };
    walk(&mut flow.steps.iter().enumerate(), "/steps", &mut see);
    found
}

/// Every step of a document, loop bodies included, each loop before its body.
pub fn all_steps(flow: &Flow) -> Vec<Step> {
    let mut found = Vec::new();
    walk(&mut flow.steps.iter().enumerate(), "/steps", &mut |step, _| found.push(step.clone()));
    found
}

/// Shows each step with its pointer, each loop before its body.
fn walk(steps: &mut dyn Iterator<Item = (usize, &Step)>, list: &str, see: &mut impl FnMut(&Step, &str)) {
    for (index, step) in steps {
        let at = child(list, index);
        see(step, &at);
        if step.use_ == "for_each"
            && let Some(body) = step.with.get("body")
        {
            let list = format!("{at}/with/body");
            let inner = read_body(body, &list, &mut Faults::default());
            walk(&mut inner.iter().map(|(index, step)| (*index, step)), &list, see);
        }
    }
}

fn name(
    found: &mut Vec<NamedConnection>,
    (use_, connection): (&str, Option<&String>),
    step: Option<&StepId>,
    at: &str,
) {
    if let (Some((connector, _)), Some(connection)) = (use_.split_once('.'), connection) {
        found.push(NamedConnection {
            connection: connection.clone(),
            connector: connector.to_owned(),
            step: step.cloned(),
            pointer: child(at, "connection"),
        });
    }
}

/// The fields that a schema of an object asks for.
fn required(schema: &Value) -> impl Iterator<Item = &str> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// Whether the connector's operations are nothing without a connection.
pub fn needs_connection(connector: &ConnectorSpec) -> bool {
    let asks = |spec: &ConnectionSpec| !spec.auth.is_empty() || required(&spec.settings).next().is_some();
    connector.connection.as_ref().is_some_and(asks)
}

/// What does not fit of a connection's settings, an object; `at` is where they stand.
pub fn settings_faults(spec: &ConnectionSpec, settings: &Value, at: &str) -> Vec<Fault> {
    if !settings.is_object() {
        let message = text!("Settings are an object of fields.", "設定必須是由欄位組成的物件。");
        return vec![Fault::error("invalid_settings", at, message)];
    }
    misfits(&spec.settings, settings, at, "invalid_settings")
}

/// What does not fit of the credentials of a way to sign in; `at` is where they stand. No value is repeated.
pub fn credential_faults(auth: &AuthSpec, credentials: &BTreeMap<String, String>, at: &str) -> Vec<Fault> {
    let known = auth.credentials["properties"].as_object();
    let unknown = |field: &&String| known.is_none_or(|known| !known.contains_key(*field));
    let mut faults: Vec<Fault> = credentials
        .keys()
        .filter(unknown)
        .map(|field| {
            let shown = crate::parse::shortened(field);
            let message = text!("There is no credential `{shown}` here.", "這裡沒有憑證欄位 `{shown}`。");
            let fault = Fault::error("invalid_credentials", child(at, field), message);
            fault.with_fix(text!("Remove the field.", "請移除此欄位。"))
        })
        .collect();
    let values = credentials
        .iter()
        .filter(|(field, _)| !unknown(field))
        .map(|(field, value)| (field.clone(), Value::from(value.as_str())));
    let values = Value::Object(values.collect());
    faults.extend(misfits(&auth.credentials, &values, at, "invalid_credentials"));
    faults
}

fn misfits(schema: &Value, value: &Value, at: &str, code: &str) -> Vec<Fault> {
    let schema = match InputSchema::shared(schema) {
        Ok(schema) => schema,
        Err(why) => {
            let message = text!("The connector's schema is broken: {why}.", "連接器的結構定義有誤：{why}。");
            return vec![Fault::error("broken_connector", at, message)];
        }
    };
    let misfits = schema.misfits(value, &|_| Shape::Constant).into_iter();
    misfits
        .map(|misfit| {
            let fault = Fault::error(code, format!("{at}{}", misfit.pointer), misfit.message);
            match misfit.keyword.as_str() {
                "required" => fault.with_fix(text!("Add the field.", "請加上此欄位。")),
                _ => fault,
            }
        })
        .collect()
}

/// What a connection lacks before an operation can be called with it; nothing where it is whole.
pub fn lacks(
    spec: &ConnectionSpec,
    auth: Option<&str>,
    settings: &Value,
    credentials: &BTreeMap<String, String>,
) -> Option<Text> {
    let missing: Vec<&str> =
        required(&spec.settings).filter(|field| settings.get(*field).is_none_or(Value::is_null)).collect();
    if !missing.is_empty() {
        let list = missing.join(", ");
        return Some(text!("the settings {list}", "設定 {list}"));
    }
    if spec.auth.is_empty() {
        return None;
    }
    let Some(auth) = spec.auth.iter().find(|one| Some(one.name.as_str()) == auth) else {
        return Some(text!("a way to sign in", "登入方式"));
    };
    let missing: Vec<&str> =
        required(&auth.credentials).filter(|field| !credentials.contains_key(*field)).collect();
    if missing.is_empty() {
        return None;
    }
    let list = missing.join(", ");
    Some(text!("the credentials {list}", "憑證 {list}"))
}

#[cfg(test)]
mod tests {
    use causeway_model::AuthKind;
    use serde_json::json;

    use super::*;

    fn spec() -> ConnectionSpec {
        ConnectionSpec {
            settings: json!({ "type": "object", "required": ["base_url"], "additionalProperties": false, "properties": {
                "base_url": { "type": "string", "pattern": "^https://" }, "company": { "type": "integer" } } }),
            auth: vec![AuthSpec {
                name: "key".into(),
                kind: AuthKind::ApiKey,
                title: Text::default(),
                description: Text::default(),
                credentials: json!({ "type": "object", "required": ["key"], "properties": {
                    "key": { "type": "string", "minLength": 8 }, "tenant": { "type": "string" } } }),
            }],
            test: None,
        }
    }

    fn credentials(list: &[(&str, &str)]) -> BTreeMap<String, String> {
        list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn every_name_is_found_with_its_place() {
        let flow: Flow = serde_json::from_value(json!({
            "causeway": 1, "kind": "flow", "name": "a", "trigger": { "use": "shop.sold", "connection": "shop" },
            "steps": [
                { "id": "a", "use": "erp.create", "connection": "erp" },
                { "id": "b", "use": "script", "connection": "nobody", "with": { "code": "1" } },
                { "id": "c", "use": "for_each", "with": { "items": [], "body": [
                    { "id": "d", "use": "erp.get" }, { "id": "e", "use": "line.push", "connection": "line" } ] } }
            ]
        }))
        .expect("a flow");
        let found: Vec<_> = named_connections(&flow)
            .into_iter()
            .map(|named| format!("{} of {} at {}", named.connection, named.connector, named.pointer))
            .collect();
        let wanted = [
            "shop of shop at /trigger/connection",
            "erp of erp at /steps/0/connection",
            "line of line at /steps/2/with/body/1/connection",
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn values_are_held_against_the_forms_and_never_repeated() {
        let spec = spec();
        let told = |faults: Vec<Fault>| -> Vec<String> {
            faults.into_iter().map(|fault| format!("{} {}", fault.code, fault.pointer)).collect()
        };
        let settings = json!({ "base_url": "http://x", "colour": "red" });
        let mut found = told(settings_faults(&spec, &settings, "/settings/test"));
        found.sort();
        let wanted = ["invalid_settings /settings/test/base_url", "invalid_settings /settings/test/colour"];
        assert_eq!(found, wanted);
        assert!(settings_faults(&spec, &json!({ "base_url": "https://x" }), "").is_empty());
        assert_eq!(told(settings_faults(&spec, &json!([]), "/settings")), ["invalid_settings /settings"]);
        let given = credentials(&[("key", "canary"), ("colour", "canary")]);
        let faults = credential_faults(&spec.auth[0], &given, "/credentials");
        let written = serde_json::to_string(&faults).expect("JSON");
        assert!(!written.contains("canary"), "{written}");
        let wanted = ["invalid_credentials /credentials/colour", "invalid_credentials /credentials/key"];
        assert_eq!(told(faults), wanted);
        assert_eq!(
            told(credential_faults(&spec.auth[0], &credentials(&[]), "")),
            ["invalid_credentials /key"]
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        let spec = spec();
        let lacks = |auth, settings: Value, list: &[(&str, &str)]| {
            lacks(&spec, auth, &settings, &credentials(list)).map(|text| text.en)
        };
        let whole = json!({ "base_url": "https://x" });
        assert_eq!(lacks(Some("key"), json!({}), &[]).as_deref(), Some("the settings base_url"));
        assert_eq!(lacks(None, whole.clone(), &[]).as_deref(), Some("a way to sign in"));
        assert_eq!(lacks(Some("key"), whole.clone(), &[]).as_deref(), Some("the credentials key"));
        assert_eq!(lacks(Some("key"), whole, &[("key", "k")]), None);
    }
}
