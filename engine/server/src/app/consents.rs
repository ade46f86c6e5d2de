//! Consents (OAuth 2, authorisation code with PKCE): asking somebody for one, and making a session of what comes back.
//!
//! The state of a consent is good once and for ten minutes. Codes and tokens pass by here on their way to the engine, and stand
//! in no answer, log or audit entry.

use std::sync::Arc;

use causeway_connector::{ConsentAsk, ConsentCode, ConsentGrant, ConsentPlace, Consents};
use causeway_model::{Environment, ErrorClass, Role, SessionId, StepError, Text, Time, text};
use causeway_store::{Actor, ConnectionError, ConsentAsked, ConsentState, ConsentView};
use serde::Serialize;
use uuid::Uuid;

use super::{App, Class, Error, Result};

/// Where consents come back to, below the address of this server.
pub const CONSENT_PATH: &str = "/oauth/callback";

const LONGEST_CODE: usize = 8 * 1024;
const LONGEST_WORD: usize = 60;
const LONGEST_DESCRIPTION: usize = 300;
const LONGEST_RETURN: usize = 500;

/// Who asks for a consent, beside whose connection it is for.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConsentRequest<'a> {
    pub environment: Environment,
    /// The address of this server, as the browser will know it.
    pub reached: Option<&'a str>,
    /// The browser session that it must come back to.
    pub session: Option<SessionId>,
    /// A path of this site to go on at.
    pub return_to: Option<&'a str>,
}

/// A consent that somebody may give now.
#[derive(Clone, Debug, Serialize)]
pub struct StartedConsent {
    #[serde(skip)]
    pub id: Uuid,
    /// What to open in a browser.
    pub authorize_url: String,
    pub expires_at: Time,
    /// What must be registered at the system.
    pub redirect_uri: String,
}

/// What the system sent the browser back with.
#[derive(Clone, Debug, Default)]
pub struct ConsentAnswer {
    pub code: Option<String>,
    pub error: Option<String>,
    pub description: Option<String>,
    /// Who says so (RFC 9207).
    pub issuer: Option<String>,
}

/// Where a consent comes back to; absent where this server does not know how browsers reach it.
pub(super) fn redirect_uri(reached: Option<&str>) -> Option<String> {
    reached.map(|reached| format!("{}{CONSENT_PATH}", reached.trim_end_matches('/')))
}

impl App {
    /// Lets consents be asked for and finished, by whoever knows how to call.
    pub fn consent_with(&self, consents: Arc<dyn Consents>) {
        let _ = self.inner.consents.set(consents);
    }

    /// `consent_not_taken`, `connection_incomplete`, `public_url_needed`, `return_path_invalid`.
    pub async fn begin_consent(
        &self,
        name: &str,
        request: ConsentRequest<'_>,
        who: Actor<'_>,
    ) -> Result<StartedConsent> {
        let record = self.connection(name, who).await?;
        let redirect_uri = redirect_uri(request.reached).ok_or_else(public_url_needed)?;
        if let Some(path) = request.return_to {
            must_be_own_path(path)?;
        }
        let begun = self.store().new_consent();
        let ask = ConsentAsk {
            state: begun.state.clone(),
            challenge: begun.challenge.clone(),
            redirect_uri: redirect_uri.clone(),
        };
        let place = self.consents()?.place(name, request.environment, &ask).await.map_err(refused)?;
        let asked = ConsentAsked {
            connection: name,
            environment: request.environment,
            session: request.session,
            by: who.by,
            redirect_uri: &redirect_uri,
            return_to: request.return_to,
        };
        let sender = (place.origin.as_str(), place.issuer.as_deref());
        self.store().begin_consent(&begun, &asked, sender, record.revision).await?;
        tracing::info!(connection = name, environment = %request.environment, by = who.by, "consent asked for");
        Ok(StartedConsent {
            id: begun.id,
            authorize_url: place.url,
            expires_at: begun.expires_at,
            redirect_uri,
        })
    }

    /// The consent that a state stands for.
    pub async fn consent(&self, state: &str) -> Result<Option<ConsentView>> {
        Ok(self.store().consent(state).await?)
    }

    /// Whether somebody who signed in may still finish a consent: rights may have been taken since.
    pub async fn may_consent(&self, view: &ConsentView, who: Actor<'_>) -> Result<()> {
        if who.most < Role::Editor {
            return Err(Error::forbidden(
                "role_too_low",
                text!("This needs the role editor or higher", "此操作需要 editor 以上的角色"),
            ));
        }
        self.connection(&view.connection, who).await.map(drop)
    }

    /// Makes a session of what came back, or ends the consent with what went wrong.
    pub async fn finish_consent(&self, view: &ConsentView, answer: ConsentAnswer) -> Result<()> {
        if view.state != ConsentState::Open {
            return Err(used());
        }
        if !ConsentPlace::is_from(&view.origin, view.issuer.as_deref(), answer.issuer.as_deref()) {
            return self.fail(view, "consent_of_another", of_another(), false).await;
        }
        if let Some(error) = &answer.error {
            let (code, text) = declined(error, answer.description.as_deref());
            return self.fail(view, code, text, false).await;
        }
        let code = answer.code.filter(|code| !code.is_empty() && code.len() <= LONGEST_CODE);
        let Some(code) = code else {
            return self.fail(view, "consent_without_code", without_code(), false).await;
        };
        let consents = self.consents()?;
        let taken = self.store().take_consent(view.id).await?;
        let code = ConsentCode { code, verifier: taken.verifier, redirect_uri: taken.redirect_uri };
        let (connection, environment) = (taken.connection, taken.environment);
        let grant = ConsentGrant { consent: taken.id, connection, environment, code };
        match consents.finish(grant).await {
            Ok(()) => {
                tracing::info!(connection = %view.connection, environment = %view.environment, by = %view.by, "connection authorised");
                Ok(())
            }
            Err(error) => {
                tracing::warn!(connection = %view.connection, code = %error.code, "a consent gave no tokens");
                self.fail(view, &error.code, error.message, true).await
            }
        }
    }

    async fn fail(&self, view: &ConsentView, code: &str, message: Text, of_system: bool) -> Result<()> {
        let error = ConnectionError { code: code.to_owned(), message: message.clone(), at: self.now() };
        self.store().fail_consent(view.id, &error, of_system).await?;
        Err(Error::new(Class::Conflict, code.to_owned(), message))
    }

    fn consents(&self) -> Result<&Arc<dyn Consents>> {
        self.inner.consents.get().ok_or_else(|| Error::bug("nothing here calls connectors"))
    }
}

fn refused(error: StepError) -> Error {
    let class = match error.class {
        ErrorClass::Connect | ErrorClass::Timeout => Class::Unavailable,
        ErrorClass::Bug => Class::Bug,
        _ => Class::Invalid,
    };
    Error::new(class, error.code, error.message)
}

/// Only a path of this very site: what browsers read as another one is none.
fn must_be_own_path(path: &str) -> Result<()> {
    let plain = path.len() <= LONGEST_RETURN && path.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    if plain && path.starts_with('/') && !path.starts_with("//") {
        return Ok(());
    }
    Err(Error::invalid(
        "return_path_invalid",
        text!(
            "`return_to` is a path of this site, such as /connections/sheets, of at most {LONGEST_RETURN} characters.",
            "`return_to` 須為本站的路徑，例如 /connections/sheets，最多 {LONGEST_RETURN} 個字元。"
        ),
    ))
}

fn declined(code: &str, description: Option<&str>) -> (&'static str, Text) {
    if code == "access_denied" {
        return (
            "consent_denied",
            text!(
                "The consent was declined, so nothing was connected. Authorise the connection again if that was a mistake.",
                "授權遭到拒絕，因此沒有連結任何帳號。若是誤按，請重新授權。"
            ),
        );
    }
    let is_word = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let code = if code.len() <= LONGEST_WORD && code.chars().all(is_word) { code } else { "error" };
    let said: String = description
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST_DESCRIPTION)
        .collect();
    let (en, zh) = match said.is_empty() {
        true => (String::new(), String::new()),
        false => (format!(": {said}"), format!("：{said}")),
    };
    (
        "consent_refused",
        text!(
            "The system did not ask for the consent ({code}){en}. Check the client and its redirect address there, and the scopes.",
            "系統未進行授權（{code}）{zh}。請檢查該系統中的用戶端與重新導向網址，以及權限範圍。"
        ),
    )
}

fn of_another() -> Text {
    text!(
        "The answer comes from another system than the one that was asked. Nothing was connected.",
        "回應來自另一個系統，而非原先詢問的系統，因此沒有連結任何帳號。"
    )
}

fn without_code() -> Text {
    text!(
        "The system sent no code along, so nothing was connected. Authorise the connection again.",
        "系統沒有附上授權碼，因此沒有連結任何帳號。請重新授權。"
    )
}

pub(crate) fn used() -> Error {
    Error::conflict(
        "consent_used",
        text!(
            "This consent came back already, or its time is over. Authorise the connection again.",
            "這次授權已完成或已逾時。請重新授權連線。"
        ),
    )
}

fn public_url_needed() -> Error {
    Error::invalid(
        "public_url_needed",
        text!(
            "Consents come back to the address of this server, which it does not know: set CAUSEWAY_PUBLIC_URL to the address in the browser.",
            "授權後須回到本伺服器的網址，但本伺服器不知道自己的網址：請將 CAUSEWAY_PUBLIC_URL 設為瀏覽器中的網址。"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_paths_are_returned_to() {
        for own in ["/", "/connections/a?tab=1#x", "/a/../b"] {
            assert!(must_be_own_path(own).is_ok(), "{own}");
        }
        let long = format!("/{}", "a".repeat(LONGEST_RETURN));
        for other in ["", "a", "//evil", "/\\evil", "https://evil", "/a\r\nb: c", "/a b", "/\t/evil", &long] {
            assert!(must_be_own_path(other).is_err(), "{other}");
        }
    }

    #[test]
    fn what_the_system_says_is_told_in_plain_words() {
        assert_eq!(declined("access_denied", Some("x")).0, "consent_denied");
        let (code, text) = declined("invalid_scope", Some("no such\u{7} scope"));
        assert_eq!(code, "consent_refused");
        assert!(text.en.contains("(invalid_scope): no such scope."), "{}", text.en);
        assert!(declined("<b>", None).1.en.contains("(error)."));
    }

    #[test]
    fn the_redirect_address_stands_below_ours() {
        let of = |reached| redirect_uri(reached);
        assert_eq!(of(Some("https://h/base/")).as_deref(), Some("https://h/base/oauth/callback"));
        assert_eq!(of(None), None);
    }
}
