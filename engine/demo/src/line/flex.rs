//! Flex messages as HTML: bubbles, boxes, texts, separators and buttons, as far as the sample company uses them.

use std::fmt::Write;

use serde_json::Value;

use crate::simulator::escape;

/// Boxes in boxes.
const DEEPEST: usize = 10;
const SIZES: &[&str] = &["xxs", "xs", "sm", "md", "lg", "xl", "xxl"];

/// A bubble, or a carousel of bubbles.
pub(super) fn html(contents: &Value) -> String {
    if contents["type"] != "carousel" {
        return bubble(contents);
    }
    let bubbles: String = contents["contents"].as_array().into_iter().flatten().map(bubble).collect();
    format!("<div class=\"carousel\">{bubbles}</div>")
}

fn bubble(contents: &Value) -> String {
    let mut out = String::from("<div class=\"bubble\">");
    for part in ["header", "body", "footer"] {
        if contents[part].is_object() {
            // Writing to a text cannot fail.
            let _ = write!(out, "<div class=\"{part}\"{}>", background(&contents[part]));
            component(&contents[part], 0, &mut out);
            out.push_str("</div>");
        }
    }
    out + "</div>"
}

fn component(part: &Value, depth: usize, out: &mut String) {
    match part["type"].as_str().unwrap_or_default() {
        "box" if depth < DEEPEST => {
            let layout = if part["layout"] == "vertical" { "down" } else { "across" };
            let _ = write!(out, "<div class=\"{layout}{}\"{}>", margin(part), style(part));
            for inner in part["contents"].as_array().into_iter().flatten() {
                component(inner, depth + 1, out);
            }
            out.push_str("</div>");
        }
        "text" => {
            let size = part["size"].as_str().filter(|size| SIZES.contains(size)).unwrap_or("md");
            let bold = if part["weight"] == "bold" { " bold" } else { "" };
            let wrap = if part["wrap"] == true { " wrap" } else { "" };
            let text = escape(part["text"].as_str().unwrap_or_default());
            let _ = write!(out, "<p class=\"{size}{bold}{wrap}{}\"{}>{text}</p>", margin(part), style(part));
        }
        "separator" => {
            let _ = write!(out, "<hr class=\"sep{}\">", margin(part));
        }
        "button" => {
            let label = escape(part["action"]["label"].as_str().unwrap_or_default());
            let _ = write!(out, "<span class=\"button\">{label}</span>");
        }
        _ => {}
    }
}

fn margin(part: &Value) -> String {
    let size = part["margin"].as_str().filter(|size| SIZES.contains(size));
    size.map(|size| format!(" m-{size}")).unwrap_or_default()
}

/// `#rrggbb` and nothing else.
fn colour(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| {
        text.len() == 7 && text.starts_with('#') && text[1..].bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

fn background(part: &Value) -> String {
    colour(&part["backgroundColor"])
        .map(|colour| format!(" style=\"background:{colour}\""))
        .unwrap_or_default()
}

fn style(part: &Value) -> String {
    let mut rules = String::new();
    if let Some(colour) = colour(&part["color"]) {
        let _ = write!(rules, "color:{colour};");
    }
    if let Some(share) = part["flex"].as_u64() {
        let _ = write!(rules, "flex:{} 1 0;", share.min(20));
    }
    if let Some(align @ ("start" | "end" | "center")) = part["align"].as_str() {
        let _ = write!(rules, "text-align:{align};");
    }
    if rules.is_empty() { rules } else { format!(" style=\"{rules}\"") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::html;

    #[test]
    fn what_comes_in_stays_text() {
        let bubble = json!({ "type": "bubble", "body": { "type": "box", "layout": "horizontal", "contents": [
            { "type": "text", "text": "<script>", "color": "red;x", "size": "sm", "flex": 2 },
            { "type": "separator" }, { "type": "unknown" },
        ] } });
        let html = html(&json!({ "type": "carousel", "contents": [bubble] }));
        assert!(
            html.contains("&lt;script&gt;") && !html.contains("red") && html.contains("flex:2 1 0"),
            "{html}"
        );
    }
}
