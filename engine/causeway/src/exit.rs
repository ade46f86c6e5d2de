//! What a command ends with: its exit status, and the words for it.

use std::path::Path;
use std::process::ExitCode;

use causeway_model::{Fault, Text, text};
use causeway_store::RefusedClass;

/// Exit statuses that scripts can rely on; `causeway --help` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The thing asked for was tried and failed, such as a run that was waited for.
    Failed = 1,
    Usage = 2,
    /// Refused, or an invalid document.
    Refused = 3,
    NotFound = 4,
    Conflict = 5,
    /// The database or a server cannot be reached, or is busy: come back.
    Unavailable = 6,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub struct Failure {
    pub exit: Exit,
    /// Stable; empty where all has been said on the output already.
    pub code: String,
    pub text: Text,
    pub fix: Option<Text>,
    /// Each with the file it stands in.
    pub faults: Vec<(String, Fault)>,
}

/// What every command gives.
pub type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    pub fn new(exit: Exit, code: impl Into<String>, text: Text) -> Self {
        Self { exit, code: code.into(), text, fix: None, faults: Vec::new() }
    }

    pub fn refused(code: impl Into<String>, text: Text) -> Self {
        Self::new(Exit::Refused, code, text)
    }

    /// Ends with a status when the output has told all already.
    pub fn told(exit: Exit) -> Self {
        Self::new(exit, "", Text::default())
    }

    #[must_use]
    pub fn with_fix(mut self, fix: Text) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Says whose faults they are.
    #[must_use]
    pub fn of_file(mut self, file: &str) -> Self {
        self.faults.iter_mut().for_each(|(of, _)| file.clone_into(of));
        self
    }

    pub fn file(path: &Path, error: &std::io::Error) -> Self {
        let path = path.display();
        match error.kind() {
            std::io::ErrorKind::NotFound => Self::new(
                Exit::NotFound,
                "file_not_found",
                text!("There is no file or folder `{path}`.", "沒有檔案或資料夾 `{path}`。"),
            ),
            _ => Self::new(
                Exit::Failed,
                "file_failed",
                text!("`{path}` cannot be read or written: {error}.", "`{path}` 無法讀取或寫入：{error}。"),
            ),
        }
    }
}

impl From<causeway_store::Error> for Failure {
    fn from(error: causeway_store::Error) -> Self {
        use causeway_store::Error;
        match error {
            Error::Refused { code, class, text } => {
                let exit = match class {
                    RefusedClass::NotFound => Exit::NotFound,
                    RefusedClass::Conflict => Exit::Conflict,
                    RefusedClass::Invalid | RefusedClass::Forbidden => Exit::Refused,
                    RefusedClass::Busy => Exit::Unavailable,
                };
                Self::new(exit, code, text)
            }
            Error::Unavailable(why) => Self::new(
                Exit::Unavailable,
                "store_unavailable",
                text!("The database cannot be reached: {why}.", "無法連上資料庫：{why}。"),
            )
            .with_fix(text!(
                "Check that it runs and that DATABASE_URL is right.",
                "請確認資料庫正在執行，且 DATABASE_URL 正確。"
            )),
            Error::Database(why) => Self::new(
                Exit::Failed,
                "database_failed",
                text!("The database refused a query: {why}.", "資料庫拒絕查詢：{why}。"),
            ),
            Error::Corrupt(why) => Self::new(
                Exit::Failed,
                "stored_data_corrupt",
                text!("Stored data does not read: {why}.", "儲存的資料無法讀取：{why}。"),
            ),
        }
    }
}

impl From<causeway_server::app::Error> for Failure {
    fn from(error: causeway_server::app::Error) -> Self {
        use causeway_server::app::Class;
        let exit = match error.class {
            Class::NotFound => Exit::NotFound,
            Class::Conflict => Exit::Conflict,
            Class::Invalid | Class::Forbidden => Exit::Refused,
            Class::Busy | Class::Unavailable => Exit::Unavailable,
            Class::Bug => Exit::Failed,
        };
        let faults = error.faults.into_iter().map(|fault| (String::new(), fault)).collect();
        Self { faults, ..Self::new(exit, error.code, error.text) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_status_follows_the_class() {
        let refused = |class| causeway_store::Error::Refused { code: "x", class, text: Text::default() };
        let exit = |error: causeway_store::Error| Failure::from(error).exit as u8;
        assert_eq!(exit(refused(RefusedClass::Invalid)), 3);
        assert_eq!(exit(refused(RefusedClass::NotFound)), 4);
        assert_eq!(exit(refused(RefusedClass::Conflict)), 5);
        assert_eq!(exit(refused(RefusedClass::Busy)), 6);
        assert_eq!(exit(causeway_store::Error::Unavailable(String::new())), 6);
    }
}
