//! `cors` of a webhook: which pages in browsers may call it.

use causeway_model::{Fault, Span, Value, text};
use serde_json::json;

use crate::compile::TriggerCx;
use crate::faults::child;
use crate::parse::shortened;
use crate::plan::Cors;
use crate::specs::parts::{duration, field, object};

const MAX_AGE: Span = Span::from_secs(600);
const LONGEST: Span = Span::from_secs(86_400);

pub(super) fn schema() -> Value {
    let origin = json!({ "type": "string", "minLength": 1, "maxLength": 300 });
    let header = json!({ "type": "string", "pattern": "^[A-Za-z0-9-]{1,100}$" });
    object(vec![
        field(
            "origins",
            json!({ "type": "array", "minItems": 1, "maxItems": 100, "items": origin }),
            text!("Origins", "來源"),
            text!(
                "Such as `https://shop.example.com`; `*` alone means any page.",
                "例如 `https://shop.example.com`；只寫 `*` 表示任何網頁。"
            ),
        )
        .fixed()
        .required(),
        field(
            "headers",
            json!({ "type": "array", "maxItems": 50, "items": header }),
            text!("Headers", "標頭"),
            text!(
                "Headers that pages may send beside `Content-Type`.",
                "除 `Content-Type` 外，網頁可送出的標頭。"
            ),
        )
        .fixed(),
        field(
            "max_age",
            duration(),
            text!("Remember for", "記住多久"),
            text!("How long browsers need not ask again.", "瀏覽器多久內不必再詢問。"),
        )
        .fixed()
        .default("10m".into()),
    ])
}

/// The outer `None` after a fault.
pub(super) fn compile(trigger: &mut TriggerCx) -> Option<Option<Cors>> {
    let Some(written) = trigger.field("cors").and_then(Value::as_object).cloned() else { return Some(None) };
    let texts = |name: &str| -> Vec<String> {
        let list = written.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let origins = texts("origins");
    let alone = origins.len() == 1;
    let mut fits = true;
    for (at, origin) in origins.iter().enumerate() {
        if is_origin(origin) || (origin == "*" && alone) {
            continue;
        }
        let shown = shortened(origin);
        let message = text!("`{shown}` is no origin of a page.", "`{shown}` 不是有效的網頁來源。");
        let fix = text!(
            "Write scheme, host and port without a path, such as `https://shop.example.com`, or `*` alone.",
            "請寫協定、主機與連接埠，不含路徑，例如 `https://shop.example.com`；或只寫 `*`。"
        );
        let at = child("/trigger/with/cors/origins", at);
        trigger.fault(Fault::error("invalid_origin", at, message).with_fix(fix));
        fits = false;
    }
    let max_age = trigger.span("cors/max_age", MAX_AGE, LONGEST)?;
    let any = alone && origins[0] == "*";
    fits.then(|| {
        Some(Cors { origins: if any { vec![] } else { origins }, any, headers: texts("headers"), max_age })
    })
}

/// As browsers write it: lower case, no slash at the end. `null` is what any sandboxed page says.
fn is_origin(text: &str) -> bool {
    let Some(host) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else {
        return false;
    };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.:[]".contains(c);
    !host.is_empty() && host.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::is_origin;

    #[test]
    fn origins_are_as_browsers_write_them() {
        for good in ["https://shop.example.com", "http://localhost:3000", "http://[::1]:8080"] {
            assert!(is_origin(good), "{good}");
        }
        for bad in
            ["*", "null", "https://a/", "https://A.com", "ftp://a", "https://", "a.com", "https://*.a.com"]
        {
            assert!(!is_origin(bad), "{bad}");
        }
    }
}
