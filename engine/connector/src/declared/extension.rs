//! The `x-causeway-*` extensions: what an OpenAPI document cannot say about a system, as it is written.
//!
//! Unknown fields are refused, so that a typing error is found where it was made. What they mean is the other files'.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use causeway_model::{ConnectorCategory, ErrorClass, Idempotency, Span, Text, Value, text};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// `x-causeway`, at the root of a document.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Root {
    /// `[a-z0-9-]+`.
    pub name: String,
    pub version: String,
    pub title: TextPair,
    pub description: TextPair,
    #[serde(default)]
    pub category: ConnectorCategory,
    /// The operation that shows whether a connection works.
    pub test: Option<String>,
    #[serde(default)]
    pub limits: LimitsSpec,
    #[serde(default)]
    pub record_types: BTreeMap<String, RecordTypeSpec>,
    /// For each setting of a connection: its texts.
    #[serde(default)]
    pub settings: BTreeMap<String, SettingSpec>,
    /// Further fields of every way to sign in: what the system's webhooks are verified with.
    #[serde(default)]
    pub webhook_credentials: BTreeMap<String, Value>,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub struct TextPair {
    pub en: String,
    #[serde(rename = "zh-TW")]
    pub zh_tw: String,
}

impl From<TextPair> for Text {
    fn from(pair: TextPair) -> Self {
        Self { en: pair.en, zh_tw: pair.zh_tw }
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsSpec {
    pub rate: Option<RateSpec>,
    pub concurrency: Option<u32>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateSpec {
    pub calls: u32,
    pub per: Span,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordTypeSpec {
    pub title: TextPair,
    pub id: String,
    pub modified: Option<String>,
    pub list: Option<String>,
    pub get: Option<String>,
    pub create: Option<String>,
    pub update: Option<String>,
    pub delete: Option<String>,
    pub entity: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingSpec {
    pub title: Option<TextPair>,
    pub description: Option<TextPair>,
    /// JSON Schema; a text where nothing is said.
    pub schema: Option<Value>,
    #[serde(default)]
    pub required: bool,
    pub default: Option<Value>,
}

/// `x-causeway-paging`, at an operation.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "style", rename_all = "snake_case", deny_unknown_fields)]
pub enum Paging {
    /// The answer names the next page.
    Cursor { items: String, cursor: CursorSpec },
    /// Pages are counted.
    Page { items: String, page: PageSpec },
    /// Records are counted.
    Offset { items: String, offset: OffsetSpec },
    /// `Link: <...>; rel="next"`.
    Link { items: String },
    /// The answer holds the next page's address.
    NextUrl { items: String, next_url: NextUrlSpec },
}

impl Paging {
    /// Where the records stand in an answer.
    pub fn items(&self) -> &str {
        match self {
            Self::Cursor { items, .. }
            | Self::Page { items, .. }
            | Self::Offset { items, .. }
            | Self::Link { items }
            | Self::NextUrl { items, .. } => items,
        }
    }

    /// The parameters of the query that the engine sets itself.
    pub fn parameters(&self) -> Vec<&str> {
        let (param, place) = match self {
            Self::Cursor { cursor, .. } => (&cursor.param, cursor.place),
            Self::Page { page, .. } => (&page.param, page.place),
            Self::Offset { offset, .. } => (&offset.param, offset.place),
            Self::Link { .. } | Self::NextUrl { .. } => return Vec::new(),
        };
        if place == PagingPlace::Query { vec![param] } else { Vec::new() }
    }
}

/// Where the next page is asked for. In a body, a name that begins with `/` is a pointer into it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PagingPlace {
    #[default]
    Query,
    Body,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "CursorWritten")]
pub struct CursorSpec {
    pub param: String,
    pub place: PagingPlace,
    pub from: CursorFrom,
    /// Where the answer says whether there is more.
    pub more_at: Option<String>,
}

/// What the next page is asked with; a JSON pointer.
#[derive(Clone, Debug)]
pub enum CursorFrom {
    /// Into the answer. Absent, null or empty at the end.
    Answer(String),
    /// Into the last record of the page, often its id.
    LastItem(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CursorWritten {
    param: String,
    #[serde(rename = "in", default)]
    place: PagingPlace,
    at: Option<String>,
    last_at: Option<String>,
    more_at: Option<String>,
}

impl TryFrom<CursorWritten> for CursorSpec {
    type Error = &'static str;

    fn try_from(written: CursorWritten) -> Result<Self, Self::Error> {
        let from = match (written.at, written.last_at) {
            (Some(at), None) => CursorFrom::Answer(at),
            (None, Some(last_at)) => CursorFrom::LastItem(last_at),
            _ => {
                return Err(
                    "a cursor stands either `at` a place of the answer or `last_at` one of its last record",
                );
            }
        };
        Ok(Self { param: written.param, place: written.place, from, more_at: written.more_at })
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageSpec {
    pub param: String,
    #[serde(rename = "in", default)]
    pub place: PagingPlace,
    #[serde(default = "one")]
    pub first: u64,
    pub size_param: Option<String>,
    pub size: Option<u64>,
    /// How many records, or pages, there are together.
    pub total_at: Option<String>,
    pub pages_at: Option<String>,
    /// The header that says how many pages there are.
    pub pages_header: Option<String>,
}

fn one() -> u64 {
    1
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OffsetSpec {
    pub param: String,
    #[serde(rename = "in", default)]
    pub place: PagingPlace,
    pub limit_param: Option<String>,
    pub limit: Option<u64>,
    pub total_at: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NextUrlSpec {
    pub at: String,
}

/// `x-causeway-idempotency`, at an operation.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum IdempotencySpec {
    Word(IdempotencyWord),
    Key(KeySpec),
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdempotencyWord {
    Natural,
    None,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeySpec {
    #[serde(rename = "in")]
    pub place: KeyPlace,
    pub name: String,
    /// How the key is written: `text` as it is (a hash in hex), `uuid` where the system wants one.
    #[serde(default)]
    pub format: KeyFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    Header,
    Query,
    Body,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyFormat {
    #[default]
    Text,
    Uuid,
}

impl IdempotencySpec {
    pub fn kind(&self) -> Idempotency {
        match self {
            Self::Word(IdempotencyWord::Natural) => Idempotency::Natural,
            Self::Word(IdempotencyWord::None) => Idempotency::None,
            Self::Key(KeySpec { place: KeyPlace::Body, .. }) => Idempotency::Field,
            Self::Key(_) => Idempotency::Header,
        }
    }
}

/// `x-causeway-errors`, at the root or at an operation, whose own come first.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorsSpec {
    #[serde(default)]
    pub rules: Vec<ErrorRule>,
    /// Where an answer says in words what is wrong, the first that is there.
    #[serde(default)]
    pub message_at: Vec<String>,
    /// Where it says so by a code.
    #[serde(default)]
    pub code_at: Vec<String>,
    /// Where it says how many seconds to wait, when no header does.
    #[serde(default)]
    pub retry_after_at: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorRule {
    pub when: ErrorCondition,
    pub class: RuleClass,
}

/// What an answer is by a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleClass {
    /// No error at all, such as a repeat that the system knows already.
    Succeeded,
    #[serde(untagged)]
    Failed(ErrorClass),
}

/// All that is said has to hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorCondition {
    pub status: Option<u16>,
    pub at: Option<String>,
    pub equals: Option<Value>,
    /// Whether there is anything at `at`.
    pub present: Option<bool>,
    pub code_at: Option<String>,
    pub codes: Option<Vec<Value>>,
}

/// `x-causeway-session`, at a security scheme: an operation that signs in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionSpec {
    pub operation: String,
    /// What is kept of its answer: JSON pointers by name.
    pub values: BTreeMap<String, String>,
    /// How long it holds where the answer does not say.
    pub lives: Option<Span>,
    /// Where the answer says how many seconds it holds.
    pub expires_in_at: Option<String>,
    /// The input of the operation, in which `{field}` stands for a credential or setting; else the fields by their names.
    pub input: Option<BTreeMap<String, String>>,
}

/// `x-causeway-authorize`, at an oauth2 scheme: what is said where somebody consents, beside the standard.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorizeSpec {
    /// Further parameters of the address.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// What stands between scopes; a space unless said.
    pub scope_separator: Option<String>,
    /// What the system calls itself in answers (`iss`); the site of the address unless said.
    pub issuer: Option<String>,
}

/// `x-causeway-token`, at an oauth2 scheme: what the token endpoint answers, beside the standard.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenSpec {
    /// Settings that the answer tells: JSON pointers by the setting's name.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// How long a token holds where the answer does not say.
    pub lives: Option<Span>,
    /// Where a refusal says so by a code; `/error` unless said.
    #[serde(default)]
    pub code_at: Vec<String>,
    /// The codes that mean that a consent is over, beside `invalid_grant`.
    #[serde(default)]
    pub revoked: Vec<String>,
}

/// The JSON Schema of all extensions: each is one of `$defs`.
pub fn schema() -> &'static Value {
    static SCHEMA: LazyLock<Value> =
        LazyLock::new(|| serde_json::from_str(include_str!("extensions.json")).expect("a test reads it"));
    &SCHEMA
}

/// Reads one extension; `None` where it is not there.
pub fn read<T: DeserializeOwned>(holder: &Value, name: &str) -> Result<Option<T>, Text> {
    match holder.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(said) => T::deserialize(said)
            .map(Some)
            .map_err(|error| text!("`{name}` does not read: {error}.", "無法解析 `{name}`：{error}。")),
    }
}
