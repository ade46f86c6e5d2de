//! What tells records and their changes apart, and times as systems write them.

use causeway_connector::SinceForm;
use causeway_model::{Time, Value};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime};
use sha2::{Digest, Sha256};

/// The zone farthest from UTC is so far away.
pub const FARTHEST_ZONE: i64 = 14 * 3_600_000;
/// Taiwan's clocks are so far ahead of UTC, and its years begin so late.
const TAIWAN: i64 = 8 * 3_600_000;
const ROC_YEAR: i32 = 1911;
/// Numbers from here on are milliseconds, not seconds.
const MILLIS_FROM: f64 = 1e11;

/// When a record was changed, as it says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stamp {
    /// As it is written: a finer difference than a millisecond still tells two changes apart.
    pub written: String,
    /// In milliseconds, taken as UTC where no zone is said; absent where it is no time.
    pub at: Option<i64>,
    pub zoneless: bool,
}

/// The text of an id: a number and its digits are one.
pub fn id_of(record: &Value, pointer: &str) -> Option<String> {
    match record.pointer(pointer)? {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

pub fn stamp_of(record: &Value, pointer: &str, since: Option<SinceForm>) -> Stamp {
    match record.pointer(pointer) {
        None | Some(Value::Null) => Stamp::default(),
        Some(Value::String(text)) => {
            let (at, zoneless) = match instant(text) {
                Some((at, zoneless)) => (Some(at), zoneless),
                None => (text.parse().ok().and_then(|number| millis(number, since)), false),
            };
            Stamp { written: text.clone(), at, zoneless }
        }
        Some(other) => {
            let at = other.as_f64().and_then(|number| millis(number, since));
            Stamp { written: other.to_string(), at, zoneless: false }
        }
    }
}

/// A number of seconds or milliseconds since 1970.
fn millis(number: f64, since: Option<SinceForm>) -> Option<i64> {
    let seconds = match since {
        Some(SinceForm::Unix) => true,
        Some(SinceForm::UnixMs) => false,
        _ => number.abs() < MILLIS_FROM,
    };
    let millis = if seconds { number * 1000.0 } else { number };
    // Within what a number of this kind holds exactly.
    (millis.abs() < 9e15).then(|| millis.floor() as i64)
}

/// With whether it names no zone.
fn instant(text: &str) -> Option<(i64, bool)> {
    let zoned = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%z"));
    if let Ok(at) = zoned {
        return Some((at.timestamp_millis(), false));
    }
    if let Some(at) = roc(text) {
        return Some((at, false));
    }
    let plain = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y/%m/%d %H:%M:%S%.f"))
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f"))
        .or_else(|_| NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|day| day.and_time(Default::default())));
    Some((plain.ok()?.and_utc().timestamp_millis(), true))
}

/// A time of Taiwan's calendar, and so of Taiwan's clocks: `115/08/15 09:00:00`, or the day alone.
fn roc(text: &str) -> Option<i64> {
    let (year, rest) = text.split_once('/').filter(|(year, _)| (2..=3).contains(&year.len()))?;
    let year = year.parse::<i32>().ok()? + ROC_YEAR;
    let (day, time) = rest.split_once(' ').unwrap_or((rest, "00:00:00"));
    let at = NaiveDateTime::parse_from_str(&format!("{year}/{day} {time}"), "%Y/%m/%d %H:%M:%S").ok()?;
    Some(at.and_utc().timestamp_millis() - TAIWAN)
}

/// One change of one record.
pub fn key_of(id: &str, stamp: &Stamp) -> u64 {
    let mut hash = Sha256::new();
    hash.update(id.as_bytes());
    hash.update([0]);
    hash.update(stamp.written.as_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    digest.iter().take(8).fold(0, |key, byte| (key << 8) | u64::from(*byte))
}

/// A time as the list wants to be asked for it: rather too early than too late, whatever the system's zone, and whether it
/// means "from then on" or "after".
pub fn written(from: i64, since: SinceForm, zoneless: bool) -> Value {
    let early = from - 1000 - if zoneless { FARTHEST_ZONE } else { 0 };
    let early = early.max(0);
    match since {
        SinceForm::DateTime => Time(early).to_datetime().format("%Y-%m-%dT%H:%M:%SZ").to_string().into(),
        SinceForm::Date => {
            let early = (early - FARTHEST_ZONE).max(0);
            Time(early).to_datetime().format("%Y-%m-%d").to_string().into()
        }
        SinceForm::RocDate => {
            let day = Time(early + TAIWAN).to_datetime();
            let (year, rest) = (day.year() - ROC_YEAR, day.format("%m/%d"));
            format!("{year:03}/{rest}").into()
        }
        SinceForm::Unix => (early / 1000).into(),
        SinceForm::UnixMs => early.into(),
    }
}

/// The latest time that what was dealt with may reach: a record from the future must not hide what comes until then.
pub fn ceiling(now: Time, zoneless: bool) -> i64 {
    now.millis().saturating_add(if zoneless { FARTHEST_ZONE } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn at(value: Value, since: Option<SinceForm>) -> (Option<i64>, bool) {
        let stamp = stamp_of(&json!({ "at": value }), "/at", since);
        (stamp.at, stamp.zoneless)
    }

    #[test]
    fn times_are_read_as_systems_write_them() {
        let (noon, zoned, plain) = (1_786_766_400_000, false, true);
        for text in [
            "2026-08-15T04:00:00Z",
            "2026-08-15T12:00:00+08:00",
            "2026-08-15T12:00:00.000+0800",
            "2026-08-15 12:00:00+0800",
            "115/08/15 12:00:00",
            "1786766400",
            "1786766400000",
        ] {
            assert_eq!(at(json!(text), None), (Some(noon), zoned), "{text}");
        }
        for text in ["2026-08-15T04:00:00", "2026-08-15 04:00:00.000000", "2026/08/15 04:00:00"] {
            assert_eq!(at(json!(text), None), (Some(noon), plain), "{text}");
        }
        assert_eq!(at(json!("2026-08-15"), None), (Some(noon - 4 * 3_600_000), plain));
        assert_eq!(at(json!(1_786_766_400.25), Some(SinceForm::Unix)), (Some(noon + 250), zoned));
        assert_eq!(at(json!(5), Some(SinceForm::UnixMs)), (Some(5), zoned));
        for odd in [json!("yesterday"), json!(null), json!([1]), json!(1e300)] {
            assert_eq!(at(odd.clone(), None).0, None, "{odd}");
        }
    }

    #[test]
    fn finer_differences_than_a_millisecond_are_changes() {
        let key = |text: &str| key_of("7", &stamp_of(&json!({ "at": text }), "/at", None));
        assert_ne!(key("2026-08-15T04:00:00.000001Z"), key("2026-08-15T04:00:00.000002Z"));
        assert_eq!(id_of(&json!({ "id": 7 }), "/id"), id_of(&json!({ "id": "7" }), "/id"));
        assert_eq!(id_of(&json!({ "id": "" }), "/id"), None);
    }

    #[test]
    fn it_is_asked_for_rather_too_early() {
        let noon = 1_786_766_400_000;
        let text = |since, zoneless| written(noon + 250, since, zoneless);
        assert_eq!(text(SinceForm::DateTime, false), "2026-08-15T03:59:59Z");
        assert_eq!(text(SinceForm::DateTime, true), "2026-08-14T13:59:59Z");
        assert_eq!(text(SinceForm::Date, false), "2026-08-14");
        assert_eq!(text(SinceForm::RocDate, false), "115/08/15");
        assert_eq!(written(noon - 12 * 3_600_000, SinceForm::RocDate, false), "115/08/14");
        assert_eq!(text(SinceForm::Unix, false), 1_786_766_399);
        assert_eq!(text(SinceForm::UnixMs, false), noon - 750);
        assert_eq!(written(5, SinceForm::Unix, true), 0);
    }
}
