//! Which message objects are taken. Pure.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::simulator::Refusal;

const MOST: usize = 5;
const LONGEST_TEXT: usize = 5000;
/// Bytes of one message object.
const LARGEST: usize = 50_000;

/// What each type must have; other fields are taken as they are.
const TYPES: &[(&str, &[&str])] = &[
    ("text", &["text"]),
    ("textV2", &["text"]),
    ("sticker", &["packageId", "stickerId"]),
    ("image", &["originalContentUrl", "previewImageUrl"]),
    ("video", &["originalContentUrl", "previewImageUrl"]),
    ("audio", &["originalContentUrl", "duration"]),
    ("location", &["title", "address", "latitude", "longitude"]),
    ("imagemap", &["baseUrl", "altText", "baseSize", "actions"]),
    ("template", &["altText", "template"]),
    ("flex", &["altText", "contents"]),
];

/// In the vendor's words.
pub(super) fn refused(details: Vec<Value>) -> Refusal {
    let message = format!("The request body has {} error(s)", details.len());
    Refusal { fields: details, ..Refusal::new(StatusCode::BAD_REQUEST, "invalid", message) }
}

pub(super) fn detail(message: &str, property: &str) -> Value {
    json!({ "message": message, "property": property })
}

pub(super) fn check(messages: Option<&Value>) -> Result<Vec<Value>, Refusal> {
    let Some(messages) = messages.and_then(Value::as_array) else {
        return Err(refused(vec![detail("May not be empty", "messages")]));
    };
    if !(1..=MOST).contains(&messages.len()) {
        return Err(refused(vec![detail("Size must be between 1 and 5", "messages")]));
    }
    let details: Vec<Value> = messages
        .iter()
        .enumerate()
        .flat_map(|(no, message)| faults(message, &format!("messages[{no}]")))
        .collect();
    if details.is_empty() { Ok(messages.clone()) } else { Err(refused(details)) }
}

fn faults(message: &Value, at: &str) -> Vec<Value> {
    let kind = message["type"].as_str().unwrap_or_default();
    let Some((_, fields)) = TYPES.iter().find(|(known, _)| *known == kind) else {
        return vec![detail(
            "Must be one of the following values: [text, textV2, sticker, image, video, audio, location, imagemap, template, flex]",
            &format!("{at}.type"),
        )];
    };
    let mut details = Vec::new();
    if message.to_string().len() > LARGEST {
        details.push(detail("May not be larger than 50 kB", at));
    }
    for field in *fields {
        let value = &message[*field];
        let place = format!("{at}.{field}");
        if value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty()) {
            details.push(detail("May not be empty", &place));
        } else if field.ends_with("Url") && !value.as_str().is_some_and(|url| url.starts_with("https://")) {
            details.push(detail("Must be a valid HTTPS URL", &place));
        } else if *field == "text" && !value.is_string() {
            details.push(detail("Must be a string", &place));
        } else if *field == "text"
            && value.as_str().is_some_and(|text| text.encode_utf16().count() > LONGEST_TEXT)
        {
            details.push(detail("Length must be between 0 and 5000", &place));
        }
    }
    details
}

/// What a bubble shows of a message.
pub(super) fn shown(message: &Value) -> String {
    let text = |field: &str| message[field].as_str().unwrap_or_default().to_owned();
    match message["type"].as_str().unwrap_or_default() {
        "text" | "textV2" => text("text"),
        "location" => format!("📍 {} {}", text("title"), text("address")),
        "template" | "flex" | "imagemap" => format!("▤ {}", text("altText")),
        "sticker" => format!("☺ {}/{}", text("packageId"), text("stickerId")),
        other => format!("[{other}] {}", text("originalContentUrl")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_named_by_its_place() {
        let refused = |messages: Value| check(Some(&messages)).expect_err("refused").fields;
        assert_eq!(refused(json!([{ "type": "text" }]))[0]["property"], "messages[0].text");
        assert_eq!(
            refused(json!([{ "type": "text", "text": "x" }, { "type": "?" }]))[0]["property"],
            "messages[1].type"
        );
        assert_eq!(refused(json!([]))[0]["property"], "messages");
        assert_eq!(
            refused(json!(vec![json!({ "type": "text", "text": "x" }); 6]))[0]["property"],
            "messages"
        );
        let image =
            json!([{ "type": "image", "originalContentUrl": "http://x", "previewImageUrl": "https://x" }]);
        assert_eq!(refused(image)[0]["property"], "messages[0].originalContentUrl");
        let flex = json!([{ "type": "flex", "altText": "訂單", "contents": { "type": "bubble" } }]);
        assert_eq!(shown(&check(Some(&flex)).expect("taken")[0]), "▤ 訂單");
    }
}
