//! Where a connection's system finds this installation: what is registered there.

use causeway_connector::Catalogue;
use causeway_model::AuthKind;
use causeway_store::ConnectionRecord;
use serde::Serialize;

use super::consents::redirect_uri;

/// How this server is reached, so far as it is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reachable<'a> {
    /// By systems.
    pub public: Option<&'a str>,
    /// By whoever asks.
    pub here: Option<&'a str>,
}

/// What a connection's system is told of this server.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ConnectionAddresses {
    /// Where its webhooks go, where the connector has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_url: Option<String>,
    /// Where consents come back to, where the connection lives by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
}

impl ConnectionAddresses {
    /// By the connectors that are installed, which [`super::App::compiler_by_now`] knows, whoever installed them.
    pub fn of(catalogue: &Catalogue, record: &ConnectionRecord, reachable: Reachable<'_>) -> Self {
        let receives = catalogue.receiving(&record.connector).is_some();
        let webhook_path = receives.then(|| format!("/hooks/@{}", record.name));
        let webhook_url = match (reachable.public, &webhook_path) {
            (Some(url), Some(path)) => Some(format!("{}{path}", url.trim_end_matches('/'))),
            _ => None,
        };
        let redirect_uri = redirect_uri(reachable.here).filter(|_| lives_by_consent(catalogue, record));
        Self { webhook_path, webhook_url, redirect_uri }
    }
}

/// Whether a connection lives by somebody's consent.
fn lives_by_consent(catalogue: &Catalogue, record: &ConnectionRecord) -> bool {
    let known = catalogue.known(&record.connector);
    let form = known.as_ref().and_then(|known| known.spec().connection.as_ref());
    form.and_then(|form| form.auth.iter().find(|auth| Some(&auth.name) == record.auth.as_ref()))
        .is_some_and(|auth| auth.kind == AuthKind::OauthCode)
}
