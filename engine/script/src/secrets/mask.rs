//! The spellings by which a secret could come back in an answer.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

use super::operation::url_encode;

/// One spelling of a secret, and what is shown in its place.
#[derive(Clone, PartialEq, Eq)]
pub struct Mask {
    pub secret: String,
    /// `{{ secret.x }}`
    pub shown: String,
}

impl std::fmt::Debug for Mask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mask").field("shown", &self.shown).finish_non_exhaustive()
    }
}

impl Mask {
    /// All spellings of a secret, shown in one way.
    pub fn all_of(secret: &str, shown: &str) -> Vec<Self> {
        masks_of(secret, shown)
    }
}

/// Shorter secrets are not masked: too much would be taken for them.
const SHORTEST: usize = 4;

/// Shorter secrets are not looked for in other spellings.
const SHORTEST_ENCODED: usize = 6;

/// The masks of one text, the longest first.
pub(super) fn masks_of(secret: &str, shown: &str) -> Vec<Mask> {
    if secret.len() < SHORTEST {
        return Vec::new();
    }
    let mut spellings = vec![secret.to_owned()];
    if secret.len() >= SHORTEST_ENCODED {
        spellings.extend([
            STANDARD.encode(secret),
            STANDARD_NO_PAD.encode(secret),
            URL_SAFE.encode(secret),
            URL_SAFE_NO_PAD.encode(secret),
            url_encode(secret),
            url_encode(secret).replace("%20", "+"),
            url_encode(secret).to_lowercase(),
            hex::encode(secret),
            json_spelling(secret),
        ]);
        spellings.extend(inside_base64(secret));
    }
    spellings.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    spellings.dedup();
    spellings.into_iter().map(|secret| Mask { secret, shown: shown.to_owned() }).collect()
}

/// As it stands inside a JSON text.
fn json_spelling(secret: &str) -> String {
    let quoted = serde_json::Value::from(secret).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// What is left of it where it stands inside a longer text that was base64-encoded, such as `user:password`.
fn inside_base64(secret: &str) -> Vec<String> {
    let mut spellings = Vec::new();
    for before in 0..3_usize {
        let padded = [vec![0; before], secret.as_bytes().to_vec()].concat();
        let whole = padded.len() / 3 * 3;
        let skipped = [0, 2, 3][before];
        for engine in [STANDARD, URL_SAFE] {
            let encoded = engine.encode(&padded[..whole]);
            if let Some(stable) = encoded.get(skipped..).filter(|stable| stable.len() >= 8) {
                spellings.push(stable.to_owned());
            }
        }
    }
    spellings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_in_all_its_spellings() {
        let masks = masks_of("s3cret/key+1", "{{ secret.x }}");
        let masked = |text: &str| {
            masks.iter().fold(text.to_owned(), |text, mask| text.replace(&mask.secret, &mask.shown))
        };
        for echo in [
            "got s3cret/key+1!".to_owned(),
            STANDARD.encode("s3cret/key+1"),
            URL_SAFE_NO_PAD.encode("s3cret/key+1"),
            "q=s3cret%2Fkey%2B1".to_owned(),
            "q=s3cret%2fkey%2b1".to_owned(),
            STANDARD.encode("user:s3cret/key+1"),
            STANDARD.encode("users:s3cret/key+1"),
            STANDARD.encode("a:s3cret/key+1 and more"),
        ] {
            assert!(masked(&echo).contains("{{ secret.x }}"), "{echo}");
        }
        assert!(masks_of("abc", "x").is_empty());
        assert_eq!(masks_of("abcd", "x").len(), 1);
        assert!(!format!("{:?}", masks_of("s3cret/key+1", "x")).contains("s3cret"));
    }
}
