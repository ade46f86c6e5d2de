//! How a test app is started.

/// Settings of a [`crate::TestApp`] beyond the usual.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub env: Vec<(String, String)>,
    /// Put before the binary: `["prlimit", "--fsize=..."]`.
    pub wrapper: Vec<String>,
    /// Where to make the data folder; the system's temporary folder when absent.
    pub data_parent: Option<std::path::PathBuf>,
    /// A database to use instead of a fresh one.
    pub database_url: Option<String>,
    /// `web` or `worker` instead of `serve`.
    pub role: Option<&'static str>,
}

impl Options {
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn env(mut self, name: &str, value: impl ToString) -> Self {
        self.env.push((name.to_owned(), value.to_string()));
        self
    }

    #[must_use]
    pub fn wrapper(mut self, words: &[&str]) -> Self {
        self.wrapper = words.iter().map(|word| (*word).to_owned()).collect();
        self
    }

    #[must_use]
    pub fn data_parent(mut self, folder: impl Into<std::path::PathBuf>) -> Self {
        self.data_parent = Some(folder.into());
        self
    }

    #[must_use]
    pub fn role(mut self, role: &'static str) -> Self {
        self.role = Some(role);
        self
    }

    #[must_use]
    pub fn database_url(mut self, url: &str) -> Self {
        self.database_url = Some(url.to_owned());
        self
    }
}
