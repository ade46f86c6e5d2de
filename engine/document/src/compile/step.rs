//! Compiles one step.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use causeway_connector::Catalogue;
use causeway_model::{Fault, OnDoubt, Span, Step, StepId, Value, text};
use causeway_script::{Expression, Script, Template};

use super::sight::Sight;
use super::{Pass, Placed, body, hole};
use crate::InputSchema;
use crate::connections::needs_connection;
use crate::faults::{child, suggest};
use crate::parse::{invalid_duration, is_retried, shortened};
use crate::plan::{Action, Body, Edge, PlanStep};
use crate::schema::{Shape, marks::Marks};
use crate::specs::{StepKind, step_kind, step_kinds};

/// What a step kind is given to compile its part of a step.
pub struct StepCx<'p, 'a> {
    pass: &'p mut Pass<'a>,
    placed: &'p Placed,
    sight: &'p Sight<'p>,
    marks: &'p Marks,
}

/// The schemas of one kind: of `with` as written, and of what is resolved before the step runs.
struct KindSchemas {
    written: Arc<InputSchema>,
    resolved: Arc<InputSchema>,
}

/// Kinds never change while the process runs.
static KIND_SCHEMAS: LazyLock<HashMap<&'static str, KindSchemas>> = LazyLock::new(|| {
    let compiled = |schema: &Value| InputSchema::shared(schema).expect("a test compiles every kind's schema");
    let schemas = |kind: &&'static dyn StepKind| {
        let written = kind.schema();
        let resolved = without(&written, kind.compiled_fields());
        (kind.name(), KindSchemas { written: compiled(&written), resolved: compiled(&resolved) })
    };
    step_kinds().iter().map(schemas).collect()
});

/// The schema of an object without some of its fields.
fn without(schema: &Value, fields: &[&str]) -> Value {
    let mut schema = schema.clone();
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.retain(|name, _| !fields.contains(&name.as_str()));
    }
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| !fields.contains(&name.as_str().unwrap_or_default()));
    }
    schema
}

pub(super) fn compile(
    pass: &mut Pass,
    placed: &Placed,
    sight: &Sight,
    after: Vec<Edge>,
    error_wired: bool,
) -> Option<PlanStep> {
    let step = &placed.step;
    let (action, input, input_schema) = match step_kind(&step.use_) {
        Some(kind) => of_kind(pass, placed, sight, kind),
        None => operation(pass, placed, sight),
    }?;
    retry(pass, placed);
    if step.timeout == Some(Span::default()) {
        pass.positive(&child(&placed.at, "timeout"));
    }
    Some(PlanStep {
        id: step.id.clone(),
        action: action?,
        use_: step.use_.clone(),
        name: step.name.clone(),
        input: input?,
        input_schema,
        after,
        join: step.join.unwrap_or_default(),
        retry: step.retry.clone(),
        timeout: step_kind(&step.use_).and_then(|kind| kind.timeout(&step.with)).or(step.timeout),
        error_wired,
    })
}

/// What stands in a plan for a step that does not compile: nobody should run it, and it fails.
pub(super) fn stand_in(
    pass: &Pass,
    placed: &Placed,
    after: Vec<Edge>,
    error_wired: bool,
) -> Option<PlanStep> {
    let step = &placed.step;
    let engine = &pass.compiler.engine;
    Some(PlanStep {
        id: step.id.clone(),
        action: Action::Script(engine.compile_script("throw `The step is not finished.`").ok()?),
        use_: step.use_.clone(),
        name: step.name.clone(),
        input: engine.compile_template(&serde_json::json!({}), &|_| false).ok()?,
        input_schema: KIND_SCHEMAS.get("script")?.resolved.clone(),
        after,
        join: step.join.unwrap_or_default(),
        retry: None,
        timeout: None,
        error_wired,
    })
}

type Parts = (Option<Action>, Option<Template>, Arc<InputSchema>);

fn of_kind(pass: &mut Pass, placed: &Placed, sight: &Sight, kind: &'static dyn StepKind) -> Option<Parts> {
    let step = &placed.step;
    let schemas = KIND_SCHEMAS.get(kind.name())?;
    let marks = Marks::of(schemas.written.schema(), &step.with);
    check_input(pass, Some(&step.id), &child(&placed.at, "with"), &step.with, &schemas.written, &marks);
    let mut no_effect = |field: &str, set: bool| {
        if set {
            let use_ = &step.use_;
            let message =
                text!("`{field}` has no effect on a `{use_}` step.", "`{field}` 對 `{use_}` 步驟沒有作用。");
            let fix = text!("Remove it.", "請移除。");
            let fault = Fault::warning("no_effect", child(&placed.at, field), message).with_fix(fix);
            pass.faults.push(fault.at_step(&step.id));
        }
    };
    no_effect("connection", step.connection.is_some());
    no_effect("on_doubt", step.on_doubt.is_some());
    no_effect("retry", step.retry.is_some() && (kind.is_pure() || kind.bounds_itself() || kind.ends()));
    let own_timeout = kind.bounds_itself() || kind.ends() || kind.timeout(&step.with).is_some();
    no_effect("timeout", step.timeout.is_some() && own_timeout);
    let action = kind.compile(&mut StepCx { pass, placed, sight, marks: &marks });
    let input = step.with.as_object().map(|with| {
        let rest = with.iter().filter(|(name, _)| !kind.compiled_fields().contains(&name.as_str()));
        Value::Object(rest.map(|(name, value)| (name.clone(), value.clone())).collect())
    });
    let input = input_template(pass, placed, sight, &input.unwrap_or_default(), &marks);
    Some((action, input, schemas.resolved.clone()))
}

fn operation(pass: &mut Pass, placed: &Placed, sight: &Sight) -> Option<Parts> {
    let step = &placed.step;
    let catalogue = &pass.compiler.catalogue;
    let found = step.use_.split_once('.').and_then(|(connector, operation)| {
        Some((catalogue.connector(connector)?, catalogue.operation(connector, operation)?))
    });
    let Some((connector, operation)) = found else {
        let fault = unknown(pass, step).at_step(&step.id);
        pass.faults.push(Fault { pointer: child(&placed.at, "use"), ..fault });
        return None;
    };
    let (name, version) = (connector.spec().name.clone(), connector.spec().version.clone());
    if step.connection.is_none() && needs_connection(connector.spec()) {
        let message = text!(
            "`{name}` is called with a connection, and the step names none.",
            "`{name}` 需要透過連線呼叫，但步驟沒有指定連線。"
        );
        let fix = text!(
            "Add `connection` with the name of a connection of `{name}`.",
            "請加上 `connection`，填入 `{name}` 的連線名稱。"
        );
        let fault = Fault::error("connection_required", child(&placed.at, "connection"), message);
        pass.faults.push(fault.with_fix(fix).at_step(&step.id));
    }
    let schema = match InputSchema::shared(&operation.input) {
        Ok(schema) => schema,
        Err(why) => {
            let use_ = &step.use_;
            let message = text!(
                "The connector's schema of `{use_}` is broken: {why}.",
                "連接器 `{use_}` 的結構定義有誤：{why}。"
            );
            let fault = Fault::error("broken_connector", child(&placed.at, "use"), message);
            pass.faults.push(fault.at_step(&step.id));
            return None;
        }
    };
    let safe = operation.summary.read_only || operation.summary.idempotency.repeats_safely();
    let default = if safe { OnDoubt::Repeat } else { OnDoubt::Fail };
    let action = Action::Operation {
        connector: name.clone(),
        operation: operation.summary.name.clone(),
        connection: step.connection.clone(),
        idempotency: operation.summary.idempotency,
        on_doubt: step.on_doubt.unwrap_or(default),
    };
    pass.connectors.insert(name, version);
    let marks = Marks::of(schema.schema(), &step.with);
    check_input(pass, Some(&step.id), &child(&placed.at, "with"), &step.with, &schema, &marks);
    let input = input_template(pass, placed, sight, &step.with, &marks);
    Some((Some(action), input, schema))
}

/// The fault of a `use` that names nothing; its pointer is left to the caller.
fn unknown(pass: &Pass, step: &Step) -> Fault {
    let shown = shortened(&step.use_);
    let catalogue = &pass.compiler.catalogue;
    if let Some((connector, operation)) = step.use_.split_once('.') {
        if let Some(known) = catalogue.connector(connector) {
            let operations = &known.spec().operations;
            let message = text!(
                "The connector `{connector}` has no operation of this name: `{shown}`.",
                "連接器 `{connector}` 沒有這個操作：`{shown}`。"
            );
            let mut fault = Fault::error("unknown_operation", "", message);
            fault.fix = suggest(operation, operations.iter().map(|operation| operation.name.as_str()));
            return fault;
        }
        return unknown_connector(catalogue, &step.use_, connector);
    }
    let message = text!("There is no step kind `{shown}`.", "沒有步驟類型 `{shown}`。");
    let mut fault = Fault::error("unknown_step_kind", "", message);
    fault.fix = suggest(&step.use_, step_kinds().iter().map(|kind| kind.name()));
    fault
}

/// The fault of a `use` whose connector is not there; its pointer is left to the caller.
pub(super) fn unknown_connector(catalogue: &Catalogue, use_: &str, connector: &str) -> Fault {
    if let Some(version) = catalogue.missing(connector) {
        let message = text!(
            "The flow was published with version {version} of `{connector}`, which is not installed any more.",
            "流程發布時使用的是 `{connector}` {version} 版，但該版本已不再安裝。"
        );
        let fix = text!(
            "Install that version again, or publish the flow with another one.",
            "請重新安裝該版本，或以其他版本發布流程。"
        );
        return Fault::error("connector_version_missing", "", message).with_fix(fix);
    }
    let shown = shortened(use_);
    let names = catalogue.names();
    let message = text!("There is no connector for `{shown}`.", "沒有 `{shown}` 的連接器。");
    let mut fault = Fault::error("unknown_connector", "", message);
    fault.fix = suggest(connector, names.iter().map(String::as_str))
        .or_else(|| Some(text!("Install the connector.", "請安裝連接器。")));
    fault
}

fn input_template(
    pass: &mut Pass,
    placed: &Placed,
    sight: &Sight,
    input: &Value,
    marks: &Marks,
) -> Option<Template> {
    let at = child(&placed.at, "with");
    let id = &placed.step.id;
    pass.template(
        &at,
        input,
        &|pointer| marks.is_formula(pointer),
        &|pointer| marks.takes_secrets(pointer),
        sight,
        Some(id),
    )
}

/// Checks `with` against its schema, whatever its holes become.
pub(super) fn check_input(
    pass: &mut Pass,
    step: Option<&StepId>,
    at: &str,
    with: &Value,
    schema: &InputSchema,
    marks: &Marks,
) {
    let engine = &pass.compiler.engine;
    let shape = |pointer: &str| {
        let text = with.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        if marks.is_code(pointer) || marks.is_fixed(pointer) {
            Shape::Constant
        } else {
            hole::shape(engine, text)
        }
    };
    for misfit in schema.misfits(with, &shape) {
        if misfit.keyword == "pattern" && marks.is_duration(&misfit.pointer) {
            continue;
        }
        let code = match misfit.keyword.as_str() {
            "required" => "missing_field",
            "additionalProperties" | "unevaluatedProperties" => "unknown_field",
            "type" => "wrong_type",
            _ => "invalid_value",
        };
        let mut fault = Fault::error(code, format!("{at}{}", misfit.pointer), misfit.message);
        fault.fix = Some(fix(&misfit.pointer, code, schema));
        pass.faults.push_at(step, fault);
    }
    for pointer in marks.durations() {
        if let Some(written) = with.pointer(pointer).and_then(Value::as_str)
            && shape(pointer) == Shape::Constant
            && written.parse::<Span>().is_err()
        {
            let fault = invalid_duration(&format!("{at}{pointer}"), written);
            pass.faults.push_at(step, fault);
        }
    }
    fixed(pass, step, at, with, "", marks);
}

fn fix(pointer: &str, code: &str, schema: &InputSchema) -> causeway_model::Text {
    let known = || {
        schema.schema()["properties"].as_object().map(|fields| fields.keys().map(String::as_str).collect())
    };
    if code == "unknown_field"
        && pointer.matches('/').count() == 1
        && let Some(fix) = known().and_then(|known: Vec<&str>| suggest(&pointer[1..], known))
    {
        return fix;
    }
    match code {
        "missing_field" => text!("Add the field.", "請加上此欄位。"),
        "unknown_field" => text!("Remove the field.", "請移除此欄位。"),
        _ => text!(
            "Change the value, or write an expression `{{{{ ... }}}}` that gives a fitting one.",
            "請修改此值，或寫出結果相符的運算式 `{{{{ ... }}}}`。"
        ),
    }
}

/// Reports expressions in fields that hold none.
fn fixed(pass: &mut Pass, step: Option<&StepId>, at: &str, value: &Value, pointer: &str, marks: &Marks) {
    match value {
        Value::String(text) if text.contains("{{") && marks.is_fixed(pointer) && !marks.is_code(pointer) => {
            let message = text!("No expression may stand here.", "這裡不能使用運算式。");
            let fix = text!(
                "Write the value itself: it is part of the flow's shape.",
                "請直接寫出值：它是流程結構的一部分。"
            );
            let fault = Fault::error("expression_not_allowed", format!("{at}{pointer}"), message);
            pass.faults.push_at(step, fault.with_fix(fix));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                fixed(pass, step, at, item, &child(pointer, index), marks);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                fixed(pass, step, at, member, &child(pointer, name), marks);
            }
        }
        _ => {}
    }
}

/// Reading checks these already; a document that was made by a program comes here first.
fn retry(pass: &mut Pass, placed: &Placed) {
    let Some(retry) = &placed.step.retry else { return };
    let at = child(&placed.at, "retry");
    let id = &placed.step.id;
    if !(1..=100).contains(&retry.attempts) {
        let message = text!("`attempts` must be between 1 and 100.", "`attempts` 必須介於 1 與 100 之間。");
        let fix = text!("Use a number in this range.", "請使用此範圍內的數字。");
        let fault = Fault::error("out_of_range", child(&at, "attempts"), message).with_fix(fix);
        pass.faults.push(fault.at_step(id));
    }
    for (index, word) in retry.on.iter().enumerate().filter(|(_, word)| !is_retried(word)) {
        let shown = shortened(word);
        let message = text!("`{shown}` is nothing that can be retried.", "`{shown}` 不是可以重試的項目。");
        let fault = Fault::error("invalid_retry_on", child(&child(&at, "on"), index), message);
        pass.faults.push(fault.at_step(id));
    }
    if retry.first > retry.max {
        let message = text!("The first pause is longer than the longest.", "第一次間隔比最長間隔還長。");
        let fix = text!("Raise `max`, or shorten `first`.", "請加長 `max`，或縮短 `first`。");
        pass.faults.push(Fault::warning("no_effect", child(&at, "first"), message).with_fix(fix).at_step(id));
    }
}

impl StepCx<'_, '_> {
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.placed.step.with.get(name)
    }

    /// The pointer of a field of `with`.
    pub fn pointer(&self, name: &str) -> String {
        child(&child(&self.placed.at, "with"), name)
    }

    pub fn pointer_of_use(&self) -> String {
        child(&self.placed.at, "use")
    }

    pub fn fault(&mut self, fault: Fault) {
        self.pass.faults.push(fault.at_step(&self.placed.step.id));
    }

    /// The slug of the document, where it says one.
    pub fn flow_slug(&self) -> Option<&str> {
        self.pass.flow.slug.as_ref().map(|slug| slug.as_str())
    }

    pub fn trigger_takes_responses(&self) -> bool {
        self.pass.takes_responses()
    }

    /// Whether a text has an expression in it.
    pub fn has_hole(&self, value: &Value) -> bool {
        value.as_str().is_some_and(|text| hole::shape(&self.pass.compiler.engine, text) == Shape::Hole)
    }

    /// A bare formula at a pointer.
    pub(crate) fn expression(&mut self, at: &str, source: &str) -> Option<Expression> {
        self.pass.expression(at, source, self.sight, Some(&self.placed.step.id))
    }

    /// A bare formula that also sees `item` and `index`.
    pub(crate) fn item_expression(&mut self, at: &str, source: &str) -> Option<Expression> {
        self.pass.expression(at, source, &self.sight.with_item(), Some(&self.placed.step.id))
    }

    pub(crate) fn script(&mut self, field: &str, source: &str) -> Option<Script> {
        self.pass.script(&self.pointer(field), source, self.sight, &self.placed.step.id)
    }

    /// A value with holes in a field.
    pub(crate) fn template(&mut self, field: &str, value: &Value) -> Option<Template> {
        let at = self.pointer(field);
        let marks = self.marks;
        let inside = |pointer: &str| format!("{}{pointer}", child("", field));
        self.pass.template(
            &at,
            value,
            &|pointer| marks.is_formula(&inside(pointer)),
            &|pointer| marks.takes_secrets(&inside(pointer)),
            self.sight,
            Some(&self.placed.step.id),
        )
    }

    /// The steps of a loop's body.
    pub(crate) fn body(&mut self) -> Option<Arc<Body>> {
        let placed = self.placed.body.as_deref()?;
        body::compile(self.pass, placed, Some(self.sight)).map(Arc::new)
    }
}
