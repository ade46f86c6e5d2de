//! Who looks on: hearing that a run moved, or that something in a list changed, in this process or in another.
//!
//! A commit of this process tells at once; other processes tell by the bell; and one cheap look at the database a few
//! times a second, however many look on, finds what nobody told. Nothing here costs anything while nobody looks on.

pub(crate) mod abroad;
mod changes;
mod kind;
mod marks;
mod run_look;
mod run_watch;
mod trail;

use causeway_model::{FlowId, RunId};

pub use changes::ChangeWatch;
pub use kind::{Changed, Flows, ListKind};
pub use run_look::RunLook;
pub use run_watch::RunWatch;

use abroad::Abroad;
use kind::Dirt;

/// What a batch of commits did, as far as lookers-on care.
#[derive(Debug, Default)]
pub(crate) struct Moves {
    runs: Vec<(RunId, FlowId)>,
    letters: Vec<FlowId>,
    approvals: bool,
}

impl Moves {
    /// The run is new, or its status or journal changed.
    pub(crate) fn run(&mut self, run: RunId, flow: FlowId) {
        self.runs.push((run, flow));
    }

    /// A run of the flow became a dead letter, or is none any more.
    pub(crate) fn letters(&mut self, flow: FlowId) {
        self.letters.push(flow);
    }

    /// A question was asked, or closed.
    pub(crate) fn approvals(&mut self) {
        self.approvals = true;
    }

    fn is_empty(&self) -> bool {
        self.runs.is_empty() && self.letters.is_empty() && !self.approvals
    }

    fn soil(&self, dirt: &mut Dirt) {
        for (_, flow) in &self.runs {
            dirt.flow(ListKind::Runs, *flow);
        }
        for flow in &self.letters {
            dirt.flow(ListKind::DeadLetters, *flow);
        }
        if self.approvals {
            dirt.all(ListKind::Approvals);
        }
    }
}

/// Those who look on in this process.
#[derive(Debug, Default)]
pub(crate) struct Live {
    pub(crate) runs: run_watch::Watched,
    pub(crate) lists: changes::Inboxes,
    pub(crate) abroad: Abroad,
}

impl Live {
    /// After a commit of this process.
    pub(crate) fn moved(&self, moves: &Moves) {
        if moves.is_empty() {
            return;
        }
        self.runs.moved(moves.runs.iter().map(|(run, _)| *run));
        self.lists.soil(|dirt| moves.soil(dirt));
        self.abroad.soil(|dirt| moves.soil(dirt));
    }

    /// What others said is not known.
    pub(crate) fn everything(&self) {
        self.runs.all_moved();
        self.lists.soil(Dirt::everything);
    }
}
