//! The interpreter as we set it up, and its parser.

use rhai::module_resolvers::DummyModuleResolver;
use rhai::{AST, Engine, OptimizationLevel};

use super::check::{self, Checked, Kind};
use super::error::CompileError;
use super::tokens;
use crate::chain;
use crate::fault::Fault;
use crate::limits::{FUNCTIONS, Limits, SOURCE_BYTES, VARIABLES};
use crate::root::Root;
use crate::stack::roomy;
use crate::values::BigNumber;
use crate::{evaluation, functions};

use causeway_model::text;
use rhai::Position;

/// An interpreter without clock, output, files, other sources of code.
pub(crate) fn build(limits: &Limits) -> Engine {
    let mut engine = Engine::new_raw();
    engine.set_module_resolver(DummyModuleResolver::new());
    for word in ["eval", "import", "export", "print", "debug", "is_def_var", "is_def_fn"] {
        engine.disable_symbol(word);
    }
    engine.set_optimization_level(OptimizationLevel::None);
    // interning takes a lock that all script threads share
    engine.set_max_strings_interned(0);
    engine.set_strict_variables(true);
    engine.set_max_call_levels(limits.depth);
    engine.set_max_expr_depths(limits.depth * 2, limits.depth * 2);
    engine.set_max_string_size(limits.string_bytes);
    engine.set_max_array_size(limits.array_items);
    engine.set_max_map_size(limits.map_items);
    engine.set_max_variables(VARIABLES);
    engine.set_max_functions(FUNCTIONS);
    engine.on_progress(evaluation::progress);
    #[expect(deprecated, reason = "the interpreter marks it so to call it volatile")]
    engine.on_parse_token(|token, _, _| tokens::map(token));
    engine.register_type_with_name::<Fault>("error");
    engine.register_type_with_name::<BigNumber>("number");
    engine.register_get("code", |fault: &mut Fault| fault.code.to_owned());
    engine.register_get("message", |fault: &mut Fault| fault.message.en.clone());
    functions::register(&mut engine);
    for root in Root::ALL {
        engine.register_custom_syntax_with_state_raw(root.keyword(), chain::parse, false, chain::eval);
    }
    engine
}

/// Brackets within brackets beyond which the parser needs a larger stack.
const DEEP: usize = 8;

/// Parses and checks a source.
pub(crate) fn parse(engine: &Engine, source: &str, kind: Kind) -> Result<Checked, CompileError> {
    if source.len() > SOURCE_BYTES {
        return Err(CompileError::new(
            "script_too_large",
            Position::START,
            text!("The source is longer than {SOURCE_BYTES} bytes", "內容超過 {SOURCE_BYTES} 位元組"),
        ));
    }
    let work = || {
        tokens::reset();
        let ast: AST = engine.compile(source).map_err(|error| CompileError::from_parse(&error, source))?;
        check::check(ast, kind)
    };
    let parsed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        if tokens::nesting_of(source) > DEEP || source.len() > 16 * 1024 { roomy(work) } else { work() }
    }));
    parsed.unwrap_or_else(|_| {
        Err(CompileError::new(
            "script_syntax",
            Position::START,
            text!("The source cannot be read", "無法讀取內容"),
        ))
    })
}
