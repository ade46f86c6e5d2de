//! The form of cron expressions, in the Unix way. When they fire is the runtime's.

use causeway_model::{Text, text};

struct Place {
    name: &'static str,
    from: u32,
    to: u32,
    words: &'static [&'static str],
}

const SECOND: Place = Place { name: "second", from: 0, to: 59, words: &[] };
const UNIX: [Place; 5] = [
    Place { name: "minute", from: 0, to: 59, words: &[] },
    Place { name: "hour", from: 0, to: 23, words: &[] },
    Place { name: "day of month", from: 1, to: 31, words: &[] },
    Place {
        name: "month",
        from: 1,
        to: 12,
        words: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    },
    Place { name: "day of week", from: 0, to: 7, words: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];

/// Five fields (minute, hour, day of month, month, day of week; 0 and 7 are Sunday), or six with seconds in front.
pub(crate) fn check(written: &str) -> Result<(), Text> {
    let fields: Vec<&str> = written.split_whitespace().collect();
    let places: Vec<&Place> = match fields.len() {
        5 => UNIX.iter().collect(),
        6 => std::iter::once(&SECOND).chain(&UNIX).collect(),
        count => {
            return Err(text!(
                "it has {count} fields, not five (minute, hour, day of month, month, day of week) or six (seconds in front)",
                "它有 {count} 個欄位，而不是五個（分、時、日、月、星期）或六個（最前面加秒）"
            ));
        }
    };
    for (field, place) in fields.into_iter().zip(places) {
        for part in field.split(',') {
            if !place.accepts(part) {
                let (name, from, to) = (place.name, place.from, place.to);
                return Err(text!(
                    "`{part}` is no {name}: use *, {from}-{to}, ranges such as 1-5, lists with commas, or steps such as */5",
                    "`{part}` 不是有效的 {name} 欄位：請用 *、{from}-{to}、範圍如 1-5、以逗號分隔的清單，或間隔如 */5"
                ));
            }
        }
    }
    Ok(())
}

impl Place {
    fn accepts(&self, part: &str) -> bool {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (part, None),
        };
        let step_fits = step
            .is_none_or(|step| step.parse::<u32>().is_ok_and(|step| (1..=self.to.max(1)).contains(&step)));
        let range_fits = range == "*"
            || match range.split_once('-') {
                Some((from, to)) => {
                    matches!((self.number(from), self.number(to)), (Some(from), Some(to)) if from <= to)
                }
                None => self.number(range).is_some(),
            };
        step_fits && range_fits
    }

    fn number(&self, written: &str) -> Option<u32> {
        let word = written.to_ascii_lowercase();
        if let Some(index) = self.words.iter().position(|known| *known == word) {
            return Some(index as u32 + self.from);
        }
        let digits =
            !written.is_empty() && written.len() <= 2 && written.bytes().all(|digit| digit.is_ascii_digit());
        written.parse().ok().filter(|number| digits && (self.from..=self.to).contains(number))
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn the_unix_form_is_understood() {
        for good in
            ["0 2 * * *", "*/15 9-18 * * 1-5", "0 0 1,15 jan-jun Mon,FRI", "30 0 8 * * 7", "5/10 * * * 0"]
        {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "* * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 8",
            "*/0 * * * *",
            "5-1 * * * *",
            "a * * * *",
            "1,,2 * * * *",
            "* * * * * * *",
            "+5 * * * *",
            "* * L * *",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
