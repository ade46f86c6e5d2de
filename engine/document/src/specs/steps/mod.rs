//! The step kinds, one file each.

mod approval;
mod branch;
mod call_flow;
mod for_each;
mod input;
mod respond;
mod script;
mod stop;
mod wait;

use causeway_model::{Span, Text, Value};

pub use approval::{Approval, ApprovalInput, Approver};
pub use branch::Branch;
pub use call_flow::{CallFlow, CallFlowInput};
pub use for_each::ForEachKind;
pub use respond::{Respond, RespondInput};
pub use script::ScriptKind;
pub use stop::{Stop, StopInput};
pub use wait::{Wait, WaitInput};

use crate::compile::StepCx;
use crate::plan::Action;

/// One kind of step: how it is described, checked and compiled. What it does when it runs is the runtime's.
pub trait StepKind: Send + Sync {
    fn name(&self) -> &'static str;
    fn title(&self) -> Text;
    fn description(&self) -> Text;

    /// JSON Schema (2020-12) of `with`.
    fn schema(&self) -> Value;

    /// The named exits that a step with this input has, `error` aside; `None` for steps with a single exit.
    fn ports(&self, _with: &Value) -> Option<Vec<String>> {
        None
    }

    /// Whether the input names the exits.
    fn ports_follow_input(&self) -> bool {
        false
    }

    /// Whether it is a function of the run's record, so that it needs no commit of its own and is never retried.
    fn is_pure(&self) -> bool {
        false
    }

    /// The step's timeout where its input says it, which then counts rather than the step's own.
    fn timeout(&self, _with: &Value) -> Option<Span> {
        None
    }

    /// Whether its input says when it ends, so that the step's own `timeout` and `retry` mean nothing.
    fn bounds_itself(&self) -> bool {
        false
    }

    /// Whether nothing can come after it.
    fn ends(&self) -> bool {
        false
    }

    /// The fields of `with` that go into the action rather than into the resolved input.
    fn compiled_fields(&self) -> &'static [&'static str] {
        &[]
    }

    /// Compiles what [`StepKind::compiled_fields`] names, and checks what a schema cannot say. `None` after a fault.
    fn compile(&self, step: &mut StepCx) -> Option<Action>;
}

/// The step kinds in alphabetical order.
pub fn step_kinds() -> &'static [&'static dyn StepKind] {
    &[&Approval, &Branch, &CallFlow, &ForEachKind, &Respond, &ScriptKind, &Stop, &Wait]
}

pub fn step_kind(name: &str) -> Option<&'static dyn StepKind> {
    step_kinds().iter().find(|kind| kind.name() == name).copied()
}
