//! Where the store lives.

use std::fmt;
use std::path::PathBuf;

pub struct Config {
    /// `DATABASE_URL`; absent means SQLite at `<data>/causeway.db`.
    pub url: Option<String>,
    /// The data folder; made (0700) if missing.
    pub data: PathBuf,
    /// `CAUSEWAY_KEY`: 32 bytes as hex or base64; absent means `<data>/key`, made (0600) at the first start of an empty store.
    pub key: Option<String>,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("data", &self.data)
            .field("own_url", &self.url.is_some())
            .field("own_key", &self.key.is_some())
            .finish()
    }
}
