//! The Rhai sandbox: scripts, `{{ }}` expressions, templates, and their functions.
//!
//! The only crate that names rhai. Values come in and go out as JSON; whatever a script does ends
//! within its limits; nothing here does IO or reads a clock.

#![expect(clippy::todo, reason = "skeleton")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use causeway_model::{StepError, Text, Time, Value};
use serde::{Deserialize, Serialize};

/// Limits of one evaluation.
#[derive(Clone, Debug)]
pub struct Limits {
    pub operations: u64,
    pub depth: usize,
    pub string_bytes: usize,
    pub array_items: usize,
    pub map_items: usize,
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            operations: 200_000,
            depth: 32,
            string_bytes: 256 * 1024,
            array_items: 10_000,
            map_items: 10_000,
            time: Duration::from_secs(2),
        }
    }
}

/// One for the process; cheap to clone.
#[derive(Clone)]
pub struct Engine {}

/// Where a script or an expression does not parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    /// Stable, such as `script_syntax`.
    pub code: &'static str,
    pub message: Text,
    /// From 1; inside the given source.
    pub line: u32,
    pub column: u32,
}

/// A name that an expression reads: `steps.order.total` is `{root: "steps", name: Some("order"), safe: false}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// `trigger`, `steps`, `errors`, `vars`, `run`, `item`, `index`, `secret`.
    pub root: String,
    /// The first property, where it is written out (`steps.order`, `steps["order"]`).
    pub name: Option<String>,
    /// Whether what follows the name is guarded by `?.`, `??` or not read at all.
    pub safe: bool,
}

/// One Rhai formula.
#[derive(Clone)]
pub struct Expression {}

/// The code of a `script` step: statements, of which the last is the result.
#[derive(Clone)]
pub struct Script {}

/// A JSON value with `{{ }}` holes.
#[derive(Clone)]
pub struct Template {}

/// What expressions of one run (or one loop item) see.
#[derive(Clone)]
pub struct Scope {}

/// What makes an evaluation a function of the run's record.
#[derive(Clone, Debug)]
pub struct Context {
    /// When the step first became ready: what `now()` says.
    pub now: Time,
    /// hash(key root, step, item): what `uuid()` and `random()` are drawn from.
    pub seed: [u8; 32],
    /// Makes one-time URLs; absent where there is no run (previews).
    pub links: Option<Arc<dyn Links>>,
}

/// Makes the one-time URLs of `callback_url("step")` and `approval_url("step", "who")`.
pub trait Links: Send + Sync + std::fmt::Debug {
    fn callback_url(&self, step: &str) -> String;
    fn approval_url(&self, step: &str, who: &str) -> String;
}

/// Makes and reads the sealed tokens by which opaque values stand in resolved inputs, and which nobody without the key can forge.
#[derive(Clone)]
pub struct Sealer {}

/// The secrets by name, for resolving sealed tokens at the moment of sending.
pub type Secrets = BTreeMap<String, String>;

/// A text in which sealed tokens were replaced by what they stand for.
pub struct Revealed {
    pub text: String,
    /// What went in, and how it is shown instead: masks for echoes.
    pub masks: Vec<Mask>,
}

#[derive(Clone, Debug)]
pub struct Mask {
    pub secret: String,
    /// `{{ secret.x }}`
    pub shown: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevealError {
    UnknownSecret(String),
    /// The token was not made by this installation's key, or a function failed.
    Invalid(String),
}

impl Sealer {
    /// `key`: 32 bytes derived from the installation's key.
    pub fn new(_key: [u8; 32]) -> Self {
        todo!()
    }

    /// Whether a text holds a sealed token.
    pub fn is_sealed(&self, _text: &str) -> bool {
        todo!()
    }

    /// Replaces each sealed token of a text by what it stands for. Text without tokens comes back as it is.
    pub fn reveal(&self, _text: &str, _secrets: &Secrets) -> Result<Revealed, RevealError> {
        todo!()
    }

    /// Replaces each sealed token by how it is shown: `{{ secret.x }}`. For timelines, dry runs, errors.
    pub fn shown(&self, _text: &str) -> String {
        todo!()
    }

    /// [`Sealer::shown`] for every string of a value.
    pub fn shown_value(&self, _value: &Value) -> Value {
        todo!()
    }
}

impl Engine {
    pub fn new(_limits: Limits, _sealer: Sealer) -> Self {
        todo!()
    }

    pub fn sealer(&self) -> &Sealer {
        todo!()
    }

    /// A bare formula (`steps.create.total > 100000`).
    pub fn compile_expression(&self, _source: &str) -> Result<Expression, CompileError> {
        todo!()
    }

    pub fn compile_script(&self, _source: &str) -> Result<Script, CompileError> {
        todo!()
    }

    /// Each fault comes with the JSON pointer inside `value` (`/lines/0/price`). `bare` says whether the string at a
    /// pointer is a bare formula rather than text with holes (a field of `format: expression`).
    pub fn compile_template(
        &self,
        _value: &Value,
        _bare: &dyn Fn(&str) -> bool,
    ) -> Result<Template, Vec<(String, CompileError)>> {
        todo!()
    }

    /// What the functions' own docs say, by group; the reference page and completion are made of it.
    pub fn functions(&self) -> Vec<FunctionGroup> {
        todo!()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionGroup {
    pub name: String,
    pub title: Text,
    pub functions: Vec<FunctionDoc>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionDoc {
    pub name: String,
    /// `roc_date(text) -> date`
    pub signature: String,
    pub description: Text,
    /// Rhai source, and what it gives; each is run by a test.
    pub examples: Vec<(String, String)>,
}

impl Expression {
    pub fn references(&self) -> &[Reference] {
        todo!()
    }

    pub fn eval(&self, _scope: &mut Scope, _context: &Context) -> Result<Value, StepError> {
        todo!()
    }

    /// Refuses what is no boolean.
    pub fn eval_bool(&self, _scope: &mut Scope, _context: &Context) -> Result<bool, StepError> {
        todo!()
    }
}

impl Script {
    pub fn references(&self) -> &[Reference] {
        todo!()
    }

    /// The last statement's value. Opaque values in it are refused.
    pub fn run(&self, _scope: &mut Scope, _context: &Context) -> Result<Value, StepError> {
        todo!()
    }
}

impl Template {
    /// With the pointer of the string that each stands in.
    pub fn references(&self) -> Vec<(String, Reference)> {
        todo!()
    }

    /// Whether the value has no holes.
    pub fn is_constant(&self) -> bool {
        todo!()
    }

    /// Secrets come out as sealed tokens.
    pub fn resolve(&self, _scope: &mut Scope, _context: &Context) -> Result<Value, StepError> {
        todo!()
    }
}

impl Scope {
    /// `trigger`, `vars` and `run` as expressions see them.
    pub fn new(_trigger: &Value, _vars: &Value, _run: &Value) -> Self {
        todo!()
    }

    /// Sets `steps.<step>`; a skipped step is not set and reads as `()`.
    pub fn set_output(&mut self, _step: &str, _output: &Value) {
        todo!()
    }

    /// Sets `errors.<step>`.
    pub fn set_error(&mut self, _step: &str, _error: &Value) {
        todo!()
    }

    /// A scope for one loop item: all that this one has, and `item` and `index`. What is set in it stays in it.
    pub fn item(&self, _item: &Value, _index: u64) -> Scope {
        todo!()
    }
}
