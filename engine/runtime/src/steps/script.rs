//! `script`: Rhai code whose last value is the output.

use causeway_model::StepError;
use causeway_script::{Context, Scope, Script};

use crate::drive::Resolved;

pub fn evaluate(script: &Script, scope: &mut Scope, context: &Context) -> Result<Resolved, StepError> {
    Ok(Resolved::Output { output: script.run(scope, context)?, port: None })
}
