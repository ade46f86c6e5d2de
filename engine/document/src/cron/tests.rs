//! Against an oracle that asks each second, and the sentences that people read.

use causeway_model::Time;
use chrono::{DateTime, Datelike, TimeZone, Timelike};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::times::offset;
use super::{Cron, Times};

fn times(line: &str) -> Times {
    Times::Cron(Cron::read(line).unwrap_or_else(|why| panic!("{line}: {why}")))
}

fn next(line: &str, zone: Tz, after: &str, count: usize) -> Vec<String> {
    let after: Time = after.parse().expect("a time");
    times(line)
        .after(zone, after)
        .take(count)
        .map(|at| at.to_datetime().with_timezone(&zone).format("%a %m-%d %H:%M:%S%:::z").to_string())
        .collect()
}

const TAIPEI: Tz = chrono_tz::Asia::Taipei;
const BERLIN: Tz = chrono_tz::Europe::Berlin;

#[test]
fn the_unix_form_is_understood() {
    for good in [
        "0 2 * * *",
        "*/15 9-18 * * 1-5",
        "0 0 1,15 jan-jun Mon,FRI",
        "30 0 8 * * 7",
        "5/10 * * * 0",
        "0 9 * * fri-sun",
        "@daily",
        "0 0 31 2 1",
    ] {
        assert!(Cron::read(good).is_ok(), "{good}");
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
        "0 0 31 2 *",
        "0 0 30 feb *",
        "0 0 31 4,6 *",
        "@never",
        "1-2-3 * * * *",
        "*/5/5 * * * *",
        "１ * * * *",
    ] {
        assert!(Cron::read(bad).is_err(), "{bad}");
    }
}

#[test]
fn days_mean_what_they_mean_on_unix() {
    // 2026-01-01 is a Thursday.
    let new_year = "2026-01-01T00:00:00+08:00";
    let at = |line, count| next(line, TAIPEI, new_year, count);
    assert_eq!(
        at("30 8 * * 1-5", 3),
        ["Thu 01-01 08:30:00+08", "Fri 01-02 08:30:00+08", "Mon 01-05 08:30:00+08"]
    );
    assert_eq!(at("0 9 * * 0", 1), at("0 9 * * 7", 1));
    assert_eq!(
        at("0 9 * * 5-7", 3),
        ["Fri 01-02 09:00:00+08", "Sat 01-03 09:00:00+08", "Sun 01-04 09:00:00+08"]
    );
    assert_eq!(at("*/20 * * * * *", 2), ["Thu 01-01 00:00:20+08", "Thu 01-01 00:00:40+08"]);
    assert_eq!(
        at("0 0 13 * 5", 4),
        ["Fri 01-02 00:00:00+08", "Fri 01-09 00:00:00+08", "Tue 01-13 00:00:00+08", "Fri 01-16 00:00:00+08"]
    );
    assert_eq!(at("0 0 */2 * 5", 2), ["Fri 01-09 00:00:00+08", "Fri 01-23 00:00:00+08"]);
    assert_eq!(at("0 0 29 2 *", 1), ["Tue 02-29 00:00:00+08"]);
    assert_eq!(
        times("0 0 29 2 *").next(TAIPEI, Time(4_080_000_000_000)).map(|at| at.to_datetime().year()),
        Some(2104)
    );
}

#[test]
fn in_spring_what_falls_into_the_hole_fires_once_right_after_it() {
    // 02:00 becomes 03:00 on 29 March 2026.
    let at = |line, count| next(line, BERLIN, "2026-03-28T20:00:00Z", count);
    assert_eq!(at("30 2 * * *", 2), ["Sun 03-29 03:00:00+02", "Mon 03-30 02:30:00+02"]);
    assert_eq!(
        at("0,30 2,3 * * *", 4),
        ["Sun 03-29 03:00:00+02", "Sun 03-29 03:30:00+02", "Mon 03-30 02:00:00+02", "Mon 03-30 02:30:00+02"]
    );
    let before = next("30 2 * * *", BERLIN, "2026-03-29T00:59:59Z", 1);
    assert_eq!(before, ["Sun 03-29 03:00:00+02"], "asked in the last second before");
    assert_eq!(next("30 2 * * *", BERLIN, "2026-03-29T01:00:00Z", 1), ["Mon 03-30 02:30:00+02"], "not twice");
    assert_eq!(
        next("30 * * * *", BERLIN, "2026-03-29T00:00:00Z", 2),
        ["Sun 03-29 01:30:00+01", "Sun 03-29 03:30:00+02"]
    );
}

#[test]
fn in_autumn_what_falls_into_the_doubled_hour_fires_once() {
    // 03:00 becomes 02:00 on 25 October 2026.
    let at = |line, count| next(line, BERLIN, "2026-10-24T20:00:00Z", count);
    assert_eq!(at("30 2 * * *", 2), ["Sun 10-25 02:30:00+02", "Mon 10-26 02:30:00+01"]);
    assert_eq!(
        next("30 2 * * *", BERLIN, "2026-10-25T01:10:00Z", 1),
        ["Mon 10-26 02:30:00+01"],
        "asked in between"
    );
    assert_eq!(at("0 3 * * *", 1), ["Sun 10-25 03:00:00+01"]);
    assert_eq!(
        next("30 * * * *", BERLIN, "2026-10-25T00:00:00Z", 3),
        ["Sun 10-25 02:30:00+02", "Sun 10-25 02:30:00+01", "Sun 10-25 03:30:00+01"],
        "what runs through every hour goes by real time"
    );
}

#[test]
fn a_fixed_step_counts_from_the_zones_midnight() {
    let every = |minutes: u64| Times::Every(minutes * 60_000);
    let after: Time = "2026-01-01T00:07:00+08:00".parse().expect("a time");
    let shown = |times: Times| times.next(TAIPEI, after).expect("a time").to_string();
    assert_eq!(shown(every(15)), "2025-12-31T16:15:00.000Z");
    assert_eq!(shown(every(24 * 60)), "2026-01-01T16:00:00.000Z", "midnight in Taipei");
    assert_eq!(Times::Every(0).next(TAIPEI, after), None);
}

#[test]
fn the_newest_of_many_are_found() {
    let (from, until) = (Time(0), Time(1_700_000_000_000));
    let newest = times("* * * * * *").newest(TAIPEI, from, until, 3);
    assert_eq!(newest, [Time(1_699_999_998_000), Time(1_699_999_999_000), until]);
    assert_eq!(times("0 0 1 1 *").newest(TAIPEI, Time(1_690_000_000_000), until, 3), []);
    assert_eq!(times("0 0 1 1 *").newest(TAIPEI, Time(1_600_000_000_000), until, 10).len(), 3);
}

/// What fires in `[from, until)`, asked second by second.
fn oracle(cron: &Cron, zone: Tz, from: i64, until: i64) -> Vec<i64> {
    let names = |local: i64| {
        let at = DateTime::from_timestamp(local, 0).expect("a time").naive_utc();
        let has = |set: u64, value: u32| set & (1 << value) != 0;
        let times =
            has(cron.seconds, at.second()) && has(cron.minutes, at.minute()) && has(cron.hours, at.hour());
        times && cron.has_day(at.date())
    };
    let steady = cron.every_hour();
    let mut fires = Vec::new();
    for at in from..until {
        let (now, before) = (offset(zone, at).expect("an offset"), offset(zone, at - 1).expect("an offset"));
        let hole = !steady && now > before && (at + before..at + now).any(names);
        let local = DateTime::from_timestamp(at + now, 0).expect("a time").naive_utc();
        let again = zone.from_local_datetime(&local).earliest().is_some_and(|first| first.timestamp() != at);
        if hole || (names(at + now) && (steady || !again)) {
            fires.push(at);
        }
    }
    fires
}

fn field(from: u32, to: u32) -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just("*".to_owned()),
        2 => (from..=to).prop_map(|at| at.to_string()),
        2 => (1..=to).prop_map(|step| format!("*/{step}")),
        1 => (from..=to, from..=to).prop_map(|(a, b)| format!("{}-{}", a.min(b), a.max(b))),
        1 => (from..=to, from..=to).prop_map(|(a, b)| format!("{a},{b}")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn times_are_those_that_asking_each_second_finds(
        fields in (field(0, 59), field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7)),
        zone in prop::sample::select(vec![TAIPEI, BERLIN, chrono_tz::Australia::Lord_Howe, chrono_tz::America::New_York]),
        // Around the changes of 2026 in Berlin, New York and on Lord Howe Island, and in between.
        day in prop::sample::select(vec!["2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2026-04-05", "2026-10-04", "2026-07-15"]),
    ) {
        let (second, minute, hour, date, month, weekday) = fields;
        let line = format!("{second} {minute} {hour} {date} {month} {weekday}");
        let Ok(cron) = Cron::read(&line) else { return Ok(()) };
        let from: Time = format!("{day}T00:00:00Z").parse().expect("a time");
        let (from, until) = (from.millis() / 1000 - 36_000, from.millis() / 1000 + 100_000);
        let wanted = oracle(&cron, zone, from, until);
        let mut found = Vec::new();
        let mut last = from - 1;
        while let Some(at) = cron.next(zone, last).filter(|at| *at < until) {
            found.push(at);
            last = at;
        }
        prop_assert_eq!(found, wanted, "{}", line);
    }
}

#[test]
fn sentences_say_what_is_meant() {
    let said: Vec<String> = SENTENCES
        .iter()
        .map(|(line, ..)| {
            let text = times(line).sentence("Asia/Taipei");
            format!("{line} | {} | {}", text.en, text.zh_tw)
        })
        .collect();
    let wanted: Vec<String> = SENTENCES
        .iter()
        .map(|(line, en, zh)| format!("{line} | {en}, Asia/Taipei | {zh}（Asia/Taipei）"))
        .collect();
    assert_eq!(said, wanted, "{}", said.join("\n"));
    let every = |millis| Times::Every(millis).sentence("UTC");
    assert_eq!(
        (every(900_000).en, every(900_000).zh_tw),
        ("Every 15 minutes, UTC".into(), "每 15 分鐘（UTC）".into())
    );
    assert_eq!(
        (every(86_400_000).en, every(86_400_000).zh_tw),
        ("Every day, UTC".into(), "每天（UTC）".into())
    );
}

const SENTENCES: &[(&str, &str, &str)] = &[
    ("30 9 * * 1-5", "At 09:30 from Monday to Friday", "每週一至週五 09:30"),
    ("0 2 * * *", "At 02:00 every day", "每天 02:00"),
    ("0 9,18 * * *", "At 09:00 and 18:00 every day", "每天 09:00、18:00"),
    ("* * * * *", "Every minute", "每分鐘"),
    ("*/15 * * * *", "Every 15 minutes", "每 15 分鐘"),
    ("0 * * * *", "At minute 0 of every hour", "每小時第 0 分"),
    ("30 * * * *", "At minute 30 of every hour", "每小時第 30 分"),
    ("5,35 * * * *", "At minutes 5 and 35 of every hour", "每小時第 5、35 分"),
    (
        "*/15 9-18 * * 1-5",
        "Every 15 minutes from 09:00 to 18:59 from Monday to Friday",
        "每週一至週五，09:00 至 18:59，每 15 分鐘",
    ),
    ("0 9-18 * * *", "At minute 0 of every hour from 9 to 18", "9 點至 18 點，每小時第 0 分"),
    ("0 */2 * * *", "At minute 0 of every 2nd hour", "每 2 小時，第 0 分"),
    ("0 */3 * * *", "At minute 0 of every 3rd hour", "每 3 小時，第 0 分"),
    ("0 */6 * * *", "At 00:00, 06:00, 12:00 and 18:00 every day", "每天 00:00、06:00、12:00、18:00"),
    (
        "*/10 8 * * *",
        "At 08:00, 08:10, 08:20, 08:30, 08:40 and 08:50 every day",
        "每天 08:00、08:10、08:20、08:30、08:40、08:50",
    ),
    ("*/5 8,20 * * *", "Every 5 minutes of hours 8 and 20", "8 點、20 點，每 5 分鐘"),
    ("* * * * * *", "Every second", "每秒"),
    ("*/20 * * * * *", "Every 20 seconds", "每 20 秒"),
    ("30 0 8 * * *", "At 08:00:30 every day", "每天 08:00:30"),
    ("5 * * * * *", "At second 5 of every minute", "每分鐘的第 5 秒"),
    ("0 0 1 * *", "At 00:00 on day 1 of the month", "每月 1 日 00:00"),
    ("0 8 1,15 * *", "At 08:00 on days 1 and 15 of the month", "每月 1 日與 15 日 08:00"),
    ("0 8 1-7 * *", "At 08:00 on days 1 to 7 of the month", "每月 1 日至 7 日 08:00"),
    ("0 9 * * 0", "At 09:00 on Sunday", "每週日 09:00"),
    ("0 9 * * 7", "At 09:00 on Sunday", "每週日 09:00"),
    ("0 9 * * 1,3,5", "At 09:00 on Monday, Wednesday and Friday", "每週一、週三與週五 09:00"),
    ("0 9 * * sat,sun", "At 09:00 on Saturday and Sunday", "每週六與週日 09:00"),
    ("0 9 * * fri-sun", "At 09:00 from Friday to Sunday", "每週五至週日 09:00"),
    ("0 0 1 1 *", "At 00:00 on day 1 of the month in January", "每年 1 月 1 日 00:00"),
    ("0 9 15 1-6 *", "At 09:00 on day 15 of the month from January to June", "每年 1 月至 6 月 15 日 09:00"),
    ("0 9 * 3,9 1", "At 09:00 on Monday in March and September", "每年 3 月與 9 月的每週一 09:00"),
    ("0 9 * 12 *", "At 09:00 every day in December", "每年 12 月每天 09:00"),
    ("0 9 1 * 1", "At 09:00 on day 1 of the month or on Monday", "每月 1 日或每週一 09:00"),
    (
        "0 9 */10 * 1",
        "At 09:00 on days 1, 11, 21 and 31 of the month that are on Monday",
        "每月 1 日、11 日、21 日與 31 日且為每週一 09:00",
    ),
    ("@weekly", "At 00:00 on Sunday", "每週日 00:00"),
    ("0-10 9 * * *", "Every minute from 0 to 10 of hour 9", "9 點，第 0 至 10 分，每分鐘"),
];
