//! Days and moments in the spellings that people and systems use, the ROC calendar among them.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

/// What a text can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    Day(NaiveDate),
    /// Without an offset.
    Local(NaiveDateTime),
    At(DateTime<FixedOffset>),
}

/// The first year of the Republic is 1912.
pub(super) const ROC_ZERO: i32 = 1911;

pub(super) fn read(text: &str) -> Option<Moment> {
    let text = text.trim();
    if text.is_empty() || text.len() > 64 {
        return None;
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text)) {
        return Some(Moment::At(at));
    }
    let text: String = text.chars().map(super::text::half_width_char).collect();
    if let Some(day) = day(&text) {
        return Some(Moment::Day(day));
    }
    let (before, after) = text.split_once(['T', ' '])?;
    let (day, clock) = (day(before.trim())?, clock(after.trim())?);
    Some(Moment::Local(day.and_time(clock)))
}

fn clock(text: &str) -> Option<NaiveTime> {
    ["%H:%M:%S%.f", "%H:%M", "%H%M%S", "%H%M"]
        .iter()
        .find_map(|format| NaiveTime::parse_from_str(text, format).ok())
}

fn day(text: &str) -> Option<NaiveDate> {
    let is_roc = text.starts_with("民國") || text.contains("民國");
    let plain = text.trim_start_matches("中華民國").trim_start_matches("民國");
    let plain = plain.replace(['年', '月', '/', '.'], "-").replace(['日', ' '], "");
    let parts: Vec<&str> = plain.trim_end_matches('-').split('-').collect();
    if parts.iter().any(|part| part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    let (year, month, day) = match parts.as_slice() {
        [year, month, day] if month.len() <= 2 && day.len() <= 2 => (*year, *month, *day),
        [compact] if matches!(compact.len(), 6..=8) => {
            let (rest, day) = compact.split_at(compact.len() - 2);
            let (year, month) = rest.split_at(rest.len() - 2);
            (year, month, day)
        }
        _ => return None,
    };
    let digits = year.len();
    let year: i32 = year.parse().ok()?;
    // four digits are a year of the common era; fewer, or with 民國 before them, one of the Republic
    let year = if is_roc || digits <= 3 { year.checked_add(ROC_ZERO)? } else { year };
    if digits > 4 || (!is_roc && digits <= 1) {
        return None;
    }
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
}

const WEEKDAYS: [&str; 7] = ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"];

/// Writes a time by letters: runs of `y`, `M`, `d`, `H`, `m`, `s`, `S` and `E`; other characters stand for themselves.
pub(super) fn write(at: &NaiveDateTime, format: &str) -> String {
    let mut written = String::new();
    let mut rest = format.chars().peekable();
    while let Some(letter) = rest.next() {
        let mut count = 1;
        while rest.peek() == Some(&letter) {
            rest.next();
            count += 1;
        }
        written.push_str(&letters(at, letter, count));
    }
    written
}

fn letters(at: &NaiveDateTime, letter: char, count: usize) -> String {
    let padded = |number: u32| format!("{number:0count$}");
    match (letter, count) {
        ('y', 4) => format!("{:04}", at.year()),
        ('y', 3) => format!("{}", at.year() - ROC_ZERO),
        ('y', 2) => format!("{:02}", at.year().rem_euclid(100)),
        ('M', 1 | 2) => padded(at.month()),
        ('d', 1 | 2) => padded(at.day()),
        ('H', 1 | 2) => padded(at.hour()),
        ('m', 1 | 2) => padded(at.minute()),
        ('s', 1 | 2) => padded(at.second()),
        ('S', 3) => format!("{:03}", at.and_utc().timestamp_subsec_millis()),
        ('E', 3) => WEEKDAYS[at.weekday().num_days_from_monday() as usize].to_owned(),
        (other, count) => std::iter::repeat_n(other, count).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_many_spellings() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 2).map(Moment::Day);
        for text in [
            "2026-11-02",
            "2026/11/2",
            "2026.11.02",
            "20261102",
            "2026年11月2日",
            "民國115年11月2日",
            "中華民國115年11月02日",
            "115/11/02",
            "115-11-2",
            "115.11.02",
            "1151102",
            "民國 115 年 11 月 2 日",
            "１１５／１１／０２",
            "民國1151102",
        ] {
            assert_eq!(read(text), day, "{text}");
        }
        assert_eq!(read("991231"), NaiveDate::from_ymd_opt(2010, 12, 31).map(Moment::Day));
        for bad in [
            "",
            "2026",
            "2026-13-01",
            "2026-02-30",
            "1-2-3",
            "abc",
            "2026-11",
            "12345",
            "99999-1-1",
            "-1-1-1",
            "民國",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn moments_keep_their_offset() {
        assert!(matches!(read("2026-11-22T09:30:00+08:00"), Some(Moment::At(_))));
        assert!(matches!(read("Sun, 22 Nov 2026 09:30:00 +0800"), Some(Moment::At(_))));
        assert!(matches!(read("2026-11-22 09:30"), Some(Moment::Local(_))));
        assert!(matches!(read("115/11/22 09:30:05"), Some(Moment::Local(_))));
        assert_eq!(read("2026-11-22 25:00"), None);
    }
}
