//! Credentials that a connection's system makes up itself and sends for them to be kept: what its webhooks are verified with.

use std::collections::BTreeMap;

use causeway_connector::{Challenge, Incoming};
use causeway_model::{Environment, text};
use causeway_store::{Actor, Change};
use serde_json::json;

use super::{App, Error, Result};

/// The longest value that is kept.
const LONGEST: usize = 1000;

impl App {
    /// Keeps what a call brought that nothing could verify; whether it did. What is set is never changed by that.
    pub(crate) async fn keep_credential(&self, connection: &str, field: &str, value: &str) -> Result<bool> {
        let is_sound =
            !value.is_empty() && value.len() <= LONGEST && value.bytes().all(|b| b.is_ascii_graphic());
        if !is_sound {
            return Ok(false);
        }
        let by = format!("webhook:@{connection}");
        let kept =
            self.store().keep_credential(connection, Environment::Production, (field, value), &by).await?;
        if kept {
            tracing::info!(connection, field, "a credential that the system sent was kept");
        }
        Ok(kept)
    }

    /// What a connection's system sent to be kept, by the field of the credentials; for whoever has to type it in there.
    /// `nothing_kept` where there is nothing. That somebody looked is noted.
    pub async fn kept_credentials(&self, name: &str, who: Actor<'_>) -> Result<BTreeMap<String, String>> {
        let record = self.connection(name, who).await?;
        let connector = self.compiler_by_now().await?.catalogue.receiving(&record.connector);
        let incoming = connector.as_ref().map(|connector| connector.incoming()).unwrap_or_default();
        let all = self.kept_connections().await?;
        let values = all.get(name).and_then(|kept| kept.environments.get(&Environment::Production));
        let found: BTreeMap<String, String> = incoming
            .iter()
            .filter_map(kept_by)
            .filter_map(|field| Some((field.to_owned(), values?.credentials.get(field)?.clone())))
            .collect();
        if found.is_empty() {
            return Err(Error::not_found(
                "nothing_kept",
                text!(
                    "The system of the connection {name} has sent nothing to be kept.",
                    "連線 {name} 的系統沒有送來要保存的內容。"
                ),
            ));
        }
        let fields: Vec<&String> = found.keys().collect();
        let told = json!({ "credentials": fields });
        self.store().note(Change::new(who.by, "connection.kept_shown", name).to(told)).await?;
        Ok(found)
    }
}

/// The credential that calls of a trigger may set.
pub(super) fn kept_by(incoming: &Incoming) -> Option<&str> {
    match &incoming.challenge {
        Some(Challenge::Keep { credential, .. }) => Some(credential),
        _ => None,
    }
}
