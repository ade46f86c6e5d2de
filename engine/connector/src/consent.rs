//! Somebody's consent (OAuth 2, authorisation code with PKCE): what a connector is asked for, and what the server asks of the
//! engine, which knows how to call.

use async_trait::async_trait;
use causeway_model::{Environment, StepError};
use uuid::Uuid;

/// What goes into the address at which somebody consents.
#[derive(Clone, Debug)]
pub struct ConsentAsk {
    /// What the answer is known by.
    pub state: String,
    /// Of the verifier, by S256.
    pub challenge: String,
    /// Where the answer is to come.
    pub redirect_uri: String,
}

/// Where somebody consents, and whom an answer may come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentPlace {
    pub url: String,
    /// The scheme and host of `url`.
    pub origin: String,
    /// What the system calls itself in answers (`iss`, RFC 9207), where its connector says so.
    pub issuer: Option<String>,
}

/// What somebody's consent gave. No `Debug`: it is good for tokens.
pub struct ConsentCode {
    pub code: String,
    pub verifier: String,
    /// The one that was asked with.
    pub redirect_uri: String,
}

/// A consent that came back.
pub struct ConsentGrant {
    /// Which one, as the store knows it.
    pub consent: Uuid,
    pub connection: String,
    pub environment: Environment,
    pub code: ConsentCode,
}

/// Lent to the server.
#[async_trait]
pub trait Consents: Send + Sync {
    /// Where somebody consents for a connection, with its own values of this environment. Calls nobody.
    async fn place(
        &self,
        connection: &str,
        environment: Environment,
        ask: &ConsentAsk,
    ) -> Result<ConsentPlace, StepError>;

    /// Exchanges the code for tokens, once, and keeps them as the connection's.
    async fn finish(&self, grant: ConsentGrant) -> Result<(), StepError>;
}

impl ConsentPlace {
    /// Whether an answer that names its sender comes from here. One that names nobody is known by its state alone.
    pub fn is_from(origin: &str, issuer: Option<&str>, named: Option<&str>) -> bool {
        let Some(named) = named else { return true };
        match issuer {
            Some(issuer) => named == issuer,
            None => named.strip_prefix(origin).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ConsentPlace;

    #[test]
    fn answers_of_others_are_not_mixed_up() {
        let from = |issuer, named| ConsentPlace::is_from("https://id.example", issuer, named);
        assert!(from(None, None) && from(Some("https://i"), None));
        assert!(from(None, Some("https://id.example")) && from(None, Some("https://id.example/tenant")));
        for other in ["https://id.example.evil", "https://evil/https://id.example", "", "http://id.example"] {
            assert!(!from(None, Some(other)), "{other}");
        }
        assert!(
            from(Some("https://i/t"), Some("https://i/t")) && !from(Some("https://i/t"), Some("https://i"))
        );
    }
}
