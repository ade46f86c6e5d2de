//! Signing in: what a connection's credentials add to a request, and how a session is got.
//!
//! Credentials go into a request as sealed tokens, `{{ connection.<field> }}` to whoever looks; the HTTP runtime opens them when
//! it sends.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use causeway_model::{ErrorClass, StepError, Time, Value, text};

use super::extension::SessionSpec;
use super::ways::{Grant, KeyAt, Oauth, Part, Way};
use crate::http::{Auth, Body, Request};
use crate::{Account, Services, Session};

/// Under which names credentials stand among the secrets; no expression can spell them.
const PREFIX: &str = "connection.";
/// When a session was got, in milliseconds, beside what the system gave.
const OBTAINED_AT: &str = "obtained_at";
/// A session is young for so long.
const YOUNG_MS: i64 = 60_000;
/// A session is renewed by so much before its end.
const MARGIN: Duration = Duration::from_secs(60);

impl Part {
    /// Whether it is signed in first.
    pub fn needs_session(&self) -> bool {
        matches!(self, Self::Oauth(_) | Self::Session { .. })
    }
}

/// The services with the credentials, and what a session holds, among the secrets. In a rehearsal there is no session; what a
/// way needs of one is named all the same.
pub fn with_credentials(
    services: &Services,
    account: &dyn Account,
    session: Option<&Session>,
    way: Option<&Way>,
) -> Services {
    let mut secrets = services.secrets.as_ref().clone();
    let values = session.into_iter().flat_map(|session| &session.values);
    for (name, value) in account.credentials().iter().chain(values) {
        secrets.insert(format!("{PREFIX}{name}"), value.clone());
    }
    for part in way.into_iter().flat_map(|way| &way.parts) {
        let name = match part {
            Part::Oauth(_) => "access_token",
            Part::Session { value, .. } => value,
            _ => continue,
        };
        secrets.entry(format!("{PREFIX}{name}")).or_default();
    }
    Services { secrets: Arc::new(secrets), ..services.clone() }
}

fn sealed(services: &Services, field: &str) -> String {
    services.sealer.sealed_secret(&format!("{PREFIX}{field}"))
}

/// A credential that is no secret - a user's name, a client's id - goes as it is: masked in answers, it would spoil them.
fn given(services: &Services, account: &dyn Account, field: &str) -> String {
    let known = account.credentials().get(field).filter(|value| is_open(field) && !value.is_empty());
    known.cloned().unwrap_or_else(|| sealed(services, field))
}

/// Fields of credentials that others may see.
pub fn is_open(field: &str) -> bool {
    matches!(field, "username" | "user" | "client_id" | "scope" | "email" | "account")
}

/// Adds what a way asks for.
pub fn sign(way: &Way, account: &dyn Account, services: &Services, request: &mut Request) {
    for part in &way.parts {
        match part {
            Part::Key { at, name, prefix, field } => {
                put(*at, name, format!("{prefix}{}", sealed(services, field)), request);
            }
            Part::Basic { username, password } => {
                let own = |field: &String| {
                    let known = account.credentials().contains_key(field);
                    if known { given(services, account, field) } else { String::new() }
                };
                request.auth = Some(Auth::Basic { username: own(username), password: own(password) });
            }
            Part::Bearer { field } => bearer(sealed(services, field), request),
            Part::Oauth(_) => bearer(sealed(services, "access_token"), request),
            Part::Session { at, name, value, .. } => put(*at, name, sealed(services, value), request),
        }
    }
}

fn bearer(token: String, request: &mut Request) {
    request.headers.push(("Authorization".to_owned(), format!("Bearer {token}")));
}

fn put(at: KeyAt, name: &str, value: String, request: &mut Request) {
    match at {
        KeyAt::Header => request.headers.push((name.to_owned(), value)),
        KeyAt::Query => request.query.push((name.to_owned(), value)),
        KeyAt::Cookie => {
            let pair = format!("{name}={value}");
            match request.headers.iter_mut().find(|(header, _)| header.eq_ignore_ascii_case("cookie")) {
                Some((_, cookies)) => *cookies = format!("{cookies}; {pair}"),
                None => request.headers.push(("Cookie".to_owned(), pair)),
            }
        }
    }
}

/// Whether a session was got some time ago.
pub fn is_old(session: &Session, now: Time) -> bool {
    let obtained = session.values.get(OBTAINED_AT).and_then(|at| at.parse::<i64>().ok());
    obtained.is_none_or(|at| now.millis() - at >= YOUNG_MS)
}

/// A session of values that a system gave.
fn session(mut values: BTreeMap<String, String>, lives: Option<Duration>, now: Time) -> Session {
    values.insert(OBTAINED_AT.to_owned(), now.millis().to_string());
    let expires_at = lives.map(|lives| {
        // A short one is renewed in its last tenth.
        let lives = lives - MARGIN.min(lives / 10);
        Time(now.millis() + i64::try_from(lives.as_millis()).unwrap_or(i64::MAX / 2))
    });
    Session { values, expires_at }
}

/// Signs in by OAuth 2: with the refresh token where there is one, else by the client's own credentials.
pub async fn oauth(
    oauth: &Oauth,
    base_url: &str,
    account: &dyn Account,
    services: &Services,
    before: Option<Session>,
) -> Result<Session, StepError> {
    let refresh = before.as_ref().and_then(|session| session.values.get("refresh_token"));
    let services = with_credentials(services, account, before.as_ref(), None);
    let has = |field: &str| account.credentials().get(field).is_some_and(|value| !value.is_empty());
    let mut form: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, value: String| form.push((name.to_owned(), value));
    match (oauth.grant, refresh) {
        (_, Some(_)) => {
            add("grant_type", "refresh_token".to_owned());
            add("refresh_token", sealed(&services, "refresh_token"));
        }
        (Grant::Code, None) => return Err(not_consented(account)),
        (Grant::Client, None) => add("grant_type", "client_credentials".to_owned()),
        (Grant::Password, None) => {
            add("grant_type", "password".to_owned());
            add("username", given(&services, account, "username"));
            add("password", sealed(&services, "password"));
        }
    }
    if refresh.is_none() {
        if has("scope") {
            add("scope", given(&services, account, "scope"));
        } else if !oauth.scopes.is_empty() {
            add("scope", oauth.scopes.join(" "));
        }
    }
    let url = match &oauth.refresh_url {
        Some(url) if refresh.is_some() => url,
        _ => &oauth.token_url,
    };
    let mut request = Request::new("POST", &absolute(url, base_url));
    request.follow_redirects = false;
    request.answers_credentials = true;
    request.headers.push(("Accept".to_owned(), "application/json".to_owned()));
    if oauth.client_in_header {
        request.auth = Some(Auth::Basic {
            username: given(&services, account, "client_id"),
            password: sealed(&services, "client_secret"),
        });
    } else if has("client_id") {
        add("client_id", given(&services, account, "client_id"));
        if has("client_secret") {
            add("client_secret", sealed(&services, "client_secret"));
        }
    }
    request.body = Body::Form(form);
    let answer = services.http.send(request, &services).await.map_err(|error| refused(account, error))?;
    let text = |name: &str| answer.body[name].as_str().map(str::to_owned);
    let Some(token) = text("access_token") else { return Err(no_session(account)) };
    let mut values = BTreeMap::from([("access_token".to_owned(), token)]);
    // A system that gives no new refresh token means the old one.
    if let Some(refresh) = text("refresh_token").or_else(|| refresh.cloned()) {
        values.insert("refresh_token".to_owned(), refresh);
    }
    let lives = super::parameter::plain(&answer.body["expires_in"]).parse().ok().map(Duration::from_secs);
    Ok(session(values, lives, account.now()))
}

/// The input of an operation that signs in: its fields hold credentials, sealed.
pub fn login_input(spec: &SessionSpec, account: &dyn Account, services: &Services) -> Value {
    // What the connection does not have is left out: the system says what it misses.
    let own = |field: &str| match account.credentials().contains_key(field) {
        true => Some(Value::String(given(services, account, field))),
        false => account.settings().get(field).cloned(),
    };
    match &spec.input {
        None => account.credentials().keys().filter_map(|field| Some((field.clone(), own(field)?))).collect(),
        Some(input) => input
            .iter()
            .filter_map(|(name, said)| {
                let field = said.strip_prefix('{').and_then(|said| said.strip_suffix('}'));
                Some((name.clone(), field.map_or_else(|| Some(Value::String(said.clone())), own)?))
            })
            .collect(),
    }
}

/// What an answer to signing in holds.
pub fn login_session(
    spec: &SessionSpec,
    answer: &Value,
    account: &dyn Account,
) -> Result<Session, StepError> {
    let mut values = BTreeMap::new();
    for (name, pointer) in &spec.values {
        let value = answer.pointer(pointer).map(super::parameter::plain).filter(|value| !value.is_empty());
        values.insert(name.clone(), value.ok_or_else(|| no_session(account))?);
    }
    let said = spec.expires_in_at.as_ref().and_then(|pointer| answer.pointer(pointer));
    let said =
        said.and_then(|seconds| super::parameter::plain(seconds).parse().ok()).map(Duration::from_secs);
    Ok(session(values, said.or(spec.lives.map(|lives| lives.to_std())), account.now()))
}

/// An address of a document, which may be relative to the system's.
pub fn absolute(url: &str, base_url: &str) -> String {
    if url.contains("://") {
        return url.to_owned();
    }
    let origin_end = base_url.find("://").and_then(|at| base_url[at + 3..].find('/').map(|end| at + 3 + end));
    let base =
        if url.starts_with('/') { &base_url[..origin_end.unwrap_or(base_url.len())] } else { base_url };
    format!("{}/{}", base.trim_end_matches('/'), url.trim_start_matches('/'))
}

fn refused(account: &dyn Account, mut error: StepError) -> StepError {
    // A token endpoint says 400 where the credentials are wrong.
    if matches!(error.class, ErrorClass::Invalid | ErrorClass::Auth | ErrorClass::NotFound) {
        let name = account.name();
        error.class = ErrorClass::Auth;
        error.code = "sign_in_refused".to_owned();
        error.message = text!(
            "The system does not let the connection `{name}` sign in: check its credentials, or connect again",
            "系統拒絕連線 `{name}` 登入：請檢查憑證，或重新連線"
        );
    }
    error
}

fn no_session(account: &dyn Account) -> StepError {
    let name = account.name();
    StepError::new(
        "sign_in_unclear",
        ErrorClass::Auth,
        text!(
            "Signing in with the connection `{name}` gave no token: check its credentials and settings",
            "以連線 `{name}` 登入後沒有取得權杖：請檢查憑證與設定"
        ),
    )
}

fn not_consented(account: &dyn Account) -> StepError {
    let name = account.name();
    StepError::new(
        "consent_missing",
        ErrorClass::Auth,
        text!(
            "Nobody has signed in with the connection `{name}` yet: open it and connect the account",
            "尚未有人以連線 `{name}` 登入：請開啟該連線並連結帳號"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_may_be_relative() {
        for (url, base, expected) in [
            ("https://t/x", "https://h/api", "https://t/x"),
            ("/oauth/token", "https://h:8443/api/v1", "https://h:8443/oauth/token"),
            ("token", "https://h/api/", "https://h/api/token"),
            ("/t", "https://h", "https://h/t"),
        ] {
            assert_eq!(absolute(url, base), expected);
        }
    }

    #[test]
    fn sessions_are_renewed_before_they_end() {
        let now = Time(1_000_000);
        let long = session(BTreeMap::new(), Some(Duration::from_secs(3600)), now);
        assert_eq!(long.expires_at, Some(Time(1_000_000 + 3_540_000)));
        let short = session(BTreeMap::new(), Some(Duration::from_secs(10)), now);
        assert_eq!(short.expires_at, Some(Time(1_009_000)));
        assert!(!is_old(&long, Time(1_030_000)));
        assert!(is_old(&long, Time(1_060_000)));
    }
}
