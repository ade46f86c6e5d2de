//! Days and moments, as text: `2026-11-22`, `2026-11-22T09:30:00+08:00`. The clock is the run's, never the machine's.

use causeway_model::text;
use chrono::{
    DateTime, Datelike, Months, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta, TimeZone,
    Timelike, Utc,
};
use chrono_tz::Tz;
use rhai::{Dynamic, INT, Map};

use super::dates_read::{Moment, read};
use super::{Arguments, Function, Group};
use crate::evaluation;
use crate::fault::{Fault, Result};

pub(super) static GROUP: Group = Group {
    name: "dates",
    en: "Dates and times",
    zh: "日期與時間",
    functions: &[
        Function::new(
            "now(zone?) -> moment",
            "When the step became ready, in UTC or in a zone such as `Asia/Taipei`. It stays the same however often the step is repeated.",
            "步驟準備好執行的時間，預設為 UTC，可指定時區如 `Asia/Taipei`。步驟重複執行時維持不變。",
            &[("now() == now()", "true")],
            |a| {
                let now =
                    evaluation::now().ok_or_else(|| a.fail("there is no run", "目前沒有執行"))?.to_datetime();
                if a.has(0) {
                    Ok(zoned(&now.with_timezone(&zone(a, 0)?)).into())
                } else {
                    Ok(utc(&now).into())
                }
            },
        ),
        Function::new(
            "today(zone?) -> day",
            "The day of `now()` in the zone (`Asia/Taipei`).",
            "`now()` 在該時區（預設 `Asia/Taipei`）的日期。",
            &[(r#"today("UTC") == date(now(), "UTC")"#, "true")],
            |a| {
                let now =
                    evaluation::now().ok_or_else(|| a.fail("there is no run", "目前沒有執行"))?.to_datetime();
                Ok(now.with_timezone(&zone(a, 0)?).date_naive().to_string().into())
            },
        ),
        Function::new(
            "date(value, zone?) -> day",
            "The day in a text: `2026/11/22`, `20261122`, `民國115年11月22日`, `115/11/22`, or the day of a moment in the zone (`Asia/Taipei`).",
            "讀出日期：`2026/11/22`、`20261122`、`民國115年11月22日`、`115/11/22`，或某時間點在該時區（預設 `Asia/Taipei`）的日期。",
            &[
                (r#"date("2026/11/2")"#, r#""2026-11-02""#),
                (r#"date("民國115年11月22日")"#, r#""2026-11-22""#),
                (r#"date("2026-11-22T20:00:00Z")"#, r#""2026-11-23""#),
            ],
            |a| Ok(day(a, 0, 1)?.to_string().into()),
        ),
        Function::new(
            "time(value, zone?) -> moment",
            "The moment in a text, in UTC. A text without an offset is taken to be in the zone (`Asia/Taipei`); seconds or milliseconds since 1970 are understood too.",
            "讀出時間點（UTC）。沒有時差的文字視為該時區（預設 `Asia/Taipei`）；也看得懂 1970 年起的秒數或毫秒數。",
            &[
                (r#"time("2026-11-22 09:30")"#, r#""2026-11-22T01:30:00Z""#),
                ("time(1790000000)", r#""2026-09-21T14:13:20Z""#),
            ],
            |a| Ok(utc(&moment(a, 0, 1)?).into()),
        ),
        Function::new(
            "in_zone(moment, zone) -> moment",
            "The same moment with the offset of a zone.",
            "以某時區的時差表示同一時間點。",
            &[(r#"in_zone("2026-11-22T01:30:00Z", "Asia/Taipei")"#, r#""2026-11-22T09:30:00+08:00""#)],
            |a| {
                let zone = zone(a, 1)?;
                Ok(zoned(&moment(a, 0, 1)?.with_timezone(&zone)).into())
            },
        ),
        Function::new(
            "format_date(value, format, zone?) -> text",
            "As text, in the zone (`Asia/Taipei`). The format has `yyyy MM dd HH mm ss SSS`, `yyy` (ROC year), `EEE` (星期) or, with `%`, strftime's signs.",
            "依格式寫成文字，時區預設 `Asia/Taipei`。格式可用 `yyyy MM dd HH mm ss SSS`、`yyy`（民國年）、`EEE`（星期），或含 `%` 的 strftime 格式。",
            &[
                (r#"format_date("2026-11-22T01:30:00Z", "yyyy/MM/dd HH:mm")"#, r#""2026/11/22 09:30""#),
                (r#"format_date("2026-11-22", "yyy年M月d日 EEE")"#, r#""115年11月22日 星期日""#),
                (r#"format_date("2026-11-22", "%Y%m%d")"#, r#""20261122""#),
            ],
            format_date,
        ),
        Function::new(
            "parse_date(text, format, zone?) -> day or moment",
            "Reads a text by a format of strftime's signs: a day, or a moment where the format has a time.",
            "依 strftime 格式讀取文字：得到日期，格式含時間則得到時間點。",
            &[(r#"parse_date("22.11.2026", "%d.%m.%Y")"#, r#""2026-11-22""#)],
            parse_date,
        ),
        Function::new(
            "add_time(value, amount, unit) -> day or moment",
            "Later (or, with a negative amount, earlier) by `seconds`, `minutes`, `hours`, `days`, `weeks`, `months` or `years`. Months end on their last day where there is no such day.",
            "往後（負數為往前）推移：`seconds`、`minutes`、`hours`、`days`、`weeks`、`months`、`years`。該月沒有那一天時取月底。",
            &[
                (r#"add_time("2026-01-31", 1, "months")"#, r#""2026-02-28""#),
                (r#"add_time("2026-11-22T09:30:00+08:00", 90, "minutes")"#, r#""2026-11-22T11:00:00+08:00""#),
            ],
            add_time,
        ),
        Function::new(
            "add_workdays(day, count, holidays?) -> day",
            "The day so many working days later: not Saturdays, Sundays or the given holidays.",
            "往後數個工作天：跳過週六、週日與指定的假日。",
            &[
                (r#"add_workdays("2026-11-20", 1)"#, r#""2026-11-23""#),
                (r#"add_workdays("2026-11-20", 1, ["2026-11-23"])"#, r#""2026-11-24""#),
            ],
            add_workdays,
        ),
        Function::new(
            "time_between(from, to, unit) -> number",
            "How many whole `seconds`, `minutes`, `hours`, `days`, `weeks`, `months` or `years` lie between; negative when `to` is earlier.",
            "兩者之間相差幾個完整的 `seconds`、`minutes`、`hours`、`days`、`weeks`、`months`、`years`；`to` 較早時為負。",
            &[
                (r#"time_between("2026-11-22", "2026-12-25", "days")"#, "33"),
                (r#"time_between("2026-01-31", "2026-03-01", "months")"#, "1"),
            ],
            time_between,
        ),
        Function::new(
            "start_of(value, unit, zone?) -> day or moment",
            "The first day of its `week` (Monday), `month`, `quarter` or `year`; for a moment also the start of its `day` or `hour` in the zone.",
            "所屬 `week`（週一）、`month`、`quarter`、`year` 的第一天；時間點還可取 `day`、`hour` 的開始。",
            &[
                (r#"start_of("2026-11-22", "month")"#, r#""2026-11-01""#),
                (r#"start_of("2026-11-22", "week")"#, r#""2026-11-16""#),
            ],
            start_of,
        ),
        Function::new(
            "end_of_month(day) -> day",
            "The last day of its month.",
            "該月的最後一天。",
            &[(r#"end_of_month("2028-02-10")"#, r#""2028-02-29""#)],
            |a| {
                let first = day(a, 0, 1)?.with_day(1).unwrap_or_default();
                let next = first.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt());
                Ok(next.unwrap_or(first).to_string().into())
            },
        ),
        Function::new(
            "weekday(value, zone?) -> number",
            "The day of the week: 1 is Monday, 7 is Sunday.",
            "星期幾：1 為星期一，7 為星期日。",
            &[(r#"weekday("2026-11-22")"#, "7")],
            |a| Ok(Dynamic::from_int(INT::from(day(a, 0, 1)?.weekday().number_from_monday()))),
        ),
        Function::new(
            "date_parts(value, zone?) -> map",
            "`#{year, month, day, weekday, hour, minute, second}`, in the zone (`Asia/Taipei`).",
            "拆成 `#{year, month, day, weekday, hour, minute, second}`，時區預設 `Asia/Taipei`。",
            &[(r#"date_parts("2026-11-22T01:30:05Z").hour"#, "9")],
            date_parts,
        ),
        Function::new(
            "unix(value, zone?) -> number",
            "Seconds since 1970.",
            "1970 年起的秒數。",
            &[(r#"unix("2026-09-21T14:13:20Z")"#, "1790000000")],
            |a| Ok(Dynamic::from_int(moment(a, 0, 1)?.timestamp())),
        ),
        Function::new(
            "is_date(value) -> bool",
            "Whether it can be read as a day or a moment.",
            "是否能讀成日期或時間點。",
            &[(r#"is_date("115/11/22")"#, "true"), (r#"is_date("2026-02-30")"#, "false")],
            |a| Ok(a.text(0).ok().and_then(|text| read(&text)).is_some().into()),
        ),
    ],
};

const HOME: Tz = chrono_tz::Asia::Taipei;

pub(super) fn zone(a: &Arguments<'_, '_>, position: usize) -> Result<Tz> {
    if !a.has(position) {
        return Ok(HOME);
    }
    let name = a.text(position)?;
    name.parse().map_err(|_| {
        Fault::failed(text!(
            "There is no time zone `{name}`; use one such as Asia/Taipei",
            "沒有時區 `{name}`；請用 Asia/Taipei 之類的名稱"
        ))
        .into()
    })
}

fn given(a: &Arguments<'_, '_>, position: usize) -> Result<Moment> {
    let value = a.value(position);
    if let Ok(number) = value.as_int() {
        // beyond the year 5000 in seconds: milliseconds
        let millis = if number.abs() < 100_000_000_000 { number.checked_mul(1000) } else { Some(number) };
        if let Some(at) = millis.and_then(DateTime::from_timestamp_millis) {
            return Ok(Moment::At(at.fixed_offset()));
        }
    }
    let text = a.text(position)?;
    read(&text).ok_or_else(|| {
        let (name, shown) = (a.name, crate::fault::shorten(&text, 40));
        Fault::failed(text!("`{name}`: `{shown}` is no date", "`{name}`：`{shown}` 不是日期")).into()
    })
}

/// The day of an argument, in the zone of another.
pub(super) fn day(a: &Arguments<'_, '_>, position: usize, zone_position: usize) -> Result<NaiveDate> {
    Ok(match given(a, position)? {
        Moment::Day(day) => day,
        Moment::Local(at) => at.date(),
        Moment::At(at) => at.with_timezone(&zone(a, zone_position)?).date_naive(),
    })
}

fn moment(a: &Arguments<'_, '_>, position: usize, zone_position: usize) -> Result<DateTime<Utc>> {
    match given(a, position)? {
        Moment::At(at) => Ok(at.to_utc()),
        Moment::Local(at) => local(zone(a, zone_position)?, at, a),
        Moment::Day(day) => local(zone(a, zone_position)?, day.and_time(NaiveTime::MIN), a),
    }
}

fn local(zone: Tz, at: NaiveDateTime, a: &Arguments<'_, '_>) -> Result<DateTime<Utc>> {
    // an hour that a clock change leaves out begins when the change is over
    let found = zone.from_local_datetime(&at).earliest();
    let found = found.or_else(|| zone.from_local_datetime(&(at + TimeDelta::hours(1))).earliest());
    found
        .map(|at| at.to_utc())
        .ok_or_else(|| a.fail("there is no such time in the zone", "該時區沒有這個時間"))
}

fn utc(at: &DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn zoned<Z: TimeZone>(at: &DateTime<Z>) -> String
where
    Z::Offset: std::fmt::Display,
{
    at.to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

fn too_far(a: &Arguments<'_, '_>) -> Box<rhai::EvalAltResult> {
    a.fail("the date is out of range", "日期超出範圍")
}

fn format_date(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let zone = zone(a, 2)?;
    let at = match given(a, 0)? {
        Moment::Day(day) => day.and_time(NaiveTime::MIN),
        Moment::Local(at) => at,
        Moment::At(at) => at.with_timezone(&zone).naive_local(),
    };
    let format = a.text(1)?;
    if format.len() > 200 {
        return Err(a.fail("the format is too long", "格式太長"));
    }
    if !format.contains('%') {
        return a.give(super::dates_read::write(&at, &format));
    }
    let items: std::result::Result<Vec<_>, _> = chrono::format::StrftimeItems::new(&format).parse();
    let items = items.map_err(|_| a.fail("the format is not understood", "看不懂格式"))?;
    let at = local(zone, at, a)?.with_timezone(&zone);
    a.give(at.format_with_items(items.iter()).to_string())
}

fn parse_date(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let (text, format) = (a.text(0)?, a.text(1)?);
    if let Ok(at) = DateTime::parse_from_str(&text, &format) {
        return Ok(utc(&at.to_utc()).into());
    }
    if let Ok(at) = NaiveDateTime::parse_from_str(&text, &format) {
        return Ok(utc(&local(zone(a, 2)?, at, a)?).into());
    }
    match NaiveDate::parse_from_str(&text, &format) {
        Ok(day) => Ok(day.to_string().into()),
        Err(_) => Err(a.fail("the text does not fit the format", "文字與格式不符")),
    }
}

#[derive(Clone, Copy)]
enum Unit {
    Seconds(i64),
    Months(i64),
}

fn unit(a: &Arguments<'_, '_>, position: usize) -> Result<Unit> {
    let name = a.text(position)?;
    Ok(match name.trim_end_matches('s') {
        "second" => Unit::Seconds(1),
        "minute" => Unit::Seconds(60),
        "hour" => Unit::Seconds(3600),
        "day" => Unit::Seconds(86_400),
        "week" => Unit::Seconds(604_800),
        "month" => Unit::Months(1),
        "year" => Unit::Months(12),
        _ => {
            return Err(a.fail(
                "the unit is seconds, minutes, hours, days, weeks, months or years",
                "單位應為 seconds、minutes、hours、days、weeks、months 或 years",
            ));
        }
    })
}

fn add_months(at: NaiveDateTime, months: i64) -> Option<NaiveDateTime> {
    let count = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
    if months < 0 { at.checked_sub_months(count) } else { at.checked_add_months(count) }
}

fn add(at: NaiveDateTime, amount: i64, unit: Unit) -> Option<NaiveDateTime> {
    match unit {
        Unit::Seconds(size) => at.checked_add_signed(TimeDelta::try_seconds(amount.checked_mul(size)?)?),
        Unit::Months(size) => add_months(at, amount.checked_mul(size)?),
    }
}

fn add_time(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let (amount, unit) = (a.int(1)?, unit(a, 2)?);
    match given(a, 0)? {
        Moment::Day(day) => {
            let at = add(day.and_time(NaiveTime::MIN), amount, unit).ok_or_else(|| too_far(a))?;
            let whole_days = at.time() == NaiveTime::MIN;
            Ok(if whole_days { at.date().to_string() } else { at.format("%Y-%m-%dT%H:%M:%S").to_string() }
                .into())
        }
        Moment::Local(at) => {
            let at = add(at, amount, unit).ok_or_else(|| too_far(a))?;
            Ok(at.format("%Y-%m-%dT%H:%M:%S%.f").to_string().into())
        }
        Moment::At(at) => {
            let moved = add(at.naive_local(), amount, unit).ok_or_else(|| too_far(a))?;
            let at = at.timezone().from_local_datetime(&moved).single().ok_or_else(|| too_far(a))?;
            Ok(at.to_rfc3339_opts(SecondsFormat::AutoSi, true).into())
        }
    }
}

fn add_workdays(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let mut at = day(a, 0, 3)?;
    let count = a.int(1)?;
    if count.abs() > 10_000 {
        return Err(too_far(a));
    }
    let mut holidays = Vec::new();
    if a.has(2) {
        for holiday in a.list(2)? {
            let holiday = holiday.as_immutable_string_ref().ok().and_then(|text| read(&text));
            match holiday {
                Some(Moment::Day(day)) => holidays.push(day),
                _ => return Err(a.fail("a holiday is no day", "假日清單中有不是日期的項目")),
            }
        }
    }
    let mut left = count.abs();
    while left > 0 {
        evaluation::charge(1)?;
        at = if count < 0 { at.pred_opt() } else { at.succ_opt() }.ok_or_else(|| too_far(a))?;
        if at.weekday().number_from_monday() < 6 && !holidays.contains(&at) {
            left -= 1;
        }
    }
    Ok(at.to_string().into())
}

fn time_between(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let unit = unit(a, 2)?;
    let (from, to) = (moment(a, 0, 3)?, moment(a, 1, 3)?);
    let count = match unit {
        Unit::Seconds(size) => (to - from).num_seconds() / size,
        Unit::Months(size) => {
            let (from, to) = (from.with_timezone(&HOME).naive_local(), to.with_timezone(&HOME).naive_local());
            months_between(from, to) / size
        }
    };
    Ok(Dynamic::from_int(count))
}

fn months_between(from: NaiveDateTime, to: NaiveDateTime) -> i64 {
    if to < from {
        return -months_between(to, from);
    }
    let count = (i64::from(to.year()) - i64::from(from.year())) * 12 + i64::from(to.month())
        - i64::from(from.month());
    if add_months(from, count).is_some_and(|reached| reached > to) { count - 1 } else { count }
}

fn start_of(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let (value, unit, zone) = (given(a, 0)?, a.text(1)?, zone(a, 2)?);
    let (at, is_moment) = match value {
        Moment::Day(day) => (day.and_time(NaiveTime::MIN), false),
        Moment::Local(at) => (at, true),
        Moment::At(at) => (at.with_timezone(&zone).naive_local(), true),
    };
    let day = at.date();
    let month = |month: u32| NaiveDate::from_ymd_opt(day.year(), month, 1);
    let first = match unit.trim_end_matches('s') {
        "hour" if is_moment => day.and_hms_opt(at.hour(), 0, 0),
        "day" => Some(day.and_time(NaiveTime::MIN)),
        "week" => day
            .checked_sub_signed(TimeDelta::days(i64::from(day.weekday().num_days_from_monday())))
            .map(|day| day.and_time(NaiveTime::MIN)),
        "month" => month(day.month()).map(|day| day.and_time(NaiveTime::MIN)),
        "quarter" => month((day.month() - 1) / 3 * 3 + 1).map(|day| day.and_time(NaiveTime::MIN)),
        "year" => month(1).map(|day| day.and_time(NaiveTime::MIN)),
        _ => None,
    };
    let first = first.ok_or_else(|| {
        a.fail("the unit is day, week, month, quarter or year", "單位應為 day、week、month、quarter 或 year")
    })?;
    if !is_moment {
        return Ok(first.date().to_string().into());
    }
    Ok(zoned(&local(zone, first, a)?.with_timezone(&zone)).into())
}

fn date_parts(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let zone = zone(a, 1)?;
    let at = match given(a, 0)? {
        Moment::Day(day) => day.and_time(NaiveTime::MIN),
        Moment::Local(at) => at,
        Moment::At(at) => at.with_timezone(&zone).naive_local(),
    };
    let parts = [
        ("year", i64::from(at.year())),
        ("month", i64::from(at.month())),
        ("day", i64::from(at.day())),
        ("weekday", i64::from(at.weekday().number_from_monday())),
        ("hour", i64::from(at.hour())),
        ("minute", i64::from(at.minute())),
        ("second", i64::from(at.second())),
    ];
    let map: Map = parts.into_iter().map(|(name, part)| (name.into(), Dynamic::from_int(part))).collect();
    Ok(Dynamic::from_map(map))
}
