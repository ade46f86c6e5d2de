//! The functions' documentation: as data, and as the reference page.

use std::fmt::Write as _;

use causeway_model::{Locale, Text};
use serde::{Deserialize, Serialize};

use super::GROUPS;

/// Functions of one subject, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionGroup {
    pub name: String,
    pub title: Text,
    pub functions: Vec<FunctionDoc>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionDoc {
    pub name: String,
    /// `roc_date(text) -> date`
    pub signature: String,
    pub description: Text,
    /// Rhai source, and what it gives; each is run by a test.
    pub examples: Vec<(String, String)>,
}

pub(crate) fn docs() -> Vec<FunctionGroup> {
    let text = |en: &str, zh: &str| Text { en: en.to_owned(), zh_tw: zh.to_owned() };
    GROUPS
        .iter()
        .map(|group| FunctionGroup {
            name: group.name.to_owned(),
            title: text(group.en, group.zh),
            functions: group
                .functions
                .iter()
                .map(|function| FunctionDoc {
                    name: function.name().to_owned(),
                    signature: function.signature.to_owned(),
                    description: text(function.en, function.zh),
                    examples: function
                        .examples
                        .iter()
                        .map(|(source, result)| ((*source).to_owned(), (*result).to_owned()))
                        .collect(),
                })
                .collect(),
        })
        .collect()
}

/// The reference page in one language, as Markdown.
pub fn reference(locale: Locale) -> String {
    let (title, intro) = match locale {
        Locale::En => ("Functions", INTRO_EN),
        Locale::ZhTw => ("函式", INTRO_ZH),
    };
    let mut page = format!("# {title}\n\n{intro}\n");
    for group in docs() {
        let title = group.title.in_locale(locale);
        let _ = write!(page, "\n## {title}\n");
        for function in group.functions {
            let description = function.description.in_locale(locale);
            let _ = write!(page, "\n### `{}`\n\n{description}\n", function.signature);
            if !function.examples.is_empty() {
                page.push_str("\n```rhai\n");
                for (source, result) in function.examples {
                    let _ = writeln!(page, "{source}  // {result}");
                }
                page.push_str("```\n");
            }
        }
    }
    page
}

const INTRO_EN: &str = include_str!("intro.en.md");
const INTRO_ZH: &str = include_str!("intro.zh-TW.md");
