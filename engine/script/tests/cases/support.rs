//! An engine, a run's values, and short ways to evaluate.

use std::sync::LazyLock;

use causeway_model::{StepError, Time, Value};
use causeway_script::{CompileError, Context, Engine, Limits, Scope, Sealer, Template};
use serde_json::json;

pub static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(Limits::default(), Sealer::new([7; 32])));

pub fn context() -> Context {
    Context { now: Time(1_790_000_000_123), seed: [3; 32], links: None }
}

pub fn scope() -> Scope {
    let trigger = json(
        r#"{"kind": "webhook", "body": {
            "no": "Q-1001", "total": 1234.50, "rate": 1.10, "urgent": true, "note": null, "type": "b2b", "in": "x",
            "customer": {"name": "宏達", "code": "c-7", "items": 3},
            "lines": [
                {"sku": "A", "qty": 2, "price": 10.50, "item": "nut"},
                {"sku": "B", "qty": 1, "price": 99.99, "item": "bolt"},
                {"sku": "C", "qty": 10, "price": 0.10, "item": "pin"}
            ],
            "big": 12345678901234567890123, "huge": 1e400
        }}"#,
    );
    let mut scope = Scope::new(&trigger, &json!({"warehouse": "TPE"}), &json!({"id": "r1"}));
    scope.set_output("order", &json(r#"{"no": "SO-1", "total": 250000, "tags": ["a", "b"]}"#));
    scope.set_error("mail", &json!({"code": "http_status", "status": 500}));
    scope
}

pub fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// The value of a formula over [`scope`].
pub fn eval(source: &str) -> Result<Value, StepError> {
    let expression = ENGINE.compile_expression(source).unwrap_or_else(|error| panic!("{source}: {error}"));
    expression.eval(&mut scope(), &context())
}

/// A formula's value, as JSON text.
pub fn text(source: &str) -> String {
    match eval(source) {
        Ok(value) => value.to_string(),
        Err(error) => panic!("{source}: {error}"),
    }
}

pub fn run(source: &str) -> Result<Value, StepError> {
    let script = ENGINE.compile_script(source).unwrap_or_else(|error| panic!("{source}: {error}"));
    script.run(&mut scope(), &context())
}

pub fn fault(source: &str) -> CompileError {
    match ENGINE.compile_script(source) {
        Ok(_) => panic!("`{source}` compiles"),
        Err(error) => error,
    }
}

pub fn template(value: &Value) -> Template {
    ENGINE.compile_template(value, &|_| false).unwrap_or_else(|faults| panic!("{value}: {faults:?}"))
}

pub fn resolve(value: Value) -> Result<Value, StepError> {
    template(&value).resolve(&mut scope(), &context())
}
