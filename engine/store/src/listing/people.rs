//! Pages of users and tokens.

use causeway_model::{Role, TokenId, UserId};

use super::{Conditions, Page, anywhere};
use crate::token::{self, TokenRecord};
use crate::user::{self, UserRecord};
use crate::{Result, Store, codes};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserState {
    Active,
    Disabled,
}

#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// Stands in the address or the name.
    pub text: Option<String>,
    pub role: Option<Role>,
    pub state: Option<UserState>,
    /// The address of the last user of the page before.
    pub after: Option<String>,
    pub limit: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenState {
    Valid,
    Expired,
}

#[derive(Clone, Debug, Default)]
pub struct TokenFilter {
    /// Stands in the name.
    pub text: Option<String>,
    pub role: Option<Role>,
    pub owner: Option<UserId>,
    pub state: Option<TokenState>,
    pub after: Option<TokenId>,
    pub limit: u64,
}

impl Store {
    /// In the order of their addresses.
    pub async fn list_users(&self, filter: UserFilter) -> Result<Page<UserRecord>> {
        let db = &self.core.db.read;
        let mut wanted = Conditions::default();
        if let Some(text) = &filter.text {
            wanted.with("(email LIKE ? ESCAPE '!' OR LOWER(name) LIKE ? ESCAPE '!')", anywhere(text));
        }
        if let Some(role) = filter.role {
            wanted.with("role = ?", codes::role_code(role));
        }
        if let Some(state) = filter.state {
            wanted.with("disabled = ?", state == UserState::Disabled);
        }
        if let Some(after) = filter.after {
            wanted.with("email > ?", after);
        }
        wanted.page::<user::Entity>(db, &[], "email", filter.limit).await?.try_map(UserRecord::read)
    }

    /// In the order in which they were made.
    pub async fn list_tokens(&self, filter: TokenFilter) -> Result<Page<TokenRecord>> {
        let db = &self.core.db.read;
        let now = self.core.clock.now().millis();
        let mut wanted = Conditions::default();
        if let Some(text) = &filter.text {
            wanted.with("LOWER(name) LIKE ? ESCAPE '!'", anywhere(text));
        }
        if let Some(role) = filter.role {
            wanted.with("role = ?", codes::role_code(role));
        }
        if let Some(owner) = filter.owner {
            wanted.with("owner = ?", owner.0);
        }
        match filter.state {
            None => {}
            Some(TokenState::Valid) => {
                wanted.with("(expires_at IS NULL OR expires_at > ?)", now);
            }
            Some(TokenState::Expired) => {
                wanted.with("expires_at <= ?", now);
            }
        }
        if let Some(after) = filter.after {
            wanted.with("id > ?", after.0);
        }
        wanted.page::<token::Entity>(db, &[], "id", filter.limit).await?.try_map(TokenRecord::read)
    }
}
