//! What a body may hold, as a table of fields, and the check of a body against it.

use causeway_model::Time;
use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::{Money, Refusal, roc};
use crate::company::keeps_rule;

const MOST_LINES: usize = 200;

pub(crate) enum Rule {
    /// At most so many characters.
    Text(usize),
    TaxId,
    OneOf(&'static [&'static str]),
    Money,
    Date,
    /// `114/08/15`
    RocDate,
    Integer(i64, i64),
    /// `http` or `https`.
    Url,
    Texts,
    List(&'static [Field]),
}

pub(crate) struct Field {
    name: &'static str,
    rule: Rule,
    required: bool,
    nullable: bool,
}

/// A field that may be left out, or be null.
pub(crate) const fn may(name: &'static str, rule: Rule) -> Field {
    Field { name, rule, required: false, nullable: true }
}

/// A field that may be left out.
pub(crate) const fn may_not_be_null(name: &'static str, rule: Rule) -> Field {
    Field { name, rule, required: false, nullable: false }
}

pub(crate) const fn must(name: &'static str, rule: Rule) -> Field {
    Field { name, rule, required: true, nullable: false }
}

/// Refuses a body with all its faults. `partial`: what is not there stays as it is.
pub(crate) fn check(body: &Map<String, Value>, fields: &[Field], partial: bool) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    faults_of(body, fields, partial, "", &mut faults);
    if faults.is_empty() { Ok(()) } else { Err(Refusal::invalid(faults)) }
}

fn faults_of(body: &Map<String, Value>, fields: &[Field], partial: bool, at: &str, faults: &mut Vec<Value>) {
    let mut fault = |name: &str, message: &str| {
        if faults.len() < 20 {
            faults.push(json!({ "field": format!("{at}{name}"), "message": message }));
        }
    };
    for name in body.keys().filter(|name| !fields.iter().any(|field| field.name == name.as_str())) {
        fault(name, "is not known / 未知的欄位");
    }
    for field in fields {
        match body.get(field.name) {
            None if partial || !field.required => {}
            Some(Value::Null) if field.nullable => {}
            None | Some(Value::Null) => fault(field.name, "is required / 必填"),
            Some(value) => {
                if let Some(message) = wrong(value, &field.rule) {
                    fault(field.name, message);
                }
            }
        }
    }
    for field in fields {
        let (Rule::List(inner), Some(Value::Array(items))) = (&field.rule, body.get(field.name)) else {
            continue;
        };
        for (no, item) in items.iter().take(MOST_LINES).enumerate() {
            if let Value::Object(item) = item {
                faults_of(item, inner, false, &format!("{at}{}[{no}].", field.name), faults);
            }
        }
    }
}

fn wrong(value: &Value, rule: &Rule) -> Option<&'static str> {
    let text = value.as_str();
    let (fits, message) = match rule {
        Rule::Text(most) => (
            text.is_some_and(|text| !text.trim().is_empty() && text.chars().count() <= *most),
            "must be a text that is not empty and not too long / 必須是非空白且長度合格的文字",
        ),
        Rule::TaxId => (text.is_some_and(keeps_rule), "is no valid tax number / 統一編號不正確"),
        Rule::OneOf(words) => {
            (text.is_some_and(|text| words.contains(&text)), "is none of the known words / 不是允許的值")
        }
        Rule::Money => (
            Money::read(value).is_some(),
            "must be an amount such as \"1200.00\" / 必須是金額，例如 \"1200.00\"",
        ),
        Rule::Date => (
            text.is_some_and(|text| text.parse::<NaiveDate>().is_ok()),
            "must be a date such as 2026-08-15 / 必須是日期",
        ),
        Rule::RocDate => (
            text.is_some_and(|text| roc::read(text).is_some()),
            "must be a date such as 115/08/15 / 必須是民國日期，例如 115/08/15",
        ),
        Rule::Integer(least, most) => (
            value.as_i64().is_some_and(|number| (*least..=*most).contains(&number)),
            "must be a whole number in its range / 必須是範圍內的整數",
        ),
        Rule::Url => (
            text.is_some_and(|text| {
                text.len() <= 2000 && (text.starts_with("http://") || text.starts_with("https://"))
            }),
            "must be an http or https address / 必須是 http 或 https 網址",
        ),
        Rule::Texts => (
            value
                .as_array()
                .is_some_and(|items| items.len() <= MOST_LINES && items.iter().all(Value::is_string)),
            "must be a list of texts / 必須是文字清單",
        ),
        Rule::List(_) => (
            value.as_array().is_some_and(|items| {
                (1..=MOST_LINES).contains(&items.len()) && items.iter().all(Value::is_object)
            }),
            "must be a list of 1 to 200 objects / 必須是 1 至 200 筆物件的清單",
        ),
    };
    (!fits).then_some(message)
}

/// Puts what a checked body holds over a record.
pub(crate) fn put(record: &mut Value, body: &Map<String, Value>) {
    for (name, value) in body {
        record[name.as_str()] = value.clone();
    }
}

pub(crate) fn moment(at: Time) -> Value {
    Value::String(at.to_string())
}
