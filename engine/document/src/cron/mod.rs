//! Cron expressions in the Unix way: what they say, when that is, and a sentence that tells people.
//!
//! Five fields (minute, hour, day of month, month, day of week), or six with seconds in front. 0 and 7 are Sunday. Where
//! both days are restricted, either is enough. Pure: no clock here.

mod read;
mod sentence;
#[cfg(test)]
mod tests;
mod times;

use chrono_tz::Tz;

/// What an expression names, each field as a set of bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cron {
    seconds: u64,
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    /// Sunday is 0.
    weekdays: u64,
    /// The field begins with `*`: it leaves the other day's field to decide.
    any_day: bool,
    any_weekday: bool,
}

/// When something fires: times of the clock on the wall, or a fixed length of time between two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Times {
    Cron(Cron),
    /// In milliseconds; counted from midnight of 1970-01-01 on the zone's clocks.
    Every(u64),
}

/// A name from the IANA database.
pub fn timezone(name: &str) -> Option<Tz> {
    name.parse().ok()
}

const ALL_HOURS: u64 = (1 << 24) - 1;
const ALL_SIXTY: u64 = (1 << 60) - 1;
const ALL_MONTHS: u64 = 0b1_1111_1111_1110;

impl Cron {
    /// It runs on through each hour, so a clock that is put forward or back takes no fire time away and adds none.
    fn every_hour(&self) -> bool {
        self.hours == ALL_HOURS
    }
}

fn bits(set: u64) -> impl Iterator<Item = u32> {
    (0..64).filter(move |bit| set & (1 << bit) != 0)
}
