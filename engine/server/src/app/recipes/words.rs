//! The texts of a shipped document in the language of who begins with it. Shipped are English names and Chinese messages, as
//! the trading company has them; `words.json` has the twin of each.

use causeway_model::{Flow, Locale, Text, Value};

/// Says what people read of the document in their language: its names, descriptions and notes, and in `with` the messages
/// and the comments of scripts.
pub(super) fn translate(flow: &mut Flow, words: &[Text], locale: Locale) {
    let book = Book::new(words, locale);
    book.whole(&mut flow.name);
    book.whole(&mut flow.description);
    for step in &mut flow.steps {
        step.name.iter_mut().chain(&mut step.note).for_each(|text| book.whole(text));
        book.inside(&mut step.with);
    }
}

/// What is said in the other language, with its twin.
struct Book<'a> {
    all: Vec<(&'a str, &'a str)>,
    /// Those that may stand in a longer text, the longest first: nothing else in a document looks like them.
    parts: Vec<(&'a str, &'a str)>,
}

impl<'a> Book<'a> {
    fn new(words: &'a [Text], locale: Locale) -> Self {
        let pair = |text: &'a Text| match locale {
            Locale::En => (text.zh_tw.as_str(), text.en.as_str()),
            Locale::ZhTw => (text.en.as_str(), text.zh_tw.as_str()),
        };
        let all: Vec<(&str, &str)> = words.iter().map(pair).collect();
        let is_part = |(from, _): &&(&str, &str)| from.starts_with("//") || locale == Locale::En;
        let mut parts: Vec<(&str, &str)> = all.iter().filter(is_part).copied().collect();
        parts.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
        Self { all, parts }
    }

    fn whole(&self, text: &mut String) {
        if let Some((_, to)) = self.all.iter().find(|(from, _)| from == text) {
            *text = (*to).to_owned();
        }
    }

    fn inside(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                self.whole(text);
                for (from, to) in &self.parts {
                    if text.contains(from) {
                        *text = text.replace(from, to);
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.inside(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.inside(field)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_change_and_what_is_computed_stays() {
        let words: Vec<Text> = serde_json::from_value(json!([
            { "en": "Tell", "zh-TW": "通知" },
            { "en": "\"none\"", "zh-TW": "\"無\"" },
            { "en": "No orders", "zh-TW": "尚無訂單" },
            { "en": "// Counts", "zh-TW": "// 計數" },
        ]))
        .expect("pairs");
        let flow: Flow = serde_json::from_value(json!({
            "causeway": 1, "kind": "flow", "name": "Tell", "trigger": { "use": "manual" },
            "steps": [
                { "id": "a", "use": "script", "name": "Tell", "with": { "code": "// Counts\nif x { \"無\" } else { Tell + `尚無訂單 ${x}` }" } },
                { "id": "b", "use": "for_each", "with": { "items": [], "body": [{ "id": "c", "use": "stop", "name": "Tell" }] } },
            ],
        }))
        .expect("a flow");
        let said = |locale| {
            let mut flow = flow.clone();
            translate(&mut flow, &words, locale);
            flow
        };
        let zh = said(Locale::ZhTw);
        assert_eq!((zh.name.as_str(), zh.steps[0].name.as_deref()), ("通知", Some("通知")));
        assert_eq!(zh.steps[1].with["body"][0]["name"], "通知");
        assert_eq!(zh.steps[0].with["code"], "// 計數\nif x { \"無\" } else { Tell + `尚無訂單 ${x}` }");
        let en = said(Locale::En);
        assert_eq!(en.steps[0].with["code"], "// Counts\nif x { \"none\" } else { Tell + `No orders ${x}` }");
        assert_eq!(en.name, "Tell");
    }
}
