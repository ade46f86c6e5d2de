//! Echoes of secrets in answers, replaced by how the secret is shown: `{{ secret.x }}`.
//!
//! What was sent may come back as it is, in base64, percent-encoded or escaped; each of these is looked for. Secrets of fewer than
//! four bytes are not: they would be found everywhere.

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use causeway_model::Value;
use causeway_script::Mask;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

const SHORTEST: usize = 4;

/// Finds and replaces what was sent secretly.
#[derive(Default)]
pub(super) struct Masker {
    finder: Option<AhoCorasick>,
    shown: Vec<String>,
    longest: usize,
}

impl Masker {
    pub fn new(masks: &[Mask]) -> Self {
        let mut patterns: Vec<(String, &str)> = Vec::new();
        for mask in masks.iter().filter(|mask| mask.secret.len() >= SHORTEST) {
            for variant in variants(&mask.secret) {
                if !patterns.iter().any(|(known, _)| *known == variant) {
                    patterns.push((variant, &mask.shown));
                }
            }
        }
        let finder = (!patterns.is_empty())
            .then(|| {
                AhoCorasick::builder()
                    .match_kind(MatchKind::LeftmostLongest)
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

    pub fn stream(&self) -> MaskStream<'_> {
        MaskStream { masker: self, kept: Vec::new() }
    }
}

/// The spellings in which a secret may come back.
fn variants(secret: &str) -> Vec<String> {
    let percent = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let form: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let json = serde_json::to_string(secret).unwrap_or_default();
    let json = json.trim_start_matches('"').strip_suffix('"').unwrap_or_default().to_owned();
    let url = query_spelling(secret);
    let mut all =
        vec![secret.to_owned(), percent.to_lowercase(), percent, form.to_lowercase(), form, json, url];
    all.push(STANDARD.encode(secret));
    all.push(STANDARD_NO_PAD.encode(secret));
    all.push(URL_SAFE_NO_PAD.encode(secret));
    // Lower-casing also touches the letters of the secret itself; keep such a variant only where it still is the secret.
    let decodes = |variant: &String| {
        percent_encoding::percent_decode_str(&variant.replace('+', " ")).decode_utf8_lossy() == secret
    };
    let kept: Vec<String> = all
        .iter()
        .enumerate()
        .filter(|(at, variant)| !matches!(at, 1 | 3) || decodes(variant))
        .map(|(_, variant)| variant.clone())
        .filter(|variant| variant.len() >= SHORTEST)
        .collect();
    kept
}

/// As a URL's query spells it, which leaves more characters alone than percent-encoding does.
fn query_spelling(secret: &str) -> String {
    reqwest::Url::parse("http://h/")
        .map(|mut url| {
            url.set_query(Some(secret));
            url.query().unwrap_or_default().to_owned()
        })
        .unwrap_or_default()
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
    fn every_spelling_of_a_secret_is_masked() {
        let masker = masker(&["p&ss w/rd\"1"]);
        for echo in [
            "p&ss w/rd\"1",
            "p%26ss%20w%2Frd%221",
            "p%26ss%20w%2frd%221",
            "p%26ss+w%2Frd%221",
            "p&ss%20w/rd%221",
            "cCZzcyB3L3JkIjE=",
            "p&ss w/rd\\\"1",
        ] {
            let masked = masker.text(format!("<{echo}>"));
            assert!(masked.starts_with("<{{ secret.s0 }}"), "{echo} -> {masked}");
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
