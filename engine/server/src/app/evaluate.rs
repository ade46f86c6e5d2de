//! Values and scripts that somebody is still writing, evaluated over data that is given: in the sandbox, off the workers of the
//! server, a few at a time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use causeway_model::{Value, text};
use causeway_script::{Context, Engine, Scope, Trouble};
use serde::Deserialize;
use serde_json::json;

use super::{App, Class, Error, Result};

/// Values of one request.
pub const MOST_VALUES: usize = 100;
/// How long a request's values may take together.
const LONGEST: Duration = Duration::from_secs(5);
/// How large their results may be together, in bytes of JSON.
const LARGEST: usize = 4 * 1024 * 1024;
/// Requests that evaluate at once; each holds a thread.
pub(super) const AT_ONCE: usize = 4;
/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// What expressions see.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeRequest {
    #[serde(default)]
    pub trigger: Value,
    /// What steps gave, by id.
    #[serde(default)]
    pub steps: BTreeMap<String, Value>,
    /// Errors of failed steps, by id.
    #[serde(default)]
    pub errors: BTreeMap<String, Value>,
    /// The variables as they are set, where absent.
    pub vars: Option<BTreeMap<String, Value>>,
    #[serde(default)]
    pub run: Value,
    #[serde(default)]
    pub item: Value,
    pub index: Option<u64>,
}

/// A value of a document.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueRequest {
    /// As `with` has it: text with `{{ }}`.
    pub text: String,
    /// Whether it is a formula without `{{ }}`, as fields of `format: expression` are.
    #[serde(default)]
    pub bare: bool,
}

/// What a script gave, and how long it took.
#[derive(Clone, Debug)]
pub struct Tried {
    pub result: std::result::Result<Value, Trouble>,
    pub took: Duration,
}

impl App {
    /// Each value by itself; one that is wrong leaves the others alone.
    pub async fn evaluate(
        &self,
        values: Vec<ValueRequest>,
        scope: ScopeRequest,
    ) -> Result<Vec<std::result::Result<Value, Trouble>>> {
        if values.len() > MOST_VALUES {
            return Err(Error::invalid(
                "too_many_values",
                text!(
                    "At most {MOST_VALUES} values are evaluated at once; send fewer",
                    "一次最多計算 {MOST_VALUES} 個值，請減少數量"
                ),
            ));
        }
        self.evaluated(scope, move |engine, scope, context| {
            let (until, mut room) = (Instant::now() + LONGEST, LARGEST);
            let mut result = |value: &ValueRequest| {
                if Instant::now() >= until {
                    return Err(too_long());
                }
                let found = engine.try_value(&value.text, value.bare, scope, context)?;
                let size = serde_json::to_string(&found).map_or(usize::MAX, |text| text.len());
                room = room.checked_sub(size).ok_or_else(too_large)?;
                Ok(found)
            };
            values.iter().map(&mut result).collect()
        })
        .await
    }

    /// The code of a `script` step; with `check_only` it is compiled and no more.
    pub async fn try_script(&self, code: String, scope: ScopeRequest, check_only: bool) -> Result<Tried> {
        self.evaluated(scope, move |engine, scope, context| {
            let began = Instant::now();
            let result = if check_only {
                engine.compile_script(&code).map(|_| Value::Null).map_err(Trouble::from)
            } else {
                engine.try_script(&code, scope, context)
            };
            Tried { result, took: began.elapsed() }
        })
        .await
    }

    /// Does the work on a thread that may be held up.
    async fn evaluated<T: Send + 'static>(
        &self,
        request: ScopeRequest,
        work: impl FnOnce(&Engine, &Scope, &Context) -> T + Send + 'static,
    ) -> Result<T> {
        let turn = Arc::clone(&self.inner.evaluations).acquire_owned();
        let Ok(Ok(turn)) = tokio::time::timeout(PATIENCE, turn).await else { return Err(busy()) };
        let vars = match request.vars {
            Some(vars) => json!(vars),
            None => json!(*self.store().variables().await?),
        };
        let mut scope = Scope::from_values(request.trigger, vars, request.run);
        for (step, output) in request.steps {
            scope.set_output_shared(&step, Arc::new(output));
        }
        for (step, error) in &request.errors {
            scope.set_error(step, error);
        }
        if request.index.is_some() || !request.item.is_null() {
            scope = scope.item_shared(Arc::new(request.item), request.index.unwrap_or(0));
        }
        // The same values each time, so that a preview stands still.
        let context = Context { now: self.now(), seed: [0; 32], links: None };
        let engine = self.compiler().engine.clone();
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work(&engine, &scope, &context)
        });
        done.await.map_err(|_| Error::bug("an evaluation"))
    }
}

fn busy() -> Error {
    Error::new(
        Class::Busy,
        "evaluations_busy",
        text!("Others evaluate just now; try again in a moment", "目前有其他計算正在進行，請稍後再試"),
    )
}

fn trouble(code: &'static str, message: causeway_model::Text) -> Trouble {
    Trouble { code: code.into(), message, line: None, column: None }
}

fn too_long() -> Trouble {
    let text = text!("The values before took all the time that there was", "前面的值已用完可用的時間");
    trouble("script_too_long", text)
}

fn too_large() -> Trouble {
    let text = text!("The values are too large to be shown together", "這些值太大，無法一併顯示");
    trouble("value_too_large", text)
}
