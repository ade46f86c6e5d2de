//! The Rhai sandbox: scripts, `{{ }}` expressions, templates, and their functions.
//!
//! The only crate that names rhai. Values come in and go out as JSON; whatever a script does ends
//! within its limits; nothing here does IO or reads a clock.
//!
//! - [`Engine`] compiles; [`Expression`], [`Script`] and [`Template`] are evaluated over a [`Scope`] and a [`Context`].
//! - A [`Module`] is a file of functions, which see their arguments only.
//! - Equal scopes and contexts give equal results: time, ids and chance come from the context.
//! - Secrets are opaque: scripts pass recipes on, [`Sealer`] makes them into tokens and reveals those on sending.
//! - Threads that evaluate much are started with [`SCRIPT_STACK_BYTES`] and call [`mark_script_thread`].

mod chain;
mod compile;
mod context;
mod engine;
mod evaluation;
mod expression;
mod fault;
mod formula;
mod functions;
mod limits;
mod module;
mod root;
mod scope;
mod script;
mod secrets;
mod stack;
mod template;
mod tried;
mod values;

pub use compile::{CompileError, Reference};
pub use context::{Context, Links};
pub use engine::Engine;
pub use evaluation::hurried;
pub use expression::Expression;
pub use functions::{FunctionDoc, FunctionGroup, reference};
pub use limits::Limits;
pub use module::Module;
pub use scope::Scope;
pub use script::Script;
pub use secrets::{Mask, RevealError, Revealed, Sealer, Secrets};
pub use stack::{SCRIPT_STACK_BYTES, is_script_thread, mark_script_thread};
pub use template::Template;
pub use tried::Trouble;
