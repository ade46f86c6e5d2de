//! The simulators' time: it begins where the configuration says and goes on with the machine's.

use std::time::Instant;

use causeway_model::Time;
use chrono::{FixedOffset, NaiveDate};

/// Taiwan's hours ahead of UTC.
const HOURS_AHEAD: i32 = 8;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    began: Time,
    at: Instant,
}

impl Clock {
    pub fn starting(began: Time) -> Self {
        Self { began, at: Instant::now() }
    }

    pub fn now(&self) -> Time {
        Time(self.began.0 + self.at.elapsed().as_millis() as i64)
    }

    pub fn today(&self) -> NaiveDate {
        day(self.now())
    }
}

/// The date in Taiwan.
pub(crate) fn day(at: Time) -> NaiveDate {
    let here = FixedOffset::east_opt(HOURS_AHEAD * 3600).expect("eight hours are an offset");
    at.to_datetime().with_timezone(&here).date_naive()
}

/// A moment in the working hours of a date; records of one date differ by their number.
pub(crate) fn at_work(date: NaiveDate, no: usize) -> Time {
    let (hour, minute, second) = (1 + no % 8, no * 7 % 60, no * 13 % 60);
    let at = date.and_hms_opt(hour as u32, minute as u32, second as u32).unwrap_or_default();
    Time::from(at.and_utc())
}
