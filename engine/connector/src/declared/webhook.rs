//! `x-causeway-webhook`, at an operation of `webhooks`: how calls are verified, split into events and told apart.

use causeway_model::{Span, Text, Value, text};
use serde::Deserialize;

use crate::incoming::{
    Challenge, EventMatch, EventPlace, HmacAlgorithm, HmacEncoding, HmacProof, Proof, SignedPart,
    TimestampPlace,
};

/// How old a call may be where nothing is said.
const TOLERANCE: Span = Span::from_secs(300);
/// The fields of the credentials that are meant where none are named.
const SECRET: &str = "webhook_secret";
const USERNAME: &str = "webhook_user";

/// As it is written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSpec {
    #[serde(default)]
    pub verify: VerifySpec,
    pub events: Option<String>,
    pub event: Option<EventSpec>,
    pub dedupe: Option<DedupeSpec>,
    pub challenge: Option<ChallengeSpec>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    #[default]
    None,
    Header,
    Query,
    Basic,
    HmacSha1,
    HmacSha256,
    HmacSha512,
    StandardWebhooks,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifySpec {
    #[serde(default)]
    pub scheme: Scheme,
    pub header: Option<String>,
    pub parameter: Option<String>,
    pub encoding: Option<HmacEncoding>,
    pub prefix: Option<String>,
    pub secret: Option<String>,
    pub username: Option<String>,
    pub signed: Option<String>,
    pub timestamp: Option<TimestampSpec>,
    pub pair: Option<String>,
    pub tolerance: Option<Span>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimestampSpec {
    pub header: Option<String>,
    pub pair: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DedupeSpec {
    pub at: Option<Pointers>,
    pub header: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Pointers {
    One(String),
    /// Together they tell an event apart.
    All(Vec<String>),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventSpec {
    pub at: Option<String>,
    pub header: Option<String>,
    pub equals: Option<Value>,
    pub present: Option<bool>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChallengeSpec {
    pub when: Option<EventSpec>,
    pub answer: Option<String>,
    #[serde(rename = "as")]
    pub form: Option<AnswerForm>,
    pub parameter: Option<String>,
    pub keep: Option<KeepSpec>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeepSpec {
    pub at: String,
    pub credential: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AnswerForm {
    Json,
    Text,
}

impl VerifySpec {
    pub fn proof(&self) -> Result<Proof, Text> {
        self.only_known()?;
        let secret = || self.secret.clone().unwrap_or_else(|| SECRET.to_owned());
        let header = |otherwise: Option<&str>| {
            self.header
                .clone()
                .or_else(|| otherwise.map(str::to_owned))
                .filter(|name| is_header(name))
                .ok_or_else(|| missing("header"))
        };
        Ok(match self.scheme {
            Scheme::None => Proof::None,
            Scheme::Header => Proof::Header {
                header: header(Some("Authorization"))?,
                prefix: self.prefix.clone().unwrap_or_default(),
                secret: secret(),
            },
            Scheme::Query => Proof::Query {
                parameter: self.parameter.clone().ok_or_else(|| missing("parameter"))?,
                secret: secret(),
            },
            Scheme::Basic => Proof::Basic {
                username: self.username.clone().unwrap_or_else(|| USERNAME.to_owned()),
                password: secret(),
            },
            Scheme::StandardWebhooks => {
                Proof::StandardWebhooks { secret: secret(), tolerance: self.tolerance.unwrap_or(TOLERANCE) }
            }
            Scheme::HmacSha1 => self.hmac(HmacAlgorithm::Sha1, header(None)?, secret())?,
            Scheme::HmacSha256 => self.hmac(HmacAlgorithm::Sha256, header(None)?, secret())?,
            Scheme::HmacSha512 => self.hmac(HmacAlgorithm::Sha512, header(None)?, secret())?,
        })
    }

    fn hmac(&self, algorithm: HmacAlgorithm, header: String, secret: String) -> Result<Proof, Text> {
        let signed = signed_parts(self.signed.as_deref().unwrap_or("{body}"))?;
        let timestamp = match &self.timestamp {
            None => None,
            Some(TimestampSpec { header: Some(header), pair: None }) if is_header(header) => {
                Some(TimestampPlace::Header(header.clone()))
            }
            Some(TimestampSpec { header: None, pair: Some(pair) }) => {
                Some(TimestampPlace::Pair(pair.clone()))
            }
            Some(_) => {
                return Err(text!(
                    "`timestamp` names either a `header` or a `pair`.",
                    "`timestamp` 必須是 `header` 或 `pair` 其中之一。"
                ));
            }
        };
        let is_signed = signed.contains(&SignedPart::Timestamp);
        if is_signed != timestamp.is_some() {
            return Err(text!(
                "A `timestamp` counts only where it is signed: `signed` has `{{timestamp}}` where there is a `timestamp`, and only there.",
                "`timestamp` 必須納入簽章：有 `timestamp` 時 `signed` 要有 `{{timestamp}}`，反之亦然。"
            ));
        }
        let in_pairs = matches!(timestamp, Some(TimestampPlace::Pair(_)));
        if in_pairs && self.pair.is_none() {
            return Err(text!(
                "Where the timestamp is one of the header's pairs, `pair` says which of them is the signature.",
                "時間戳記在標頭的 pair 中時，`pair` 必須指出哪一個是簽章。"
            ));
        }
        if self.tolerance.is_some() && timestamp.is_none() {
            return Err(text!(
                "`tolerance` means nothing without a signed `timestamp`.",
                "沒有納入簽章的 `timestamp` 時，`tolerance` 沒有意義。"
            ));
        }
        Ok(Proof::Hmac(HmacProof {
            algorithm,
            header,
            encoding: self.encoding.unwrap_or_default(),
            prefix: self.prefix.clone().unwrap_or_default(),
            secret,
            signed,
            timestamp,
            pair: self.pair.clone(),
            tolerance: self.tolerance.unwrap_or(TOLERANCE),
        }))
    }

    /// What a scheme does not read is a mistake about what is checked.
    fn only_known(&self) -> Result<(), Text> {
        let known: &[&str] = match self.scheme {
            Scheme::None => &[],
            Scheme::Header => &["header", "prefix", "secret"],
            Scheme::Query => &["parameter", "secret"],
            Scheme::Basic => &["username", "secret"],
            Scheme::StandardWebhooks => &["secret", "tolerance"],
            Scheme::HmacSha1 | Scheme::HmacSha256 | Scheme::HmacSha512 => {
                &["header", "encoding", "prefix", "secret", "signed", "timestamp", "pair", "tolerance"]
            }
        };
        let said = [
            ("header", self.header.is_some()),
            ("parameter", self.parameter.is_some()),
            ("encoding", self.encoding.is_some()),
            ("prefix", self.prefix.is_some()),
            ("secret", self.secret.is_some()),
            ("username", self.username.is_some()),
            ("signed", self.signed.is_some()),
            ("timestamp", self.timestamp.is_some()),
            ("pair", self.pair.is_some()),
            ("tolerance", self.tolerance.is_some()),
        ];
        match said.into_iter().find(|(name, said)| *said && !known.contains(name)) {
            None => Ok(()),
            Some((name, _)) => Err(text!(
                "`{name}` has no meaning with this `scheme` of `verify`.",
                "`{name}` 對 `verify` 的這種 `scheme` 沒有意義。"
            )),
        }
    }
}

fn is_header(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 100
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn missing(field: &str) -> Text {
    text!("`verify` needs a `{field}` that fits.", "`verify` 需要有效的 `{field}`。")
}

/// `v0:{timestamp}:{body}`: the body exactly once.
fn signed_parts(written: &str) -> Result<Vec<SignedPart>, Text> {
    let mut parts = Vec::new();
    let mut rest = written;
    while let Some(open) = rest.find('{') {
        if open > 0 {
            parts.push(SignedPart::Text(rest[..open].to_owned()));
        }
        let close = rest[open..].find('}').map(|at| open + at);
        let name = close.map_or(&rest[open + 1..], |close| &rest[open + 1..close]);
        parts.push(match name {
            "body" => SignedPart::Body,
            "timestamp" => SignedPart::Timestamp,
            "method" => SignedPart::Method,
            "url" => SignedPart::Url,
            "path" => SignedPart::Path,
            other => {
                return Err(text!(
                    "`signed` knows {{body}}, {{timestamp}}, {{method}}, {{url}} and {{path}}, not {{{other}}}.",
                    "`signed` 可用 {{body}}、{{timestamp}}、{{method}}、{{url}} 與 {{path}}，沒有 {{{other}}}。"
                ));
            }
        });
        rest = &rest[close.map_or(rest.len(), |close| close + 1)..];
    }
    if !rest.is_empty() {
        parts.push(SignedPart::Text(rest.to_owned()));
    }
    if parts.iter().filter(|part| **part == SignedPart::Body).count() != 1 {
        return Err(text!(
            "`signed` must hold {{body}} once, or a call could be changed on its way.",
            "`signed` 必須恰好包含一次 {{body}}，否則內容可能在途中被竄改。"
        ));
    }
    Ok(parts)
}

impl DedupeSpec {
    pub fn places(&self) -> Result<Vec<EventPlace>, Text> {
        match &self.at {
            Some(Pointers::All(all)) if !all.is_empty() && self.header.is_none() => {
                all.iter().map(|at| place(Some(at), None)).collect()
            }
            Some(Pointers::All(_)) => place(None, None).map(|place| vec![place]),
            Some(Pointers::One(at)) => place(Some(at), self.header.as_deref()).map(|place| vec![place]),
            None => place(None, self.header.as_deref()).map(|place| vec![place]),
        }
    }
}

fn place(at: Option<&str>, header: Option<&str>) -> Result<EventPlace, Text> {
    match (at, header) {
        (Some(at), None) => Ok(EventPlace::At(pointer(at)?)),
        (None, Some(header)) if is_header(header) => Ok(EventPlace::Header(header.to_ascii_lowercase())),
        _ => Err(text!(
            "A place is either `at`, a JSON pointer into the event, or a `header`.",
            "位置必須是 `at`（事件內的 JSON pointer）或 `header` 其中之一。"
        )),
    }
}

impl EventSpec {
    pub fn matching(&self) -> Result<EventMatch, Text> {
        let place = place(self.at.as_deref(), self.header.as_deref())?;
        let equals = match (&self.equals, self.present) {
            (Some(Value::Array(list)), None) if !list.is_empty() => list.clone(),
            (Some(one), None) if !one.is_array() => vec![one.clone()],
            (None, Some(true)) => Vec::new(),
            _ => {
                return Err(text!(
                    "An event is told by `equals`, a value or a list of some, or by `present: true`.",
                    "事件以 `equals`（一個或多個值）或 `present: true` 判斷。"
                ));
            }
        };
        Ok(EventMatch { place, equals })
    }
}

impl ChallengeSpec {
    pub fn challenge(&self, proof: &Proof) -> Result<Challenge, Text> {
        if let Some(keep) = &self.keep {
            return self.keep(keep, proof);
        }
        match (&self.when, &self.answer, &self.parameter) {
            (Some(when), Some(answer), None) => Ok(Challenge::Body {
                when: when.matching()?,
                answer: pointer(answer)?,
                as_text: self.form == Some(AnswerForm::Text),
            }),
            (None, None, Some(parameter)) if self.form.is_none() => {
                Ok(Challenge::Parameter(parameter.clone()))
            }
            _ => Err(text!(
                "A `challenge` has `when` and `answer`, or else a `parameter` or `keep` alone.",
                "`challenge` 必須有 `when` 與 `answer`，或只有 `parameter` 或 `keep`。"
            )),
        }
    }

    /// What nobody verified may set what verifies, and nothing else.
    fn keep(&self, keep: &KeepSpec, proof: &Proof) -> Result<Challenge, Text> {
        let is_alone =
            self.when.is_none() && self.answer.is_none() && self.parameter.is_none() && self.form.is_none();
        if !is_alone || !proof.credentials().contains(&keep.credential.as_str()) {
            return Err(text!(
                "`keep` stands alone in a `challenge`, and its `credential` is one that `verify` asks for.",
                "`keep` 在 `challenge` 中須單獨使用，且其 `credential` 須為 `verify` 所需的憑證。"
            ));
        }
        Ok(Challenge::Keep { at: pointer(&keep.at)?, credential: keep.credential.clone() })
    }
}

/// A JSON pointer, or why it is none.
pub fn pointer(written: &str) -> Result<String, Text> {
    if written.is_empty() || written.starts_with('/') {
        return Ok(written.to_owned());
    }
    Err(text!(
        "`{written}` is no JSON pointer: write it like /data/items.",
        "`{written}` 不是 JSON pointer：請寫成 /data/items。"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn proof(written: Value) -> Result<Proof, Text> {
        VerifySpec::deserialize(written).expect("it reads").proof()
    }

    #[test]
    fn events_are_told_by_a_value_or_by_being_there() {
        let matching = |written: Value| EventSpec::deserialize(written).expect("it reads").matching();
        let rule = |written| matching(written).expect("a rule").equals;
        assert_eq!(rule(json!({ "at": "/type", "equals": "a" })), [json!("a")]);
        assert_eq!(rule(json!({ "at": "/type", "equals": ["a", 2] })), [json!("a"), json!(2)]);
        assert!(rule(json!({ "at": "/message", "present": true })).is_empty());
        for wrong in [
            json!({ "at": "/type" }),
            json!({ "at": "/type", "equals": [] }),
            json!({ "at": "/type", "present": false }),
            json!({ "at": "/type", "equals": "a", "present": true }),
        ] {
            assert!(matching(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_kept_is_what_verifies() {
        let proof =
            proof(json!({ "scheme": "hmac-sha256", "header": "X", "secret": "token" })).expect("a proof");
        let challenge =
            |written: Value| ChallengeSpec::deserialize(written).expect("it reads").challenge(&proof);
        let kept = challenge(json!({ "keep": { "at": "/token", "credential": "token" } }));
        assert_eq!(kept, Ok(Challenge::Keep { at: "/token".into(), credential: "token".into() }));
        for wrong in [
            json!({ "keep": { "at": "/token", "credential": "api_key" } }),
            json!({ "keep": { "at": "token", "credential": "token" } }),
            json!({ "keep": { "at": "/token", "credential": "token" }, "parameter": "c" }),
        ] {
            assert!(challenge(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn schemes_say_what_they_need() {
        let slack = proof(json!({ "scheme": "hmac-sha256", "header": "X-Slack-Signature", "prefix": "v0=",
            "signed": "v0:{timestamp}:{body}", "timestamp": { "header": "X-Slack-Request-Timestamp" } }))
        .expect("a proof");
        let Proof::Hmac(slack) = slack else { panic!("an HMAC") };
        let text = |text: &str| SignedPart::Text(text.to_owned());
        assert_eq!(slack.signed, [text("v0:"), SignedPart::Timestamp, text(":"), SignedPart::Body]);
        assert_eq!((slack.secret.as_str(), slack.tolerance), (SECRET, TOLERANCE));
        assert!(matches!(proof(json!({})), Ok(Proof::None)));
        for wrong in [
            json!({ "scheme": "hmac-sha256" }),
            json!({ "scheme": "query" }),
            json!({ "scheme": "header", "pair": "v1" }),
            json!({ "scheme": "hmac-sha256", "header": "X", "signed": "{timestamp}.{body}" }),
            json!({ "scheme": "hmac-sha256", "header": "X", "timestamp": { "header": "T" } }),
            json!({ "scheme": "hmac-sha256", "header": "X", "tolerance": "1m" }),
            json!({ "scheme": "hmac-sha256", "header": "X", "signed": "{url}" }),
            json!({ "scheme": "hmac-sha256", "header": "X", "signed": "{body}{body}" }),
            json!({ "scheme": "hmac-sha256", "header": "X", "signed": "{body}{nonce}" }),
            json!({ "scheme": "hmac-sha256", "header": "X", "signed": "{timestamp}{body}", "timestamp": { "pair": "t" } }),
        ] {
            assert!(proof(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
