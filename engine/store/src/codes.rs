//! The numbers that stand for enums in columns.

use causeway_model::{Role, RunMode, RunStatus, TriggerKind};

use crate::{Error, Result};

pub(crate) fn trigger_code(kind: TriggerKind) -> i16 {
    match kind {
        TriggerKind::Webhook => 0,
        TriggerKind::Manual => 1,
        TriggerKind::Called => 2,
        TriggerKind::FlowFailed => 3,
        TriggerKind::Schedule => 4,
        TriggerKind::Connector => 5,
    }
}

pub(crate) fn trigger_of(code: i16) -> Result<TriggerKind> {
    let found = TriggerKind::ALL.into_iter().find(|kind| trigger_code(*kind) == code);
    found.ok_or_else(|| Error::newer(format!("trigger kind {code}")))
}

pub(crate) fn mode_code(mode: RunMode) -> i16 {
    match mode {
        RunMode::Normal => 0,
        RunMode::Test => 1,
    }
}

pub(crate) fn mode_of(code: i16) -> Result<RunMode> {
    match code {
        0 => Ok(RunMode::Normal),
        1 => Ok(RunMode::Test),
        _ => Err(Error::newer(format!("run mode {code}"))),
    }
}

pub(crate) fn status_of(code: i16) -> Result<RunStatus> {
    RunStatus::from_code(code).ok_or_else(|| Error::newer(format!("run status {code}")))
}

pub(crate) fn role_code(role: Role) -> i16 {
    match role {
        Role::Viewer => 0,
        Role::Operator => 1,
        Role::Editor => 2,
        Role::Admin => 3,
        Role::Owner => 4,
    }
}

pub(crate) fn role_of(code: i16) -> Result<Role> {
    let found = Role::ALL.into_iter().find(|role| role_code(*role) == code);
    found.ok_or_else(|| Error::corrupt(format!("role {code}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_back() {
        for kind in TriggerKind::ALL {
            assert_eq!(trigger_of(trigger_code(kind)).expect("reads"), kind);
        }
        for role in Role::ALL {
            assert_eq!(role_of(role_code(role)).expect("reads"), role);
        }
        for mode in [RunMode::Normal, RunMode::Test] {
            assert_eq!(mode_of(mode_code(mode)).expect("reads"), mode);
        }
        assert!(trigger_of(99).is_err() && role_of(99).is_err() && mode_of(99).is_err());
    }
}
