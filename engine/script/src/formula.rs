//! A compiled source of either kind, and its evaluation within limits.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use causeway_model::{StepError, Value, text};
use rhai::Dynamic;

use crate::chain::constant_path;
use crate::compile::{self, Checked, CompileError, Kind};
use crate::context::Context;
use crate::engine::Engine;
use crate::evaluation::{Evaluation, give_up_hurried, hurried_out};
use crate::fault::{Fault, Place, from_rhai};
use crate::limits::Limits;
use crate::scope::Scope;
use crate::stack::roomy;
use crate::values::{Opaques, to_json};

#[derive(Clone)]
pub(crate) struct Formula {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    kind: Kind,
    source: Box<str>,
    checked: Checked,
    /// It did not get done in a hurry, so it is not tried again.
    slow: AtomicBool,
}

impl Formula {
    pub fn compile(engine: &Engine, source: &str, kind: Kind) -> Result<Self, CompileError> {
        let checked = compile::parse(&engine.inner.rhai, source, kind)?;
        let slow = AtomicBool::new(false);
        Ok(Self {
            inner: Arc::new(Inner { engine: engine.clone(), kind, source: source.into(), checked, slow }),
        })
    }

    pub fn references(&self) -> &[compile::Reference] {
        &self.inner.checked.references
    }

    pub fn is_shallow(&self) -> bool {
        self.inner.checked.shallow
    }

    /// As one line, for messages.
    pub fn source(&self) -> &str {
        &self.inner.source
    }

    /// The value of a plain path, which needs no interpreter; `None` where one is needed.
    pub fn direct(&self, scope: &Scope) -> Option<Result<Value, Fault>> {
        let (chain, keys) = self.inner.checked.path.as_ref()?;
        let found = constant_path(chain, keys, &scope.roots)?;
        Some(found.map_err(|fault| fault.at(&self.place(), rhai::Position::NONE)))
    }

    /// To be called within [`evaluate`].
    pub fn value(&self) -> Result<Dynamic, Fault> {
        let engine = &self.inner.engine.inner.rhai;
        engine
            .eval_ast_with_scope::<Dynamic>(&mut rhai::Scope::new(), &self.inner.checked.ast)
            .map_err(|error| from_rhai(*error, &self.place()))
    }

    fn place(&self) -> Place<'_> {
        match self.inner.kind {
            Kind::Script | Kind::Module => Place::Script,
            Kind::Expression => Place::Formula(&self.inner.source),
        }
    }

    /// The value as JSON, without secrets.
    pub fn plain(&self, scope: &Scope, context: &Context) -> Result<Value, StepError> {
        self.told(scope, context).map_err(Fault::into_step_error)
    }

    /// [`Formula::plain`] with the fault as it is told here.
    pub fn told(&self, scope: &Scope, context: &Context) -> Result<Value, Fault> {
        if let Some(direct) = self.direct(scope) {
            return direct;
        }
        let slow = &self.inner.slow;
        if slow.load(Ordering::Relaxed) && give_up_hurried() {
            return Err(Fault::too_long(text!("It takes longer than a moment", "需要較長時間")));
        }
        let value = evaluate(scope, context, self.limits(), self.is_shallow(), || {
            to_json(self.value()?, Opaques::Refuse)
                .map_err(|fault| fault.at(&self.place(), rhai::Position::NONE))
        });
        if hurried_out() {
            slow.store(true, Ordering::Relaxed);
        }
        value
    }

    pub fn limits(&self) -> &Limits {
        &self.inner.engine.inner.limits
    }
}

/// Runs `work` as one evaluation: within the limits, on a stack that suffices, with panics caught.
pub(crate) fn evaluate<T: Send>(
    scope: &Scope,
    context: &Context,
    limits: &Limits,
    shallow: bool,
    work: impl FnOnce() -> Result<T, Fault> + Send,
) -> Result<T, Fault> {
    let guarded = || {
        let evaluation = Evaluation::begin(scope, context, limits);
        let result = work();
        if evaluation.secret_misused() { Err(Fault::secret_misused()) } else { result }
    };
    let result = catch_unwind(AssertUnwindSafe(|| if shallow { guarded() } else { roomy(guarded) }));
    result.unwrap_or_else(|_| {
        Err(Fault::failed(text!("The interpreter could not go on", "直譯器無法繼續執行")))
    })
}
