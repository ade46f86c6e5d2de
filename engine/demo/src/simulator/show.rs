//! How a page writes a value for people: amounts with their thousands, times in Taiwan's hours, statuses in the reader's words.

use std::str::FromStr;

use causeway_model::{Locale, Span, Time};
use serde_json::Value;

use super::escape;

/// Statuses and kinds in both languages.
const WORDS: &[(&str, [&str; 2])] = &[
    ("draft", ["Draft", "草稿"]),
    ("confirmed", ["Confirmed", "已確認"]),
    ("lost", ["Lost", "未成交"]),
    ("held", ["Held for credit", "額度不足保留"]),
    ("posted", ["Posted", "已過帳"]),
    ("shipped", ["Shipped", "已出貨"]),
    ("cancelled", ["Cancelled", "已取消"]),
    ("open", ["Open", "未結"]),
    ("partial", ["Partly paid", "部分收款"]),
    ("paid", ["Paid", "已收款"]),
    ("received", ["Received", "待確認"]),
    ("issued", ["Issued", "已開立"]),
    ("lead", ["Lead", "潛在客戶"]),
    ("active", ["Active", "往來中"]),
    ("archived", ["Archived", "已封存"]),
    ("closed", ["Closed", "已結案"]),
    ("call", ["Call", "電話"]),
    ("visit", ["Visit", "拜訪"]),
    ("email", ["E-mail", "電子郵件"]),
    ("message", ["Message", "訊息"]),
    ("note", ["Note", "備註"]),
];
/// Fields that hold amounts of money.
const AMOUNTS: &[&str] = &["total", "amount", "balance", "credit_limit", "credit_used"];
const NUMBERS: &[&str] = &["on_hand", "reserved"];

pub(super) fn pick(texts: [&str; 2], locale: Locale) -> &str {
    match locale {
        Locale::En => texts[0],
        Locale::ZhTw => texts[1],
    }
}

/// A status or kind in the reader's words.
pub(super) fn word(value: &str, locale: Locale) -> String {
    let known = WORDS.iter().find(|(known, _)| *known == value);
    known.map_or_else(|| value.to_owned(), |(_, texts)| pick(*texts, locale).to_owned())
}

/// What stands above a column.
pub(super) fn heading(field: &str, title: &str) -> String {
    let number = if AMOUNTS.contains(&field) || NUMBERS.contains(&field) { " class=\"number\"" } else { "" };
    format!("<th{number}>{title}</th>")
}

/// One cell of a table.
pub(super) fn cell(field: &str, value: &Value, locale: Locale) -> String {
    let text = match value {
        Value::Null => return "<td class=\"none\">–</td>".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if AMOUNTS.contains(&field) {
        return format!("<td class=\"number\">{}</td>", escape(&thousands(&text)));
    }
    if NUMBERS.contains(&field) {
        return format!("<td class=\"number\">{}</td>", escape(&text));
    }
    match field {
        "status" => format!(
            "<td><span class=\"status {}\">{}</span></td>",
            escape(&text),
            escape(&word(&text, locale))
        ),
        "kind" => format!("<td>{}</td>", escape(&word(&text, locale))),
        "at" | "updated_at" => format!("<td>{}</td>", escape(&time(&text))),
        _ => format!("<td title=\"{}\">{}</td>", escape(&text), escape(&text)),
    }
}

/// `1234567.00` as `1,234,567`; what has cents keeps them.
fn thousands(amount: &str) -> String {
    let (whole, cents) = amount.split_once('.').unwrap_or((amount, "00"));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let cents = if cents == "00" { String::new() } else { format!(".{cents}") };
    format!("{sign}{grouped}{cents}")
}

fn time(text: &str) -> String {
    let here = Time::from_str(text).map(|at| (at + Span::from_millis(8 * 3_600_000)).to_datetime());
    here.map_or_else(|_| text.to_owned(), |here| here.format("%Y-%m-%d %H:%M").to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_written_for_people() {
        assert_eq!(thousands("1234567.00"), "1,234,567");
        assert_eq!((thousands("-999.50"), thousands("0.00")), ("-999.50".into(), "0".into()));
        assert_eq!(time("2026-08-15T02:00:00.000Z"), "2026-08-15 10:00");
        assert!(cell("status", &json!("held"), Locale::ZhTw).contains("額度不足保留"));
        assert!(cell("name", &json!("<b>"), Locale::En).contains("&lt;b&gt;"));
    }
}
