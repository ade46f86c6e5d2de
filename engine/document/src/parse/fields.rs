//! Reads the fields of one JSON object, reporting each that is missing, unknown or of the wrong type.

use causeway_model::{Fault, Span, StepId, Text, Value, text};
use serde_json::{Map, Number};

use crate::faults::{Faults, child, listed, suggest};

pub(super) struct Fields<'a, 'f> {
    map: &'a Map<String, Value>,
    at: String,
    step: Option<StepId>,
    pub faults: &'f mut Faults,
}

impl<'a, 'f> Fields<'a, 'f> {
    /// Opens an object that may have these fields and no others.
    pub fn open(
        value: &'a Value,
        at: &str,
        step: Option<&StepId>,
        known: &[&str],
        faults: &'f mut Faults,
    ) -> Option<Self> {
        let Some(map) = value.as_object() else {
            faults.push_at(step, wrong_type(at, &text!("an object", "物件"), value));
            return None;
        };
        for name in map.keys().filter(|name| !known.contains(&name.as_str())) {
            if !faults.has_room() {
                break;
            }
            let message = text!("There is no field `{name}` here.", "這裡沒有欄位 `{name}`。");
            let mut fault = Fault::error("unknown_field", child(at, name), message);
            fault.fix = suggest(name, known.iter().copied());
            faults.push_at(step, fault);
        }
        Some(Self { map, at: at.to_owned(), step: step.cloned(), faults })
    }

    pub fn at_step(&mut self, step: Option<StepId>) {
        self.step = step;
    }

    pub fn pointer(&self, name: &str) -> String {
        child(&self.at, name)
    }

    pub fn fault(&mut self, fault: Fault) {
        self.faults.push_at(self.step.as_ref(), fault);
    }

    pub fn value(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name)
    }

    pub fn required(&mut self, name: &str) -> Option<&'a Value> {
        let value = self.map.get(name);
        if value.is_none() {
            let message = text!("The field `{name}` is missing.", "缺少欄位 `{name}`。");
            let fix = text!("Add `{name}`.", "請加上 `{name}`。");
            self.fault(Fault::error("missing_field", self.pointer(name), message).with_fix(fix));
        }
        value
    }

    fn typed<T>(&mut self, name: &str, wanted: &Text, read: impl Fn(&'a Value) -> Option<T>) -> Option<T> {
        let value = self.map.get(name)?;
        let result = read(value);
        if result.is_none() {
            self.fault(wrong_type(&self.pointer(name), wanted, value));
        }
        result
    }

    /// A text of at most `most` characters.
    pub fn text(&mut self, name: &str, most: usize) -> Option<&'a str> {
        let text = self.typed(name, &text!("a text", "文字"), Value::as_str)?;
        if text.chars().count() > most {
            let message =
                text!("`{name}` is longer than {most} characters.", "`{name}` 超過 {most} 個字元。");
            let fix = text!("Shorten it.", "請縮短。");
            self.fault(Fault::error("too_long", self.pointer(name), message).with_fix(fix));
            return None;
        }
        Some(text)
    }

    pub fn boolean(&mut self, name: &str) -> Option<bool> {
        self.typed(name, &text!("true or false", "true 或 false"), Value::as_bool)
    }

    pub fn list(&mut self, name: &str) -> Option<&'a [Value]> {
        self.typed(name, &text!("a list", "陣列"), |value| value.as_array().map(Vec::as_slice))
    }

    pub fn object(&mut self, name: &str) -> Option<&'a Value> {
        self.typed(name, &text!("an object", "物件"), |value| value.is_object().then_some(value))
    }

    /// A list of texts; items of other types are reported and left out.
    pub fn texts(&mut self, name: &str) -> Vec<(String, &'a str)> {
        let at = self.pointer(name);
        let mut texts = Vec::new();
        for (index, item) in self.list(name).unwrap_or_default().iter().enumerate() {
            match item.as_str() {
                Some(text) => texts.push((child(&at, index), text)),
                None => self.fault(wrong_type(&child(&at, index), &text!("a text", "文字"), item)),
            }
        }
        texts
    }

    /// A whole number between two bounds.
    pub fn integer(&mut self, name: &str, from: u32, to: u32) -> Option<u32> {
        let number = self.typed(name, &text!("a whole number", "整數"), whole)?;
        match u32::try_from(number) {
            Ok(number) if (from..=to).contains(&number) => Some(number),
            _ => {
                self.beyond(name, from, to);
                None
            }
        }
    }

    fn beyond(&mut self, name: &str, from: u32, to: u32) {
        let message =
            text!("`{name}` must be between {from} and {to}.", "`{name}` 必須介於 {from} 與 {to} 之間。");
        let fix = text!("Use a number in this range.", "請使用此範圍內的數字。");
        self.fault(Fault::error("out_of_range", self.pointer(name), message).with_fix(fix));
    }

    /// A number with whatever digits, as it is written.
    pub fn number(&mut self, name: &str, from: u32, to: u32) -> Option<Number> {
        let number = self.typed(name, &text!("a number", "數字"), Value::as_number)?.clone();
        if number.as_f64().is_some_and(|number| (f64::from(from)..=f64::from(to)).contains(&number)) {
            return Some(number);
        }
        self.beyond(name, from, to);
        None
    }

    pub fn duration(&mut self, name: &str) -> Option<Span> {
        let written = self.text(name, 64)?;
        let span = written.parse().ok();
        if span.is_none() {
            self.fault(invalid_duration(&self.pointer(name), written));
        }
        span
    }

    /// One of a few words.
    pub fn choice<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> Option<T> {
        let written = self.typed(name, &text!("a text", "文字"), Value::as_str)?;
        let chosen = choices.iter().find(|(word, _)| *word == written).map(|(_, chosen)| *chosen);
        if chosen.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            let Text { en, zh_tw } = listed(&words);
            let message = Text {
                en: format!("`{name}` cannot be `{}`.", shortened(written)),
                zh_tw: format!("`{name}` 不能是 `{}`。", shortened(written)),
            };
            let fix = Text { en: format!("Use {en}."), zh_tw: format!("請用 {zh_tw}。") };
            self.fault(Fault::error("invalid_value", self.pointer(name), message).with_fix(fix));
        }
        chosen
    }
}

/// Whole numbers, also those written with a fraction of nothing (`3.0`).
fn whole(value: &Value) -> Option<i64> {
    let number = value.as_number()?;
    number.as_i64().or_else(|| {
        let written = number.to_string();
        let (integer, fraction) = written.split_once('.')?;
        fraction.bytes().all(|digit| digit == b'0').then(|| integer.parse().ok())?
    })
}

pub(super) fn wrong_type(at: &str, wanted: &Text, got: &Value) -> Fault {
    let got = type_name(got);
    let message = Text {
        en: format!("This must be {}, not {}.", wanted.en, got.en),
        zh_tw: format!("這裡必須是{}，而不是{}。", wanted.zh_tw, got.zh_tw),
    };
    let fix = Text { en: format!("Write {}.", wanted.en), zh_tw: format!("請寫成{}。", wanted.zh_tw) };
    Fault::error("wrong_type", at, message).with_fix(fix)
}

pub(crate) fn invalid_duration(at: &str, written: &str) -> Fault {
    let written = shortened(written);
    Fault::error(
        "invalid_duration",
        at,
        text!("`{written}` is no duration.", "`{written}` 不是有效的時間長度。"),
    )
    .with_fix(text!(
        "Write a whole number and ms, s, m, h or d, such as `30s` or `24h`; ten years at most.",
        "請寫整數加上 ms、s、m、h 或 d，例如 `30s`、`24h`；最長十年。"
    ))
}

/// What a JSON value is, in words.
pub(crate) fn type_name(value: &Value) -> Text {
    match value {
        Value::Null => text!("null", "null"),
        Value::Bool(_) => text!("true or false", "布林值"),
        Value::Number(_) => text!("a number", "數字"),
        Value::String(_) => text!("a text", "文字"),
        Value::Array(_) => text!("a list", "陣列"),
        Value::Object(_) => text!("an object", "物件"),
    }
}

/// Enough of a text to recognise it.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.to_owned(),
    }
}
