//! What the expressions of a step may name.

use std::collections::HashMap;

use crate::graph::{Graph, Known};

#[derive(Clone, Copy)]
pub(crate) enum Sight<'s> {
    /// Only the trigger: before there is a run.
    Trigger,
    Step {
        graph: &'s Graph,
        positions: &'s HashMap<&'s str, usize>,
        step: usize,
        /// What the loop around the step sees.
        outer: Option<&'s Sight<'s>>,
        /// Whether `item` and `index` are in scope.
        item: bool,
    },
}

impl Sight<'_> {
    /// What is known of a step; `None` where it does not come before.
    pub fn known(&self, name: &str) -> Option<Known> {
        let Self::Step { graph, positions, step, outer, .. } = self else { return None };
        let here = positions.get(name).and_then(|of| graph.known(*step, *of));
        here.or_else(|| outer.and_then(|outer| outer.known(name)))
    }

    /// The steps that may be named.
    pub fn names(&self) -> Vec<&str> {
        let Self::Step { graph, positions, step, outer, .. } = self else { return Vec::new() };
        let here =
            positions.iter().filter(|(_, of)| graph.known(*step, **of).is_some()).map(|(name, _)| *name);
        let mut names: Vec<&str> = here.collect();
        names.sort_unstable();
        names.extend(outer.map(Sight::names).unwrap_or_default());
        names
    }

    pub fn has_item(&self) -> bool {
        matches!(self, Self::Step { item: true, .. })
    }

    /// The same with `item` and `index`.
    pub fn with_item(self) -> Self {
        match self {
            Self::Step { graph, positions, step, outer, .. } => {
                Self::Step { graph, positions, step, outer, item: true }
            }
            Self::Trigger => self,
        }
    }
}
