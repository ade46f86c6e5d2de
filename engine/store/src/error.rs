//! The one error of the store, classed by what the caller can do, and how database errors become it.

use causeway_model::{Text, text};
use sea_orm::{DbErr, RuntimeErr, sqlx};

#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    #[error("the database is not reachable: {0}")]
    Unavailable(String),
    /// Shown to the user as it is.
    #[error("{text}")]
    Refused { code: &'static str, class: RefusedClass, text: Text },
    #[error("the database answered: {0}")]
    Database(String),
    #[error("stored data does not read: {0}")]
    Corrupt(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusedClass {
    NotFound,
    Conflict,
    Invalid,
    /// Somebody with more rights may.
    Forbidden,
    /// Too much is under way; come back.
    Busy,
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

pub const WRITTEN_BY_NEWER: &str = "written_by_newer";

impl Error {
    pub(crate) fn not_found(code: &'static str, text: Text) -> Self {
        Self::Refused { code, class: RefusedClass::NotFound, text }
    }

    pub(crate) fn conflict(code: &'static str, text: Text) -> Self {
        Self::Refused { code, class: RefusedClass::Conflict, text }
    }

    pub(crate) fn invalid(code: &'static str, text: Text) -> Self {
        Self::Refused { code, class: RefusedClass::Invalid, text }
    }

    pub(crate) fn forbidden(code: &'static str, text: Text) -> Self {
        Self::Refused { code, class: RefusedClass::Forbidden, text }
    }

    pub(crate) fn busy(code: &'static str, text: Text) -> Self {
        Self::Refused { code, class: RefusedClass::Busy, text }
    }

    pub(crate) fn corrupt(what: impl std::fmt::Display) -> Self {
        Self::Corrupt(what.to_string())
    }

    /// Something that only a newer binary understands.
    pub(crate) fn newer(what: impl std::fmt::Display) -> Self {
        let what = what.to_string();
        Self::conflict(
            WRITTEN_BY_NEWER,
            text!(
                "A newer version of causeway wrote this ({what}). Update the program.",
                "此內容由較新版本的 causeway 寫入。請更新程式。"
            ),
        )
    }

    pub(crate) fn is_newer(&self) -> bool {
        self.code() == Some(WRITTEN_BY_NEWER)
    }

    /// The stable code of a refusal.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            _ => None,
        }
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match Trouble::of(&error) {
            Trouble::Gone | Trouble::Contended => Self::Unavailable(error.to_string()),
            Trouble::Unstorable => Self::invalid(
                "text_unstorable",
                text!(
                    "A text holds the character NUL, which the database does not keep; remove it.",
                    "文字中含有資料庫無法儲存的 NUL 字元，請移除。"
                ),
            ),
            Trouble::Statement => match error {
                DbErr::Type(_) | DbErr::Json(_) | DbErr::TryIntoErr { .. } => {
                    Self::Corrupt(error.to_string())
                }
                other => Self::Database(other.to_string()),
            },
        }
    }
}

/// What a database error says about trying again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Not reachable, out of space, shutting down: the same may succeed later.
    Gone,
    /// Lost against another transaction: the same may succeed at once.
    Contended,
    /// A text holds what the database does not keep.
    Unstorable,
    /// What was asked is wrong.
    Statement,
}

impl Trouble {
    pub(crate) fn of(error: &DbErr) -> Self {
        match error {
            DbErr::ConnectionAcquire(_) => Self::Gone,
            DbErr::Conn(inner) | DbErr::Exec(inner) | DbErr::Query(inner) => match inner {
                RuntimeErr::SqlxError(error) => Self::of_sqlx(error),
                _ => Self::Statement,
            },
            _ => Self::Statement,
        }
    }

    fn of_sqlx(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(answer) => match answer.code() {
                Some(code) if answer.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() => {
                    Self::of_sqlite(code.parse().unwrap_or(0))
                }
                Some(code) => Self::of_sqlstate(&code),
                None => Self::Statement,
            },
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Gone,
            _ => Self::Statement,
        }
    }

    /// The low byte is the primary result code: busy, locked, read-only, IO error, full, cannot open.
    fn of_sqlite(code: u32) -> Self {
        match code & 0xff {
            5 | 6 | 8 | 10 | 13 | 14 => Self::Gone,
            _ => Self::Statement,
        }
    }

    fn of_sqlstate(code: &str) -> Self {
        match code {
            "22021" => Self::Unstorable,
            "40001" | "40P01" => Self::Contended,
            "25006" | "25P03" => Self::Gone,
            _ if ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class)) => Self::Gone,
            _ => Self::Statement,
        }
    }
}
