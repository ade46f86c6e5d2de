//! Statuses in both languages, for messages.

use causeway_model::{RunStatus, Text, text};

pub(crate) fn status(status: RunStatus) -> Text {
    match status {
        RunStatus::Queued => text!("queued", "排隊中"),
        RunStatus::Running => text!("running", "執行中"),
        RunStatus::Waiting => text!("waiting", "等待中"),
        RunStatus::Succeeded => text!("succeeded", "成功"),
        RunStatus::Failed => text!("failed", "失敗"),
        RunStatus::Cancelled => text!("cancelled", "已取消"),
    }
}

/// Without NUL characters, which Postgres does not take.
pub(crate) fn plain(text: &str) -> String {
    text.replace('\0', "")
}
