//! What lists there are, and which of them changed.

use std::collections::{BTreeMap, BTreeSet};

use causeway_model::{FlowId, Slug};
use serde::Serialize;

/// A list that people look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ListKind {
    Approvals,
    AuditEntries,
    Connections,
    DeadLetters,
    Flows,
    Runs,
    Schedules,
    Secrets,
    Tokens,
    Users,
    Variables,
}

impl ListKind {
    pub const ALL: [ListKind; 11] = [
        Self::Approvals,
        Self::AuditEntries,
        Self::Connections,
        Self::DeadLetters,
        Self::Flows,
        Self::Runs,
        Self::Schedules,
        Self::Secrets,
        Self::Tokens,
        Self::Users,
        Self::Variables,
    ];

    /// As the API writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Approvals => "approvals",
            Self::AuditEntries => "audit_entries",
            Self::Connections => "connections",
            Self::DeadLetters => "dead_letters",
            Self::Flows => "flows",
            Self::Runs => "runs",
            Self::Schedules => "schedules",
            Self::Secrets => "secrets",
            Self::Tokens => "tokens",
            Self::Users => "users",
            Self::Variables => "variables",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Whose entries changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flows {
    /// Those of any flow.
    Any,
    Of(BTreeSet<Slug>),
}

/// The lists that changed.
pub type Changed = BTreeMap<ListKind, Flows>;

/// More flows than this are not told apart.
const MOST: usize = 50;

impl Flows {
    /// Both together.
    pub fn add(&mut self, more: &Flows) {
        match (&mut *self, more) {
            (Self::Any, _) => {}
            (_, Self::Any) => *self = Self::Any,
            (Self::Of(slugs), Self::Of(more)) => {
                slugs.extend(more.iter().cloned());
                if slugs.len() > MOST {
                    *self = Self::Any;
                }
            }
        }
    }
}

/// What changed and was not told yet. Its size is bounded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dirt {
    /// By the ids of flows; nothing means those of any flow.
    pub(crate) by_id: BTreeMap<ListKind, Option<BTreeSet<FlowId>>>,
    /// By their slugs, as the audit trail knows them.
    pub(crate) flows: BTreeSet<Slug>,
}

impl Dirt {
    pub(crate) fn is_empty(&self) -> bool {
        self.by_id.is_empty() && self.flows.is_empty()
    }

    /// The list changed, whichever flows are concerned.
    pub(crate) fn all(&mut self, kind: ListKind) {
        self.by_id.insert(kind, None);
    }

    pub(crate) fn everything(&mut self) {
        ListKind::ALL.into_iter().for_each(|kind| self.all(kind));
    }

    pub(crate) fn flow(&mut self, kind: ListKind, flow: FlowId) {
        let known = self.by_id.entry(kind).or_insert_with(|| Some(BTreeSet::new()));
        if let Some(flows) = known {
            flows.insert(flow);
            if flows.len() > MOST {
                *known = None;
            }
        }
    }

    pub(crate) fn slug(&mut self, flow: Slug) {
        self.flows.insert(flow);
        if self.flows.len() > MOST {
            self.flows.clear();
            self.all(ListKind::Flows);
        }
    }

    pub(crate) fn add(&mut self, other: Dirt) {
        for (kind, flows) in other.by_id {
            match flows {
                None => self.all(kind),
                Some(flows) => flows.into_iter().for_each(|flow| self.flow(kind, flow)),
            }
        }
        other.flows.into_iter().for_each(|flow| self.slug(flow));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for kind in ListKind::ALL {
            assert_eq!(ListKind::from_name(kind.name()), Some(kind));
            assert_eq!(serde_json::to_value(kind).expect("JSON"), kind.name());
        }
    }

    #[test]
    fn too_many_flows_are_any() {
        let mut dirt = Dirt::default();
        for _ in 0..MOST {
            dirt.flow(ListKind::Runs, FlowId::new());
        }
        assert_eq!(dirt.by_id[&ListKind::Runs].as_ref().map(BTreeSet::len), Some(MOST));
        dirt.flow(ListKind::Runs, FlowId::new());
        assert_eq!(dirt.by_id[&ListKind::Runs], None);
        dirt.flow(ListKind::Runs, FlowId::new());
        assert_eq!(dirt.by_id[&ListKind::Runs], None, "and stay so");
        let mut other = Dirt::default();
        other.flow(ListKind::DeadLetters, FlowId::new());
        other.add(dirt);
        assert_eq!(other.by_id.len(), 2);
        for number in 0..=MOST {
            other.slug(format!("flow-{number}").parse().expect("a slug"));
        }
        assert!(other.flows.is_empty() && other.by_id[&ListKind::Flows].is_none());
    }
}
