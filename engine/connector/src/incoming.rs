//! How a system's events come in: by its calls of a webhook, or by asking a list again and again. Said by connectors;
//! receiving is the server's work, asking the runtime's.

use causeway_model::{Span, Value};
use serde::Deserialize;
use serde_json::Map;

/// Calls that one trigger is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// The trigger's name.
    pub trigger: String,
    /// In upper case.
    pub method: String,
    pub proof: Proof,
    /// Where a call lists its events; `None` where it is one.
    pub events: Option<String>,
    /// Which events are the trigger's; `None`: all.
    pub event: Option<EventMatch>,
    /// What together tells an event apart from others; none: nothing does.
    pub dedupe: Vec<EventPlace>,
    pub challenge: Option<Challenge>,
}

/// How a call shows whom it is from. Secrets are fields of the connection's credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    None,
    /// A header that holds the secret.
    Header {
        header: String,
        prefix: String,
        secret: String,
    },
    /// A parameter of the query that holds the secret.
    Query {
        parameter: String,
        secret: String,
    },
    Basic {
        username: String,
        password: String,
    },
    Hmac(HmacProof),
    StandardWebhooks {
        secret: String,
        tolerance: Span,
    },
}

impl Proof {
    /// The fields of the credentials that it asks for.
    pub fn credentials(&self) -> Vec<&str> {
        match self {
            Self::None => Vec::new(),
            Self::Header { secret, .. }
            | Self::Query { secret, .. }
            | Self::StandardWebhooks { secret, .. }
            | Self::Hmac(HmacProof { secret, .. }) => vec![secret],
            Self::Basic { username, password } => vec![username, password],
        }
    }
}

/// An HMAC in a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HmacProof {
    pub algorithm: HmacAlgorithm,
    pub header: String,
    pub encoding: HmacEncoding,
    pub prefix: String,
    pub secret: String,
    /// The body once, and what stands before and after it.
    pub signed: Vec<SignedPart>,
    pub timestamp: Option<TimestampPlace>,
    /// The header is a list `t=..,v1=..`, and this names the signatures in it.
    pub pair: Option<String>,
    /// How old a call may be.
    pub tolerance: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum HmacAlgorithm {
    #[serde(rename = "hmac-sha1")]
    Sha1,
    #[serde(rename = "hmac-sha256")]
    Sha256,
    #[serde(rename = "hmac-sha512")]
    Sha512,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HmacEncoding {
    #[default]
    Hex,
    Base64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedPart {
    Text(String),
    Body,
    /// As it was written.
    Timestamp,
    Method,
    /// As the system called it.
    Url,
    /// With the query.
    Path,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimestampPlace {
    Header(String),
    /// In the header of the signature.
    Pair(String),
}

/// A place in an event, or in the call that brought it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventPlace {
    /// A JSON pointer into the event.
    At(String),
    Header(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventMatch {
    pub place: EventPlace,
    /// Any of these; where there are none, it is enough that something is there.
    pub equals: Vec<Value>,
}

/// How a system tries an address, and what it wants to hear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// A call whose body says that it is one.
    Body {
        when: EventMatch,
        /// Where what is answered stands.
        answer: String,
        /// Whether it goes back alone as text, rather than in an object under its own name.
        as_text: bool,
    },
    /// A parameter of the query goes back as text.
    Parameter(String),
    /// Before anything can be verified, a call brings what later ones are verified with: it is kept in the connection, as
    /// long as nothing is.
    Keep {
        /// A JSON pointer into the body.
        at: String,
        /// The field of the credentials; one that the proof asks for.
        credential: String,
    },
}

/// A list that is asked again and again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poll {
    /// The trigger's name.
    pub trigger: String,
    pub operation: String,
    /// JSON pointer into a record: what tells it apart.
    pub id: String,
    /// Where a record says when it changed; `None`: only records with a new id are events, and the list brings the newest first.
    pub modified: Option<String>,
    /// How `{since}` is written in `input`; `None` where nothing can be asked for.
    pub since: Option<SinceForm>,
    /// So much is asked for again.
    pub overlap: Span,
    /// The list brings the oldest change first, so that one poll need not read it to its end.
    pub oldest_first: bool,
    /// The operation's input; texts in it may hold `{since}`.
    pub input: Map<String, Value>,
    /// Unless the flow says otherwise.
    pub every: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SinceForm {
    /// RFC 3339.
    DateTime,
    Date,
    /// Seconds.
    Unix,
    #[serde(rename = "unix_ms")]
    UnixMs,
    /// A day of Taiwan's calendar: `115/08/15`.
    RocDate,
}

/// What stands in a poll's input for the time since which records are asked for.
pub const SINCE: &str = "{since}";
