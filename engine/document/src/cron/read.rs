//! Reads cron expressions.

use causeway_model::{Text, text};

use super::Cron;

struct Place {
    name: &'static str,
    zh_tw: &'static str,
    from: u32,
    to: u32,
    words: &'static [&'static str],
}

const SECOND: Place = Place { name: "second", zh_tw: "秒", from: 0, to: 59, words: &[] };
const MINUTE: Place = Place { name: "minute", zh_tw: "分", from: 0, to: 59, words: &[] };
const HOUR: Place = Place { name: "hour", zh_tw: "時", from: 0, to: 23, words: &[] };
const DAY: Place = Place { name: "day of month", zh_tw: "日", from: 1, to: 31, words: &[] };
const MONTH: Place = Place {
    name: "month",
    zh_tw: "月",
    from: 1,
    to: 12,
    words: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
};
const WEEKDAY: Place = Place {
    name: "day of week",
    zh_tw: "星期",
    from: 0,
    to: 7,
    words: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
};

/// Names for whole expressions.
const NAMED: &[(&str, &str)] = &[
    ("@hourly", "0 * * * *"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@weekly", "0 0 * * 0"),
    ("@monthly", "0 0 1 * *"),
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
];

impl Cron {
    /// Why not, as the end of a sentence.
    pub fn read(written: &str) -> Result<Self, Text> {
        let named = NAMED.iter().find(|(name, _)| written.trim().eq_ignore_ascii_case(name));
        let fields: Vec<&str> = named.map_or(written, |(_, means)| means).split_whitespace().collect();
        let (seconds, rest) = match fields.len() {
            5 => (1, fields.as_slice()),
            6 => (SECOND.set(fields[0])?, &fields[1..]),
            count => {
                return Err(text!(
                    "it has {count} fields, not five (minute, hour, day of month, month, day of week) or six (seconds in front)",
                    "它有 {count} 個欄位，而不是五個（分、時、日、月、星期）或六個（最前面加秒）"
                ));
            }
        };
        let weekdays = WEEKDAY.set(rest[4])?;
        let cron = Self {
            seconds,
            minutes: MINUTE.set(rest[0])?,
            hours: HOUR.set(rest[1])?,
            days: DAY.set(rest[2])?,
            months: MONTH.set(rest[3])?,
            // 7 is Sunday too.
            weekdays: (weekdays | (weekdays >> 7)) & 0b111_1111,
            any_day: rest[2].starts_with('*'),
            any_weekday: rest[4].starts_with('*'),
        };
        if cron.is_never() {
            return Err(text!("no year has such a day", "任何一年都沒有這樣的日子"));
        }
        Ok(cron)
    }

    /// Only days of the month count, and none of the months is that long.
    fn is_never(&self) -> bool {
        const LONGEST: [u32; 13] = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let first = self.days.trailing_zeros();
        let either = !self.any_day && !self.any_weekday;
        !either && super::bits(self.months).all(|month| first > LONGEST[month as usize])
    }
}

impl Place {
    fn set(&self, field: &str) -> Result<u64, Text> {
        let mut set = 0;
        for part in field.split(',') {
            set |= self.part(part).ok_or_else(|| {
                let Self { name, zh_tw, from, to, .. } = self;
                let part: String = part.chars().take(40).collect();
                text!(
                    "`{part}` is no {name}: use *, {from}-{to}, ranges such as 1-5, lists with commas, or steps such as */5",
                    "`{part}` 不是有效的「{zh_tw}」：請用 *、{from}-{to}、範圍如 1-5、以逗號分隔的清單，或間隔如 */5"
                )
            })?;
        }
        Ok(set)
    }

    fn part(&self, part: &str) -> Option<u64> {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(digits(step).filter(|step| *step >= 1 && *step <= self.to)?)),
            None => (part, None),
        };
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (self.from, if self.to == 7 { 6 } else { self.to }),
            Some((from, to)) => {
                let (from, to) = (self.number(from)?, self.number(to)?);
                // `fri-sun`
                (from, if self.to == 7 && to == 0 && from > 0 { 7 } else { to })
            }
            // `5/10`: from there on.
            None if step.is_some() => (self.number(range)?, if self.to == 7 { 6 } else { self.to }),
            None => (self.number(range)?, self.number(range)?),
        };
        if from > to {
            return None;
        }
        Some((from..=to).step_by(step.unwrap_or(1) as usize).fold(0, |set, number| set | 1 << number))
    }

    fn number(&self, written: &str) -> Option<u32> {
        let word = written.to_ascii_lowercase();
        if let Some(index) = self.words.iter().position(|known| *known == word) {
            return Some(index as u32 + self.from);
        }
        digits(written).filter(|number| (self.from..=self.to).contains(number))
    }
}

/// One or two digits: no sign, no space.
fn digits(written: &str) -> Option<u32> {
    let plain = (1..=2).contains(&written.len()) && written.bytes().all(|digit| digit.is_ascii_digit());
    plain.then(|| written.parse().ok()).flatten()
}
