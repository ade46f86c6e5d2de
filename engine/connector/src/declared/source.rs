//! What a declared connector is made of: the files of its folder.

use std::borrow::Cow;
use std::collections::BTreeMap;

use causeway_model::{Text, text};

/// The names that a document may have.
const DOCUMENTS: [&str; 3] = ["openapi.yaml", "openapi.yml", "openapi.json"];

/// A connector's folder, in memory.
#[derive(Clone, Debug)]
pub struct Source {
    /// The folder's name, which is the connector's.
    pub name: String,
    /// By path within the folder, with `/` between.
    pub files: BTreeMap<String, Cow<'static, [u8]>>,
}

impl Source {
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), files: BTreeMap::new() }
    }

    pub fn with(mut self, path: impl Into<String>, content: impl Into<Cow<'static, [u8]>>) -> Self {
        self.files.insert(path.into(), content.into());
        self
    }

    /// The text of the OpenAPI document.
    pub fn document(&self) -> Result<&str, Text> {
        let found = DOCUMENTS.iter().find_map(|name| self.text(name));
        found.ok_or_else(|| {
            text!(
                "The folder has no openapi.yaml, or it is no text.",
                "資料夾中沒有 openapi.yaml，或不是文字檔。"
            )
        })
    }

    /// A file as text; `None` where it is not there, or no UTF-8.
    pub fn text(&self, path: &str) -> Option<&str> {
        std::str::from_utf8(self.files.get(path)?).ok()
    }

    /// The files of a folder within it, in order.
    pub fn under<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files.iter().filter_map(move |(path, content)| {
            let name = path.strip_prefix(folder)?.strip_prefix('/')?;
            Some((name, std::str::from_utf8(content).ok()?))
        })
    }
}
