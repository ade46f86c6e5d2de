//! Checks JSON from outside in one cheap pass, so that its text can be kept as it came.
//!
//! What passes here reads everywhere later: bounded nesting, no lone surrogates, and no object that the number
//! handling of the JSON library would take for its own.

use causeway_model::{Text, Value, text};
use serde_json::value::RawValue;

/// How deep data may be nested; the JSON library stops at 128.
const DEEPEST: usize = 100;

/// Why a text is not taken as JSON.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotJson(pub Text);

/// The text of valid JSON, without a byte order mark and space around it.
pub(super) fn checked(bytes: &[u8]) -> Result<&str, NotJson> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let scan = scan(bytes);
    if scan.too_deep {
        return Err(NotJson(text!(
            "The JSON body is nested deeper than {DEEPEST} levels",
            "JSON 內容的巢狀超過 {DEEPEST} 層"
        )));
    }
    let fault = |error: serde_json::Error| {
        let (line, column) = (error.line(), error.column());
        NotJson(text!(
            "The body is no valid JSON (line {line}, column {column})",
            "內容不是有效的 JSON（第 {line} 行，第 {column} 個字元）"
        ))
    };
    let raw: &RawValue = serde_json::from_slice(bytes).map_err(fault)?;
    if scan.look_closer {
        serde_json::from_str::<Value>(raw.get()).map_err(fault)?;
    }
    Ok(raw.get())
}

struct Scan {
    too_deep: bool,
    /// Holds what the quick check of the library lets pass and the full reading may not.
    look_closer: bool,
}

fn scan(bytes: &[u8]) -> Scan {
    let (mut depth, mut at) = (0_usize, 0);
    let mut found = Scan { too_deep: false, look_closer: false };
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' => {
                depth += 1;
                found.too_deep |= depth > DEEPEST;
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                // `$serde_json::private::...` keys.
                found.look_closer |= bytes[at..].starts_with(b"$serde");
                at = string(bytes, at, &mut found.look_closer);
            }
            _ => {}
        }
    }
    found
}

/// From the byte after the opening quote to the byte after the closing one.
fn string(bytes: &[u8], mut at: usize, look_closer: &mut bool) -> usize {
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => return at,
            b'\\' => {
                if let [b'u', a, b, ..] = bytes[at..] {
                    // A surrogate, or an ASCII letter written as an escape.
                    *look_closer |= matches!(a, b'd' | b'D') || (a, b) == (b'0', b'0');
                }
                at += 1;
            }
            _ => {}
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_json_is_kept_to_the_letter() {
        for text in [
            r#"{"no":"Q-1","total":1.10,"big":123456789012345678901234.50}"#,
            r#"["\u5831\u50f9","\ud83d\ude00",{"a":{}}]"#,
            "null",
            "\"}{][\\\"\"",
            r#"{"$file":1}"#,
        ] {
            assert_eq!(checked(text.as_bytes()), Ok(text));
        }
        assert_eq!(checked(b"\xef\xbb\xbf {\"a\":1} \n"), Ok(r#"{"a":1}"#));
    }

    #[test]
    fn what_would_not_read_later_is_refused_now() {
        let deep = format!("{}{}", "[".repeat(101), "]".repeat(101));
        for text in [
            "",
            "{",
            "{}x",
            r#"{"a":01}"#,
            r#"["\ud800"]"#,
            r#"{"$serde_json::private::Number":"x"}"#,
            r#"{"\u0024serde_json::private::Number":"x"}"#,
            &deep,
        ] {
            assert!(checked(text.as_bytes()).is_err(), "{text}");
        }
        assert!(checked(b"\"\xff\"").is_err());
        let level = format!("{}{}", "[".repeat(100), "]".repeat(100));
        assert!(checked(level.as_bytes()).is_ok());
        assert!(serde_json::from_str::<Value>(&level).is_ok());
    }
}
