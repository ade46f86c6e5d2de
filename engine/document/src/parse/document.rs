//! Reads the document's own fields, its trigger and its settings.

use causeway_model::{
    Concurrency, DOCUMENT_VERSION, Fault, Flow, OnLimit, Priority, Settings, Slug, TriggerSpec, Value,
    Window, text,
};

use super::fields::{Fields, shortened};
use super::step;
use crate::faults::{Faults, child};
use crate::limits::MOST_MINUTES_SAVED;

const FIELDS: &[&str] =
    &["causeway", "kind", "slug", "name", "description", "tags", "trigger", "steps", "settings"];

/// The document without what is wrong, which is then among the faults; `None` where it has no trigger or no steps.
pub(super) fn document(value: &Value, faults: &mut Faults) -> Option<Flow> {
    let mut fields = Fields::open(value, "", None, FIELDS, faults)?;
    version(&mut fields);
    kind(&mut fields);
    let slug = slug(&mut fields);
    let name = fields.required("name").and_then(|_| fields.text("name", 200));
    if name.is_some_and(|name| name.trim().is_empty()) {
        let message = text!("The flow's name is empty.", "流程名稱是空的。");
        let fix = text!("Give it a name that people recognise.", "請取一個容易辨認的名稱。");
        fields.fault(Fault::error("empty_name", "/name", message).with_fix(fix));
    }
    let description = fields.text("description", 20_000).unwrap_or_default().to_owned();
    let tags = tags(&mut fields);
    let trigger = fields.required("trigger");
    let steps = fields.required("steps");
    let settings = fields.value("settings");

    let trigger = trigger.and_then(|value| self::trigger(value, faults));
    let steps = steps.map(|value| {
        let steps = step::body(value, "/steps", faults);
        steps.into_iter().map(|(_, step)| step).collect()
    });
    let settings = settings.map_or_else(|| Some(Settings::default()), |value| self::settings(value, faults));
    Some(Flow {
        causeway: DOCUMENT_VERSION,
        kind: "flow".to_owned(),
        slug,
        name: name.unwrap_or_default().to_owned(),
        description,
        tags,
        trigger: trigger?,
        steps: steps?,
        settings: settings.unwrap_or_default(),
    })
}

fn version(fields: &mut Fields) {
    let Some(value) = fields.required("causeway") else { return };
    if value.as_u64() != Some(u64::from(DOCUMENT_VERSION))
        && fields.integer("causeway", 0, u32::MAX) != Some(DOCUMENT_VERSION)
    {
        let message = text!(
            "This document's format is not known here: `causeway` must be {DOCUMENT_VERSION}.",
            "無法辨識此文件的格式：`causeway` 必須是 {DOCUMENT_VERSION}。"
        );
        let fix = text!(
            "Write `\"causeway\": {DOCUMENT_VERSION}`, or use a newer Causeway.",
            "請寫 `\"causeway\": {DOCUMENT_VERSION}`，或改用較新的 Causeway。"
        );
        fields.fault(Fault::error("unsupported_version", "/causeway", message).with_fix(fix));
    }
}

fn kind(fields: &mut Fields) {
    if fields.required("kind").is_some() {
        fields.choice("kind", &[("flow", ())]);
    }
}

fn slug(fields: &mut Fields) -> Option<Slug> {
    let written = fields.text("slug", 1000)?;
    match written.parse() {
        Ok(slug) => Some(slug),
        Err(_) => {
            fields.fault(invalid_slug(&fields.pointer("slug"), written));
            None
        }
    }
}

pub(crate) fn invalid_slug(at: &str, written: &str) -> Fault {
    let written = shortened(written);
    Fault::error(
        "invalid_slug",
        at,
        text!("`{written}` cannot name a flow.", "`{written}` 不能當作流程代號。"),
    )
    .with_fix(text!("Use 1 to 64 of a-z, 0-9 and -.", "請用 1 到 64 個 a-z、0-9 與 -。"))
}

fn tags(fields: &mut Fields) -> Vec<String> {
    let tags = fields.texts("tags");
    if tags.len() > 50 {
        let message = text!("A flow may have 50 tags at most.", "流程最多只能有 50 個標籤。");
        let fix = text!("Remove some.", "請移除一些。");
        fields.fault(Fault::error("too_many_tags", "/tags", message).with_fix(fix));
    }
    for (at, tag) in &tags {
        if tag.trim().is_empty() || tag.chars().count() > 64 {
            let message = text!("A tag needs 1 to 64 characters.", "標籤需要 1 到 64 個字元。");
            let fix = text!("Shorten the tag, or remove it.", "請縮短或移除標籤。");
            fields.fault(Fault::error("invalid_tag", at, message).with_fix(fix));
        }
    }
    tags.into_iter().map(|(_, tag)| tag.to_owned()).collect()
}

fn trigger(value: &Value, faults: &mut Faults) -> Option<TriggerSpec> {
    let mut fields = Fields::open(value, "/trigger", None, &["use", "connection", "with"], faults)?;
    let use_ = fields.required("use").and_then(|_| fields.text("use", 200))?;
    let connection = fields.text("connection", 200).map(str::to_owned);
    let with = fields.object("with").cloned();
    Some(TriggerSpec { use_: use_.to_owned(), connection, with: with.unwrap_or_else(step::no_input) })
}

fn settings(value: &Value, faults: &mut Faults) -> Option<Settings> {
    let known =
        ["timeout", "deadline", "concurrency", "on_limit", "keep", "priority", "window", "minutes_saved"];
    let mut fields = Fields::open(value, "/settings", None, &known, faults)?;
    let timeout = fields.duration("timeout");
    let deadline = fields.duration("deadline");
    let keep = fields.duration("keep");
    let limits = [("queue", OnLimit::Queue), ("skip", OnLimit::Skip), ("replace", OnLimit::Replace)];
    let on_limit = fields.choice("on_limit", &limits).unwrap_or_default();
    let priorities = [("low", Priority::Low), ("normal", Priority::Normal), ("high", Priority::High)];
    let priority = fields.choice("priority", &priorities).unwrap_or_default();
    let minutes_saved = fields.number("minutes_saved", 0, MOST_MINUTES_SAVED);
    let window = fields.value("window");
    let concurrency = fields.value("concurrency").map(|value| {
        let at = child("/settings", "concurrency");
        concurrency(value, &at, faults)
    });
    let window = window.and_then(|value| self::window(value, faults));
    let concurrency = concurrency.flatten();
    Some(Settings { timeout, deadline, concurrency, on_limit, keep, priority, window, minutes_saved })
}

/// What the texts in it mean is checked when the flow is compiled.
fn window(value: &Value, faults: &mut Faults) -> Option<Window> {
    let mut fields =
        Fields::open(value, "/settings/window", None, &["from", "to", "timezone", "days"], faults)?;
    let from = fields.required("from").and_then(|_| fields.text("from", 20)).map(str::to_owned);
    let to = fields.required("to").and_then(|_| fields.text("to", 20)).map(str::to_owned);
    let timezone = fields.text("timezone", 100).map(str::to_owned);
    let days = fields.texts("days").into_iter().map(|(_, day)| day.to_owned()).collect();
    Some(Window { from: from?, to: to?, timezone, days })
}

fn concurrency(value: &Value, at: &str, faults: &mut Faults) -> Option<Concurrency> {
    let mut fields = Fields::open(value, at, None, &["limit", "key", "hold_slot"], faults)?;
    let limit = fields.required("limit").and_then(|_| fields.integer("limit", 1, 100_000));
    let key = fields.text("key", 10_000).map(str::to_owned);
    let hold_slot = fields.boolean("hold_slot").unwrap_or_default();
    Some(Concurrency { limit: limit?, key, hold_slot })
}
