//! Why a step failed.

use serde::{Deserialize, Serialize};

use crate::{Text, Value};

/// What the one who called can do about an error. Retries read this, never the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorClass {
    /// The peer could not be reached; nothing was sent.
    Connect,
    /// No answer in time; the call may have happened.
    Timeout,
    /// The peer asks to come back later (408, 429).
    Limit,
    /// The peer failed (5xx).
    Server,
    /// The credentials are not accepted (401, 403).
    Auth,
    /// The input is refused (4xx).
    Invalid,
    NotFound,
    Conflict,
    /// A script or expression failed.
    Script,
    /// A limit of this engine was passed.
    Exceeded,
    /// The process ended between sending and the answer, and the operation may not be repeated blindly.
    Doubt,
    /// A person or a flow said so (`stop`, a rejected approval).
    Stopped,
    /// A fault of this engine.
    Bug,
}

impl ErrorClass {
    /// In the order in which they stand above.
    pub const ALL: [Self; 13] = [
        Self::Connect,
        Self::Timeout,
        Self::Limit,
        Self::Server,
        Self::Auth,
        Self::Invalid,
        Self::NotFound,
        Self::Conflict,
        Self::Script,
        Self::Exceeded,
        Self::Doubt,
        Self::Stopped,
        Self::Bug,
    ];

    /// Whether a `retry` of a step repeats such errors when it does not say which.
    pub fn retried_by_default(self) -> bool {
        matches!(self, Self::Connect | Self::Timeout | Self::Limit | Self::Server)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Limit => "limit",
            Self::Server => "server",
            Self::Auth => "auth",
            Self::Invalid => "invalid",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Script => "script",
            Self::Exceeded => "exceeded",
            Self::Doubt => "doubt",
            Self::Stopped => "stopped",
            Self::Bug => "bug",
        }
    }
}

/// Why an attempt or a step failed; `errors.<step>` in expressions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepError {
    /// Stable, such as `http_status` or `script_too_long`.
    pub code: String,
    pub class: ErrorClass,
    pub message: Text,
    /// The HTTP status of the answer, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// What the peer answered, cut to 64 kB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// The peer's `Retry-After`, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

impl StepError {
    pub fn new(code: &str, class: ErrorClass, message: Text) -> Self {
        Self { code: code.to_owned(), class, message, status: None, body: None, retry_after_ms: None }
    }

    /// As expressions see it: `errors.<step>.{code, class, message, status, body}`.
    pub fn to_value(&self) -> Value {
        serde_json::json!({
            "code": self.code,
            "class": self.class,
            "message": self.message.en,
            "status": self.status,
            "body": self.body,
        })
    }
}

impl std::fmt::Display for StepError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for StepError {}
