//! Compiles the trigger.

use std::sync::Arc;

use causeway_model::{Fault, Span, Value, text};
use causeway_script::Template;

use super::Pass;
use super::sight::Sight;
use super::step::{check_input, unknown_connector};
use crate::InputSchema;
use crate::faults::{child, suggest};
use crate::parse::shortened;
use crate::plan::{ConnectorTrigger, PlanTrigger};
use crate::schema::marks::Marks;
use crate::specs::trigger_kinds;
use crate::specs::triggers::{compile_connector, connector_with};

const WITH: &str = "/trigger/with";

/// What a trigger kind is given to compile its part of the document.
pub struct TriggerCx<'p, 'a> {
    pass: &'p mut Pass<'a>,
}

pub(super) fn compile(pass: &mut Pass) -> Option<PlanTrigger> {
    let spec = &pass.flow.trigger;
    if let Some((connector, trigger)) = spec.use_.split_once('.') {
        return of_connector(pass, connector, trigger).map(|found| PlanTrigger::Connector(Box::new(found)));
    }
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

fn of_connector(pass: &mut Pass, connector: &str, trigger: &str) -> Option<ConnectorTrigger> {
    let written = &pass.flow.trigger;
    let catalogue = &pass.compiler.catalogue;
    let Some(known) = catalogue.connector(connector) else {
        let fault = unknown_connector(catalogue, &written.use_, connector);
        pass.faults.push(Fault { pointer: "/trigger/use".to_owned(), ..fault });
        return None;
    };
    let (name, version) = (known.spec().name.clone(), known.spec().version.clone());
    let Some(spec) = known.trigger(trigger) else {
        let (shown, triggers) = (shortened(&written.use_), &known.spec().triggers);
        let message = text!(
            "The connector `{connector}` has no trigger of this name: `{shown}`.",
            "連接器 `{connector}` 沒有這個觸發：`{shown}`。"
        );
        let mut fault = Fault::error("unknown_trigger", "/trigger/use", message);
        fault.fix = suggest(trigger, triggers.iter().map(|trigger| trigger.name.as_str()));
        pass.faults.push(fault);
        return None;
    };
    if written.connection.is_none() {
        let message = text!(
            "Events of `{name}` come with a connection, and the trigger names none.",
            "`{name}` 的事件需要透過連線接收，但觸發沒有指定連線。"
        );
        let fix = text!(
            "Add `connection` with the name of a connection of `{name}`.",
            "請加上 `connection`，填入 `{name}` 的連線名稱。"
        );
        pass.faults.push(Fault::error("connection_required", "/trigger/connection", message).with_fix(fix));
    }
    let schema = match InputSchema::shared(&connector_with(&spec)) {
        Ok(schema) => schema,
        Err(why) => {
            let use_ = shortened(&written.use_);
            let message = text!(
                "The connector's schema of `{use_}` is broken: {why}.",
                "連接器 `{use_}` 的結構定義有誤：{why}。"
            );
            pass.faults.push(Fault::error("broken_connector", "/trigger/use", message));
            return None;
        }
    };
    pass.connectors.insert(name.clone(), version);
    let marks = Marks::of(schema.schema(), &written.with);
    let before = pass.faults.len();
    check_input(pass, None, WITH, &written.with, &schema, &marks);
    let fits = pass.faults.len() == before;
    let way = compile_connector(&mut TriggerCx { pass: &mut *pass }, &spec)
        .filter(|_| fits || !pass.faults.has_errors());
    Some(ConnectorTrigger {
        connector: name,
        trigger: spec.summary.name.clone(),
        connection: written.connection.clone()?,
        way: way?,
    })
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
