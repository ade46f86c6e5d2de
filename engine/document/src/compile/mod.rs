//! From a document to a plan: every rule that publishing asks for, all faults at once.

mod body;
mod expressions;
mod hole;
mod sight;
mod step;
mod trigger;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use causeway_connector::Catalogue;
use causeway_model::{Fault, Flow, Severity, Span, Step, StepId, Value, text};
use causeway_script::Engine;

pub use step::StepCx;
pub use trigger::TriggerCx;

use crate::faults::{Faults, child};
use crate::limits::{MAX_LOOPS, MAX_STEPS};
use crate::parse::{locate, read, read_body};
use crate::plan::{Plan, PlanConcurrency, PlanWindow};
use crate::specs::triggers::Trigger;
use sight::Sight;

/// Checks and compiles documents against the step kinds, trigger kinds and connectors there are. Cheap to clone.
#[derive(Clone)]
pub struct Compiler {
    pub engine: Engine,
    pub catalogue: Catalogue,
}

impl Compiler {
    /// Reads and checks a text: the document with what [`Compiler::check`] says of it, or all faults at once - those of form
    /// and, where these leave steps and edges whole, those of meaning. Every fault has its place in the text.
    pub fn validate(&self, text: &str) -> Result<(Flow, Vec<Fault>), Vec<Fault>> {
        let read = read(text);
        let whole = read.is_whole();
        let mut checked = match &read.flow {
            Some(flow) if whole => self.check(flow),
            _ => Vec::new(),
        };
        locate(text, &mut checked);
        match read.flow {
            Some(flow) if read.faults.is_empty() => Ok((flow, checked)),
            _ => Err(read.faults.into_iter().chain(checked).collect()),
        }
    }

    /// All faults at once, warnings included. Lines are those of scripts; [`locate`](crate::locate) adds those of the text.
    pub fn check(&self, flow: &Flow) -> Vec<Fault> {
        self.pass(flow, false).1
    }

    /// Compiles what has no fault of severity `error`.
    pub fn compile(&self, flow: &Flow) -> Result<Plan, Vec<Fault>> {
        match self.pass(flow, false) {
            (Some(plan), faults) if faults.iter().all(|fault| fault.severity == Severity::Warning) => {
                Ok(plan)
            }
            (_, faults) => Err(faults),
        }
    }

    /// What stands of a draft, with all its faults: something that fails stands for each step that does not compile. For tests
    /// of a part, which look at the faults of what they run.
    pub fn compile_unfinished(&self, flow: &Flow) -> (Option<Plan>, Vec<Fault>) {
        self.pass(flow, true)
    }

    fn pass(&self, flow: &Flow, unfinished: bool) -> (Option<Plan>, Vec<Fault>) {
        let mut pass = Pass {
            compiler: self,
            flow,
            trigger: crate::specs::trigger_kind(&flow.trigger.use_),
            faults: Faults::default(),
            places: HashMap::new(),
            count: 0,
            vars: BTreeSet::new(),
            all_vars: false,
            connectors: BTreeMap::new(),
            unfinished,
        };
        let plan = pass.plan();
        if plan.is_none() && !pass.faults.has_errors() {
            let message = text!("The document cannot be compiled.", "無法編譯此文件。");
            let fix = text!("Report this, with the document.", "請連同文件回報此問題。");
            pass.faults.push(Fault::error("not_compiled", "", message).with_fix(fix));
        }
        let mut faults = pass.faults.into_list();
        faults.sort_by_key(|fault| fault.severity);
        (plan, faults)
    }
}

/// One pass over one document.
pub(crate) struct Pass<'a> {
    compiler: &'a Compiler,
    flow: &'a Flow,
    trigger: Option<&'static dyn Trigger>,
    faults: Faults,
    /// Where each step stands, loop bodies included.
    places: HashMap<StepId, String>,
    count: usize,
    vars: BTreeSet<String>,
    /// Whether a variable is named by a computed key.
    all_vars: bool,
    connectors: BTreeMap<String, String>,
    /// Whether steps that do not compile may be part of the plan.
    unfinished: bool,
}

/// A step with its place in the document, and the steps of its body where it is a loop.
pub(crate) struct Placed {
    step: Step,
    at: String,
    body: Option<Vec<Placed>>,
}

impl Pass<'_> {
    fn plan(&mut self) -> Option<Plan> {
        let steps = self.flow.steps.iter().cloned().enumerate().collect();
        let steps = self.place(steps, "/steps", 0);
        if self.count > MAX_STEPS {
            let count = self.count;
            let message = text!(
                "The flow has {count} steps; {MAX_STEPS} is the most.",
                "流程有 {count} 個步驟，上限為 {MAX_STEPS}。"
            );
            let fix = text!(
                "Move parts into flows of their own and call them with `call_flow`.",
                "請將部分步驟移到其他流程，並以 `call_flow` 呼叫。"
            );
            self.faults.push(Fault::error("too_many_steps", "/steps", message).with_fix(fix));
            return None;
        }
        if steps.is_empty() {
            let message = text!("The flow has no steps.", "流程沒有任何步驟。");
            let fix = text!("Add a step.", "請加入步驟。");
            self.faults.push(Fault::warning("no_steps", "/steps", message).with_fix(fix));
        }
        self.responses(&steps);
        let trigger = trigger::compile(self);
        let body = body::compile(self, &steps, None);
        let concurrency = self.concurrency();
        let window = self.window();
        self.spans();
        Some(Plan {
            flow: Arc::new(self.flow.clone()),
            trigger: trigger?,
            body: Arc::new(body?),
            settings: self.flow.settings.clone(),
            vars: (!self.all_vars).then(|| self.vars.iter().cloned().collect()),
            concurrency: concurrency?,
            window: window?,
            connectors: std::mem::take(&mut self.connectors),
            sealer: self.compiler.engine.sealer().clone(),
        })
    }

    /// Gives each step its place, reads loop bodies, and finds ids used twice.
    fn place(&mut self, steps: Vec<(usize, Step)>, list: &str, loops: usize) -> Vec<Placed> {
        let mut placed = Vec::with_capacity(steps.len());
        for (index, step) in steps {
            let at = child(list, index);
            self.count += 1;
            if let Some(first) = self.places.get(&step.id) {
                let id = &step.id;
                let message =
                    text!("The id `{id}` is already used at {first}.", "id `{id}` 已用於 {first}。");
                let fix = text!("Give this step another id.", "請為此步驟取不同的 id。");
                let fault = Fault::error("id_repeated", child(&at, "id"), message).with_fix(fix);
                self.faults.push(fault.at_step(id));
            } else {
                self.places.insert(step.id.clone(), at.clone());
            }
            let body = (step.use_ == "for_each").then(|| self.loop_body(&step, &at, loops + 1));
            placed.push(Placed { step, at, body });
        }
        placed
    }

    fn loop_body(&mut self, step: &Step, at: &str, loops: usize) -> Vec<Placed> {
        if loops > MAX_LOOPS {
            let message = text!(
                "Loops stand inside each other more than {MAX_LOOPS} deep.",
                "迴圈的巢狀超過 {MAX_LOOPS} 層。"
            );
            let fix = text!(
                "Move the inner ones into a flow of their own and call it.",
                "請將內層移到另一個流程並呼叫它。"
            );
            let fault = Fault::error("loops_too_deep", at, message).with_fix(fix);
            self.faults.push(fault.at_step(&step.id));
            return Vec::new();
        }
        let Some(body) = step.with.get("body").filter(|body| body.is_array()) else { return Vec::new() };
        let list = format!("{at}/with/body");
        let steps = read_body(body, &list, &mut self.faults);
        self.place(steps, &list, loops)
    }

    /// Whether the caller of a webhook is answered by `respond` steps.
    fn takes_responses(&self) -> bool {
        self.flow.trigger.use_ == "webhook" && self.flow.trigger.with["reply"] == "respond"
    }

    fn responses(&mut self, steps: &[Placed]) {
        fn responds(steps: &[Placed]) -> bool {
            steps
                .iter()
                .any(|placed| placed.step.use_ == "respond" || placed.body.as_deref().is_some_and(responds))
        }
        if self.takes_responses() && !responds(steps) {
            let message = text!(
                "The webhook is answered by a `respond` step, but there is none.",
                "webhook 由 `respond` 步驟回應，但流程中沒有這個步驟。"
            );
            let fix = text!(
                "Add a `respond` step, or set `reply` to `accepted` or `last`.",
                "請加入 `respond` 步驟，或將 `reply` 設為 `accepted` 或 `last`。"
            );
            self.faults.push(Fault::error("no_respond", "/trigger/with/reply", message).with_fix(fix));
        }
    }

    fn concurrency(&mut self) -> Option<Option<PlanConcurrency>> {
        let settings = &self.flow.settings;
        let Some(concurrency) = &settings.concurrency else {
            if settings.on_limit != Default::default() {
                let message = text!(
                    "`on_limit` has no effect without `concurrency`.",
                    "沒有 `concurrency`，`on_limit` 沒有作用。"
                );
                let fix = text!("Add `concurrency`, or remove it.", "請加上 `concurrency`，或移除它。");
                self.faults.push(Fault::warning("no_effect", "/settings/on_limit", message).with_fix(fix));
            }
            return Some(None);
        };
        let key = match &concurrency.key {
            None => None,
            Some(key) => {
                let at = "/settings/concurrency/key";
                let written = Value::from(key.as_str());
                Some(self.template(at, &written, &|_| false, &|_| false, &Sight::Trigger, None)?)
            }
        };
        if concurrency.limit == 0 {
            self.positive("/settings/concurrency/limit");
            return None;
        }
        Some(Some(PlanConcurrency {
            limit: concurrency.limit,
            key,
            hold_slot: concurrency.hold_slot,
            on_limit: settings.on_limit,
        }))
    }

    fn window(&mut self) -> Option<Option<PlanWindow>> {
        let Some(written) = &self.flow.settings.window else { return Some(None) };
        let trigger = &self.flow.trigger;
        if trigger.use_ == "webhook" && matches!(trigger.with["reply"].as_str(), Some("last" | "respond")) {
            let message = text!(
                "Outside of its window the run waits, and the caller's answer with it.",
                "在時段以外，執行會等候，呼叫者也得不到回應。"
            );
            let fix = text!(
                "Set `reply` to `accepted`, or remove the window.",
                "請將 `reply` 設為 `accepted`，或移除時段。"
            );
            self.faults
                .push(Fault::warning("window_delays_reply", "/settings/window", message).with_fix(fix));
        }
        match PlanWindow::read(written) {
            Ok(window) => Some(Some(window)),
            Err(faults) => {
                faults.into_iter().for_each(|fault| self.faults.push(fault));
                None
            }
        }
    }

    fn spans(&mut self) {
        let settings = &self.flow.settings;
        for (name, span) in
            [("timeout", settings.timeout), ("deadline", settings.deadline), ("keep", settings.keep)]
        {
            if span == Some(Span::default()) {
                self.positive(&child("/settings", name));
            }
        }
    }

    /// Reports a number or a duration that must be more than nothing.
    fn positive(&mut self, at: &str) {
        let message = text!("This must be more than zero.", "這裡必須大於零。");
        let fix = text!("Write a larger value, or remove it.", "請寫較大的值，或移除它。");
        self.faults.push(Fault::error("out_of_range", at, message).with_fix(fix));
    }
}
