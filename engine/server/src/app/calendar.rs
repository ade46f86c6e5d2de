//! Days and hours of somewhere, as slots of hours since 1970: what figures are told by.

use causeway_document::cron::timezone;
use causeway_model::{Time, text};
use causeway_store::{HOUR_MS, HourSlots};
use chrono::{DateTime, Days, LocalResult, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;

use super::{Error, Result};

pub const USUAL_TIMEZONE: &str = "Asia/Taipei";

/// A name from the IANA database; Asia/Taipei unless said.
pub(super) fn zone(name: Option<&str>) -> Result<Tz> {
    let name = name.unwrap_or(USUAL_TIMEZONE);
    timezone(name).ok_or_else(|| {
        let shown: String = name.chars().take(100).collect();
        Error::invalid(
            "timezone_unknown",
            text!(
                "There is no time zone `{shown}`; use a name such as Asia/Taipei",
                "沒有時區「{shown}」，請使用 Asia/Taipei 之類的名稱"
            ),
        )
    })
}

/// The last so many days with today. Hours count where they begin: of a zone that is half an hour off, the first one.
#[derive(Debug)]
pub(super) struct LastDays {
    pub days: Vec<NaiveDate>,
    pub slots: HourSlots,
}

pub(super) fn last_days(now: Time, days: u32, zone: Tz) -> LastDays {
    let today = now.to_datetime().with_timezone(&zone).date_naive();
    let days: Vec<NaiveDate> =
        (0..u64::from(days)).rev().filter_map(|back| today.checked_sub_days(Days::new(back))).collect();
    let starts = days.iter().map(|day| midnight(*day, zone).timestamp_millis().div_euclid(HOUR_MS)).collect();
    LastDays { days, slots: HourSlots { starts, end: next_hour(now) } }
}

/// The last 24 hours, with the one that is not over.
pub(super) fn last_hours(now: Time) -> HourSlots {
    let end = next_hour(now);
    HourSlots { starts: (end - 24..end).collect(), end }
}

pub(super) fn time_of(hour: i64) -> Time {
    Time(hour.saturating_mul(HOUR_MS))
}

/// The hour at which the running one ends.
pub(super) fn next_hour(now: Time) -> i64 {
    now.millis().div_euclid(HOUR_MS) + 1
}

/// When a day begins; where the clocks skip midnight, a little later.
fn midnight(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    for hour in 0..4 {
        let Some(wall) = day.and_hms_opt(hour, 0, 0) else { continue };
        match zone.from_local_datetime(&wall) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => return at.to_utc(),
            LocalResult::None => {}
        }
    }
    day.and_hms_opt(0, 0, 0).unwrap_or_default().and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        text.parse().expect("a time")
    }

    #[test]
    fn days_are_those_of_the_zone() {
        let now = at("2026-11-28T17:30:00Z");
        let taipei = last_days(now, 2, zone(None).expect("a zone"));
        assert_eq!(
            taipei.days.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["2026-11-28", "2026-11-29"]
        );
        let begins: Vec<String> = taipei.slots.starts.iter().map(|hour| time_of(*hour).to_string()).collect();
        assert_eq!(begins, ["2026-11-27T16:00:00.000Z", "2026-11-28T16:00:00.000Z"]);
        assert_eq!(time_of(taipei.slots.end), at("2026-11-28T18:00:00Z"));
        // A day with 25 hours.
        let berlin = last_days(at("2026-10-26T12:00:00Z"), 2, zone(Some("Europe/Berlin")).expect("a zone"));
        assert_eq!(berlin.slots.starts[1] - berlin.slots.starts[0], 25);
        assert_eq!(zone(Some("Taipei")).expect_err("no zone").code, "timezone_unknown");
    }

    #[test]
    fn hours_end_with_the_running_one() {
        let slots = last_hours(at("2026-11-28T17:30:00Z"));
        assert_eq!((slots.starts.len(), time_of(slots.end)), (24, at("2026-11-28T18:00:00Z")));
        assert_eq!(time_of(slots.starts[0]), at("2026-11-27T18:00:00Z"));
    }
}
