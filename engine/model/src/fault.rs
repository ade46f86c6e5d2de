//! What is wrong with a document.

use serde::{Deserialize, Serialize};

use crate::{StepId, Text};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Publishing is refused.
    Error,
    /// Publishing goes on; somebody should look.
    Warning,
}

/// One fault of a document: where it is, what is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Stable, such as `unknown_step_kind`.
    pub code: String,
    pub severity: Severity,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<StepId>,
    /// JSON pointer into the document, such as `/steps/2/with/url`: where it is mended, though the field may be missing yet.
    pub pointer: String,
    /// Line in the document's text (or in the script, for a fault inside one), from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    pub message: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Text>,
}

impl Fault {
    pub fn error(code: &str, pointer: impl Into<String>, message: Text) -> Self {
        Self {
            code: code.to_owned(),
            severity: Severity::Error,
            step: None,
            pointer: pointer.into(),
            line: None,
            column: None,
            message,
            fix: None,
        }
    }

    pub fn warning(code: &str, pointer: impl Into<String>, message: Text) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, pointer, message) }
    }

    #[must_use]
    pub fn at_step(mut self, step: &StepId) -> Self {
        self.step = Some(step.clone());
        self
    }

    #[must_use]
    pub fn at_line(mut self, line: u32, column: u32) -> Self {
        self.line = Some(line);
        self.column = Some(column);
        self
    }

    #[must_use]
    pub fn with_fix(mut self, fix: Text) -> Self {
        self.fix = Some(fix);
        self
    }
}
