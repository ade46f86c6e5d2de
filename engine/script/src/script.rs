//! The code of a `script` step.

use causeway_model::{StepError, Value};

use crate::compile::Reference;
use crate::context::Context;
use crate::formula::Formula;
use crate::scope::Scope;

/// The code of a `script` step: statements, of which the last is the result. Cheap to clone.
#[derive(Clone)]
pub struct Script {
    formula: Formula,
}

impl std::fmt::Debug for Script {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Script")
    }
}

impl Script {
    pub(crate) fn new(formula: Formula) -> Self {
        Self { formula }
    }

    pub fn references(&self) -> &[Reference] {
        self.formula.references()
    }

    /// The last statement's value. Opaque values in it are refused.
    pub fn run(&self, scope: &mut Scope, context: &Context) -> Result<Value, StepError> {
        self.formula.plain(scope, context)
    }
}
