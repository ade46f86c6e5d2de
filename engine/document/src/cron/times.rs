//! From an expression to points in time, over the changes of a zone's clocks.
//!
//! Clocks put forward: what falls into the hole fires once, right after it. Clocks put back: what falls into the doubled
//! hour fires the first time only. Expressions that run on through every hour go by real time instead, as cron on Unix
//! does: `*/15 * * * *` fires every 15 minutes, also in those nights.

use causeway_model::{Span, Time};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Offset, TimeZone};
use chrono_tz::Tz;

use super::{Cron, Times};

const DAY: i64 = 86_400;
/// No expression that ever fires has a longer pause: 29 February of a year that is none in 2100.
const HORIZON_DAYS: i64 = 366 * 9;

impl Times {
    /// The first time after this one.
    pub fn next(&self, zone: Tz, after: Time) -> Option<Time> {
        match self {
            Self::Cron(cron) => cron.next(zone, after.millis().div_euclid(1000)).map(|at| Time(at * 1000)),
            Self::Every(step) => {
                let step = i64::try_from(*step).ok().filter(|step| *step > 0)?;
                let midnight = zone.with_ymd_and_hms(1970, 1, 1, 0, 0, 0).earliest()?.timestamp_millis();
                let steps = (after.millis() - midnight).div_euclid(step) + 1;
                Some(Time(midnight.checked_add(steps.checked_mul(step)?)?))
            }
        }
    }

    /// The times after this one, in order.
    pub fn after(&self, zone: Tz, after: Time) -> impl Iterator<Item = Time> {
        std::iter::successors(self.next(zone, after), move |last| self.next(zone, *last))
    }

    /// The newest times in `(after, until]`, at most so many, in order.
    pub fn newest(&self, zone: Tz, after: Time, until: Time, most: usize) -> Vec<Time> {
        let mut back = Span::from_secs(60);
        loop {
            let from = after.max(until - back);
            let mut found: Vec<Time> = self.after(zone, from).take_while(|at| *at <= until).collect();
            if found.len() >= most || from == after {
                return found.split_off(found.len().saturating_sub(most));
            }
            back = Span::from_millis(back.millis().saturating_mul(2));
        }
    }
}

impl Cron {
    /// In seconds since 1970: the first after this one.
    pub(super) fn next(&self, zone: Tz, after: i64) -> Option<i64> {
        let mut base = after;
        let mut offset = offset(zone, base)?;
        let mut from = base + offset + 1;
        if !self.every_hour() {
            from = from.max(end_of_doubled(zone, base).unwrap_or(from));
        }
        loop {
            let local = self.next_local(from)?;
            let at = local - offset;
            let Some((change, then)) = change_within(zone, base, offset, at) else { return Some(at) };
            if then > offset {
                if !self.every_hour() && local < change + then {
                    return Some(change);
                }
                from = change + then;
            } else {
                from = if self.every_hour() { change + then } else { change + offset };
            }
            (base, offset) = (change, then);
        }
    }

    /// On clocks that are never put forward or back; local seconds, from this one on.
    fn next_local(&self, from: i64) -> Option<i64> {
        let first = from.div_euclid(DAY);
        for day in first..first + HORIZON_DAYS {
            if !self.has_day(date(day)?) {
                continue;
            }
            let earliest = if day == first { from.rem_euclid(DAY) } else { 0 };
            if let Some(second) = self.next_in_day(earliest) {
                return Some(day * DAY + second);
            }
        }
        None
    }

    pub(super) fn has_day(&self, date: NaiveDate) -> bool {
        if self.months & (1 << date.month()) == 0 {
            return false;
        }
        let day = self.days & (1 << date.day()) != 0;
        let weekday = self.weekdays & (1 << date.weekday().num_days_from_sunday()) != 0;
        if self.any_day || self.any_weekday { day && weekday } else { day || weekday }
    }

    fn next_in_day(&self, from: i64) -> Option<i64> {
        let (hour, minute, second) = (from / 3600, from / 60 % 60, from % 60);
        let first = |set: u64, from: i64| {
            let left = if from < 64 { set >> from << from } else { 0 };
            (left != 0).then(|| i64::from(left.trailing_zeros()))
        };
        let at = |hour: i64, minute: i64, second: i64| hour * 3600 + minute * 60 + second;
        let in_hour = self.hours & (1 << hour) != 0;
        if in_hour
            && self.minutes & (1 << minute) != 0
            && let Some(second) = first(self.seconds, second)
        {
            return Some(at(hour, minute, second));
        }
        if in_hour && let Some(minute) = first(self.minutes, minute + 1) {
            return Some(at(hour, minute, first(self.seconds, 0)?));
        }
        let hour = first(self.hours, hour + 1)?;
        Some(at(hour, first(self.minutes, 0)?, first(self.seconds, 0)?))
    }
}

fn date(day: i64) -> Option<NaiveDate> {
    DateTime::from_timestamp(day * DAY, 0).map(|at| at.date_naive())
}

fn local(seconds: i64) -> Option<NaiveDateTime> {
    DateTime::from_timestamp(seconds, 0).map(|at| at.naive_utc())
}

pub(super) fn offset(zone: Tz, at: i64) -> Option<i64> {
    let at = DateTime::from_timestamp(at, 0)?.naive_utc();
    Some(i64::from(zone.offset_from_utc_datetime(&at).fix().local_minus_utc()))
}

/// The first change of the clocks in `(base, until]`, and the offset from then on.
fn change_within(zone: Tz, base: i64, before: i64, until: i64) -> Option<(i64, i64)> {
    let mut low = base;
    while low < until {
        let high = (low + DAY).min(until);
        if offset(zone, high)? != before {
            let (mut low, mut high) = (low, high);
            while high - low > 1 {
                let middle = low + (high - low) / 2;
                if offset(zone, middle)? == before { low = middle } else { high = middle }
            }
            return Some((high, offset(zone, high)?));
        }
        low = high;
    }
    None
}

/// Where this moment shows a time that the clocks showed before: the local time at which that ends.
fn end_of_doubled(zone: Tz, at: i64) -> Option<i64> {
    let offset_now = offset(zone, at)?;
    let chrono::LocalResult::Ambiguous(first, second) = zone.from_local_datetime(&local(at + offset_now)?)
    else {
        return None;
    };
    if second.timestamp() != at {
        return None;
    }
    let before = offset(zone, first.timestamp())?;
    let (change, _) = change_within(zone, first.timestamp(), before, at)?;
    Some(change + before)
}
