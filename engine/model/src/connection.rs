//! What a connection - a configured account of a connector - is told apart by, and who may use it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Role;

/// Which of a connection's values are meant. Runs use those of production; test runs those for tests, where there are any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    #[default]
    Production,
    Test,
}

impl Environment {
    pub const ALL: [Self; 2] = [Self::Production, Self::Test];

    pub fn name(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Test => "test",
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Environment {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|environment| environment.name() == text);
        found.ok_or_else(|| format!("no environment `{text}`: use production or test"))
    }
}

/// Who sees a connection and may use it in flows, beside its owner and the admins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shared {
    /// Nobody else.
    Private,
    /// Every role from this one on.
    Viewer,
    Operator,
    #[default]
    Editor,
    Admin,
}

impl Shared {
    pub const ALL: [Self; 5] = [Self::Private, Self::Viewer, Self::Operator, Self::Editor, Self::Admin];

    pub fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }

    /// Whether it is shared with whoever has this role.
    pub fn reaches(self, role: Role) -> bool {
        let lowest = match self {
            Self::Viewer => Role::Viewer,
            Self::Operator => Role::Operator,
            Self::Editor => Role::Editor,
            Self::Private | Self::Admin => Role::Admin,
        };
        role >= lowest
    }
}

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Shared {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|shared| shared.name() == text);
        found.ok_or_else(|| {
            format!("`{text}` shares with nobody: use private, viewer, operator, editor or admin")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn admins_reach_everything_and_others_what_is_shared_with_them() {
        assert!(Shared::ALL.into_iter().all(|shared| shared.reaches(Role::Admin)));
        assert!(!Shared::Private.reaches(Role::Editor) && !Shared::Admin.reaches(Role::Editor));
        assert!(Shared::Operator.reaches(Role::Editor) && !Shared::Operator.reaches(Role::Viewer));
    }

    #[test]
    fn names_are_read_back() {
        for shared in Shared::ALL {
            assert_eq!(shared.name().parse(), Ok(shared));
            assert_eq!(serde_json::to_value(shared).expect("JSON"), shared.name());
        }
        for environment in Environment::ALL {
            assert_eq!(environment.name().parse(), Ok(environment));
        }
        assert!("owner".parse::<Shared>().is_err() && "staging".parse::<Environment>().is_err());
    }
}
