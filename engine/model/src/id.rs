//! Typed ids and names.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Text, text};

macro_rules! uuid_id {
    ($(#[$doc:meta] $name:ident $new:ident;)*) => {$(
        #[$doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A fresh id.
            #[expect(clippy::new_without_default, reason = "a default id would hide that each call differs")]
            pub fn new() -> Self {
                Self(Uuid::$new())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

uuid_id! {
    /// One execution of a flow version. Time-ordered, so that lists sort by it.
    RunId now_v7;
    /// A flow, whatever its slug is changed to.
    FlowId now_v7;
    /// A question that a run asked a person.
    ApprovalId now_v7;
    /// A worker process, from its start to its end.
    WorkerId now_v7;
    /// A kept file or record stream. Random, since knowing it gives the right to read it.
    BlobId new_v4;
    /// A person with an account.
    UserId now_v7;
    /// An API token.
    TokenId now_v7;
    /// A person signed in on one device; no secret, unlike what the cookie holds.
    SessionId now_v7;
    /// A connection, whatever becomes of its name.
    ConnectionId now_v7;
}

/// A name that breaks its rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidName {
    pub name: String,
    pub rule: Text,
}

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl InvalidName {
    /// What is wrong with it, for people.
    pub fn text(&self) -> Text {
        let Self { name, rule } = self;
        Text {
            en: format!("`{name}` is not allowed: {}", rule.en),
            zh_tw: format!("不允許使用「{name}」：{}", rule.zh_tw),
        }
    }
}

impl std::error::Error for InvalidName {}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $allowed:expr, $rule:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidName;
            fn try_from(name: String) -> Result<Self, InvalidName> {
                let allowed: fn(char) -> bool = $allowed;
                if !name.is_empty() && name.len() <= 64 && name.chars().all(allowed) {
                    Ok(Self(name))
                } else {
                    Err(InvalidName { name, rule: $rule })
                }
            }
        }

        impl FromStr for $name {
            type Err = InvalidName;
            fn from_str(name: &str) -> Result<Self, InvalidName> {
                Self::try_from(name.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

name!(
    /// Names a flow in URLs, files and the command line.
    Slug,
    |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-',
    text!("use 1 to 64 of a-z, 0-9 and -", "請使用 1 到 64 個 a-z、0-9 與 -")
);
name!(
    /// Names a step inside its document, loop bodies included.
    StepId,
    |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_',
    text!("use 1 to 64 of a-z, 0-9 and _", "請使用 1 到 64 個 a-z、0-9 與 _")
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_told_in_both_languages() {
        let wrong = "A b".parse::<Slug>().expect_err("breaks the rule");
        let Text { en, zh_tw } = wrong.text();
        assert_eq!(en, "`A b` is not allowed: use 1 to 64 of a-z, 0-9 and -");
        assert_eq!(zh_tw, "不允許使用「A b」：請使用 1 到 64 個 a-z、0-9 與 -");
    }

    #[test]
    fn names_keep_their_rules() {
        assert!("quote-to-order2".parse::<Slug>().is_ok());
        for bad in ["", "Quote", "a b", "報價", "a_b"] {
            assert!(bad.parse::<Slug>().is_err(), "{bad}");
        }
        assert!("create_order".parse::<StepId>().is_ok());
        assert!("create-order".parse::<StepId>().is_err());
        assert!("a".repeat(65).parse::<StepId>().is_err());
    }
}
