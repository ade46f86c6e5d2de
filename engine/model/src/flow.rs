//! A flow document, as people write it.

use serde::{Deserialize, Serialize};

use crate::{Slug, Span, StepId, Value};

/// The document format's version: the value of `causeway` in each document.
pub const DOCUMENT_VERSION: u32 = 1;

/// A flow document. Reading one from text, and every check, is the document crate's work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// [`DOCUMENT_VERSION`].
    pub causeway: u32,
    /// Always `flow`.
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<Slug>,
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    pub trigger: TriggerSpec,
    #[serde(default)]
    pub steps: Vec<Step>,
    #[serde(default, skip_serializing_if = "Settings::is_default")]
    pub settings: Settings,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriggerSpec {
    /// A trigger kind, or `<connector>.<trigger>`.
    #[serde(rename = "use")]
    pub use_: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<String>,
    #[serde(default = "empty_object", skip_serializing_if = "is_empty_object")]
    pub with: Value,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub id: StepId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A step kind, or `<connector>.<operation>`.
    #[serde(rename = "use")]
    pub use_: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<String>,
    /// The input; a `for_each` keeps its steps in `body` here.
    #[serde(default = "empty_object", skip_serializing_if = "is_empty_object")]
    pub with: Value,
    /// `step` or `step.port`; empty means after the trigger.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub join: Option<Join>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// Bounds each attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Span>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_doubt: Option<OnDoubt>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// When a step with several sources starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// All sources settled and at least one edge taken.
    #[default]
    Any,
    /// Every edge taken.
    All,
}

/// What to do after a crash between sending and the answer, when the operation has no idempotency of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnDoubt {
    Repeat,
    Fail,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// How many attempts in all, the first included: 1 to 100.
    pub attempts: u32,
    #[serde(default)]
    pub backoff: RetryBackoff,
    /// The pause after the first attempt.
    #[serde(default = "Retry::default_first")]
    pub first: Span,
    /// The longest pause.
    #[serde(default = "Retry::default_max")]
    pub max: Span,
    /// Error classes or HTTP statuses to repeat; empty means connect, timeout, 408, 429 and 5xx.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<String>,
}

impl Retry {
    fn default_first() -> Span {
        Span::from_secs(1)
    }

    fn default_max() -> Span {
        Span::from_secs(600)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryBackoff {
    #[default]
    Exponential,
    Fixed,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Active time that a run may take; waiting does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Span>,
    /// Wall time that a run may take, waiting included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Span>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<Concurrency>,
    #[serde(default, skip_serializing_if = "OnLimit::is_default")]
    pub on_limit: OnLimit,
    /// How long finished runs are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep: Option<Span>,
    #[serde(default, skip_serializing_if = "Priority::is_default")]
    pub priority: Priority,
    /// Runs begin only inside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// Minutes of somebody's work that each run saves which succeeds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes_saved: Option<serde_json::Number>,
}

/// Which of the runs that are due is taken first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Low,
    #[default]
    Normal,
    High,
}

impl Priority {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// The hours in which runs may begin. One that ends before it begins goes over midnight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// `HH:MM` on the zone's clocks.
    pub from: String,
    pub to: String,
    /// An IANA name; Asia/Taipei where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// The days on which it opens, `mon` to `sun`; empty means each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<String>,
}

impl Settings {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Concurrency {
    /// How many runs of one key at once, from 1.
    pub limit: u32,
    /// A template over `trigger`; absent means one key for the whole flow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Whether a waiting run keeps its slot.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hold_slot: bool,
}

/// What happens to a run that would pass the limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnLimit {
    /// It waits for its turn, in arrival order.
    #[default]
    Queue,
    /// It ends at once as cancelled, with the reason.
    Skip,
    /// It takes the place of those before it, which are cancelled with the reason.
    Replace,
}

impl OnLimit {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

fn empty_object() -> Value {
    Value::Object(serde_json::Map::new())
}

fn is_empty_object(value: &Value) -> bool {
    value.as_object().is_some_and(serde_json::Map::is_empty)
}
