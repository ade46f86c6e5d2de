//! What a status means: success, its class, and when to come back.

use causeway_model::{ErrorClass, StepError, Text, Value, text};
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// The statuses that count as success: `2xx` unless said otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusSet {
    /// Inclusive.
    ranges: Vec<(u16, u16)>,
}

impl Default for StatusSet {
    fn default() -> Self {
        Self { ranges: vec![(200, 299)] }
    }
}

impl StatusSet {
    pub fn contains(&self, status: u16) -> bool {
        self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&status))
    }

    /// A status (`404`, `"404"`), a class (`"2xx"`), a range (`"200-204"`), `"any"`, or a list of such.
    pub fn from_value(value: &Value) -> Result<Self, StepError> {
        let items = match value {
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        let ranges = items
            .iter()
            .map(|item| range(item).ok_or_else(|| refused(item)))
            .collect::<Result<Vec<_>, StepError>>()?;
        if ranges.is_empty() {
            return Err(refused(value));
        }
        Ok(Self { ranges })
    }
}

fn range(item: &Value) -> Option<(u16, u16)> {
    let written = match item {
        Value::String(text) => text.trim().to_ascii_lowercase(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let status = |text: &str| {
        text.trim()
            .parse::<u16>()
            .ok()
            .filter(|status| text.trim().len() == 3 && (100..=599).contains(status))
    };
    if written == "any" {
        return Some((100, 599));
    }
    if let Some(class) = written.strip_suffix("xx") {
        let class = class.parse::<u16>().ok().filter(|class| (1..=5).contains(class))?;
        return Some((class * 100, class * 100 + 99));
    }
    if let Some((first, last)) = written.split_once('-') {
        let (first, last) = (status(first)?, status(last)?);
        return (first <= last).then_some((first, last));
    }
    status(&written).map(|status| (status, status))
}

fn refused(item: &Value) -> StepError {
    StepError::new(
        "invalid_success",
        ErrorClass::Invalid,
        text!(
            "`success` does not understand {item}: list statuses such as 404, \"2xx\" or \"200-204\"",
            "`success` 看不懂 {item}：請列出狀態碼，例如 404、\"2xx\" 或 \"200-204\""
        ),
    )
}

/// What the one who called can do about an unsuccessful status.
pub fn classify(status: u16) -> ErrorClass {
    match status {
        401 | 403 | 407 => ErrorClass::Auth,
        404 | 410 => ErrorClass::NotFound,
        408 | 425 | 429 => ErrorClass::Limit,
        409 | 412 | 423 => ErrorClass::Conflict,
        500..=599 => ErrorClass::Server,
        _ => ErrorClass::Invalid,
    }
}

/// The advice that goes with a status.
pub(super) fn advice(status: u16) -> Text {
    match classify(status) {
        ErrorClass::Auth => text!("check the credentials and their rights", "請檢查憑證及其權限"),
        ErrorClass::NotFound => text!("check the address and the id in it", "請檢查網址與其中的編號"),
        ErrorClass::Limit => {
            text!("it asks to come back later: add a retry to the step", "對方要求稍後再試：請為步驟加上重試")
        }
        ErrorClass::Conflict => {
            text!("it clashes with what is already there: see the answer", "與既有資料衝突：請看回應內容")
        }
        ErrorClass::Server => {
            text!("the fault is on its side: add a retry to the step", "問題在對方系統：請為步驟加上重試")
        }
        _ => text!(
            "see its answer, or name the status in `success` if it is expected",
            "請看回應內容；若這是預期的狀態碼，請寫進 `success`"
        ),
    }
}

/// Nobody is asked to wait longer than a week.
pub(crate) const LONGEST_WAIT_MS: u64 = 7 * 86_400_000;

/// `Retry-After` in milliseconds: seconds, or an HTTP date measured against the answer's own `Date`, so that no two clocks are compared.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<u64> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let after = text(RETRY_AFTER)?;
    // Some write `2.0`; what is less than a second is a second.
    let (whole, part) = after.split_once('.').unwrap_or((after, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !whole.is_empty() && digits(whole) && digits(part) {
        let more = u64::from(part.bytes().any(|digit| digit != b'0'));
        let seconds = whole.parse::<u64>().unwrap_or(u64::MAX).saturating_add(more);
        return Some(seconds.saturating_mul(1000).min(LONGEST_WAIT_MS));
    }
    let until = httpdate::parse_http_date(after).ok()?;
    let now = httpdate::parse_http_date(text(DATE)?).ok()?;
    let wait = until.duration_since(now).unwrap_or_default().as_millis();
    Some(u64::try_from(wait).unwrap_or(u64::MAX).min(LONGEST_WAIT_MS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn success_understands_statuses_classes_and_ranges() {
        let set = StatusSet::from_value(&json!(["2xx", 404, "300-304", "409"])).expect("a set");
        for status in [200, 299, 300, 304, 404, 409] {
            assert!(set.contains(status), "{status}");
        }
        for status in [199, 305, 400, 500] {
            assert!(!set.contains(status), "{status}");
        }
        assert!(StatusSet::from_value(&json!(202)).expect("one").contains(202));
        assert!(StatusSet::from_value(&json!("any")).expect("any").contains(503));
        for bad in [
            json!([]),
            json!("6xx"),
            json!("xx"),
            json!(20),
            json!("204-200"),
            json!(true),
            json!([null]),
            json!(2.5),
        ] {
            assert_eq!(StatusSet::from_value(&bad).expect_err("refused").code, "invalid_success", "{bad}");
        }
    }

    #[test]
    fn statuses_have_the_class_that_retries_read() {
        for (status, class) in [
            (400, ErrorClass::Invalid),
            (401, ErrorClass::Auth),
            (403, ErrorClass::Auth),
            (404, ErrorClass::NotFound),
            (408, ErrorClass::Limit),
            (409, ErrorClass::Conflict),
            (422, ErrorClass::Invalid),
            (429, ErrorClass::Limit),
            (500, ErrorClass::Server),
            (503, ErrorClass::Server),
            (302, ErrorClass::Invalid),
        ] {
            assert_eq!(classify(status), class, "{status}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let headers = |after: &str, date: Option<&str>| {
            let mut map = HeaderMap::new();
            map.insert(RETRY_AFTER, after.parse().expect("a header value"));
            if let Some(date) = date {
                map.insert(DATE, date.parse().expect("a header value"));
            }
            map
        };
        let noon = Some("Sun, 06 Nov 1994 12:00:00 GMT");
        assert_eq!(retry_after(&headers("7", None)), Some(7000));
        assert_eq!(retry_after(&headers("0", None)), Some(0));
        assert_eq!(retry_after(&headers("2.0", None)), Some(2000));
        assert_eq!(retry_after(&headers("0.25", None)), Some(1000));
        assert_eq!(retry_after(&headers(".5", None)), None);
        assert_eq!(retry_after(&headers("Sun, 06 Nov 1994 12:00:30 GMT", noon)), Some(30_000));
        assert_eq!(retry_after(&headers("Sun Nov  6 12:01:00 1994", noon)), Some(60_000));
        assert_eq!(retry_after(&headers("Sun, 06 Nov 1994 11:00:00 GMT", noon)), Some(0));
        assert_eq!(retry_after(&headers("Sun, 06 Nov 1994 12:00:30 GMT", None)), None);
        assert_eq!(retry_after(&headers("99999999999999999999999", None)), Some(LONGEST_WAIT_MS));
        assert_eq!(retry_after(&headers("soon", noon)), None);
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }
}
