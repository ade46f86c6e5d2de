//! Text for people, always in both languages.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The languages of the product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Locale {
    #[default]
    #[serde(rename = "en")]
    En,
    #[serde(rename = "zh-TW")]
    ZhTw,
}

impl Locale {
    /// The first supported language of an `Accept-Language` header or a `LANG` variable; English otherwise.
    pub fn negotiate(header: &str) -> Self {
        for part in header.split(',') {
            let tag = part.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            if tag.starts_with("zh") {
                return Self::ZhTw;
            }
            if tag.starts_with("en") {
                return Self::En;
            }
        }
        Self::En
    }
}

/// One message in English and in zh-TW. Build it with [`text!`](crate::text).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Text {
    pub en: String,
    #[serde(rename = "zh-TW")]
    pub zh_tw: String,
}

impl Text {
    pub fn in_locale(&self, locale: Locale) -> &str {
        match locale {
            Locale::En => &self.en,
            Locale::ZhTw => &self.zh_tw,
        }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

/// `text!("No flow {slug}", "沒有流程 {slug}")`: both languages, formatted with the same captured names.
#[macro_export]
macro_rules! text {
    ($en:literal, $zh:literal) => {
        $crate::Text { en: format!($en), zh_tw: format!($zh) }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_known_language_wins() {
        assert_eq!(Locale::negotiate("fr, zh-Hant-TW;q=0.9, en;q=0.8"), Locale::ZhTw);
        assert_eq!(Locale::negotiate("en-GB,zh"), Locale::En);
        assert_eq!(Locale::negotiate(""), Locale::En);
    }
}
