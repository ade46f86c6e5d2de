//! Compiles the trigger.

use std::sync::Arc;

use causeway_model::{Fault, Span, Value, text};
use causeway_script::Template;

use super::Pass;
use super::sight::Sight;
use super::step::check_input;
use crate::InputSchema;
use crate::faults::{child, suggest};
use crate::parse::shortened;
use crate::plan::PlanTrigger;
use crate::schema::marks::Marks;
use crate::specs::trigger_kinds;

const WITH: &str = "/trigger/with";

/// What a trigger kind is given to compile its part of the document.
pub struct TriggerCx<'p, 'a> {
    pass: &'p mut Pass<'a>,
}

pub(super) fn compile(pass: &mut Pass) -> Option<PlanTrigger> {
    let spec = &pass.flow.trigger;
    let Some(trigger) = pass.trigger else {
        let shown = shortened(&spec.use_);
        let message = text!("There is no trigger `{shown}`.", "沒有觸發 `{shown}`。");
        let mut fault = Fault::error("unknown_trigger", "/trigger/use", message);
        fault.fix = suggest(&spec.use_, trigger_kinds().iter().map(|trigger| trigger.kind().name()));
        pass.faults.push(fault);
        return None;
    };
    if spec.connection.is_some() {
        let message = text!("This trigger uses no connection.", "這個觸發不使用連線。");
        let fix = text!("Remove `connection`.", "請移除 `connection`。");
        pass.faults.push(Fault::warning("no_effect", "/trigger/connection", message).with_fix(fix));
    }
    let schema = InputSchema::shared(&trigger.schema()).ok()?;
    let marks = Marks::of(schema.schema(), &spec.with);
    let before = pass.faults.len();
    check_input(pass, None, WITH, &spec.with, &schema, &marks);
    let fits = pass.faults.len() == before;
    trigger.compile(&mut TriggerCx { pass }).filter(|_| fits || !pass.faults.has_errors())
}

impl TriggerCx<'_, '_> {
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.pass.flow.trigger.with.get(name)
    }

    pub fn fault(&mut self, fault: Fault) {
        self.pass.faults.push(fault);
    }

    /// A text over `trigger` at a path inside `with`.
    pub(crate) fn template(
        &mut self,
        path: &[&str],
        written: &Value,
        takes_secrets: bool,
    ) -> Option<Template> {
        let at = path.iter().fold(WITH.to_owned(), |at, name| child(&at, name));
        self.pass.template(&at, written, &|_| false, &|_| takes_secrets, &Sight::Trigger, None)
    }

    /// A duration between nothing and `longest`. `None` only after a fault.
    pub(crate) fn span(&mut self, path: &str, otherwise: Span, longest: Span) -> Option<Span> {
        let pointer = format!("/{path}");
        let Some(written) = self.pass.flow.trigger.with.pointer(&pointer) else { return Some(otherwise) };
        let span: Span = written.as_str()?.parse().ok()?;
        if span == Span::default() || span > longest {
            let message = text!(
                "This must be more than nothing and at most {longest}.",
                "這裡必須大於零，且不超過 {longest}。"
            );
            let fix = text!("Write a duration in this range.", "請寫此範圍內的時間長度。");
            self.fault(Fault::error("out_of_range", format!("{WITH}{pointer}"), message).with_fix(fix));
            return None;
        }
        Some(span)
    }

    /// The JSON Schema in a field, compiled. `None` only after a fault.
    pub(crate) fn input_schema(&mut self, name: &str) -> Option<(Option<Arc<InputSchema>>, Option<Value>)> {
        let Some(schema) = self.field(name).cloned() else { return Some((None, None)) };
        match InputSchema::shared(&schema) {
            Ok(compiled) => Some((Some(compiled), Some(schema))),
            Err(why) => {
                let why = shortened(&why);
                let message = text!(
                    "This is no JSON Schema that can be used: {why}.",
                    "這不是可用的 JSON Schema：{why}。"
                );
                let fix = text!(
                    "Write a JSON Schema (2020-12) without references to other documents.",
                    "請寫 JSON Schema（2020-12），且不要參照其他文件。"
                );
                self.fault(Fault::error("invalid_schema", child(WITH, name), message).with_fix(fix));
                None
            }
        }
    }
}
