//! Puts the functions into the interpreter.

use std::any::TypeId;
use std::collections::BTreeSet;
use std::sync::Arc;

use rhai::packages::{
    ArithmeticPackage, BasicArrayPackage, BasicFnPackage, BasicIteratorPackage, BasicMapPackage,
    BasicStringPackage, LogicPackage, Package,
};
use rhai::{Dynamic, Engine, FuncRegistration, ImmutableString, Module, NativeCallContext, RhaiFunc};

use super::{Arguments, Function, GROUPS, Run};
use crate::fault::Result;
use crate::secrets::{Opaque, Operation, TYPE_NAME, operation, register_opaque};
use crate::values::{Opaques, dynamic_to_text};

/// Registers the language's packages and all of our functions.
pub(crate) fn register(engine: &mut Engine) {
    for package in packages() {
        engine.register_global_module(package);
    }
    engine.register_global_module(Arc::new(own()));
    engine.register_type_with_name::<Opaque>(TYPE_NAME);
}

/// What comes with the language: operators, lists, maps, ranges. Nothing that sleeps, prints or reads.
fn packages() -> [Arc<Module>; 7] {
    [
        ArithmeticPackage::new().as_shared_module(),
        LogicPackage::new().as_shared_module(),
        BasicStringPackage::new().as_shared_module(),
        BasicIteratorPackage::new().as_shared_module(),
        BasicArrayPackage::new().as_shared_module(),
        BasicMapPackage::new().as_shared_module(),
        BasicFnPackage::new().as_shared_module(),
    ]
}

/// The names that a script may call: what has documentation, and a few words of the language.
pub(crate) fn known_names() -> BTreeSet<&'static str> {
    let language = ["call", "curry", "type_of", "Fn", "to_string"];
    let documented = GROUPS.iter().flat_map(|group| group.functions).map(Function::name);
    language.into_iter().chain(documented).collect()
}

fn own() -> Module {
    let mut module = Module::new();
    register_opaque(&mut module);
    joins(&mut module);
    FuncRegistration::new_getter("len")
        .set_into_module(&mut module, |text: &mut ImmutableString| text.chars().count() as rhai::INT);
    for function in GROUPS.iter().flat_map(|group| group.functions) {
        match function.run {
            Run::Native(run) => native(&mut module, function, run),
            Run::Operation => {
                let operation = operation(function.name()).expect("the operation of that name");
                sealable(&mut module, operation);
            }
            Run::Language => {}
        }
    }
    module
}

fn native(
    module: &mut Module,
    function: &'static Function,
    run: fn(&mut Arguments<'_, '_>) -> Result<Dynamic>,
) {
    let (least, most) = function.arity();
    let name = function.name();
    for count in least..=most {
        raw(module, name, &vec![TypeId::of::<Dynamic>(); count], move |context, values| {
            run(&mut Arguments::new(name, context, values))
        });
    }
    // where the language has a narrower function of that name, ours is to count
    for kinds in overrides(name) {
        raw(module, name, &kinds, move |context, values| run(&mut Arguments::new(name, context, values)));
    }
}

fn overrides(name: &str) -> Vec<Vec<TypeId>> {
    let (list, map) = (TypeId::of::<rhai::Array>(), TypeId::of::<rhai::Map>());
    let (text, int) = (TypeId::of::<ImmutableString>(), TypeId::of::<rhai::INT>());
    match name {
        "chars" => vec![vec![text]],
        "to_json" => vec![vec![map]],
        "len" | "is_empty" => vec![vec![list], vec![map]],
        "sort_by" => vec![vec![list, TypeId::of::<rhai::FnPtr>()]],
        "get" => vec![vec![map, text], vec![list, int]],
        _ => Vec::new(),
    }
}

/// A function of texts; where an argument is opaque, so is the result.
fn sealable(module: &mut Module, operation: &'static Operation) {
    let name = operation.name;
    raw(module, name, &vec![TypeId::of::<Dynamic>(); operation.parameters.len()], move |context, values| {
        if values.iter().any(|value| value.is::<Opaque>()) {
            return Opaque::apply(name, values).map(Dynamic::from);
        }
        let arguments = Arguments::new(name, context, values);
        let texts =
            (0..arguments.len()).map(|position| arguments.text(position)).collect::<Result<Vec<_>>>()?;
        let texts: Vec<&str> = texts.iter().map(ImmutableString::as_str).collect();
        let result = (operation.run)(&texts).map_err(|error| arguments.fail(&error.en, &error.zh_tw))?;
        arguments.give(result)
    });
}

/// `+` of text with anything.
fn joins(module: &mut Module) {
    let (text, any) = (TypeId::of::<ImmutableString>(), TypeId::of::<Dynamic>());
    for (left, right) in [(text, any), (any, text)] {
        raw(module, "+", &[left, right], |context, values| {
            let arguments = Arguments::new("+", context, values);
            if arguments.value(0).is::<Opaque>() || arguments.value(1).is::<Opaque>() {
                return Opaque::concat(arguments.value(0), arguments.value(1)).map(Dynamic::from);
            }
            let [left, right] = [0, 1]
                .map(|position| dynamic_to_text(arguments.value(position).flatten_clone(), Opaques::Refuse));
            let (left, right) = (left?, right?);
            arguments.check_bytes(left.len() + right.len())?;
            Ok(Dynamic::from(left + right.as_str()))
        });
    }
}

fn raw(
    module: &mut Module,
    name: &'static str,
    kinds: &[TypeId],
    work: impl Fn(NativeCallContext<'_>, &mut [&mut Dynamic]) -> Result<Dynamic> + Send + Sync + 'static,
) {
    let work = move |context: Option<NativeCallContext<'_>>, values: &mut [&mut Dynamic]| match context {
        Some(context) => work(context, values),
        None => Err("a function without a context".into()),
    };
    FuncRegistration::new(name).in_global_namespace().set_into_module_raw(
        module,
        kinds,
        RhaiFunc::Method { func: Arc::new(work), has_context: true, is_pure: true, is_volatile: true },
    );
}
