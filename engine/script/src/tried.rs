//! Sources that somebody is still writing: compiled and evaluated at once, with what is wrong and where.

use std::borrow::Cow;

use causeway_model::{StepError, Text, Value};

use crate::compile::{CompileError, Kind};
use crate::context::Context;
use crate::engine::Engine;
use crate::fault::Fault;
use crate::formula::Formula;
use crate::scope::Scope;

/// Why a source gives no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Stable, such as `script_syntax`.
    pub code: Cow<'static, str>,
    pub message: Text,
    /// From 1, inside the source that was given; `None` where it is about the whole of it.
    pub line: Option<u32>,
    pub column: Option<u32>,
}

impl Engine {
    /// A template as `with` has it, or a bare formula. Secrets show as `{{ secret.x }}`.
    pub fn try_value(
        &self,
        text: &str,
        bare: bool,
        scope: &Scope,
        context: &Context,
    ) -> Result<Value, Trouble> {
        let template = self.compile_template(&Value::from(text), &|_| bare).map_err(|faults| {
            let first = faults.into_iter().next().map(|(_, fault)| fault);
            first.map_or_else(|| Fault::failed(Text::default()).into(), Trouble::from)
        })?;
        let value = template.resolve(&mut scope.clone(), context)?;
        Ok(self.sealer().shown_value(&value))
    }

    /// The code of a `script` step.
    pub fn try_script(&self, code: &str, scope: &Scope, context: &Context) -> Result<Value, Trouble> {
        let script = Formula::compile(self, code, Kind::Script)?;
        Ok(script.told(scope, context)?)
    }
}

impl From<CompileError> for Trouble {
    fn from(error: CompileError) -> Self {
        let CompileError { code, message, line, column } = error;
        Self { code: code.into(), message, line: Some(line), column: Some(column) }
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        let (line, column) = fault.place.unzip();
        Self { code: fault.code.into(), message: fault.message, line, column }
    }
}

impl From<StepError> for Trouble {
    fn from(error: StepError) -> Self {
        Self { code: error.code.into(), message: error.message, line: None, column: None }
    }
}
