//! What is wrong with a connector, all at once: what would fail when it is used, and what its users would miss.

use std::collections::BTreeSet;

use causeway_model::{ConnectorSpec, Severity, Text, Value, text};

use super::extension::{self, CursorFrom, Paging, Root, SessionSpec};
use super::naming::named;
use super::operation::operation;
use super::script;
use super::source::Source;
use super::triggers::Triggers;
use serde_json::Map;

use crate::incoming::Proof;
use crate::openapi::Document;
use crate::schema;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    pub severity: Severity,
    /// Where: an operation, a webhook, a file. Empty: the whole.
    pub at: String,
    pub message: Text,
}

impl Finding {
    pub fn error(at: impl Into<String>, message: Text) -> Self {
        Self { severity: Severity::Error, at: at.into(), message }
    }

    pub fn warning(at: impl Into<String>, message: Text) -> Self {
        Self { severity: Severity::Warning, at: at.into(), message }
    }
}

pub fn check(
    document: &Document,
    spec: &ConnectorSpec,
    triggers: &Triggers,
    source: &Source,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let name_fits = !spec.name.is_empty()
        && spec.name.len() <= 60
        && spec.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !name_fits {
        let name = &spec.name;
        let message = text!(
            "`{name}` cannot be a connector's name: use a-z, 0-9 and -.",
            "「{name}」不能作為連接器名稱：請使用 a-z、0-9 與 -。"
        );
        findings.push(Finding::error("x-causeway", message));
    }
    if spec.name != source.name {
        let (name, folder) = (&spec.name, &source.name);
        let message = text!(
            "The connector is named `{name}`, but stands in the folder `{folder}`.",
            "連接器名稱為 `{name}`，但資料夾是 `{folder}`。"
        );
        findings.push(Finding::error("x-causeway", message));
    }
    if !is_version(&spec.version) {
        let version = &spec.version;
        let message =
            text!("`{version}` is no version such as 1.0.0.", "`{version}` 不是 1.0.0 這樣的版本。");
        findings.push(Finding::error("x-causeway", message));
    }
    both_languages("x-causeway", &spec.title, &spec.description, &mut findings);
    operations(document, &mut findings);
    events(document, spec, triggers, &mut findings);
    names(document, spec, &mut findings);
    script::check(document, source, &mut findings);
    findings
}

fn is_version(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 3
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.len() < 10 && part.bytes().all(|b| b.is_ascii_digit()))
}

fn both_languages(at: &str, title: &Text, description: &Text, findings: &mut Vec<Finding>) {
    for (what, said) in [("title", title), ("description", description)] {
        let chinese = said.zh_tw.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        if said.en.is_empty() || (said.zh_tw == said.en && !chinese && what == "description") {
            let message = text!("The {what} is not there in both languages.", "`{what}` 沒有兩種語言。");
            findings.push(Finding::warning(at, message));
        }
    }
}

fn operations(document: &Document, findings: &mut Vec<Finding>) {
    for named in named(document) {
        let ready = match operation(document, &named) {
            Ok(ready) => ready,
            Err(why) => {
                findings.push(Finding::error(&named.name, why));
                continue;
            }
        };
        let summary = &ready.spec.summary;
        both_languages(&named.name, &summary.title, &summary.description, findings);
        for (field, described) in ready.spec.input["properties"].as_object().into_iter().flatten() {
            if schema::title(described).zh_tw.is_empty() {
                let message = text!("The field `{field}` has no title.", "欄位 `{field}` 沒有標題。");
                findings.push(Finding::warning(&named.name, message));
            }
        }
        if let Some(paging) = &ready.paging {
            let known: BTreeSet<&str> = ready.parameters.iter().map(|one| one.name.as_str()).collect();
            for parameter in paging.parameters().into_iter().filter(|name| !known.contains(name)) {
                let message = text!(
                    "Paging sets the parameter `{parameter}`, which the operation does not have.",
                    "分頁會設定參數 `{parameter}`，但操作沒有這個參數。"
                );
                findings.push(Finding::warning(&named.name, message));
            }
            pointers(&named.name, paging, findings);
        }
    }
}

/// What starts flows.
fn events(document: &Document, spec: &ConnectorSpec, triggers: &Triggers, findings: &mut Vec<Finding>) {
    findings.extend(triggers.faults.iter().map(|(at, why)| Finding::error(at, why.clone())));
    for trigger in &spec.triggers {
        both_languages(&trigger.name, &trigger.title, &trigger.description, findings);
    }
    for incoming in triggers.incoming.iter().filter(|one| one.events.is_some() && one.dedupe.is_empty()) {
        let message = text!(
            "Calls with several events need `dedupe`: where one of them cannot be taken, all are sent again.",
            "一次呼叫含多個事件時需要 `dedupe`：其中一個無法接收時，系統會全部重送。"
        );
        findings.push(Finding::warning(&incoming.trigger, message));
    }
    for incoming in triggers.incoming.iter().filter(|one| one.proof == Proof::None) {
        let message = text!(
            "Its calls are not verified: whoever knows the address can start flows.",
            "此觸發不驗證呼叫者：知道網址的人都能啟動流程。"
        );
        findings.push(Finding::warning(&incoming.trigger, message));
    }
    let operations = named(document);
    for poll in &triggers.polls {
        let found = operations.iter().find(|named| named.name == poll.operation);
        let Some(operation) = found.and_then(|named| operation(document, named).ok()) else { continue };
        if operation.paging.is_none() {
            let message = text!(
                "A poll asks for a list: its operation needs `x-causeway-paging`.",
                "輪詢的對象必須是清單：此操作需要 `x-causeway-paging`。"
            );
            findings.push(Finding::error(&poll.trigger, message));
        }
        let known = &operation.spec.input["properties"];
        for field in poll.input.keys().filter(|field| known.get(field.as_str()).is_none()) {
            let message = text!(
                "The operation has no input `{field}`, which the poll sets.",
                "操作沒有輪詢要設定的輸入 `{field}`。"
            );
            findings.push(Finding::error(&poll.trigger, message));
        }
    }
}

fn pointers(at: &str, paging: &Paging, findings: &mut Vec<Finding>) {
    let written = match paging {
        Paging::Cursor { items, cursor } => {
            let (CursorFrom::Answer(at) | CursorFrom::LastItem(at)) = &cursor.from;
            vec![items, at]
        }
        Paging::NextUrl { items, next_url } => vec![items, &next_url.at],
        other => {
            let (Paging::Page { items, .. } | Paging::Offset { items, .. } | Paging::Link { items }) = other
            else {
                return;
            };
            vec![items]
        }
    };
    for pointer in written.into_iter().filter(|pointer| !pointer.is_empty() && !pointer.starts_with('/')) {
        let message = text!(
            "`{pointer}` is no JSON pointer: write it like /data/items.",
            "`{pointer}` 不是 JSON pointer：請寫成 /data/items。"
        );
        findings.push(Finding::error(at, message));
    }
}

/// Operations that the extensions name are there.
fn names(document: &Document, spec: &ConnectorSpec, findings: &mut Vec<Finding>) {
    let known: BTreeSet<&str> = spec.operations.iter().map(|operation| operation.name.as_str()).collect();
    let need = |at: &str, name: Option<&str>, findings: &mut Vec<Finding>| {
        if let Some(name) = name.filter(|name| !known.contains(name)) {
            let message = text!("There is no operation `{name}`.", "沒有操作 `{name}`。");
            findings.push(Finding::error(at, message));
        }
    };
    if let Ok(Some(root)) = extension::read::<Root>(document.root(), "x-causeway") {
        need("x-causeway/test", root.test.as_deref(), findings);
        for (name, record) in &root.record_types {
            let at = format!("x-causeway/record_types/{name}");
            for operation in [&record.list, &record.get, &record.create, &record.update, &record.delete] {
                need(&at, operation.as_deref(), findings);
            }
        }
    }
    for (name, scheme) in document.security_schemes() {
        let at = format!("components/securitySchemes/{name}");
        match extension::read::<SessionSpec>(scheme, "x-causeway-session") {
            Ok(session) => need(&at, session.as_ref().map(|session| session.operation.as_str()), findings),
            Err(why) => findings.push(Finding::error(&at, why)),
        }
    }
    for unknown in unknown_extensions(document) {
        let message = text!("There is no extension `{unknown}`.", "沒有擴充欄位 `{unknown}`。");
        findings.push(Finding::error("", message));
    }
}

fn unknown_extensions(document: &Document) -> BTreeSet<String> {
    fn walk(value: &Value, known: &Map<String, Value>, unknown: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                for (name, field) in fields {
                    if name.starts_with("x-causeway") && !known.contains_key(name) {
                        unknown.insert(name.clone());
                    }
                    walk(field, known, unknown);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, known, unknown)),
            _ => {}
        }
    }
    let mut unknown = BTreeSet::new();
    if let Some(known) = extension::schema()["$defs"].as_object() {
        walk(document.root(), known, &mut unknown);
    }
    unknown
}
