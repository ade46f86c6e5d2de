//! Dates in the years of the Republic of China: 114/08/15 is 2025-08-15.

use causeway_model::{Span, Time};
use chrono::{Datelike, NaiveDate, Timelike};

const BEFORE: i32 = 1911;

pub(crate) fn read(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('/');
    let (year, month, date) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || !(2..=3).contains(&year.len()) {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse::<i32>().ok()? + BEFORE, month.parse().ok()?, date.parse().ok()?)
}

pub(crate) fn write(date: NaiveDate) -> String {
    format!("{:03}/{:02}/{:02}", date.year() - BEFORE, date.month(), date.day())
}

/// In Taiwan's hours.
pub(crate) fn write_time(at: Time) -> String {
    let here = (at + Span::from_millis(8 * 3_600_000)).to_datetime();
    format!("{} {:02}:{:02}:{:02}", write(here.date_naive()), here.hour(), here.minute(), here.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_go_there_and_back() {
        assert_eq!(write("2025-08-15".parse().expect("a date")), "114/08/15");
        assert_eq!(read("114/08/15").map(write).as_deref(), Some("114/08/15"));
        assert_eq!(read("99/1/2").map(write).as_deref(), Some("099/01/02"));
        assert!(
            ["2025/08/15", "114-08-15", "114/02/30", "114/8", ""].iter().all(|text| read(text).is_none())
        );
        assert_eq!(write_time(Time(1_755_187_200_000)), "114/08/15 00:00:00");
    }
}
