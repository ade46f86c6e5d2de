//! Money: exact amounts, thousands, tax, the capital numerals of invoices.

use causeway_model::text;
use rhai::{Array, Dynamic, Map};
use rust_decimal::{Decimal, RoundingStrategy};

use super::arguments::{decimal_of, whole};
use super::numbers::{places, rounding, with_places};
use super::{Arguments, Function, Group};
use crate::fault::{Fault, Result};

pub(super) static GROUP: Group = Group {
    name: "money",
    en: "Money",
    zh: "金額",
    functions: &[
        Function::new(
            "round_money(amount, places?, mode?) -> number",
            "Rounded to `places` decimals (0, as for TWD), and written with exactly so many. Modes as in `round`.",
            "捨入到 `places` 位小數（預設 0，如新臺幣），並固定寫出這麼多位。模式同 `round`。",
            &[
                ("round_money(12.345, 2)", "12.35"),
                ("text(round_money(12, 2))", r#""12.00""#),
                ("round_money(99.5)", "100"),
            ],
            round_money,
        ),
        Function::new(
            "thousands(number, places?) -> text",
            "With commas between thousands, and `places` decimals where given.",
            "加上千分位逗號；可指定小數 `places` 位。",
            &[("thousands(1234567.5)", r#""1,234,567.5""#), ("thousands(1234567.5, 2)", r#""1,234,567.50""#)],
            |a| {
                let number = a.decimal(0)?;
                let text = if a.has(1) { with_places(number, places(a, 1, 0)?) } else { number.to_string() };
                a.give(group(&text))
            },
        ),
        Function::new(
            "format_money(amount, currency?, places?) -> text",
            "An amount for people, with the sign of its currency (TWD) and the usual decimals of it.",
            "給人看的金額，加上幣別符號（預設 TWD）與該幣別慣用的小數位數。",
            &[
                ("format_money(1234.5)", r#""NT$1,235""#),
                (r#"format_money(-1234.5, "USD")"#, r#""-US$1,234.50""#),
                (r#"format_money(5, "THB")"#, r#""THB 5.00""#),
            ],
            format_money,
        ),
        Function::new(
            "twd_capitals(amount) -> text",
            "The amount in the capital numerals of Taiwanese invoices and cheques, with 角 and 分 where there are any.",
            "發票、支票用的大寫金額，有角、分時一併寫出。",
            &[
                ("twd_capitals(12345)", r#""壹萬貳仟參佰肆拾伍元整""#),
                ("twd_capitals(100020)", r#""壹拾萬零貳拾元整""#),
                ("twd_capitals(10.25)", r#""壹拾元貳角伍分""#),
            ],
            twd_capitals,
        ),
        Function::new(
            "add_tax(net, rate?, places?) -> map",
            "From a net amount: `#{net, tax, total}`. The rate is 5 per cent, amounts have `places` decimals (0).",
            "由未稅金額計算 `#{net, tax, total}`。稅率預設 5%，金額取 `places` 位小數（預設 0）。",
            &[("add_tax(1000)", "#{net: 1000, tax: 50, total: 1050}"), ("add_tax(99.9, 5, 2).tax", "5.00")],
            add_tax,
        ),
        Function::new(
            "split_tax(total, rate?, places?) -> map",
            "From an amount with tax in it: `#{net, tax, total}`, where net and tax always make the total.",
            "由含稅金額拆成 `#{net, tax, total}`，未稅額與稅額相加必等於總額。",
            &[
                ("split_tax(1050)", "#{net: 1000, tax: 50, total: 1050}"),
                ("split_tax(100)", "#{net: 95, tax: 5, total: 100}"),
            ],
            split_tax,
        ),
        Function::new(
            "allocate(amount, weights, places?) -> list",
            "The amount shared out by weights, rounded to `places` (0); what rounding leaves goes to the largest remainders, so that the parts make the whole.",
            "依權重分攤金額並捨入到 `places` 位（預設 0）；尾差分給餘數最大者，各份相加必等於原額。",
            &[("allocate(100, [1, 1, 1])", "[34, 33, 33]"), ("allocate(10, [3, 1], 2)", "[7.50, 2.50]")],
            allocate,
        ),
    ],
};

fn round_money(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let (places, mode) = (places(a, 1, 0)?, rounding(a, 2)?);
    Ok(money(a.decimal(0)?.round_dp_with_strategy(places, mode), places))
}

fn money(amount: Decimal, places: u32) -> Dynamic {
    let mut amount = amount;
    amount.rescale(places);
    whole(amount)
}

fn half_up(amount: Decimal, places: u32) -> Decimal {
    let mut rounded = amount.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(places);
    rounded
}

fn group(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, fraction) =
        digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut grouped = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if let Some(fraction) = fraction {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    grouped
}

fn format_money(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let currency = a.text_or(1, "TWD")?.to_uppercase();
    let (sign, usual) = match currency.as_str() {
        "TWD" => ("NT$".to_owned(), 0),
        "USD" => ("US$".to_owned(), 2),
        "HKD" => ("HK$".to_owned(), 2),
        "CNY" => ("CN¥".to_owned(), 2),
        "JPY" => ("¥".to_owned(), 0),
        "KRW" => ("₩".to_owned(), 0),
        "VND" => ("₫".to_owned(), 0),
        "EUR" => ("€".to_owned(), 2),
        "GBP" => ("£".to_owned(), 2),
        other => (format!("{other} "), 2),
    };
    let text = with_places(a.decimal(0)?, places(a, 2, usual)?);
    let grouped = group(text.trim_start_matches('-'));
    a.give(if text.starts_with('-') { format!("-{sign}{grouped}") } else { format!("{sign}{grouped}") })
}

const DIGITS: [char; 10] = ['零', '壹', '貳', '參', '肆', '伍', '陸', '柒', '捌', '玖'];

fn twd_capitals(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let amount = half_up(a.decimal(0)?, 2);
    let cents = amount.abs().mantissa();
    if cents >= 10_i128.pow(18) {
        return Err(a.fail("the amount is too large to be written out", "金額太大，無法寫成大寫"));
    }
    let (dollars, cents) = (cents / 100, usize::try_from(cents % 100).unwrap_or(0));
    let mut text = String::new();
    if amount.is_sign_negative() && !amount.is_zero() {
        text.push('負');
    }
    if dollars > 0 || cents == 0 {
        text.push_str(&numerals(dollars));
        text.push('元');
    }
    match (cents / 10, cents % 10) {
        (0, 0) => text.push('整'),
        (tenths, hundredths) => {
            if tenths > 0 {
                text.push(DIGITS[tenths]);
                text.push('角');
            } else if dollars > 0 {
                text.push('零');
            }
            if hundredths > 0 {
                text.push(DIGITS[hundredths]);
                text.push('分');
            } else {
                text.push('整');
            }
        }
    }
    a.give(text)
}

/// Whole numbers in capital numerals.
fn numerals(number: i128) -> String {
    if number == 0 {
        return DIGITS[0].to_string();
    }
    let mut groups = Vec::new();
    let mut rest = number;
    while rest > 0 {
        groups.push(usize::try_from(rest % 10_000).unwrap_or(0));
        rest /= 10_000;
    }
    let mut text = String::new();
    let mut gap = false;
    for (index, group) in groups.iter().enumerate().rev() {
        if *group == 0 {
            gap = !text.is_empty();
            continue;
        }
        if !text.is_empty() && (gap || *group < 1000) {
            text.push(DIGITS[0]);
        }
        gap = false;
        text.push_str(&thousand(*group));
        text.push_str(["", "萬", "億", "兆"][index]);
    }
    text
}

fn thousand(group: usize) -> String {
    let mut text = String::new();
    let mut gap = false;
    for (unit, value) in [("仟", 1000), ("佰", 100), ("拾", 10), ("", 1)] {
        let digit = group / value % 10;
        if digit == 0 {
            gap = !text.is_empty();
            continue;
        }
        if gap {
            text.push(DIGITS[0]);
            gap = false;
        }
        text.push(DIGITS[digit]);
        text.push_str(unit);
    }
    text
}

/// The tax rate in per cent.
fn rate(a: &Arguments<'_, '_>) -> Result<Decimal> {
    let rate = if a.has(1) { a.decimal(1)? } else { Decimal::from(5) };
    if rate.is_sign_negative() || rate > Decimal::ONE_HUNDRED {
        return Err(Fault::failed(text!(
            "The tax rate is {rate}; it is in per cent, 0 to 100",
            "稅率是 {rate}；應為 0 到 100 的百分比"
        ))
        .into());
    }
    Ok(rate)
}

fn too_large(a: &Arguments<'_, '_>) -> Box<rhai::EvalAltResult> {
    a.fail("the amounts are too large", "金額太大")
}

fn taxed(net: Decimal, tax: Decimal, total: Decimal, places: u32) -> Dynamic {
    let mut map = Map::new();
    for (key, amount) in [("net", net), ("tax", tax), ("total", total)] {
        map.insert(key.into(), money(amount, places));
    }
    Dynamic::from_map(map)
}

fn add_tax(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let (rate, places) = (rate(a)?, places(a, 2, 0)?);
    let net = half_up(a.decimal(0)?, places);
    let tax = net
        .checked_mul(rate)
        .map(|tax| half_up(tax / Decimal::ONE_HUNDRED, places))
        .ok_or_else(|| too_large(a))?;
    let total = net.checked_add(tax).ok_or_else(|| too_large(a))?;
    Ok(taxed(net, tax, total, places))
}

fn split_tax(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let (rate, places) = (rate(a)?, places(a, 2, 0)?);
    let total = half_up(a.decimal(0)?, places);
    let net = total
        .checked_mul(Decimal::ONE_HUNDRED)
        .and_then(|hundredfold| hundredfold.checked_div(Decimal::ONE_HUNDRED + rate))
        .map(|net| half_up(net, places))
        .ok_or_else(|| too_large(a))?;
    Ok(taxed(net, total - net, total, places))
}

fn allocate(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let places = places(a, 2, 0)?;
    let amount = half_up(a.decimal(0)?, places);
    let weights: Array = a.list(1)?;
    let weights: Option<Vec<Decimal>> = weights.iter().map(decimal_of).collect();
    let weights = weights
        .filter(|weights| weights.iter().all(|weight| !weight.is_sign_negative() || weight.is_zero()))
        .ok_or_else(|| a.fail("weights are numbers from 0", "權重應為 0 以上的數字"))?;
    let sum = weights.iter().try_fold(Decimal::ZERO, |sum, weight| sum.checked_add(*weight));
    let sum = sum.filter(|sum| !sum.is_zero()).ok_or_else(|| a.fail("the weights make 0", "權重總和為 0"))?;
    let unit = Decimal::new(1, places);
    let mut parts = Vec::with_capacity(weights.len());
    for (index, weight) in weights.iter().enumerate() {
        let exact =
            amount.checked_mul(*weight).and_then(|part| part.checked_div(sum)).ok_or_else(|| too_large(a))?;
        let mut part = exact.round_dp_with_strategy(places, RoundingStrategy::ToZero);
        part.rescale(places);
        parts.push((index, part, (exact - part).abs()));
    }
    let mut left = amount - parts.iter().map(|(_, part, _)| *part).sum::<Decimal>();
    parts.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
    for (_, part, _) in &mut parts {
        if left.is_zero() {
            break;
        }
        let step = if left.is_sign_negative() { -unit } else { unit };
        *part += step;
        left -= step;
    }
    parts.sort_by_key(|(index, _, _)| *index);
    Ok(Dynamic::from_array(parts.into_iter().map(|(_, part, _)| money(part, places)).collect()))
}
