//! What the catalogue says of a connector, whoever wrote it.

use serde::{Deserialize, Serialize};

use crate::{Span, Text, Value};

/// A connector as lists show it. The schemas of an operation, which may be large, come apart: [`OperationSpec`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ConnectorSpec {
    /// `[a-z0-9-]+`, the part of `use` before the dot.
    pub name: String,
    pub version: String,
    pub title: Text,
    pub description: Text,
    #[serde(default)]
    pub category: ConnectorCategory,
    /// What its operations are called with; `None` where they need no account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ConnectionSpec>,
    pub operations: Vec<OperationSummary>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<TriggerSummary>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<RecordSpec>,
}

/// What kind of system a connector is for, so that people find it among many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectorCategory {
    Crm,
    Erp,
    Accounting,
    Shop,
    Payment,
    Messaging,
    Documents,
    Automation,
    /// Any system: a protocol, or what said nothing of itself.
    #[default]
    General,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperationSummary {
    /// `[a-z0-9_]+`, the part of `use` after the dot.
    pub name: String,
    pub title: Text,
    pub description: Text,
    pub idempotency: Idempotency,
    /// Whether it only reads, so that a repeat is harmless.
    pub read_only: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperationSpec {
    #[serde(flatten)]
    pub summary: OperationSummary,
    /// JSON Schema (2020-12) of `with`. A property with `"x-causeway-secret": true` may hold secrets, inside it too.
    pub input: Value,
    /// JSON Schema of the output.
    pub output: Value,
}

/// What a connection of a connector is made of: the form that people fill in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectionSpec {
    /// JSON Schema of the settings, an object: base URL, company ... None of them secret.
    pub settings: Value,
    /// The ways to sign in; the first is offered first. Empty: the system asks for nothing.
    pub auth: Vec<AuthSpec>,
    /// The operation that shows whether a connection works, called without input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<String>,
}

/// One way to sign in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuthSpec {
    /// `[A-Za-z0-9_.-]+`, unique in its connector.
    pub name: String,
    pub kind: AuthKind,
    pub title: Text,
    pub description: Text,
    /// JSON Schema of the credentials, an object of texts. All of them are kept encrypted and never returned.
    pub credentials: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthKind {
    /// A key in a header, a query parameter or a cookie.
    ApiKey,
    Basic,
    Bearer,
    /// OAuth 2 by a person's consent (authorisation code with PKCE).
    OauthCode,
    /// OAuth 2 by the client's own credentials.
    OauthClient,
    /// An operation that signs in and gives a session.
    Session,
    /// Each request is signed.
    Signed,
    /// A client certificate.
    MutualTls,
    /// Nobody signs in; the credentials verify what the system sends.
    Open,
}

/// What starts flows at a connector, as lists show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TriggerSummary {
    /// `[a-z0-9_]+`, the part of a trigger's `use` after the dot.
    pub name: String,
    pub title: Text,
    pub description: Text,
    /// Whether the system calls us, or is asked again and again.
    pub way: TriggerWay,
}

/// A connector's trigger with its schemas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectorTriggerSpec {
    #[serde(flatten)]
    pub summary: TriggerSummary,
    /// JSON Schema (2020-12) of a poll's `with.input`; an object without fields for webhooks.
    pub input: Value,
    /// JSON Schema of an event: `trigger.body`.
    pub output: Value,
    /// How often a poll asks where the flow does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerWay {
    Webhook,
    Poll,
}

/// A kind of record of a system: what the hub reads and writes it by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordSpec {
    /// `[a-z0-9_]+`.
    pub name: String,
    pub title: Text,
    /// JSON pointers into a record.
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
    /// Names of operations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub get: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub create: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete: Option<String>,
    /// The hub's entity that it is by default, such as `customer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
}

/// How a repeated call behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Idempotency {
    /// The key goes out in a header.
    Header,
    /// The key goes out in a field of the body.
    Field,
    /// The call itself says what should be, so that twice is as once.
    Natural,
    /// The system can be asked whether it happened.
    Lookup,
    None,
}

impl Idempotency {
    /// Whether recovery may send the same call again without asking.
    pub fn repeats_safely(self) -> bool {
        matches!(self, Self::Header | Self::Field | Self::Natural)
    }
}
