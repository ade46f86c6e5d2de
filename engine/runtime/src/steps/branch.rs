//! `branch`: takes the port of the first case that is true.

use causeway_model::{ErrorClass, StepError, Value, text};
use causeway_script::{Context, Expression, Scope};

use crate::drive::Resolved;

pub fn evaluate(
    cases: &[(String, Expression)],
    otherwise: Option<&str>,
    scope: &mut Scope,
    context: &Context,
) -> Result<Resolved, StepError> {
    for (port, when) in cases {
        if when.eval_bool(scope, context)? {
            return Ok(taken(port));
        }
    }
    otherwise.map(taken).ok_or_else(|| {
        StepError::new(
            "no_case_fits",
            ErrorClass::Invalid,
            text!(
                "No case of the branch is true, and it has no `otherwise`. Add one, or a case for this input.",
                "分支的條件都不成立，也沒有設定 `otherwise`。請加上 `otherwise`，或為這筆資料新增條件。"
            ),
        )
    })
}

fn taken(port: &str) -> Resolved {
    Resolved::Output { output: Value::Null, port: Some(port.to_owned()) }
}
