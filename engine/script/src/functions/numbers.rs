//! Numbers: reading, rounding, dividing, comparing.

use causeway_model::text;
use rhai::{Array, Dynamic};
use rust_decimal::{Decimal, RoundingStrategy};

use super::arguments::{decimal_of, whole};
use super::{Arguments, Function, Group};
use crate::fault::{Fault, Result};

pub(super) static GROUP: Group = Group {
    name: "numbers",
    en: "Numbers",
    zh: "數字",
    functions: &[
        Function::new(
            "number(value) -> number",
            "The number that a text spells: `\"1,234.50\"`, full-width digits and spaces are understood. Fails on anything else.",
            "把文字轉成數字：看得懂 `\"1,234.50\"`、全形數字與空白。其他內容會失敗。",
            &[(r#"number("1,234.50")"#, "1234.50"), (r#"number("１２")"#, "12")],
            number,
        ),
        Function::new(
            "number_or(value, otherwise) -> number",
            "The number that a value spells, or `otherwise` where it is none.",
            "把值轉成數字；無法轉換時得到 `otherwise`。",
            &[(r#"number_or("n/a", 0)"#, "0"), (r#"number_or("7", 0)"#, "7")],
            number_or,
        ),
        Function::new(
            "is_number(value) -> bool",
            "Whether a value is a number or spells one.",
            "值是否為數字，或看起來是數字的文字。",
            &[(r#"is_number("12.5")"#, "true"), (r#"is_number("x")"#, "false")],
            |a| Ok((decimal_of(a.value(0)).is_some()).into()),
        ),
        Function::new(
            "int(value) -> number",
            "The whole part of a number.",
            "數字的整數部分。",
            &[(r#"int("3.9")"#, "3"), ("int(-3.9)", "-3")],
            |a| Ok(whole(a.decimal(0)?.trunc())),
        ),
        Function::new(
            "decimal(value) -> number",
            "The same number as a decimal, so that division keeps its fraction.",
            "轉成小數，讓除法保留小數部分。",
            &[("decimal(7) / 2 == 3.5", "true")],
            |a| Ok(Dynamic::from_decimal(a.decimal(0)?)),
        ),
        Function::new(
            "div(a, b) -> number",
            "Exact division, with up to 28 digits.",
            "精確除法，最多 28 位。",
            &[("div(7, 2)", "3.5"), ("div(6, 3)", "2")],
            div,
        ),
        Function::new(
            "round(number, places?, mode?) -> number",
            "Rounded to `places` decimals (0). `mode` is `half_up` (the default: 0.5 away from zero), `half_even`, `up`, `down`, `ceiling` or `floor`.",
            "四捨五入到小數 `places` 位（預設 0）。`mode` 可為 `half_up`（預設，逢五進位）、`half_even`（銀行家捨入）、`up`、`down`、`ceiling`、`floor`。",
            &[("round(2.5)", "3"), ("round(1.005, 2)", "1.01"), (r#"round(2.5, 0, "half_even")"#, "2")],
            round,
        ),
        Function::new(
            "floor(number) -> number",
            "The greatest whole number not above it.",
            "不大於它的最大整數。",
            &[("floor(2.7)", "2"), ("floor(-2.1)", "-3")],
            |a| Ok(whole(a.decimal(0)?.floor())),
        ),
        Function::new(
            "ceiling(number) -> number",
            "The smallest whole number not below it.",
            "不小於它的最小整數。",
            &[("ceiling(2.1)", "3")],
            |a| Ok(whole(a.decimal(0)?.ceil())),
        ),
        Function::new(
            "fixed(number, places) -> text",
            "The number as text with exactly `places` decimals, rounded half up.",
            "以固定 `places` 位小數表示的文字，逢五進位。",
            &[("fixed(1234.5, 2)", r#""1234.50""#)],
            fixed,
        ),
        Function::new(
            "clamp(number, least, most) -> number",
            "The number, kept between `least` and `most`.",
            "把數字限制在 `least` 與 `most` 之間。",
            &[("clamp(12, 1, 10)", "10")],
            |a| {
                let (number, least, most) = (a.decimal(0)?, a.decimal(1)?, a.decimal(2)?);
                Ok(whole(number.min(most).max(least)))
            },
        ),
        Function::new(
            "percent(part, total, places?) -> number",
            "How many per cent `part` is of `total`, rounded to `places` (2); 0 where the total is 0.",
            "`part` 佔 `total` 的百分比，取 `places` 位小數（預設 2）；總數為 0 時得到 0。",
            &[("percent(1, 3)", "33.33")],
            percent,
        ),
    ],
};

/// The number that a text spells.
pub(super) fn parse(text: &str) -> Option<Decimal> {
    if text.len() > 64 {
        return None;
    }
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != ',' && *c != '，')
        .map(super::text::half_width_char)
        .collect();
    crate::values::exact_decimal(&plain)
}

fn number(arguments: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let value = arguments.value(0);
    if value.is_int() || value.is_decimal() {
        return Ok(arguments.take(0));
    }
    Ok(whole(arguments.decimal(0)?))
}

fn number_or(arguments: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    match decimal_of(arguments.value(0)) {
        Some(_) => number(arguments),
        None => Ok(arguments.take(1)),
    }
}

fn div(arguments: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let (a, b) = (arguments.decimal(0)?, arguments.decimal(1)?);
    let quotient = a
        .checked_div(b)
        .ok_or_else(|| Fault::failed(text!("{a} cannot be divided by {b}", "{a} 不能除以 {b}")))?;
    Ok(whole(quotient.normalize()))
}

pub(super) fn rounding(arguments: &Arguments<'_, '_>, position: usize) -> Result<RoundingStrategy> {
    Ok(match arguments.text_or(position, "half_up")?.as_str() {
        "half_up" => RoundingStrategy::MidpointAwayFromZero,
        "half_even" => RoundingStrategy::MidpointNearestEven,
        "up" => RoundingStrategy::AwayFromZero,
        "down" => RoundingStrategy::ToZero,
        "ceiling" => RoundingStrategy::ToPositiveInfinity,
        "floor" => RoundingStrategy::ToNegativeInfinity,
        _ => {
            return Err(arguments.fail(
                "the mode is half_up, half_even, up, down, ceiling or floor",
                "模式應為 half_up、half_even、up、down、ceiling 或 floor",
            ));
        }
    })
}

pub(super) fn places(arguments: &Arguments<'_, '_>, position: usize, otherwise: u32) -> Result<u32> {
    if !arguments.has(position) {
        return Ok(otherwise);
    }
    Ok(u32::try_from(arguments.count(position, 28)?).unwrap_or(28))
}

fn round(arguments: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let mode = rounding(arguments, 2)?;
    let places = places(arguments, 1, 0)?;
    Ok(whole(arguments.decimal(0)?.round_dp_with_strategy(places, mode)))
}

/// With exactly so many decimals.
pub(super) fn with_places(decimal: Decimal, places: u32) -> String {
    let mut rounded = decimal.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(places);
    rounded.to_string()
}

fn fixed(arguments: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let places = places(arguments, 1, 0)?;
    Ok(with_places(arguments.decimal(0)?, places).into())
}

fn percent(arguments: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let (part, total, places) = (arguments.decimal(0)?, arguments.decimal(1)?, places(arguments, 2, 2)?);
    if total.is_zero() {
        return Ok(Dynamic::from_int(0));
    }
    let share = part.checked_mul(Decimal::ONE_HUNDRED).and_then(|part| part.checked_div(total));
    let share = share.ok_or_else(|| arguments.fail("the numbers are too large", "數字太大"))?;
    Ok(whole(share.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)))
}

/// The sum of numbers; nothing counts as 0.
pub(super) fn sum(arguments: &Arguments<'_, '_>, items: &Array) -> Result<Dynamic> {
    let mut total = Decimal::ZERO;
    for item in items.iter().filter(|item| !item.is_unit()) {
        let number = decimal_of(item).ok_or_else(|| {
            arguments.fail("the list holds something that is no number", "陣列中有不是數字的項目")
        })?;
        total = total
            .checked_add(number)
            .ok_or_else(|| arguments.fail("the sum has too many digits", "總和的位數太多"))?;
    }
    Ok(whole(total))
}
