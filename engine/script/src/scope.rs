//! What expressions of one run, or of one loop item, see.
//!
//! Values are kept once, as JSON, and shared: scripts get copies of the parts that they name, so
//! nothing upstream can be changed by them and a loop item costs no more for a large outer value.

use std::collections::BTreeMap;
use std::sync::Arc;

use causeway_model::{ErrorClass, StepError, Value, text};

use crate::root::Root;

/// What expressions of one run (or one loop item) see. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Scope {
    pub(crate) roots: Arc<Roots>,
}

#[derive(Clone, Debug)]
pub(crate) struct Roots {
    pub trigger: Arc<Value>,
    pub vars: Arc<Value>,
    pub run: Arc<Value>,
    pub steps: BTreeMap<Box<str>, Arc<Value>>,
    pub errors: BTreeMap<Box<str>, Arc<Value>>,
    pub item: Arc<Value>,
    pub index: Arc<Value>,
}

/// What a root stands for: one value, or values by name.
pub(crate) enum RootValue<'a> {
    One(&'a Value),
    Named(&'a BTreeMap<Box<str>, Arc<Value>>),
}

impl Roots {
    /// `None` for `secret`, which has no value here.
    pub fn get(&self, root: Root) -> Option<RootValue<'_>> {
        Some(match root {
            Root::Trigger => RootValue::One(&self.trigger),
            Root::Vars => RootValue::One(&self.vars),
            Root::Run => RootValue::One(&self.run),
            Root::Item => RootValue::One(&self.item),
            Root::Index => RootValue::One(&self.index),
            Root::Steps => RootValue::Named(&self.steps),
            Root::Errors => RootValue::Named(&self.errors),
            Root::Secret => return None,
        })
    }
}

impl Scope {
    /// `trigger`, `vars` and `run` as expressions see them.
    pub fn new(trigger: &Value, vars: &Value, run: &Value) -> Self {
        Self::from_values(trigger.clone(), vars.clone(), run.clone())
    }

    /// [`Scope::new`] of values that are handed over.
    pub fn from_values(trigger: Value, vars: Value, run: Value) -> Self {
        Self::from_shared(Arc::new(trigger), Arc::new(vars), Arc::new(run))
    }

    /// [`Scope::new`] of values that are shared.
    pub fn from_shared(trigger: Arc<Value>, vars: Arc<Value>, run: Arc<Value>) -> Self {
        let nothing = Arc::new(Value::Null);
        Self {
            roots: Arc::new(Roots {
                trigger,
                vars,
                run,
                steps: BTreeMap::new(),
                errors: BTreeMap::new(),
                item: nothing.clone(),
                index: nothing,
            }),
        }
    }

    /// [`Scope::new`] with `trigger` as JSON text.
    pub fn from_event_text(trigger: &str, vars: &Value, run: &Value) -> Result<Self, StepError> {
        let trigger = serde_json::from_str(trigger).map_err(|error| {
            StepError::new(
                "event_unreadable",
                ErrorClass::Bug,
                text!("The trigger event is no JSON: {error}", "觸發事件不是有效的 JSON：{error}"),
            )
        })?;
        Ok(Self::from_values(trigger, vars.clone(), run.clone()))
    }

    /// Sets `steps.<step>`; a skipped step is not set and reads as `()`.
    pub fn set_output(&mut self, step: &str, output: &Value) {
        self.set_output_shared(step, Arc::new(output.clone()));
    }

    /// [`Scope::set_output`] without a copy.
    pub fn set_output_shared(&mut self, step: &str, output: Arc<Value>) {
        Arc::make_mut(&mut self.roots).steps.insert(step.into(), output);
    }

    /// Sets `errors.<step>`.
    pub fn set_error(&mut self, step: &str, error: &Value) {
        Arc::make_mut(&mut self.roots).errors.insert(step.into(), Arc::new(error.clone()));
    }

    /// A scope for one loop item: all that this one has, and `item` and `index`. What is set in it stays in it.
    pub fn item(&self, item: &Value, index: u64) -> Scope {
        self.item_shared(Arc::new(item.clone()), index)
    }

    /// [`Scope::item`] without a copy of the item.
    pub fn item_shared(&self, item: Arc<Value>, index: u64) -> Scope {
        let mut roots = Roots::clone(&self.roots);
        roots.item = item;
        roots.index = Arc::new(Value::from(index));
        Scope { roots: Arc::new(roots) }
    }
}
