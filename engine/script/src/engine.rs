//! The one interpreter of the process, and what it compiles.

use std::sync::Arc;

use causeway_model::Value;

use crate::compile::{self, CompileError, Kind};
use crate::formula::Formula;
use crate::functions::{self, FunctionGroup};
use crate::limits::Limits;
use crate::secrets::Sealer;
use crate::{Expression, Module, Script, Template};

/// One for the process; cheap to clone.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub rhai: rhai::Engine,
    pub limits: Limits,
    pub sealer: Sealer,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("limits", &self.inner.limits).finish_non_exhaustive()
    }
}

impl Engine {
    pub fn new(limits: Limits, sealer: Sealer) -> Self {
        let rhai = compile::build(&limits);
        Self { inner: Arc::new(Inner { rhai, limits, sealer }) }
    }

    pub fn sealer(&self) -> &Sealer {
        &self.inner.sealer
    }

    pub fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    /// A bare formula (`steps.create.total > 100000`).
    pub fn compile_expression(&self, source: &str) -> Result<Expression, CompileError> {
        Formula::compile(self, source, Kind::Expression).map(Expression::new)
    }

    pub fn compile_script(&self, source: &str) -> Result<Script, CompileError> {
        Formula::compile(self, source, Kind::Script).map(Script::new)
    }

    /// Nothing but functions (`fn name(a, b) { ... }`).
    pub fn compile_module(&self, source: &str) -> Result<Module, CompileError> {
        Module::compile(self, source)
    }

    /// Each fault comes with the JSON pointer inside `value` (`/lines/0/price`). `bare` says whether the string at a
    /// pointer is a bare formula rather than text with holes (a field of `format: expression`).
    pub fn compile_template(
        &self,
        value: &Value,
        bare: &dyn Fn(&str) -> bool,
    ) -> Result<Template, Vec<(String, CompileError)>> {
        Template::compile(self, value, bare)
    }

    /// What the functions' own docs say, by group; the reference page and completion are made of it.
    pub fn functions(&self) -> Vec<FunctionGroup> {
        functions::docs()
    }
}
