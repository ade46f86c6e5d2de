//! An account's credentials among the secrets that a call is lent.
//!
//! They go into a request as sealed tokens, `{{ connection.<field> }}` to whoever looks; the HTTP runtime opens them when it
//! sends.

use std::sync::Arc;

use crate::{Account, Services, Session};

/// Under which names credentials stand among the secrets; no expression can spell them.
pub(crate) const PREFIX: &str = "connection.";
/// Before the names of settings that signing in told, which are no secrets.
pub(crate) const SETTING: &str = "setting.";

/// The services with the account's credentials, and what its session holds, among the secrets.
pub fn with_credentials(services: &Services, account: &dyn Account, session: Option<&Session>) -> Services {
    let mut secrets = services.secrets.as_ref().clone();
    let values = session.into_iter().flat_map(|session| &session.values);
    let values = values.filter(|(name, _)| !name.starts_with(SETTING));
    for (name, value) in account.credentials().iter().chain(values) {
        secrets.insert(format!("{PREFIX}{name}"), value.clone());
    }
    Services { secrets: Arc::new(secrets), ..services.clone() }
}

/// The token that stands for one of them.
pub fn sealed_credential(services: &Services, field: &str) -> String {
    services.sealer.sealed_secret(&format!("{PREFIX}{field}"))
}
