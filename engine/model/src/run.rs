//! The status of runs and steps.

use serde::{Deserialize, Serialize};

use crate::{StepError, StepId};

macro_rules! status {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// As the API and the documents write it.
            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }

            /// As the store keeps it.
            pub fn code(self) -> i16 {
                match self { $($name::$variant => $code,)* }
            }

            pub fn from_code(code: i16) -> Option<Self> {
                match code { $($code => Some($name::$variant),)* _ => None }
            }

            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($text => Some($name::$variant),)* _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

status! {
    /// Where a run stands. The last three never change again.
    RunStatus {
        Queued = 0 "queued",
        Running = 1 "running",
        Waiting = 2 "waiting",
        Succeeded = 3 "succeeded",
        Failed = 4 "failed",
        Cancelled = 5 "cancelled",
    }
}

impl RunStatus {
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
}

status! {
    /// Where a step of a run stands.
    StepStatus {
        Pending = 0 "pending",
        Running = 1 "running",
        Waiting = 2 "waiting",
        Succeeded = 3 "succeeded",
        Failed = 4 "failed",
        Skipped = 5 "skipped",
        Cancelled = 6 "cancelled",
    }
}

/// How a run came to be made, beside its trigger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunMode {
    #[default]
    Normal,
    /// A try of a draft.
    Test,
}

impl RunMode {
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Test => "test",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Normal, Self::Test].into_iter().find(|mode| mode.name() == name)
    }
}

/// Which step failed a run, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunFailure {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<StepId>,
    pub error: StepError,
}
