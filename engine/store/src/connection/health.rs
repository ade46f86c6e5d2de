//! What people are shown of a connection's health: when it was used, when it worked, what went wrong last. Callers say so
//! seldom: a note for each call would cost more than many calls.

use causeway_model::ConnectionId;

use super::ConnectionError;
use crate::db::Ask;
use crate::{Result, Store, json};

impl Store {
    /// It is being used; `ok`: and works; `error`: and something went wrong.
    pub async fn note_connection_use(
        &self,
        id: ConnectionId,
        ok: bool,
        error: Option<&ConnectionError>,
    ) -> Result<()> {
        let now = self.core.clock.now().millis();
        let note = "UPDATE connection SET last_used_at = $2, last_ok_at = COALESCE($3, last_ok_at), \
             last_error = COALESCE($4, last_error) WHERE id = $1";
        let values = vec![id.0.into(), now.into(), ok.then_some(now).into(), json::opt_text(error).into()];
        self.core.db.main.run(note, values).await?;
        Ok(())
    }
}
