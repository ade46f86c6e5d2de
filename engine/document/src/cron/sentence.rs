//! What an expression means, in a sentence: `At 09:30 from Monday to Friday`, 「每週一至週五 09:30」.

use causeway_model::{Span, Text, text};

use super::{ALL_HOURS, ALL_MONTHS, ALL_SIXTY, Cron, Times, bits};

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const WEEKDAYS_ZH: [&str; 7] = ["日", "一", "二", "三", "四", "五", "六"];
const MONTHS: [&str; 13] = [
    "",
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// More clock times than this are told as minutes and hours.
const MOST_CLOCK_TIMES: u32 = 6;

impl Times {
    /// With the zone's name.
    pub fn sentence(&self, zone: &str) -> Text {
        let Text { en, zh_tw } = match self {
            Self::Cron(cron) => cron.sentence(),
            Self::Every(step) => every(Span::from_millis(*step)),
        };
        text!("{en}, {zone}", "{zh_tw}（{zone}）")
    }
}

fn every(step: Span) -> Text {
    let millis = step.millis();
    let units = [
        (86_400_000, "day", "天"),
        (3_600_000, "hour", "小時"),
        (60_000, "minute", "分鐘"),
        (1000, "second", "秒"),
        (1, "millisecond", "毫秒"),
    ];
    let (size, en, zh) = units
        .into_iter()
        .find(|(size, ..)| millis >= *size && millis.is_multiple_of(*size))
        .unwrap_or(units[4]);
    match millis / size {
        1 if en == "day" => text!("Every {en}", "每天"),
        1 => text!("Every {en}", "每{zh}"),
        count => text!("Every {count} {en}s", "每 {count} {zh}"),
    }
}

impl Cron {
    fn sentence(&self) -> Text {
        let time = self.time();
        let days = self.dates();
        match (time, days) {
            (Time::Clock(at), None) => {
                Text { en: format!("At {} every day", at.en), zh_tw: format!("每天 {}", at.zh_tw) }
            }
            (Time::Clock(at), Some(days)) => Text {
                en: format!("At {} {}", at.en, days.en),
                zh_tw: format!("{} {}", days.zh_tw, at.zh_tw),
            },
            (Time::Pace(pace), None) => pace,
            (Time::Pace(pace), Some(days)) => Text {
                en: format!("{} {}", pace.en, days.en),
                zh_tw: format!("{}，{}", days.zh_tw, pace.zh_tw),
            },
        }
    }

    fn time(&self) -> Time {
        let on_the_minute = self.seconds == 1;
        let counts = self.minutes.count_ones() * self.hours.count_ones() * self.seconds.count_ones();
        if counts <= MOST_CLOCK_TIMES {
            let mut times = Vec::new();
            for hour in bits(self.hours) {
                for minute in bits(self.minutes) {
                    for second in bits(self.seconds) {
                        times.push(if on_the_minute {
                            format!("{hour:02}:{minute:02}")
                        } else {
                            format!("{hour:02}:{minute:02}:{second:02}")
                        });
                    }
                }
            }
            return Time::Clock(Text { en: list(&times, ", ", " and "), zh_tw: list(&times, "、", "、") });
        }
        let seconds = (!on_the_minute).then(|| paced(self.seconds, ALL_SIXTY, 60, ("second", "秒")));
        let all_minutes = self.minutes == ALL_SIXTY;
        let minutes = match (&seconds, all_minutes) {
            (Some(seconds), true) if seconds.steady => None,
            _ => Some(paced(self.minutes, ALL_SIXTY, 60, ("minute", "分"))),
        };
        let hours = self
            .hour_part(self.minutes.count_ones() == 1 || minutes.as_ref().is_some_and(|part| !part.steady));
        let parts: Vec<Part> = [seconds, minutes].into_iter().flatten().collect();
        let en: Vec<&str> = parts.iter().map(|part| part.text.en.as_str()).collect();
        let en = en.join(" of ");
        // Chinese goes from the large to the small.
        let zh: Vec<&str> = parts.iter().rev().map(|part| part.text.zh_tw.as_str()).collect();
        let zh = zh.join("的");
        let en = capitalised(&en);
        Time::Pace(match hours {
            None if parts.last().is_some_and(|part| part.steady) => Text { en, zh_tw: zh },
            None => text!("{en} of every hour", "每小時{zh}"),
            Some(hours) => Text { en: format!("{en} {}", hours.en), zh_tw: format!("{}{zh}", hours.zh_tw) },
        })
    }

    /// `named`: the minutes are named, so the hours stand as hours and not as a stretch of time.
    fn hour_part(&self, named: bool) -> Option<Text> {
        if self.hours == ALL_HOURS {
            return None;
        }
        let hours: Vec<u32> = bits(self.hours).collect();
        let (first, last) = (hours[0], hours[hours.len() - 1]);
        if let Some(step) = step_of(self.hours, 24).filter(|step| *step > 1) {
            let nth = ordinal(step);
            return Some(text!("of every {nth} hour", "每 {step} 小時，"));
        }
        if hours.len() > 1 && last - first + 1 == hours.len() as u32 {
            return Some(if named {
                text!("of every hour from {first} to {last}", "{first} 點至 {last} 點，每小時")
            } else {
                text!("from {first:02}:00 to {last:02}:59", "{first:02}:00 至 {last:02}:59，")
            });
        }
        let names: Vec<String> = hours.iter().map(u32::to_string).collect();
        let zh_names: Vec<String> = hours.iter().map(|hour| format!("{hour} 點")).collect();
        let (en, zh) = (list(&names, ", ", " and "), list(&zh_names, "、", "、"));
        let hour = if hours.len() == 1 { "hour" } else { "hours" };
        Some(text!("of {hour} {en}", "{zh}，"))
    }

    /// `None`: every day.
    fn dates(&self) -> Option<Text> {
        let months = (self.months != ALL_MONTHS).then(|| self.month_part());
        let all_days = self.days == 0xffff_fffe;
        let all_weekdays = self.weekdays == 0b111_1111;
        let day = (!all_days).then(|| self.day_part());
        let weekday = (!all_weekdays).then(|| self.weekday_part());
        let either = !self.any_day && !self.any_weekday;
        let days = match (day, weekday) {
            // Either is enough, and one of them is every day.
            (Some(_), None) | (None, Some(_)) if either => None,
            (None, None) => None,
            (Some(day), None) => Some(day),
            (None, Some(weekday)) => Some(weekday),
            (Some(day), Some(weekday)) if either => {
                let en = format!("{} or {}", day.en, weekday.en);
                Some(Text { en, zh_tw: format!("{}或{}", day.zh_tw, weekday.zh_tw) })
            }
            (Some(day), Some(weekday)) => {
                let en = format!("{} that are {}", day.en, weekday.en);
                Some(Text { en, zh_tw: format!("{}且為{}", day.zh_tw, weekday.zh_tw) })
            }
        };
        match (days, months) {
            (days, None) => days,
            (None, Some(months)) => Some(Text {
                en: format!("every day {}", months.en),
                zh_tw: format!("每年 {}每天", months.zh_tw),
            }),
            (Some(days), Some(months)) => {
                // 「每年 1 月 1 日」, not 「1 月的每月 1 日」.
                let zh_days = days
                    .zh_tw
                    .strip_prefix("每月")
                    .map_or_else(|| format!("的{}", days.zh_tw), str::to_owned);
                let en = format!("{} {}", days.en, months.en);
                Some(Text { en, zh_tw: format!("每年 {}{zh_days}", months.zh_tw) })
            }
        }
    }

    fn day_part(&self) -> Text {
        let days: Vec<u32> = bits(self.days).collect();
        if let Some((first, last)) = stretch(&days) {
            return text!("on days {first} to {last} of the month", "每月 {first} 日至 {last} 日");
        }
        let names: Vec<String> = days.iter().map(u32::to_string).collect();
        let zh_names: Vec<String> = days.iter().map(|day| format!("{day} 日")).collect();
        let (en, zh) = (list(&names, ", ", " and "), list(&zh_names, "、", "與 "));
        let word = if days.len() == 1 { "day" } else { "days" };
        text!("on {word} {en} of the month", "每月 {zh}")
    }

    fn weekday_part(&self) -> Text {
        // The week begins on Monday.
        let mut days: Vec<u32> = bits(self.weekdays).filter(|day| *day > 0).collect();
        if self.weekdays & 1 != 0 {
            days.push(7);
        }
        let name = |day: u32| WEEKDAYS[day as usize % 7];
        let zh_name = |day: u32| format!("週{}", WEEKDAYS_ZH[day as usize % 7]);
        if let Some((first, last)) = stretch(&days) {
            let (first_zh, last_zh) = (zh_name(first), zh_name(last));
            let (first, last) = (name(first), name(last));
            return text!("from {first} to {last}", "每{first_zh}至{last_zh}");
        }
        let names: Vec<&str> = days.iter().map(|day| name(*day)).collect();
        let zh_names: Vec<String> = days.iter().map(|day| zh_name(*day)).collect();
        let (en, zh) = (list(&names, ", ", " and "), list(&zh_names, "、", "與"));
        text!("on {en}", "每{zh}")
    }

    fn month_part(&self) -> Text {
        let months: Vec<u32> = bits(self.months).collect();
        if let Some((first, last)) = stretch(&months) {
            let (en_first, en_last) = (MONTHS[first as usize], MONTHS[last as usize]);
            return text!("from {en_first} to {en_last}", "{first} 月至 {last} 月");
        }
        let names: Vec<&str> = months.iter().map(|month| MONTHS[*month as usize]).collect();
        let zh_names: Vec<String> = months.iter().map(|month| format!("{month} 月")).collect();
        let (en, zh) = (list(&names, ", ", " and "), list(&zh_names, "、", "與 "));
        text!("in {en}", "{zh}")
    }
}

enum Time {
    Clock(Text),
    Pace(Text),
}

struct Part {
    text: Text,
    /// `every 5 minutes` and the like, which need no `of every hour`.
    steady: bool,
}

fn paced(set: u64, all: u64, size: u32, (en, zh): (&str, &str)) -> Part {
    // 「秒」 counts as it is, 「分」 as 「分鐘」.
    let length = if zh == "分" { "分鐘" } else { zh };
    if set == all {
        return Part { text: text!("every {en}", "每{length}"), steady: true };
    }
    if let Some(step) = step_of(set, size) {
        return Part { text: text!("every {step} {en}s", "每 {step} {length}"), steady: true };
    }
    let values: Vec<u32> = bits(set).collect();
    if let Some((first, last)) = stretch(&values) {
        let text = text!("every {en} from {first} to {last}", "第 {first} 至 {last} {zh}，每{length}");
        return Part { text, steady: false };
    }
    let names: Vec<String> = values.iter().map(u32::to_string).collect();
    let (names, zh_names) = (list(&names, ", ", " and "), list(&names, "、", "、"));
    let plural = if values.len() == 1 { "" } else { "s" };
    Part { text: text!("at {en}{plural} {names}", "第 {zh_names} {zh}"), steady: false }
}

/// From 0 on in steps that the whole is a multiple of.
fn step_of(set: u64, size: u32) -> Option<u32> {
    let mut values = bits(set);
    let (first, second) = (values.next()?, values.next()?);
    let step = second;
    let even = first == 0 && size.is_multiple_of(step);
    (even && bits(set).eq((0..size).step_by(step as usize))).then_some(step)
}

/// Three or more without a gap.
fn stretch(values: &[u32]) -> Option<(u32, u32)> {
    let (first, last) = (*values.first()?, *values.last()?);
    (values.len() > 2 && last - first + 1 == values.len() as u32).then_some((first, last))
}

fn list<T: AsRef<str>>(items: &[T], comma: &str, last: &str) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    match items.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).to_owned(),
        Some((end, before)) => format!("{}{last}{end}", before.join(comma)),
    }
}

fn ordinal(number: u32) -> String {
    let ending = match number {
        2 => "nd",
        3 => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
