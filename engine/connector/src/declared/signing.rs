//! Signing in: what a connection's credentials add to a request, and how a session is got.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use causeway_model::{ErrorClass, StepError, Time, Value, text};
use causeway_script::Mask;
use serde_json::Map;

use super::extension::SessionSpec;
use super::script::{Moment, Script};
use super::sign::{HmacSigner, ScriptSigner, Sign, unsigned};
use super::ways::{KeyAt, Part, Way};
use crate::credentials::{PREFIX, sealed_credential as sealed};
use crate::http::{Auth, Identity, Request, Signature, Signer};
use crate::{Account, Services, Session};

/// A session is young for so long.
const YOUNG_MS: i64 = 60_000;

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
    let services = crate::with_credentials(services, account, session);
    let mut secrets = None;
    for part in way.into_iter().flat_map(|way| &way.parts) {
        let name = match part {
            Part::Oauth(_) => "access_token",
            Part::Session { value, .. } => value,
            _ => continue,
        };
        let name = format!("{PREFIX}{name}");
        if !services.secrets.contains_key(&name) {
            secrets.get_or_insert_with(|| services.secrets.as_ref().clone()).insert(name, String::new());
        }
    }
    match secrets {
        Some(secrets) => Services { secrets: Arc::new(secrets), ..services },
        None => services,
    }
}

/// A credential that is no secret - a user's name, a client's id - goes as it is: masked in answers, it would spoil them.
pub fn given(services: &Services, account: &dyn Account, field: &str) -> String {
    let known = account.credentials().get(field).filter(|value| is_open(field) && !value.is_empty());
    known.cloned().unwrap_or_else(|| sealed(services, field))
}

/// Fields of credentials that others may see.
pub fn is_open(field: &str) -> bool {
    matches!(field, "username" | "user" | "client_id" | "scope" | "email" | "account")
}

/// The certificate that a way shows.
pub fn identity(way: Option<&Way>, account: &dyn Account, services: &Services) -> Option<Identity> {
    let shows = way?.parts.iter().any(|part| matches!(part, Part::Certificate));
    shows.then(|| Identity {
        certificate: sealed(services, "certificate"),
        key: sealed(services, "key"),
        authority: account.credentials().contains_key("ca").then(|| sealed(services, "ca")),
    })
}

/// The credentials in the clear, for a function of the connector, and what is masked of them afterwards.
pub fn in_the_clear(account: &dyn Account) -> (Value, Vec<Mask>) {
    let mut masks = Vec::new();
    let mut clear = Map::new();
    for (field, value) in account.credentials() {
        if !is_open(field) {
            masks.extend(Mask::all_of(value, &format!("{{{{ {PREFIX}{field} }}}}")));
        }
        clear.insert(field.clone(), Value::String(value.clone()));
    }
    (Value::Object(clear), masks)
}

/// What signs a request when it is sent.
fn signer(sign: &Sign, account: &dyn Account, with: &Signing<'_>) -> Result<Arc<dyn Signer>, StepError> {
    let (credentials, masks) = in_the_clear(account);
    Ok(match sign {
        Sign::Hmac(spec) => {
            let key = account.credentials().get(&spec.secret).cloned();
            let key = key.ok_or_else(|| unsigned(account.name(), &spec.secret))?;
            Arc::new(HmacSigner { spec: spec.clone(), key, now: account.now(), masks })
        }
        Sign::Function(function) => {
            let (script, function) = ((with.script)()?, function.clone());
            Arc::new(ScriptSigner { script, function, credentials, masks, moment: (with.moment)() })
        }
    })
}

/// What signing takes beside the credentials.
pub struct Signing<'a> {
    pub script: &'a dyn Fn() -> Result<Script, StepError>,
    pub moment: &'a dyn Fn() -> Moment,
}

/// Adds what a way asks for.
pub fn sign(
    way: &Way,
    account: &dyn Account,
    services: &Services,
    with: &Signing<'_>,
    request: &mut Request,
) -> Result<(), StepError> {
    request.identity = identity(Some(way), account, services);
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
            Part::Signed(sign) => {
                request.signatures.push(Signature(signer(sign, account, with)?));
            }
            Part::Certificate => {}
        }
    }
    Ok(())
}

fn bearer(token: String, request: &mut Request) {
    request.headers.push(("Authorization".to_owned(), format!("Bearer {token}")));
}

fn put(at: KeyAt, name: &str, value: String, request: &mut Request) {
    match at {
        KeyAt::Header => request.headers.push((name.to_owned(), value)),
        KeyAt::Query => request.query.push((name.to_owned(), value)),
        KeyAt::Path => request.url = request.url.replace(&format!("{{{name}}}"), &value),
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
    now.millis() - session.obtained_at.millis() >= YOUNG_MS
}

/// A session of values that a system gave.
pub fn session(values: BTreeMap<String, String>, lives: Option<Duration>, now: Time) -> Session {
    let lives = lives.map(|lives| i64::try_from(lives.as_millis()).unwrap_or(i64::MAX / 2));
    Session {
        values,
        obtained_at: now,
        expires_at: lives.map(|lives| Time(now.millis().saturating_add(lives))),
    }
}

/// The input of an operation that signs in: its fields hold credentials, sealed.
pub fn login_input(spec: &SessionSpec, account: &dyn Account, services: &Services) -> Value {
    // What the connection does not have is left out: the system says what it misses.
    let own = |field: &str| match account.credentials().contains_key(field) {
        true => Some(Value::String(given(services, account, field))),
        false => account.settings().get(field).cloned(),
    };
    let input = spec.input.iter().flatten();
    input
        .filter_map(|(name, said)| {
            let field = said.strip_prefix('{').and_then(|said| said.strip_suffix('}'));
            Some((name.clone(), field.map_or_else(|| Some(Value::String(said.clone())), own)?))
        })
        .collect()
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

pub fn no_session(account: &dyn Account) -> StepError {
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
    fn a_session_ends_when_the_system_says() {
        let now = Time(1_000_000);
        let hour = session(BTreeMap::new(), Some(Duration::from_secs(3600)), now);
        assert_eq!((hour.obtained_at, hour.expires_at), (now, Some(Time(4_600_000))));
        assert_eq!(session(BTreeMap::new(), None, now).expires_at, None);
        assert!(!is_old(&hour, Time(1_030_000)));
        assert!(is_old(&hour, Time(1_060_000)));
    }
}
