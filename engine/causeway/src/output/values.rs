//! JSON values on one line, cut where they are long.

use causeway_model::{FileRef, StreamRef, Value};

/// How much of a value is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// One line of at most so many characters.
    Short(usize),
    /// All of it, over several lines where it is long.
    Full,
}

pub fn show(value: &Value, detail: Detail) -> String {
    if let Some(file) = FileRef::from_value(value) {
        return format!("<{}, {}, {} bytes>", file.name, file.media_type, file.size);
    }
    if let Some(stream) = StreamRef::from_value(value) {
        return format!("<{} records, {}>", stream.count, stream.id);
    }
    match detail {
        Detail::Full => match serde_json::to_string_pretty(value) {
            Ok(text) if text.len() > 80 || matches!(value, Value::String(_)) => text,
            _ => value.to_string(),
        },
        Detail::Short(most) => {
            let text = value.to_string();
            if text.chars().count() <= most {
                return text;
            }
            let cut: String = text.chars().take(most.saturating_sub(2)).collect();
            format!("{cut} …")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn long_values_are_cut_by_characters() {
        assert_eq!(show(&json!({ "a": 1 }), Detail::Short(20)), r#"{"a":1}"#);
        assert_eq!(show(&json!("訂單訂單訂單訂單"), Detail::Short(6)), "\"訂單訂 …");
        assert_eq!(show(&json!({ "a": 1 }), Detail::Full), r#"{"a":1}"#);
    }
}
