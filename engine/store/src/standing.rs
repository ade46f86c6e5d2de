//! Whether those who came in still may, asked for many at once: streams stay open long after the request that began them.

use std::collections::HashMap;

use causeway_model::{Role, SessionId, TokenId};
use sea_orm::ConnectionTrait;

use crate::bulk::Rows;
use crate::session::SESSION_IDLE;
use crate::{Result, Store, codes};

impl Store {
    /// The sessions among these that still count, with what their person may do by now.
    pub async fn sessions_standing(&self, sessions: &[SessionId]) -> Result<HashMap<SessionId, Role>> {
        if sessions.is_empty() {
            return Ok(HashMap::new());
        }
        let now = self.core.clock.now();
        let times = vec![now.millis().into(), (now - SESSION_IDLE).millis().into()];
        let ids = Rows::ids(self.core.db.dialect, sessions.iter().map(|session| session.0));
        let find = ids.statement(times, |source| {
            format!(
                "SELECT s.id, u.role FROM {source} JOIN session s ON s.id = r.id JOIN \"user\" u ON u.id = s.owner \
                 WHERE NOT u.disabled AND s.expires_at > $1 AND s.last_seen_at > $2"
            )
        });
        let mut standing = HashMap::new();
        for row in self.core.db.read.query_all_raw(find).await? {
            let role = codes::role_of(row.try_get_by_index(1)?)?;
            standing.insert(SessionId(row.try_get_by_index(0)?), role);
        }
        Ok(standing)
    }

    /// The tokens among these that still count, with what they may do by now.
    pub async fn tokens_standing(&self, tokens: &[TokenId]) -> Result<HashMap<TokenId, Role>> {
        if tokens.is_empty() {
            return Ok(HashMap::new());
        }
        let now = self.core.clock.now().millis();
        let ids = Rows::ids(self.core.db.dialect, tokens.iter().map(|token| token.0));
        let find = ids.statement(vec![now.into()], |source| {
            format!(
                "SELECT t.id, t.role, u.role FROM {source} JOIN token t ON t.id = r.id LEFT JOIN \"user\" u ON u.id = t.owner \
                 WHERE (t.owner IS NULL OR (u.id IS NOT NULL AND NOT u.disabled)) \
                 AND (t.expires_at IS NULL OR t.expires_at > $1)"
            )
        });
        let mut standing = HashMap::new();
        for row in self.core.db.read.query_all_raw(find).await? {
            let own = codes::role_of(row.try_get_by_index(1)?)?;
            let owners: Option<i16> = row.try_get_by_index(2)?;
            let most = owners.map(codes::role_of).transpose()?.unwrap_or(own);
            standing.insert(TokenId(row.try_get_by_index(0)?), own.min(most));
        }
        Ok(standing)
    }
}
