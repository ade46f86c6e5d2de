//! The settings file: one flat TOML table with the names of the settings table.

use std::collections::BTreeMap;
use std::path::Path;

use causeway_model::text;

use super::table::{SETTINGS, setting};
use crate::exit::{Exit, Failure, Outcome};

/// Largest settings file that is read.
const LIMIT: u64 = 1024 * 1024;

/// Reads the file; a missing one is empty unless it was asked for by name.
pub fn read(path: &Path, asked_for: bool) -> Outcome<BTreeMap<&'static str, String>> {
    match std::fs::metadata(path) {
        Ok(meta) if meta.len() > LIMIT => {
            let path = path.display();
            return Err(Failure::new(
                Exit::Usage,
                "settings_file_too_large",
                text!("`{path}` is too large for a settings file.", "`{path}` 太大，不是設定檔。"),
            ));
        }
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !asked_for => {
            return Ok(BTreeMap::new());
        }
        Err(error) => return Err(Failure::file(path, &error)),
    }
    let source = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
    parse(&source, &path.display().to_string())
}

fn parse(source: &str, path: &str) -> Outcome<BTreeMap<&'static str, String>> {
    let table: toml::Table = source.parse().map_err(|error: toml::de::Error| {
        // The error's own text quotes the line, which may hold a secret.
        let line = error.span().map_or(1, |span| source[..span.start].lines().count().max(1));
        let why = error.message();
        refused(
            "settings_file_syntax",
            text!("{path}:{line} is no TOML: {why}.", "{path}:{line} 不是有效的 TOML：{why}。"),
        )
    })?;
    let mut values = BTreeMap::new();
    for (name, value) in table {
        let Some(setting) = setting(&name).filter(|setting| setting.name != "config") else {
            let known: Vec<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
            let known = known.join(", ");
            return Err(refused(
                "unknown_setting",
                text!("{path} sets `{name}`, which is no setting.", "{path} 設定了 `{name}`，沒有這個設定。"),
            )
            .with_fix(text!("The settings are: {known}.", "可用的設定：{known}。")));
        };
        let Some(value) = as_text(&value) else {
            return Err(refused(
                "invalid_setting",
                text!(
                    "`{name}` in {path} must be text, a number, true, false or a list of texts.",
                    "{path} 中的 `{name}` 必須是字串、數字、true、false 或字串陣列。"
                ),
            ));
        };
        values.insert(setting.name, value);
    }
    Ok(values)
}

fn refused(code: &str, text: causeway_model::Text) -> Failure {
    Failure::new(Exit::Usage, code, text)
}

fn as_text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(flag) => Some(flag.to_string()),
        toml::Value::Array(items) => {
            let items: Option<Vec<&str>> = items.iter().map(toml::Value::as_str).collect();
            Some(items?.join(","))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_gives_texts_numbers_and_lists() {
        let values =
            parse("capacity = 5\nallow_hosts = [\"a\", \"10.0.0.0/8\"]\nkeep = '7d'", "f").expect("values");
        assert_eq!(values["capacity"], "5");
        assert_eq!(values["allow_hosts"], "a,10.0.0.0/8");
        assert_eq!(values["keep"], "7d");
    }

    #[test]
    fn unknown_keys_and_bad_lines_are_refused_without_showing_values() {
        let unknown = parse("lsten = 1", "f").expect_err("unknown");
        assert_eq!((unknown.code.as_str(), unknown.exit), ("unknown_setting", Exit::Usage));
        let broken = parse("listen = \"x\"\nkey = hunter2 2", "f").expect_err("syntax");
        assert_eq!(broken.code, "settings_file_syntax");
        assert!(!broken.text.en.contains("hunter2"), "{}", broken.text);
        assert!(broken.text.en.contains("f:2"), "{}", broken.text);
        assert_eq!(parse("[listen]\na = 1", "f").expect_err("table").code, "invalid_setting");
    }
}
