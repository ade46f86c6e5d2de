//! The off-peak window of a flow: when its runs may begin.

use causeway_model::{Fault, Time, Window, text};
use chrono::{DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;

use crate::cron::timezone;
use crate::faults::suggest;
use crate::parse::shortened;
use crate::specs::triggers::TIMEZONE;

/// As chrono counts them from Monday.
pub(crate) const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanWindow {
    from: NaiveTime,
    /// Of the next day where it is not after `from`.
    to: NaiveTime,
    zone: Tz,
    /// Whether it opens on a day, from Monday on.
    days: [bool; 7],
}

impl PlanWindow {
    /// Every fault, or the window.
    pub(crate) fn read(written: &Window) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut time = |name: &str, written: &str| {
            let read = NaiveTime::parse_from_str(written, "%H:%M").ok().filter(|_| written.len() == 5);
            if read.is_none() {
                let shown = shortened(written);
                let message = text!("`{shown}` is no time of day.", "`{shown}` 不是有效的時刻。");
                let fix = text!("Write hours and minutes, such as `22:00`.", "請寫時與分，例如 `22:00`。");
                faults.push(
                    Fault::error("invalid_time", format!("/settings/window/{name}"), message).with_fix(fix),
                );
            }
            read
        };
        let (from, to) = (time("from", &written.from), time("to", &written.to));
        let name = written.timezone.as_deref().unwrap_or(TIMEZONE);
        let zone = timezone(name);
        if zone.is_none() {
            let shown = shortened(name);
            let message = text!("There is no time zone `{shown}`.", "沒有時區 `{shown}`。");
            let fix =
                text!("Use an IANA name such as `Asia/Taipei`.", "請用 IANA 名稱，例如 `Asia/Taipei`。");
            faults.push(Fault::error("unknown_timezone", "/settings/window/timezone", message).with_fix(fix));
        }
        let mut days = [written.days.is_empty(); 7];
        for (at, day) in written.days.iter().enumerate() {
            if let Some(known) = DAYS.iter().position(|known| known == day) {
                days[known] = true;
                continue;
            }
            let shown = shortened(day);
            let message = text!("`{shown}` is no day.", "`{shown}` 不是有效的星期。");
            let mut fault = Fault::error("invalid_value", format!("/settings/window/days/{at}"), message);
            let list = DAYS.join(", ");
            fault.fix = suggest(day, DAYS.iter().copied())
                .or_else(|| Some(text!("Use one of {list}.", "請用其中之一：{list}。")));
            faults.push(fault);
        }
        match (from, to, zone) {
            (Some(from), Some(to), Some(zone)) if faults.is_empty() => Ok(Self { from, to, zone, days }),
            _ => Err(faults),
        }
    }

    /// When a run that is accepted now may begin; `None`: at once.
    pub fn opens(&self, now: Time) -> Option<Time> {
        let today = now.to_datetime().with_timezone(&self.zone).date_naive();
        // Yesterday's may still be open.
        let first = today.pred_opt()?;
        for day in (0..=9).filter_map(|days| first.checked_add_days(Days::new(days))) {
            if !self.days[day.weekday().num_days_from_monday() as usize] {
                continue;
            }
            let last = if self.to > self.from { day } else { day.succ_opt()? };
            let (from, to) = (self.moment(day, self.from)?, self.moment(last, self.to)?);
            if now < to {
                return (now < from).then_some(from);
            }
        }
        None
    }

    /// The first of a doubled hour; right after the hole for what falls into it.
    fn moment(&self, day: NaiveDate, time: NaiveTime) -> Option<Time> {
        let mut local = day.and_time(time);
        for _ in 0..200 {
            match self.zone.from_local_datetime(&local) {
                LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => {
                    let at: DateTime<chrono::Utc> = at.to_utc();
                    return Some(at.into());
                }
                LocalResult::None => local += TimeDelta::minutes(15),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(from: &str, to: &str, days: &[&str]) -> PlanWindow {
        let days = days.iter().map(|day| (*day).to_owned()).collect();
        let window = Window { from: from.into(), to: to.into(), timezone: None, days };
        PlanWindow::read(&window).expect("reads")
    }

    fn opens(window: &PlanWindow, now: &str) -> Option<String> {
        let at = window.opens(now.parse().expect("a time"))?;
        Some(at.to_datetime().with_timezone(&chrono_tz::Asia::Taipei).format("%a %m-%d %H:%M").to_string())
    }

    #[test]
    fn it_goes_over_midnight() {
        let night = window("22:00", "06:00", &[]);
        assert_eq!(opens(&night, "2026-01-01T21:59:59+08:00").as_deref(), Some("Thu 01-01 22:00"));
        for inside in ["2026-01-01T22:00:00+08:00", "2026-01-02T00:00:00+08:00", "2026-01-02T05:59:59+08:00"]
        {
            assert_eq!(opens(&night, inside), None, "{inside}");
        }
        assert_eq!(opens(&night, "2026-01-02T06:00:00+08:00").as_deref(), Some("Fri 01-02 22:00"));
    }

    #[test]
    fn days_are_those_on_which_it_opens() {
        let weekend = window("22:00", "06:00", &["fri", "sat"]);
        assert_eq!(opens(&weekend, "2026-01-01T23:00:00+08:00").as_deref(), Some("Fri 01-02 22:00"));
        assert_eq!(opens(&weekend, "2026-01-04T05:00:00+08:00"), None, "Saturday's lasts into Sunday");
        assert_eq!(opens(&weekend, "2026-01-04T06:00:00+08:00").as_deref(), Some("Fri 01-09 22:00"));
        let whole = window("00:00", "00:00", &["mon"]);
        assert_eq!(opens(&whole, "2026-01-05T23:59:00+08:00"), None);
        assert_eq!(opens(&whole, "2026-01-06T00:00:00+08:00").as_deref(), Some("Mon 01-12 00:00"));
    }

    #[test]
    fn every_fault_is_told() {
        let window = Window {
            from: "25:00".into(),
            to: "6".into(),
            timezone: Some("Taipei".into()),
            days: vec!["mo".into()],
        };
        let faults = PlanWindow::read(&window).expect_err("faults");
        let codes: Vec<&str> = faults.iter().map(|fault| fault.code.as_str()).collect();
        assert_eq!(codes, ["invalid_time", "invalid_time", "unknown_timezone", "invalid_value"]);
        assert!(faults.iter().all(|fault| fault.fix.is_some()));
    }
}
