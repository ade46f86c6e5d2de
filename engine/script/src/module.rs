//! A file of functions, as stands beside a connector's document: compiled once, each function called with plain values.
//!
//! It sees nothing but its arguments: no run, no steps, no secrets by name. The limits are those of every evaluation.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use causeway_model::{ErrorClass, StepError, Value, text};
use rhai::{CallFnOptions, Dynamic, EvalAltResult, Position};

use crate::compile::{self, CompileError, Kind};
use crate::context::Context;
use crate::engine::Engine;
use crate::evaluation::{give_up_hurried, hurried_out};
use crate::fault::{Fault, Place, from_rhai, is_thrown};
use crate::formula::evaluate;
use crate::limits::VALUE_DEPTH;
use crate::scope::Scope;
use crate::values::{Opaques, Room, is_deeper, to_json, to_script, too_deep};

/// The functions of a file. Cheap to clone.
#[derive(Clone)]
pub struct Module {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    ast: rhai::AST,
    functions: Vec<Function>,
}

struct Function {
    name: String,
    parameters: usize,
    /// It did not get done in a hurry, so it is not tried again.
    slow: AtomicBool,
}

impl std::fmt::Debug for Module {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.functions()).finish()
    }
}

impl Module {
    pub(crate) fn compile(engine: &Engine, source: &str) -> Result<Self, CompileError> {
        let ast = compile::parse(&engine.inner.rhai, source, Kind::Module)?.ast;
        let functions = ast
            .iter_functions()
            .map(|function| Function {
                name: function.name.to_owned(),
                parameters: function.params.len(),
                slow: AtomicBool::new(false),
            })
            .collect();
        Ok(Self { inner: Arc::new(Inner { engine: engine.clone(), ast, functions }) })
    }

    /// The functions with the number of their parameters.
    pub fn functions(&self) -> impl Iterator<Item = (&str, usize)> {
        self.inner.functions.iter().map(|function| (function.name.as_str(), function.parameters))
    }

    /// What a function gives. What it throws is an error of class `invalid` in its own words; whatever else goes wrong in it
    /// has the class `script`, and `exceeded` where a limit was passed.
    pub fn call(&self, name: &str, arguments: &[Value], context: &Context) -> Result<Value, StepError> {
        let own = |function: &&Function| function.name == name && function.parameters == arguments.len();
        let Some(function) = self.inner.functions.iter().find(own) else {
            return Err(missing(name, arguments.len()).into_step_error());
        };
        if function.slow.load(Ordering::Relaxed) && give_up_hurried() {
            return Err(
                Fault::too_long(text!("It takes longer than a moment", "需要較長時間")).into_step_error()
            );
        }
        let engine = &self.inner.engine.inner;
        let mut room = Room::of(&engine.rhai);
        for argument in arguments {
            if is_deeper(argument, VALUE_DEPTH) {
                return Err(too_deep().into_step_error());
            }
            room.take(argument).map_err(Fault::into_step_error)?;
        }
        let scope = Scope::from_values(Value::Null, Value::Null, Value::Null);
        let value = evaluate(&scope, context, &engine.limits, false, || {
            let arguments: Vec<Dynamic> = arguments.iter().map(to_script).collect();
            let options = CallFnOptions::new().eval_ast(false);
            let value = engine
                .rhai
                .call_fn_with_options::<Dynamic>(
                    options,
                    &mut rhai::Scope::new(),
                    &self.inner.ast,
                    name,
                    arguments,
                )
                .map_err(|error| told(*error))?;
            to_json(value, Opaques::Refuse).map_err(|fault| fault.at(&Place::Script, Position::NONE))
        });
        if hurried_out() {
            function.slow.store(true, Ordering::Relaxed);
        }
        value.map_err(Fault::into_step_error)
    }
}

fn told(error: EvalAltResult) -> Fault {
    let thrown = is_thrown(&error);
    let fault = from_rhai(error, &Place::Script);
    if thrown { Fault::new("script_refused", ErrorClass::Invalid, fault.message) } else { fault }
}

fn missing(name: &str, arguments: usize) -> Fault {
    Fault::failed(text!(
        "There is no function `{name}` with {arguments} parameters",
        "沒有帶 {arguments} 個參數的函式 `{name}`"
    ))
}
