//! JSON in text columns.

use causeway_model::NEWER_FORMAT;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Error, Result};

/// The text of a plain-data value: model types have only string keys, so this cannot fail.
pub(crate) fn text<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("model types serialise")
}

pub(crate) fn opt_text<T: Serialize>(value: Option<&T>) -> Option<String> {
    value.map(text)
}

/// A kind of thing, or a field, that is not known here was written by a newer binary; everything else that does not read is broken.
pub(crate) fn parse<T: DeserializeOwned>(text: &str, what: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| {
        let why = error.to_string();
        let signs = ["unknown variant", "unknown field", NEWER_FORMAT];
        let newer = error.is_data() && signs.iter().any(|sign| why.starts_with(sign));
        if newer { Error::newer(what) } else { Error::corrupt(format!("{what}: {why}")) }
    })
}

pub(crate) fn parse_opt<T: DeserializeOwned>(text: Option<&str>, what: &str) -> Result<Option<T>> {
    text.map(|text| parse(text, what)).transpose()
}

/// How a text stands inside of JSON: with its letters as they are, and with all but ASCII as `\uXXXX`.
pub(crate) fn spellings(words: &str) -> [String; 2] {
    let quoted = text(words);
    let plain = quoted[1..quoted.len() - 1].to_owned();
    let mut escaped = String::with_capacity(plain.len());
    for unit in plain.encode_utf16() {
        match u8::try_from(unit).ok().filter(u8::is_ascii) {
            Some(letter) => escaped.push(char::from(letter)),
            None => escaped.push_str(&format!("\\u{unit:04x}")),
        }
    }
    [plain, escaped]
}

#[cfg(test)]
mod tests {
    use causeway_model::{Entry, Event};

    use super::*;

    #[test]
    fn letters_are_written_in_two_ways() {
        assert_eq!(spellings("a\"b"), ["a\\\"b", "a\\\"b"]);
        assert_eq!(spellings("訂1😀"), ["訂1😀", "\\u8a021\\ud83d\\ude00"]);
    }

    #[test]
    fn what_a_newer_binary_wrote_is_told_from_what_is_broken() {
        let entry = |inside: &str| {
            parse::<Vec<Entry>>(&format!(r#"[{{"at":"2026-01-01T00:00:00.000Z",{inside}}}]"#), "journal")
        };
        let known = entry(r#""event":"recovered","format":1,"more":[1]"#).expect("a field more does no harm");
        assert_eq!(known[0].event, Event::Recovered);
        for newer in [
            r#""event":"teleported","step":"a""#,
            r#""event":"step_settled","step":"a","outcome":"postponed""#,
            r#""event":"step_waiting","step":"a","input":1,"wait":{"kind":"moon"}"#,
            r#""event":"recovered","format":2"#,
        ] {
            assert!(entry(newer).expect_err(newer).is_newer(), "{newer}");
        }
        let document =
            r#"{"causeway":1,"kind":"flow","name":"a","trigger":{"use":"manual"},"steps":[],"colour":"red"}"#;
        assert!(parse::<causeway_model::Flow>(document, "a version").expect_err("a field").is_newer());
        for broken in [r#""event":"step_settled""#, r#""event":7"#, r#""format":"x","event":"recovered""#] {
            assert!(!entry(broken).expect_err(broken).is_newer(), "{broken}");
        }
        assert!(!parse::<Vec<Entry>>("[{", "journal").expect_err("is broken").is_newer());
    }
}
