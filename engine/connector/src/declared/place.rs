//! The addresses of a document's sign-in, which may hold settings of the connection and be relative to its system.

use causeway_model::{ErrorClass, StepError, Value, text};

use super::parameter::plain;
use super::signing::absolute;
use crate::openapi::Document;

pub struct Place<'a> {
    pub document: &'a Document,
    /// The connection's own.
    pub settings: &'a Value,
    /// Where the connection itself says that its system is.
    pub base_url: Result<String, StepError>,
}

impl Place<'_> {
    /// An address with the settings that it names put in.
    pub fn address(&self, url: &str) -> Result<String, StepError> {
        let mut whole = String::with_capacity(url.len());
        let mut rest = url;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else { break };
            let value = self.setting(name).ok_or_else(|| missing(name))?;
            whole.push_str(before);
            whole.push_str(&value);
            rest = after;
        }
        whole.push_str(rest);
        if whole.contains("://") {
            return Ok(whole);
        }
        Ok(absolute(&whole, self.base_url.as_ref().map_err(StepError::clone)?))
    }

    fn setting(&self, name: &str) -> Option<String> {
        let said = self.settings.get(name).into_iter().chain(defaults(self.document, name));
        said.map(plain).find(|value| !value.is_empty())
    }
}

/// What the document says of a setting for everybody; null where it says nothing.
pub fn defaults<'a>(document: &'a Document, name: &str) -> [&'a Value; 2] {
    let root = document.root();
    [&root["x-causeway"]["settings"][name]["default"], &root["servers"][0]["variables"][name]["default"]]
}

fn missing(name: &str) -> StepError {
    StepError::new(
        "setting_missing",
        ErrorClass::Invalid,
        text!(
            "The connection lacks the setting `{name}`, which the address of its sign-in needs",
            "連線缺少設定 `{name}`，登入網址需要此設定"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn addresses_hold_settings() {
        let document = Document::new(json!({ "openapi": "3.1.0", "paths": {},
            "x-causeway": { "settings": { "login_url": { "default": "https://login.example" }, "shop": {} } } }));
        let document = document.expect("a document");
        let own = json!({ "shop": "tea" });
        let place =
            Place { document: &document, settings: &own, base_url: Ok("https://api.example/v1".to_owned()) };
        for (url, expected) in [
            ("{login_url}/token", Some("https://login.example/token")),
            ("https://{shop}.example/{shop}", Some("https://tea.example/tea")),
            ("/token", Some("https://api.example/token")),
            ("https://{region}.example", None),
        ] {
            assert_eq!(place.address(url).ok().as_deref(), expected, "{url}");
        }
    }
}
