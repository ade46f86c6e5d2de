//! Connections, by name.

use causeway_model::Shared;

use super::{Conditions, Page, anywhere};
use crate::connection::{self, ConnectionRecord};
use crate::user_change::Actor;
use crate::{Result, Store};

/// Which connections; all that somebody may see where nothing is said.
#[derive(Clone, Debug, Default)]
pub struct ConnectionFilter {
    /// Stands in the name or the title.
    pub text: Option<String>,
    pub connector: Option<String>,
    /// The last name of the page before.
    pub after: Option<String>,
    pub limit: u64,
}

impl Store {
    /// Those that `who` may see, in the order of their names.
    pub async fn list_connections(
        &self,
        filter: ConnectionFilter,
        who: Actor<'_>,
    ) -> Result<Page<ConnectionRecord>> {
        let db = &self.core.db.read;
        let mut wanted = Conditions::default();
        let words: Vec<String> = Shared::ALL
            .into_iter()
            .filter(|shared| shared.reaches(who.most))
            .map(|shared| format!("'{shared}'"))
            .collect();
        let shared =
            if words.is_empty() { "FALSE".to_owned() } else { format!("shared IN ({})", words.join(", ")) };
        wanted.with(&format!("({shared} OR owner = ?)"), who.by);
        if let Some(text) = &filter.text {
            wanted.with("(LOWER(name) LIKE ? ESCAPE '!' OR LOWER(title) LIKE ? ESCAPE '!')", anywhere(text));
        }
        if let Some(connector) = filter.connector {
            wanted.with("connector = ?", connector);
        }
        if let Some(after) = filter.after {
            wanted.with("name > ?", after);
        }
        let page = wanted.page::<connection::Entity>(db, &[], "name", filter.limit).await?;
        Ok(Page { more: page.more, rows: connection::records(db, page.rows).await? })
    }
}
