//! From a request as described to one that can be sent: secrets revealed, everything checked, what must not leave marked.

use std::collections::BTreeSet;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use causeway_model::{StepError, Value, is_credential};
use causeway_script::{Mask, Sealer, Secrets};
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT,
};
use reqwest::{Method, Url};

use super::failure::{Target, invalid_header, invalid_method, invalid_url, unrevealed};
use super::identity::{Identity, Pem};
use super::mask::Masker;
use super::payload::Payload;
use super::{Auth, Body, Request};
use crate::Services;

const MOST_HEADERS: usize = 100;
const MOST_HEADER_BYTES: usize = 64 * 1024;
const LONGEST_SHOWN: usize = 200;
const LONGEST_URL: usize = 16 * 1024;

/// How requests say who sends them, unless the user set it.
const OURSELVES: &str = concat!("causeway/", env!("CARGO_PKG_VERSION"));

/// One hop, ready to be sent.
pub(super) struct Prepared {
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    /// Headers that stay with the first origin.
    pub private: BTreeSet<String>,
    pub payload: Payload,
    /// What must not leave, and the masker that is made of it.
    pub masks: Vec<Mask>,
    pub masker: Masker,
    pub answers_credentials: bool,
    /// The certificate that it is sent with, to the first origin only.
    pub identity: Option<Pem>,
}

impl Prepared {
    /// The body comes apart from the request: it may be large, and is used up.
    pub fn new(request: &Request, body: Body, services: &Services) -> Result<Self, StepError> {
        Self::with(request, body, Revealer::new(&services.sealer, &services.secrets, Reveals::Secrets))
    }

    /// The same with stand-ins in the place of secrets: never to be sent. What is made of it is shown by its masker.
    pub fn rehearsed(request: &Request, body: Body, services: &Services) -> Result<Self, StepError> {
        Self::with(request, body, Revealer::new(&services.sealer, &services.secrets, Reveals::StandIns))
    }

    fn with(request: &Request, body: Body, mut revealer: Revealer<'_>) -> Result<Self, StepError> {
        let method = method(&request.method)?;
        let mut url = url(&revealer.text(&request.url)?)?;
        let mut head = Head::default();
        for (name, value) in &request.headers {
            let before = revealer.count();
            let value = revealer.text(value)?;
            head.add(name, &value, revealer.count() > before)?;
        }
        let mut query = Vec::new();
        for (name, value) in &request.query {
            query.push((revealer.text(name)?, revealer.text(value)?));
        }
        match &request.auth {
            None => {}
            Some(Auth::Basic { username, password }) => {
                let before = revealer.count();
                let (username, password) = (revealer.text(username)?, revealer.text(password)?);
                let both = STANDARD.encode(format!("{username}:{password}"));
                revealer.also_mask(&both, before);
                head.replace(AUTHORIZATION.as_str(), &format!("Basic {both}"))?;
            }
            Some(Auth::Bearer { token }) => {
                head.replace(AUTHORIZATION.as_str(), &format!("Bearer {}", revealer.text(token)?))?;
            }
            Some(Auth::Header { name, value }) => head.replace(name, &revealer.text(value)?)?,
            Some(Auth::Query { name, value }) => query.push((name.clone(), revealer.text(value)?)),
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(&query);
        }
        if url.as_str().len() > LONGEST_URL {
            return Err(invalid_url(
                "is longer than 16 kB: send such data in the body",
                "超過 16 kB：請改放在內容中",
            ));
        }
        let content_type =
            head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let payload = Payload::new(body, content_type.as_deref(), &mut revealer)?;
        head.describe(&payload)?;
        let identity = request.identity.as_ref().map(|identity| revealer.identity(identity)).transpose()?;
        let masker = Masker::new(&revealer.masks);
        let answers_credentials = request.answers_credentials;
        Ok(Self {
            method,
            url,
            headers: head.headers,
            private: head.private,
            payload,
            masks: revealer.masks,
            masker,
            answers_credentials,
            identity,
        })
    }

    /// How errors name this hop: scheme, host and path, masked.
    pub fn target(&self, redirected: bool) -> Target {
        let mut shown = self.masker.text(bare(&self.url));
        if shown.len() > LONGEST_SHOWN {
            shown.truncate(shown.floor_char_boundary(LONGEST_SHOWN));
            shown.push('…');
        }
        Target { shown, redirected }
    }
}

/// A URL without user, password, query and fragment.
pub(super) fn bare(url: &Url) -> String {
    let path = url.path();
    format!("{}{path}", url.origin().ascii_serialization())
}

pub(super) fn method(name: &str) -> Result<Method, StepError> {
    Method::from_str(&name.to_ascii_uppercase())
        .ok()
        .filter(|method| name.len() <= 32 && *method != Method::CONNECT && *method != Method::TRACE)
        .ok_or_else(invalid_method)
}

/// Checks the form of a URL; where it leads is checked when it is sent.
pub(crate) fn url(text: &str) -> Result<Url, StepError> {
    let mut url = Url::parse(text.trim()).map_err(|_| {
        invalid_url("does not read: write it like https://host/path", "無法解析：請寫成 https://主機/路徑")
    })?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(invalid_url("must begin with http:// or https://", "必須以 http:// 或 https:// 開頭"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid_url(
            "must not hold a user or a password: use `auth`",
            "不可含使用者名稱或密碼：請用 `auth`",
        ));
    }
    url.set_fragment(None);
    Ok(url)
}

/// The headers while they are gathered.
#[derive(Default)]
pub(super) struct Head {
    pub headers: HeaderMap,
    /// Those that stay with the first origin.
    pub private: BTreeSet<String>,
    bytes: usize,
}

impl Head {
    pub fn add(&mut self, name: &str, value: &str, sealed: bool) -> Result<(), StepError> {
        let (name, value) = self.checked(name, value, sealed)?;
        self.headers.append(name, value);
        Ok(())
    }

    /// A credential: takes the place of what was there, and stays with the first origin.
    fn replace(&mut self, name: &str, value: &str) -> Result<(), StepError> {
        let (name, value) = self.checked(name, value, true)?;
        self.headers.insert(name, value);
        Ok(())
    }

    fn checked(
        &mut self,
        name: &str,
        value: &str,
        sealed: bool,
    ) -> Result<(HeaderName, HeaderValue), StepError> {
        let fault = || invalid_header(name);
        self.bytes += name.len() + value.len();
        let header = HeaderName::from_str(name).map_err(|_| fault())?;
        if steers(header.as_str()) || self.headers.len() >= MOST_HEADERS || self.bytes > MOST_HEADER_BYTES {
            return Err(fault());
        }
        let mut value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| fault())?;
        if sealed || is_credential(header.as_str()) {
            value.set_sensitive(true);
            self.private.insert(header.as_str().to_owned());
        }
        Ok((header, value))
    }

    /// What the body says of itself, and what every request says.
    pub fn describe(&mut self, payload: &Payload) -> Result<(), StepError> {
        self.headers.entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
        self.headers.entry(USER_AGENT).or_insert(HeaderValue::from_static(OURSELVES));
        if let Some(media_type) = &payload.media_type
            && (payload.media_type_fixed || !self.headers.contains_key(CONTENT_TYPE))
        {
            let value = HeaderValue::from_str(media_type).map_err(|_| invalid_header("Content-Type"))?;
            self.headers.insert(CONTENT_TYPE, value);
        }
        if let Some(length) = payload.length().filter(|_| !payload.is_empty()) {
            self.headers.insert(CONTENT_LENGTH, length.into());
        }
        Ok(())
    }
}

/// Headers that belong to the connection, not to the message: whoever sets them could smuggle requests or names.
fn steers(name: &str) -> bool {
    matches!(
        name,
        "host"
            | "content-length"
            | "transfer-encoding"
            | "connection"
            | "keep-alive"
            | "upgrade"
            | "te"
            | "trailer"
            | "expect"
    ) || name.starts_with("proxy-")
}

/// What takes the place of sealed tokens.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reveals {
    Secrets,
    /// Texts that mean nothing, and survive all that is done to a secret on its way into a request.
    StandIns,
}

/// Reveals sealed tokens, and remembers what was revealed.
pub(super) struct Revealer<'a> {
    sealer: &'a Sealer,
    secrets: &'a Secrets,
    reveals: Reveals,
    masks: Vec<Mask>,
}

impl<'a> Revealer<'a> {
    fn new(sealer: &'a Sealer, secrets: &'a Secrets, reveals: Reveals) -> Self {
        Self { sealer, secrets, reveals, masks: Vec::new() }
    }

    /// How much was revealed so far.
    pub fn count(&self) -> usize {
        self.masks.len()
    }

    pub fn text(&mut self, text: &str) -> Result<String, StepError> {
        if !self.sealer.is_sealed(text) {
            return Ok(text.to_owned());
        }
        if self.reveals == Reveals::StandIns {
            let masks = &mut self.masks;
            let stand_in = |shown: String| {
                let secret = format!("standin{}", uuid::Uuid::new_v4().simple());
                masks.push(Mask { secret: secret.clone(), shown });
                secret
            };
            return self.sealer.stand_in(text, self.secrets, stand_in).map_err(unrevealed);
        }
        let revealed = self.sealer.reveal(text, self.secrets).map_err(unrevealed)?;
        self.masks.extend(revealed.masks);
        Ok(revealed.text)
    }

    /// A certificate with its key. It never goes over the line as it is, so that no answer can echo it.
    fn identity(&self, identity: &Identity) -> Result<Pem, StepError> {
        let open = |text: &str| match self.reveals {
            Reveals::StandIns => Ok(String::new()),
            Reveals::Secrets => {
                self.sealer.reveal(text, self.secrets).map(|revealed| revealed.text).map_err(unrevealed)
            }
        };
        Ok(Pem {
            certificate: open(&identity.certificate)?,
            key: open(&identity.key)?,
            authority: identity.authority.as_deref().map(open).transpose()?,
        })
    }

    /// A value as JSON text. Sealed tokens have nothing that JSON escapes, so their absence is seen in the text.
    pub fn json(&mut self, value: Value) -> Result<String, StepError> {
        let text = value.to_string();
        if !self.sealer.is_sealed(&text) {
            return Ok(text);
        }
        Ok(self.value(value)?.to_string())
    }

    fn value(&mut self, value: Value) -> Result<Value, StepError> {
        Ok(match value {
            Value::String(text) => Value::String(self.text(&text)?),
            Value::Array(items) => {
                Value::Array(items.into_iter().map(|item| self.value(item)).collect::<Result<_, _>>()?)
            }
            Value::Object(object) => Value::Object(
                object
                    .into_iter()
                    .map(|(key, value)| Ok((self.text(&key)?, self.value(value)?)))
                    .collect::<Result<_, StepError>>()?,
            ),
            other => other,
        })
    }

    /// Something made of what was revealed since `before`, shown in the same way.
    fn also_mask(&mut self, made: &str, before: usize) {
        if let Some(shown) = self.masks.get(before).map(|mask| mask.shown.clone()) {
            self.masks.push(Mask { secret: made.to_owned(), shown });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_an_ipv4_address_becomes_the_address() {
        for spelling in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0x7f.0.0.1/",
            "http://0177.0.0.1/",
            "http://017700000001/",
            "http://127.1/",
            "http://127.0.1/",
            "http://127.0.0.1./",
            "http://0x7F.1/",
            "http://127。0。0。1/",
            "http://127.0.0.1/",
            "http://%31%32%37.0.0.1/",
        ] {
            assert_eq!(url(spelling).expect(spelling).host_str(), Some("127.0.0.1"), "{spelling}");
        }
        for bad in ["http://256.0.0.1/", "http://4294967296/", "http://1.2.3.4.5/", "http://0x7g.1/"] {
            assert_eq!(url(bad).expect_err(bad).code, "invalid_url", "{bad}");
        }
    }

    #[test]
    fn urls_are_http_without_credentials() {
        for bad in [
            "ftp://h/",
            "file:///etc/passwd",
            "gopher://h/",
            "data:text/plain,x",
            "h/path",
            "",
            "http://",
            "http://u@h/",
            "https://u:p@h/",
        ] {
            let error = url(bad).expect_err(bad);
            assert_eq!(error.code, "invalid_url", "{bad}");
            assert!(!error.message.en.contains("u:p"), "{}", error.message);
        }
        assert_eq!(bare(&url("https://h:8443/a/b?q=1#f").expect("a URL")), "https://h:8443/a/b");
    }

    #[test]
    fn headers_cannot_break_out_of_their_line() {
        let mut head = Head::default();
        for (name, value) in [
            ("X-A", "1\r\nX-B: 2"),
            ("X-A", "1\n2"),
            ("X-A", "a\0b"),
            ("X A", "1"),
            ("X-A\r\n", "1"),
            ("", "1"),
            ("Host", "h"),
            ("Content-Length", "5"),
            ("Transfer-Encoding", "chunked"),
            ("Connection", "close"),
            ("Proxy-Authorization", "x"),
        ] {
            assert_eq!(head.add(name, value, false).expect_err(name).code, "invalid_header", "{name}");
        }
        head.add("X-Name", "王小明", false).expect("UTF-8 is fine");
        head.add("X-Api-Key", "k", false).expect("a header");
        assert_eq!(head.private.into_iter().collect::<Vec<_>>(), ["x-api-key"]);
    }

    #[test]
    fn methods_are_words() {
        assert_eq!(method("get").expect("GET"), Method::GET);
        assert_eq!(method("PROPFIND").expect("a word").as_str(), "PROPFIND");
        for bad in ["", "GET /", "CONNECT", "trace", "G\r\nT"] {
            assert_eq!(method(bad).expect_err(bad).code, "invalid_method", "{bad}");
        }
    }
}
