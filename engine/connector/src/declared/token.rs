//! OAuth 2's token endpoint: what is sent there, and what its answers mean.
//!
//! Nothing that it answers is shown to anybody: its errors keep a code that is a plain word, and no body.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use causeway_model::{ErrorClass, StepError, Value, text};

use super::parameter::plain;
use super::place::Place;
use super::signing::{self, given, no_session, with_credentials};
use super::ways::{Grant, Oauth};
use crate::credentials::{PREFIX, SETTING, sealed_credential as sealed};
use crate::http::{Auth, Body, Identity, Request, Response};
use crate::{Account, CONSENT_OVER, CONSENT_REVOKED, ConsentCode, Services, Session};

/// The code of the standard for a grant that counts no more.
const INVALID_GRANT: &str = "invalid_grant";
const LONGEST_CODE: usize = 60;

/// Who asks, and where.
pub struct Endpoint<'a> {
    pub oauth: &'a Oauth,
    pub place: &'a Place<'a>,
    pub account: &'a dyn Account,
    pub services: &'a Services,
    /// What it shows who asks, where it wants a certificate.
    pub identity: Option<Identity>,
}

/// Why there is no token.
enum Refusal {
    /// What was shown counts no more.
    Over(StepError),
    Other(StepError),
}

impl Refusal {
    fn error(self) -> StepError {
        match self {
            Self::Over(error) | Self::Other(error) => error,
        }
    }
}

impl Endpoint<'_> {
    /// A new session: with the refresh token where there is one, else by the client's own credentials.
    pub async fn sign_in(&self, before: Option<Session>) -> Result<Session, StepError> {
        if self.oauth.grant == Grant::Code {
            return self.refresh_consent(before).await;
        }
        if before.as_ref().is_some_and(has_refresh_token) {
            match self.refresh(before.as_ref()).await {
                Err(Refusal::Over(_)) => {}
                other => return other.map_err(Refusal::error),
            }
        }
        let mut form = Vec::new();
        match self.oauth.grant {
            Grant::Password => {
                form.push(("grant_type", "password".to_owned()));
                form.push(("username", given(self.services, self.account, "username")));
                form.push(("password", sealed(self.services, "password")));
            }
            Grant::Client | Grant::Code => form.push(("grant_type", "client_credentials".to_owned())),
        }
        if let Some(scope) = scope(self.oauth, self.account, || given(self.services, self.account, "scope")) {
            form.push(("scope", scope));
        }
        let services = with_credentials(self.services, self.account, None, None);
        self.ask(&self.oauth.token_url, form, &services, None).await.map_err(Refusal::error)
    }

    /// Exchanges what a consent gave for tokens.
    pub async fn redeem(&self, code: &ConsentCode) -> Result<Session, StepError> {
        let mut services = with_credentials(self.services, self.account, None, None);
        let secrets = Arc::make_mut(&mut services.secrets);
        secrets.insert(format!("{PREFIX}code"), code.code.clone());
        secrets.insert(format!("{PREFIX}code_verifier"), code.verifier.clone());
        let form = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", sealed(&services, "code")),
            ("redirect_uri", code.redirect_uri.clone()),
            ("code_verifier", sealed(&services, "code_verifier")),
        ];
        self.ask(&self.oauth.token_url, form, &services, None).await.map_err(|refusal| match refusal {
            Refusal::Over(error) => StepError {
                code: "consent_refused".to_owned(),
                message: text!(
                    "The system does not take what the consent gave any more: authorise the connection once again",
                    "系統不再接受這次授權的結果：請重新授權此連線"
                ),
                ..error
            },
            Refusal::Other(error) => error,
        })
    }

    async fn refresh_consent(&self, before: Option<Session>) -> Result<Session, StepError> {
        let Some(before) = before else { return Err(not_consented(self.account)) };
        if before.is_revoked(self.account.now()) {
            return Err(revoked(self.account, CONSENT_REVOKED));
        }
        if !has_refresh_token(&before) {
            return Err(revoked(self.account, CONSENT_OVER));
        }
        self.refresh(Some(&before)).await.map_err(|refusal| match refusal {
            Refusal::Over(error) => {
                StepError { status: error.status, ..revoked(self.account, CONSENT_REVOKED) }
            }
            Refusal::Other(error) => error,
        })
    }

    async fn refresh(&self, before: Option<&Session>) -> Result<Session, Refusal> {
        let services = with_credentials(self.services, self.account, before, None);
        let form = vec![
            ("grant_type", "refresh_token".to_owned()),
            ("refresh_token", sealed(&services, "refresh_token")),
        ];
        let url = self.oauth.refresh_url.as_ref().unwrap_or(&self.oauth.token_url);
        self.ask(url, form, &services, before).await
    }

    async fn ask(
        &self,
        url: &str,
        mut form: Vec<(&str, String)>,
        services: &Services,
        before: Option<&Session>,
    ) -> Result<Session, Refusal> {
        let account = self.account;
        let has = |field: &str| account.credentials().get(field).is_some_and(|value| !value.is_empty());
        let mut request = Request::new("POST", &self.place.address(url).map_err(Refusal::Other)?);
        request.follow_redirects = false;
        request.answers_credentials = true;
        request.identity = self.identity.clone();
        request.headers.push(("Accept".to_owned(), "application/json".to_owned()));
        if self.oauth.client_in_header {
            request.auth = Some(Auth::Basic {
                username: given(services, account, "client_id"),
                password: sealed(services, "client_secret"),
            });
        } else if has("client_id") {
            form.push(("client_id", given(services, account, "client_id")));
            if has("client_secret") {
                form.push(("client_secret", sealed(services, "client_secret")));
            }
        }
        let form = form.into_iter().map(|(name, value)| (name.to_owned(), value));
        request.body = Body::Form(form.collect());
        let answer = services.http.send(request, services).await;
        let answer = answer.map_err(|error| self.refused(error))?;
        let Some(token) = answer.body["access_token"].as_str().filter(|token| !token.is_empty()) else {
            return Err(self.without_token(answer));
        };
        Ok(self.session(token, &answer.body, before))
    }

    fn session(&self, token: &str, body: &Value, before: Option<&Session>) -> Session {
        let mut values = BTreeMap::from([("access_token".to_owned(), token.to_owned())]);
        let known = |name: &str| before.and_then(|before| before.values.get(name)).cloned();
        // A system that gives no new refresh token means the old one; and what it told before still holds.
        let refresh = body["refresh_token"].as_str().map(str::to_owned).or_else(|| known("refresh_token"));
        values.extend(refresh.map(|refresh| ("refresh_token".to_owned(), refresh)));
        for (setting, pointer) in &self.oauth.token.settings {
            let name = format!("{SETTING}{setting}");
            let told = body.pointer(pointer).map(plain).filter(|told| !told.is_empty());
            values.extend(told.or_else(|| known(&name)).map(|told| (name, told)));
        }
        let lives = plain(&body["expires_in"]).parse().ok().map(Duration::from_secs);
        let lives = lives.or(self.oauth.token.lives.map(|lives| lives.to_std()));
        signing::session(values, lives, self.account.now())
    }

    /// An answer that says that all is well, and has no token: some systems refuse so.
    fn without_token(&self, answer: Response) -> Refusal {
        let unclear = no_session(self.account);
        match self.code(&answer.body) {
            Some(_) => {
                self.refused(StepError { status: Some(answer.status), body: Some(answer.body), ..unclear })
            }
            None => Refusal::Other(unclear),
        }
    }

    fn refused(&self, mut error: StepError) -> Refusal {
        let code = error.body.take().and_then(|body| self.code(&body));
        let is_over = code.as_ref().is_some_and(|code| {
            code == INVALID_GRANT || self.oauth.token.revoked.iter().any(|known| known == code)
        });
        // A token endpoint says 400 where the credentials are wrong.
        if !is_over && !matches!(error.class, ErrorClass::Invalid | ErrorClass::Auth | ErrorClass::NotFound) {
            return Refusal::Other(error);
        }
        let name = self.account.name();
        let said = code.map(|code| format!(" ({code})")).unwrap_or_default();
        error.class = ErrorClass::Auth;
        error.code = "sign_in_refused".to_owned();
        error.message = text!(
            "The system does not let the connection `{name}` sign in: check its credentials, or connect again{said}",
            "系統拒絕連線 `{name}` 登入：請檢查憑證，或重新連線{said}"
        );
        if is_over { Refusal::Over(error) } else { Refusal::Other(error) }
    }

    /// What a refusal says in a word; nothing where that could be anything else.
    fn code(&self, body: &Value) -> Option<String> {
        let places = self.oauth.token.code_at.iter().map(String::as_str).chain(["/error"]);
        let mut found = places.filter_map(|at| body.pointer(at)?.as_str());
        let is_word = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        found
            .find(|code| !code.is_empty() && code.len() <= LONGEST_CODE && code.chars().all(is_word))
            .map(str::to_owned)
    }
}

fn has_refresh_token(session: &Session) -> bool {
    session.values.get("refresh_token").is_some_and(|token| !token.is_empty())
}

/// The scopes that are asked for: the connection's own, else all that the document names. `own`: as they are to be written.
pub fn scope(oauth: &Oauth, account: &dyn Account, own: impl FnOnce() -> String) -> Option<String> {
    let said = account.credentials().get("scope").is_some_and(|scope| !scope.is_empty());
    let separator = oauth.authorize.scope_separator.as_deref().unwrap_or(" ");
    match said {
        true => Some(own()),
        false => (!oauth.scopes.is_empty()).then(|| oauth.scopes.join(separator)),
    }
}

fn not_consented(account: &dyn Account) -> StepError {
    let name = account.name();
    StepError::new(
        "consent_missing",
        ErrorClass::Auth,
        text!(
            "Nobody has authorised the connection `{name}` yet: open it and connect the account, or run `causeway connection authorize {name}`",
            "尚未有人授權連線「{name}」：請開啟該連線並連結帳號，或執行 `causeway connection authorize {name}`"
        ),
    )
}

fn revoked(account: &dyn Account, code: &str) -> StepError {
    let name = account.name();
    StepError::new(
        code,
        ErrorClass::Auth,
        text!(
            "The consent for the connection `{name}` was taken back or is over: authorise it again, then resume the run",
            "連線「{name}」的授權已被撤銷或已失效：請重新授權，再接續執行"
        ),
    )
}
