//! Why an application service refuses or fails: classed by what the caller can do, with a stable code and both languages.

use std::borrow::Cow;

use causeway_model::{Fault, InvalidName, Severity, StepError, Text, text};
use causeway_store::RefusedClass;

pub type Result<T> = std::result::Result<T, Error>;

/// What the one who called can do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Name something that exists.
    NotFound,
    /// Look again: it changed, or it is in a state that does not allow this.
    Conflict,
    /// Correct what was sent.
    Invalid,
    /// Ask somebody who may.
    Forbidden,
    /// Come back in a moment.
    Busy,
    /// Come back when the database answers.
    Unavailable,
    /// Report it: a fault of this program.
    Bug,
}

/// Shown to the user as it is.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{text}")]
pub struct Error {
    pub class: Class,
    /// Stable, such as `flow_not_found`.
    pub code: Cow<'static, str>,
    pub text: Text,
    /// What is wrong with a document, where that is the cause.
    pub faults: Vec<Fault>,
}

impl Error {
    pub fn new(class: Class, code: impl Into<Cow<'static, str>>, text: Text) -> Self {
        Self { class, code: code.into(), text, faults: Vec::new() }
    }

    pub fn not_found(code: &'static str, text: Text) -> Self {
        Self::new(Class::NotFound, code, text)
    }

    pub fn conflict(code: &'static str, text: Text) -> Self {
        Self::new(Class::Conflict, code, text)
    }

    pub fn invalid(code: &'static str, text: Text) -> Self {
        Self::new(Class::Invalid, code, text)
    }

    pub fn forbidden(code: &'static str, text: Text) -> Self {
        Self::new(Class::Forbidden, code, text)
    }

    pub fn bug(what: &str) -> Self {
        Self::new(
            Class::Bug,
            "internal",
            text!(
                "This is a fault of Causeway ({what}); please report it",
                "Causeway 內部發生錯誤（{what}），請回報"
            ),
        )
    }

    /// A document that cannot be used, with all that is wrong with it.
    pub fn document(faults: Vec<Fault>) -> Self {
        let count = faults.iter().filter(|fault| fault.severity == Severity::Error).count();
        let text = match faults.iter().find(|fault| fault.severity == Severity::Error) {
            Some(first) if count == 1 => first.message.clone(),
            _ => text!(
                "The document has {count} faults; correct them and try again",
                "文件有 {count} 個問題，請修正後再試"
            ),
        };
        Self { faults, ..Self::invalid("document_invalid", text) }
    }
}

impl From<causeway_store::Error> for Error {
    fn from(error: causeway_store::Error) -> Self {
        use causeway_store::Error as Store;
        match error {
            Store::Refused { code, class, text } => {
                let class = match class {
                    RefusedClass::NotFound => Class::NotFound,
                    RefusedClass::Conflict => Class::Conflict,
                    RefusedClass::Invalid => Class::Invalid,
                    RefusedClass::Forbidden => Class::Forbidden,
                    RefusedClass::Busy => Class::Busy,
                };
                Self::new(class, code, text)
            }
            Store::Unavailable(cause) => {
                tracing::warn!(%cause, "the database is not reachable");
                Self::new(
                    Class::Unavailable,
                    "database_unavailable",
                    text!(
                        "The database is not reachable just now; try again in a moment",
                        "目前無法連上資料庫，請稍後再試"
                    ),
                )
            }
            Store::Database(cause) => {
                tracing::error!(%cause, "the database refused a statement");
                Self::bug("database")
            }
            Store::Corrupt(cause) => {
                tracing::error!(%cause, "stored data does not read");
                Self::bug("stored data")
            }
        }
    }
}

/// How a step error says that the database does not answer.
pub(super) const STORE_UNAVAILABLE: &str = "store_unavailable";

impl From<StepError> for Error {
    fn from(error: StepError) -> Self {
        let class = if error.code == STORE_UNAVAILABLE { Class::Unavailable } else { Class::Invalid };
        Self::new(class, error.code, error.message)
    }
}

impl From<InvalidName> for Error {
    fn from(error: InvalidName) -> Self {
        Self::invalid("name_invalid", error.text())
    }
}
