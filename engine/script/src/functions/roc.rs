//! The calendar of the Republic of China (民國).

use chrono::Datelike;
use rhai::{Dynamic, INT};

use super::dates::day;
use super::dates_read::ROC_ZERO;
use super::{Arguments, Function, Group};
use crate::fault::Result;

pub(super) static GROUP: Group = Group {
    name: "roc",
    en: "ROC calendar",
    zh: "民國曆",
    functions: &[
        Function::new(
            "roc_date(value, style?) -> text",
            "A day in the ROC calendar: `long` (the default) 民國115年11月22日, `slash` 115/11/22, `dash` 115-11-22, `compact` 1151122.",
            "民國日期：`long`（預設）民國115年11月22日、`slash` 115/11/22、`dash` 115-11-22、`compact` 1151122。",
            &[
                (r#"roc_date("2026-11-22")"#, r#""民國115年11月22日""#),
                (r#"roc_date("2026-01-05", "slash")"#, r#""115/01/05""#),
                (r#"roc_date("2026-01-05", "compact")"#, r#""1150105""#),
            ],
            roc_date,
        ),
        Function::new(
            "from_roc(text) -> day",
            "The day that an ROC date stands for: `民國115年11月22日`, `115/11/22`, `1151122`.",
            "把民國日期轉成西元：`民國115年11月22日`、`115/11/22`、`1151122`。",
            &[(r#"from_roc("1151122")"#, r#""2026-11-22""#), (r#"from_roc("99/1/5")"#, r#""2010-01-05""#)],
            |a| Ok(day(a, 0, 1)?.to_string().into()),
        ),
        Function::new(
            "roc_year(value) -> number",
            "The ROC year of a day.",
            "某日的民國年。",
            &[(r#"roc_year("2026-11-22")"#, "115")],
            |a| Ok(Dynamic::from_int(INT::from(day(a, 0, 1)?.year() - ROC_ZERO))),
        ),
        Function::new(
            "invoice_period(value) -> text",
            "The two-month period of uniform invoices that a day falls into: ROC year and the even month.",
            "某日所屬的統一發票期別：民國年與雙數月份。",
            &[
                (r#"invoice_period("2026-11-22")"#, r#""11512""#),
                (r#"invoice_period("2026-02-01")"#, r#""11502""#),
            ],
            |a| {
                let day = day(a, 0, 1)?;
                let month = day.month().div_ceil(2) * 2;
                Ok(format!("{:03}{month:02}", day.year() - ROC_ZERO).into())
            },
        ),
    ],
};

fn roc_date(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let day = day(a, 0, 2)?;
    let (year, month, date) = (day.year() - ROC_ZERO, day.month(), day.day());
    if year < 1 {
        return Err(a.fail("the ROC calendar begins in 1912", "民國曆從西元 1912 年開始"));
    }
    let text = match a.text_or(1, "long")?.as_str() {
        "long" => format!("民國{year}年{month}月{date}日"),
        "slash" => format!("{year}/{month:02}/{date:02}"),
        "dash" => format!("{year}-{month:02}-{date:02}"),
        "compact" => format!("{year:03}{month:02}{date:02}"),
        _ => {
            return Err(
                a.fail("the style is long, slash, dash or compact", "樣式應為 long、slash、dash 或 compact")
            );
        }
    };
    a.give(text)
}
