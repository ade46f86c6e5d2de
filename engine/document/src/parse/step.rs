//! Reads steps, those of loop bodies included.

use causeway_model::{Fault, Join, OnDoubt, Retry, RetryBackoff, Span, Step, StepId, Value, text};

use super::fields::{Fields, shortened, wrong_type};
use crate::faults::{Faults, child};

const FIELDS: &[&str] =
    &["id", "name", "use", "connection", "with", "after", "join", "retry", "timeout", "on_doubt", "note"];

/// The steps of a list, with their places in it. Steps that cannot be read are left out, with their faults reported.
pub(crate) fn body(value: &Value, at: &str, faults: &mut Faults) -> Vec<(usize, Step)> {
    let Some(list) = value.as_array() else {
        faults.push(wrong_type(at, &text!("a list of steps", "步驟的陣列"), value));
        return Vec::new();
    };
    list.iter()
        .enumerate()
        .filter_map(|(index, value)| Some((index, step(value, &child(at, index), faults)?)))
        .collect()
}

pub(crate) fn no_input() -> Value {
    Value::Object(serde_json::Map::new())
}

fn step(value: &Value, at: &str, faults: &mut Faults) -> Option<Step> {
    let named: Option<StepId> =
        value.get("id").and_then(Value::as_str).and_then(|written| written.parse().ok());
    let mut fields = Fields::open(value, at, named.as_ref(), FIELDS, faults)?;
    fields.at_step(named.clone());
    if fields.required("id").is_some()
        && let Some(written) = fields.text("id", 1000)
        && named.is_none()
    {
        let shown = shortened(written);
        let message = text!("`{shown}` cannot be a step's id.", "`{shown}` 不能當作步驟的 id。");
        let fix = text!("Use 1 to 64 of a-z, 0-9 and _.", "請用 1 到 64 個 a-z、0-9 與 _。");
        fields.fault(Fault::error("invalid_step_id", fields.pointer("id"), message).with_fix(fix));
    }
    let use_ = fields.required("use").and_then(|_| fields.text("use", 200));
    let name = fields.text("name", 200).map(str::to_owned);
    let connection = fields.text("connection", 200).map(str::to_owned);
    let with = fields.object("with").cloned().unwrap_or_else(no_input);
    let after = fields.texts("after").into_iter().map(|(_, source)| source.to_owned()).collect();
    let join = fields.choice("join", &[("any", Join::Any), ("all", Join::All)]);
    let timeout = fields.duration("timeout");
    let on_doubt = fields.choice("on_doubt", &[("repeat", OnDoubt::Repeat), ("fail", OnDoubt::Fail)]);
    let note = fields.text("note", 20_000).map(str::to_owned);
    let retry = fields.value("retry");
    let retry = retry.map(|value| self::retry(value, &child(at, "retry"), named.as_ref(), faults));
    if use_ == Some("for_each")
        && let Some(inner) = with.get("body")
    {
        body(inner, &child(&child(at, "with"), "body"), faults);
    }
    Some(Step {
        id: named?,
        name,
        use_: use_?.to_owned(),
        connection,
        with,
        after,
        join,
        retry: retry.flatten(),
        timeout,
        on_doubt,
        note,
    })
}

fn retry(value: &Value, at: &str, step: Option<&StepId>, faults: &mut Faults) -> Option<Retry> {
    let mut fields = Fields::open(value, at, step, &["attempts", "backoff", "first", "max", "on"], faults)?;
    let attempts = fields.required("attempts").and_then(|_| fields.integer("attempts", 1, 100));
    let words = [("exponential", RetryBackoff::Exponential), ("fixed", RetryBackoff::Fixed)];
    let backoff = fields.choice("backoff", &words).unwrap_or_default();
    let first = fields.duration("first").unwrap_or(Span::from_secs(1));
    let max = fields.duration("max").unwrap_or(Span::from_secs(600));
    let on = fields.texts("on");
    for (at, word) in &on {
        if !is_retried(word) {
            let shown = shortened(word);
            let message =
                text!("`{shown}` is nothing that can be retried.", "`{shown}` 不是可以重試的項目。");
            let fix = text!(
                "Use an error class (connect, timeout, limit, server, auth, invalid, not_found, conflict, script, exceeded), a status such as `409`, or `4xx` or `5xx`.",
                "請用錯誤類別（connect、timeout、limit、server、auth、invalid、not_found、conflict、script、exceeded）、狀態碼如 `409`，或 `4xx`、`5xx`。"
            );
            fields.fault(Fault::error("invalid_retry_on", at, message).with_fix(fix));
        }
    }
    let on = on.into_iter().map(|(_, word)| word.to_owned()).collect();
    Some(Retry { attempts: attempts?, backoff, first, max, on })
}

/// The error classes that `retry.on` may name.
const RETRIED_CLASSES: &[&str] = &[
    "connect",
    "timeout",
    "limit",
    "server",
    "auth",
    "invalid",
    "not_found",
    "conflict",
    "script",
    "exceeded",
];

pub(crate) fn is_retried(word: &str) -> bool {
    RETRIED_CLASSES.contains(&word)
        || matches!(word, "4xx" | "5xx")
        || word.len() == 3 && word.parse::<u16>().is_ok_and(|status| (400..600).contains(&status))
}
