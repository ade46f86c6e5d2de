//! From text to a [`Flow`]: all faults of form at once, each with its pointer, line and column.

mod document;
mod fields;
mod positions;
mod step;

use causeway_model::{Fault, Flow, Value, text};

pub(crate) use document::invalid_slug;
pub(crate) use fields::{invalid_duration, shortened, type_name};
pub use positions::locate;
pub(crate) use step::{body as read_body, is_retried};

use crate::faults::Faults;
use crate::limits::{MAX_DEPTH, MAX_DOCUMENT_BYTES};

/// Reads one document. `line` and `column` of a fault are those of the text.
///
/// What a step's `with` holds is not checked here, but the steps of loop bodies are.
pub fn parse(text: &str) -> Result<Flow, Vec<Fault>> {
    let read = read(text);
    match read.flow {
        Some(flow) if read.faults.is_empty() => Ok(flow),
        _ => Err(read.faults),
    }
}

/// What could be read of a text.
pub(crate) struct Read {
    /// With what is wrong left out.
    pub flow: Option<Flow>,
    pub faults: Vec<Fault>,
}

impl Read {
    /// Whether what is wrong touches neither steps, edges nor inputs, so that checking what was read tells the truth.
    pub fn is_whole(&self) -> bool {
        self.faults.iter().all(|fault| !is_structural(fault))
    }
}

fn is_structural(fault: &Fault) -> bool {
    if fault.code == "unknown_field" && !fault.pointer.starts_with("/trigger") {
        return false;
    }
    let rest = match fault.pointer.rsplit_once("/with/body/") {
        Some((_, step)) => step.split_once('/').map_or("", |(_, field)| field),
        None => match fault.pointer.strip_prefix("/steps/") {
            Some(step) => step.split_once('/').map_or("", |(_, field)| field),
            None => fault.pointer.get(1..).unwrap_or_default(),
        },
    };
    let field = rest.split('/').next().unwrap_or_default();
    const HARMLESS: &[&str] = &[
        "causeway",
        "kind",
        "slug",
        "name",
        "description",
        "tags",
        "settings",
        "note",
        "connection",
        "retry",
        "timeout",
        "on_doubt",
    ];
    !HARMLESS.contains(&field)
}

pub(crate) fn read(text: &str) -> Read {
    let (text, value) = match json(text) {
        Ok(read) => read,
        Err(fault) => return Read { flow: None, faults: vec![fault] },
    };
    let mut faults = Faults::default();
    for pointer in positions::duplicates(text) {
        let key = pointer.rsplit('/').next().unwrap_or_default().to_owned();
        let message = text!("The field `{key}` is written twice.", "欄位 `{key}` 重複了。");
        let fix = text!("Keep one of them.", "只保留其中一個。");
        faults.push(Fault::error("duplicate_key", pointer, message).with_fix(fix));
    }
    let flow = document::document(&value, &mut faults);
    let mut faults = faults.into_list();
    locate(text, &mut faults);
    Read { flow, faults }
}

/// The text as JSON, with what is in front of it (a byte order mark) taken off.
fn json(text: &str) -> Result<(&str, Value), Fault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > MAX_DOCUMENT_BYTES {
        let (size, most) = (text.len(), MAX_DOCUMENT_BYTES);
        return Err(Fault::error(
            "document_too_large",
            "",
            text!(
                "The document has {size} bytes; {most} is the most.",
                "文件有 {size} 位元組，上限為 {most}。"
            ),
        ));
    }
    if let Some((line, column)) = positions::too_deep(text, MAX_DEPTH) {
        return Err(Fault::error(
            "document_too_deep",
            "",
            text!("The JSON nests deeper than {MAX_DEPTH} levels.", "JSON 的巢狀超過 {MAX_DEPTH} 層。"),
        )
        .at_line(line, column));
    }
    let value = serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line() as u32, error.column() as u32);
        let detail = error.to_string();
        let detail = detail.rsplit_once(" at line ").map_or(detail.as_str(), |(what, _)| what);
        Fault::error(
            "json_syntax",
            "",
            text!("This is no valid JSON: {detail}.", "這不是有效的 JSON：{detail}。"),
        )
        .at_line(line.max(1), column.max(1))
        .with_fix(text!(
            "Correct the JSON at this place; an editor with JSON support shows it.",
            "請修正此處的 JSON；支援 JSON 的編輯器會標示出來。"
        ))
    })?;
    Ok((text, value))
}
