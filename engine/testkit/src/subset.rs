//! Comparing what is with what is expected of it.

use causeway_model::Value;

/// Where `actual` lacks what `expected` says: objects may have more fields, everything else is equal to the digit.
pub fn missing(expected: &Value, actual: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    compare("", expected, actual, &mut faults);
    faults
}

fn compare(at: &str, expected: &Value, actual: &Value, faults: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            for (key, value) in expected {
                match actual.get(key) {
                    Some(found) => compare(&format!("{at}/{key}"), value, found, faults),
                    None => faults.push(format!("{at}/{key}: missing, expected {value}")),
                }
            }
        }
        (Value::Array(expected), Value::Array(actual)) => {
            if expected.len() != actual.len() {
                faults.push(format!("{at}: {} items, expected {}", actual.len(), expected.len()));
            }
            for (index, (expected, actual)) in expected.iter().zip(actual).enumerate() {
                compare(&format!("{at}/{index}"), expected, actual, faults);
            }
        }
        _ if expected == actual => {}
        _ => faults.push(format!("{at}: {actual}, expected {expected}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn more_fields_are_fine_and_other_digits_are_not() {
        assert!(missing(&json!({"a": [1]}), &json!({"a": [1], "b": 2})).is_empty());
        assert_eq!(missing(&json!({"a": {"b": 1}}), &json!({"a": {}})), ["/a/b: missing, expected 1"]);
        let digits = |text: &str| serde_json::from_str::<Value>(text).expect("a number");
        assert_eq!(missing(&digits("1.10"), &digits("1.1")), [": 1.1, expected 1.10"]);
        assert_eq!(missing(&json!([1, 2]), &json!([1])), [": 1 items, expected 2"]);
    }
}
