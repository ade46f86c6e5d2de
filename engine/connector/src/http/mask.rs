//! Echoes of secrets in answers, replaced by how the secret is shown: `{{ secret.x }}`.
//!
//! The masks come with what was revealed, in the spellings that scripts can make of it; here the spellings are added that a URL or a
//! form gives. Secrets of fewer than four bytes are not looked for: they would be found everywhere.

use std::collections::HashSet;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use causeway_model::Value;
use causeway_script::Mask;

const SHORTEST: usize = 4;

/// Finds and replaces what was sent secretly.
#[derive(Default)]
pub struct Masker {
    finder: Option<AhoCorasick>,
    shown: Vec<String>,
    longest: usize,
}

impl Masker {
    pub fn new(masks: &[Mask]) -> Self {
        let (mut patterns, mut known) = (Vec::<(String, &str)>::new(), HashSet::new());
        for mask in masks.iter().filter(|mask| mask.secret.len() >= SHORTEST) {
            for variant in spellings(&mask.secret) {
                if known.insert(variant.clone()) {
                    patterns.push((variant, &mask.shown));
                }
            }
        }
        let finder = (!patterns.is_empty())
            .then(|| {
                AhoCorasick::builder()
                    .match_kind(MatchKind::LeftmostLongest)
                    // The quickest to build; it is used for one answer.
                    .kind(Some(AhoCorasickKind::NoncontiguousNFA))
                    .build(patterns.iter().map(|(variant, _)| variant))
                    .ok()
            })
            .flatten();
        let longest = patterns.iter().map(|(variant, _)| variant.len()).max().unwrap_or(0);
        Self { finder, shown: patterns.into_iter().map(|(_, shown)| shown.to_owned()).collect(), longest }
    }

    pub fn text(&self, text: String) -> String {
        match &self.finder {
            Some(finder) if finder.is_match(&text) => finder.replace_all(&text, &self.shown),
            _ => text,
        }
    }

    /// Every string, key and number of a value: what a parser unescaped is found too.
    pub fn value(&self, value: Value) -> Value {
        if self.finder.is_none() {
            return value;
        }
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Number(number) => {
                let text = number.to_string();
                let masked = self.text(text.clone());
                if masked == text { Value::Number(number) } else { Value::String(masked) }
            }
            Value::Array(items) => items.into_iter().map(|item| self.value(item)).collect(),
            Value::Object(object) => {
                object.into_iter().map(|(key, value)| (self.text(key), self.value(value))).collect()
            }
            other => other,
        }
    }

    pub(super) fn stream(&self) -> MaskStream<'_> {
        MaskStream { masker: self, kept: Vec::new() }
    }
}

/// The secret as it is, as a form and as a URL's query spell it.
fn spellings(secret: &str) -> Vec<String> {
    let form: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let mut all = vec![secret.to_owned(), lower_escapes(&form), form];
    if let Ok(mut url) = reqwest::Url::parse("http://h/") {
        url.set_query(Some(secret));
        all.extend(url.query().map(str::to_owned));
    }
    all
}

/// `%2F` as `%2f`.
fn lower_escapes(text: &str) -> String {
    let mut since_percent = 3;
    text.chars()
        .map(|c| {
            since_percent = if c == '%' { 0 } else { since_percent + 1 };
            if since_percent <= 2 { c.to_ascii_lowercase() } else { c }
        })
        .collect()
}

/// Masks bytes that come in parts: a secret cut in two by a part's end is found all the same.
pub(super) struct MaskStream<'a> {
    masker: &'a Masker,
    kept: Vec<u8>,
}

impl MaskStream<'_> {
    /// What can be let out after `part`; the rest stays until it is clear.
    pub fn push(&mut self, part: &[u8], last: bool) -> Vec<u8> {
        let Some(finder) = &self.masker.finder else { return part.to_vec() };
        self.kept.extend_from_slice(part);
        // A match that begins before this point has all the bytes that it could have.
        let clear =
            if last { self.kept.len() } else { (self.kept.len() + 1).saturating_sub(self.masker.longest) };
        let (mut out, mut at) = (Vec::with_capacity(self.kept.len()), 0);
        for found in finder.find_iter(&self.kept) {
            if found.start() >= clear {
                break;
            }
            out.extend_from_slice(&self.kept[at..found.start()]);
            out.extend_from_slice(self.masker.shown[found.pattern().as_usize()].as_bytes());
            at = found.end();
        }
        if at < clear {
            out.extend_from_slice(&self.kept[at..clear]);
            at = clear;
        }
        self.kept.drain(..at);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn masker(secrets: &[&str]) -> Masker {
        let masks: Vec<Mask> = secrets
            .iter()
            .enumerate()
            .map(|(at, secret)| Mask {
                secret: (*secret).to_owned(),
                shown: format!("{{{{ secret.s{at} }}}}"),
            })
            .collect();
        Masker::new(&masks)
    }

    #[test]
    fn spellings_of_a_url_are_masked() {
        let masker = masker(&["P&ss w/Rd~1"]);
        for echo in ["P&ss w/Rd~1", "P%26ss+w%2FRd%7E1", "P%26ss+w%2fRd%7e1", "P&ss%20w/Rd~1"] {
            assert_eq!(masker.text(format!("<{echo}>")), "<{{ secret.s0 }}>", "{echo}");
        }
        assert_eq!(masker.text("harmless".to_owned()), "harmless");
    }

    #[test]
    fn values_are_masked_in_strings_keys_and_numbers() {
        let masked = masker(&["8812345", "hunter22"])
            .value(json!({ "hunter22": [1, 8812345, "it is hunter22."], "n": 1.50 }));
        assert_eq!(
            masked,
            json!({ "{{ secret.s1 }}": [1, "{{ secret.s0 }}", "it is {{ secret.s1 }}."], "n": 1.50 })
        );
    }

    #[test]
    fn a_secret_cut_by_parts_is_found() {
        let masker = masker(&["hunter22", "hunter22-long-one"]);
        let text = b"..hunter22-long-one,hunter2,hunter22,end";
        let expected = "..{{ secret.s1 }},hunter2,{{ secret.s0 }},end";
        for size in 1..text.len() {
            let mut stream = masker.stream();
            let mut out = Vec::new();
            for part in text.chunks(size) {
                out.extend(stream.push(part, false));
            }
            out.extend(stream.push(b"", true));
            assert_eq!(String::from_utf8_lossy(&out), expected, "parts of {size}");
        }
    }

    #[test]
    fn short_secrets_do_not_shred_the_answer() {
        assert_eq!(masker(&["a1"]).text("a1 a2".to_owned()), "a1 a2");
        assert_eq!(Masker::default().text("x".to_owned()), "x");
    }
}
