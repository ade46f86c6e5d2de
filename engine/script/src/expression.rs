//! One formula.

use causeway_model::{StepError, Value, text};

use crate::compile::Reference;
use crate::context::Context;
use crate::fault::{Fault, shorten};
use crate::formula::Formula;
use crate::scope::Scope;

/// One Rhai formula. Cheap to clone.
#[derive(Clone)]
pub struct Expression {
    formula: Formula,
}

impl std::fmt::Debug for Expression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Expression").field(&self.formula.source()).finish()
    }
}

impl Expression {
    pub(crate) fn new(formula: Formula) -> Self {
        Self { formula }
    }

    pub fn references(&self) -> &[Reference] {
        self.formula.references()
    }

    pub fn source(&self) -> &str {
        self.formula.source()
    }

    pub fn eval(&self, scope: &mut Scope, context: &Context) -> Result<Value, StepError> {
        self.formula.plain(scope, context)
    }

    /// Refuses what is no boolean.
    pub fn eval_bool(&self, scope: &mut Scope, context: &Context) -> Result<bool, StepError> {
        let value = self.eval(scope, context)?;
        value.as_bool().ok_or_else(|| {
            let source = shorten(self.source(), 80);
            let (en, zh) = kind_of(&value);
            Fault::new(
                "expression_not_boolean",
                causeway_model::ErrorClass::Script,
                text!(
                    "`{source}` should be true or false, but it is {en}; compare it with something",
                    "`{source}` 應為布林值，卻是{zh}；請與某個值比較"
                ),
            )
            .into_step_error()
        })
    }
}

fn kind_of(value: &Value) -> (&'static str, &'static str) {
    match value {
        Value::Null => ("nothing", "空值"),
        Value::Bool(_) => ("true or false", "布林值"),
        Value::Number(_) => ("a number", "數字"),
        Value::String(_) => ("text", "文字"),
        Value::Array(_) => ("a list", "陣列"),
        Value::Object(_) => ("a map", "物件"),
    }
}
