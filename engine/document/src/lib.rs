//! Flow documents: reading, checking, compiling, comparing, importing and exporting them; and the specs of step and
//! trigger kinds.

#![expect(clippy::todo, reason = "skeleton")]
#![expect(unused_variables, reason = "skeleton")]

use std::collections::BTreeMap;
use std::sync::Arc;

use causeway_connector::Catalogue;
use causeway_model::{
    Concurrency, Entry, Fault, Flow, FlowId, Frame, Idempotency, Join, LoopTally, OnDoubt, OnLimit, Retry,
    RunStatus, Settings, Slug, Span, StepError, StepId, StepStatus, Time, TriggerKind, Value, Wait,
};
use causeway_script::{Engine, Expression, Script, Template};
use serde::Serialize;

/// Checks and compiles documents against the step kinds, trigger kinds and connectors there are. Cheap to clone.
#[derive(Clone)]
pub struct Compiler {
    pub engine: Engine,
    pub catalogue: Catalogue,
}

/// A compiled flow version: all that the engine needs to run it.
pub struct Plan {
    pub flow: Arc<Flow>,
    pub trigger: PlanTrigger,
    pub body: Arc<Body>,
    pub settings: Settings,
    /// The variables that expressions name; pinned when a run starts. `None` when one is named by a computed key, so all are pinned.
    pub vars: Option<Vec<String>>,
    /// The concurrency key as a template over `trigger`.
    pub concurrency: Option<PlanConcurrency>,
    /// Connector versions that the document was compiled against.
    pub connectors: BTreeMap<String, String>,
}

pub struct PlanConcurrency {
    pub limit: u32,
    pub key: Option<Template>,
    pub hold_slot: bool,
    pub on_limit: OnLimit,
}

/// The steps of a flow, or of a loop's body, in document order.
pub struct Body {
    pub steps: Vec<PlanStep>,
}

pub struct PlanStep {
    pub id: StepId,
    pub action: Action,
    /// As written.
    pub use_: String,
    pub name: Option<String>,
    /// The `with` that is resolved before the step runs (without what `action` took out of it).
    pub input: Template,
    /// JSON Schema validator of the resolved input.
    pub input_schema: Arc<InputSchema>,
    /// Empty: after the trigger (or at the item's start).
    pub after: Vec<Edge>,
    pub join: Join,
    pub retry: Option<Retry>,
    pub timeout: Option<Span>,
    /// Whether some step follows its `error` port.
    pub error_wired: bool,
}

pub struct Edge {
    /// Index in the same body.
    pub from: usize,
    /// `None`: the only exit of a step without named ports. `Some("error")`: the error port.
    pub port: Option<String>,
}

/// What a step does.
pub enum Action {
    Script(Script),
    Branch {
        cases: Vec<(String, Expression)>,
        otherwise: Option<String>,
    },
    ForEach(ForEach),
    Respond,
    Stop,
    Wait,
    Approval,
    CallFlow,
    Operation {
        connector: String,
        operation: String,
        connection: Option<String>,
        idempotency: Idempotency,
        on_doubt: OnDoubt,
    },
}

pub struct ForEach {
    pub items: Template,
    pub body: Arc<Body>,
    /// How many items at once, from 1.
    pub concurrency: usize,
    pub stop_on_error: bool,
    /// Gives up beyond this many failed items.
    pub max_errors: Option<u64>,
    /// What an item's idempotency keys are made of; its index when absent.
    pub key: Option<Expression>,
}

/// A trigger as compiled.
pub enum PlanTrigger {
    Webhook(Webhook),
    Manual { input: Option<Arc<InputSchema>>, schema: Option<Value> },
    Called { input: Option<Arc<InputSchema>>, schema: Option<Value> },
    FlowFailed { flows: Vec<Slug>, tags: Vec<String>, all: bool },
    Schedule(Schedule),
}

pub struct Schedule {
    /// As written.
    pub cron: String,
    pub timezone: String,
    /// `skip`, `once` or `all`.
    pub missed: Missed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missed {
    Skip,
    Once,
    All,
}

pub struct Webhook {
    /// Without a leading slash; `{name}` stands for one segment.
    pub path: String,
    /// Upper case; empty means any.
    pub methods: Vec<String>,
    pub reply: ReplyMode,
    pub reply_timeout: Span,
    pub verify: Verify,
    pub dedupe: Dedupe,
    /// How long a dedupe key is remembered.
    pub dedupe_window: Span,
    pub max_body_bytes: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyMode {
    /// 202 at once.
    Accepted,
    /// The output of the last step.
    Last,
    /// By a `respond` step.
    Respond,
}

/// How a caller shows who it is. `secret` and the like are templates that may hold `secret.x`: sealed tokens when resolved.
pub enum Verify {
    None,
    Basic {
        username: Template,
        password: Template,
    },
    /// The header holds exactly the token (`Authorization: Bearer` understood).
    Header {
        header: String,
        token: Template,
    },
    Hmac {
        algorithm: HmacAlgorithm,
        header: String,
        encoding: HmacEncoding,
        prefix: String,
        secret: Template,
    },
    StandardWebhooks {
        secret: Template,
        tolerance: Span,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HmacAlgorithm {
    Sha1,
    Sha256,
    Sha512,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HmacEncoding {
    Hex,
    Base64,
}

/// Where the dedupe key comes from.
pub enum Dedupe {
    /// `webhook-id`, `X-GitHub-Delivery`, `Idempotency-Key`, a LINE `webhookEventId`, a Stripe event id - the first there is.
    Known,
    Key(Template),
    Off,
}

/// A compiled JSON Schema.
pub struct InputSchema {}

impl InputSchema {
    /// Each `(pointer, message)` that does not fit.
    pub fn check(&self, _value: &Value) -> Vec<(String, String)> {
        todo!()
    }
}

/// Reads one document. `line` and `column` of a syntax fault are those of the text.
pub fn parse(_text: &str) -> Result<Flow, Vec<Fault>> {
    todo!()
}

/// The published JSON Schema of flow documents (2020-12), step and trigger kinds included.
pub fn schema() -> Value {
    todo!()
}

impl Compiler {
    /// All faults at once, warnings included.
    pub fn check(&self, _flow: &Flow) -> Vec<Fault> {
        todo!()
    }

    /// Compiles what has no fault of severity `error`.
    pub fn compile(&self, _flow: &Flow) -> Result<Plan, Vec<Fault>> {
        todo!()
    }
}

impl Plan {
    pub fn trigger_kind(&self) -> TriggerKind {
        todo!()
    }

    /// A step by id, loop bodies included.
    pub fn step(&self, _id: &str) -> Option<&PlanStep> {
        todo!()
    }
}

impl Body {
    pub fn position(&self, id: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.id.as_str() == id)
    }
}

/// How a settled step stands, for those that come after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled<'a> {
    Succeeded { port: Option<&'a str> },
    Failed,
    Skipped,
    Cancelled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    Pending,
    Ready,
    /// None of its edges can be taken any more (`join: any`), or one cannot (`join: all`).
    Skipped,
}

impl Body {
    /// The one place that knows how edges and joins work; the machine and the views both ask here.
    pub fn readiness<'a>(&self, step: usize, settled: impl Fn(usize) -> Option<Settled<'a>>) -> Readiness {
        todo!()
    }
}

/// What a trigger event means for the run that it makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Concurrency key, limit, what to do at the limit.
    pub slot: Option<(String, u32, OnLimit)>,
    pub deadline: Option<Span>,
    pub keep: Option<Span>,
}

impl Plan {
    /// Evaluates what the document says of a new run over its `trigger` value.
    pub fn admit(&self, trigger: &Value, now: Time) -> Result<Admission, StepError> {
        todo!()
    }
}

/// Compiled versions, shared by everything in the process: a version never changes, so neither does its plan.
#[derive(Clone)]
pub struct Plans {}

impl Plans {
    pub fn new(_compiler: Compiler) -> Self {
        todo!()
    }

    pub fn compiler(&self) -> &Compiler {
        todo!()
    }

    /// The plan of a version, compiled from what `load` gives when it is not at hand. Bounded; the least used leaves.
    pub async fn get<E>(
        &self,
        _flow: FlowId,
        _version: i32,
        _load: impl Future<Output = Result<Flow, E>>,
    ) -> Result<Result<Arc<Plan>, Vec<Fault>>, E> {
        todo!()
    }
}

/// What a resumed run begins with.
#[derive(Debug, Default)]
pub struct Resume {
    /// `Kept` and `InputEdited` entries.
    pub journal: Vec<Entry>,
    /// Of loops that were under way: what succeeded stays, what failed is open again.
    pub loops: Vec<(Frame, StepId, LoopTally)>,
    /// Steps that will run.
    pub repeats: Vec<StepId>,
}

/// Decides what a resumed run keeps: finished outputs of the failed run whose step has the same id, `use` and `with` in `new`
/// (and whose ancestors are kept too). `edits`: inputs that a person replaced, each with its edition raised by one.
pub fn resume(
    _old: &Flow,
    _new: &Plan,
    _journal: &[Entry],
    _loops: &[(Frame, StepId, LoopTally)],
    _edits: &BTreeMap<StepId, Value>,
    _by: &str,
    _now: Time,
) -> Result<Resume, Vec<Fault>> {
    todo!()
}

/// One step of a run, as the API and the command line show it: derived from the journal.
#[derive(Clone, Debug, Serialize)]
pub struct StepView {
    pub id: StepId,
    #[serde(rename = "use")]
    pub use_: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub status: StepStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub took_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<StepError>,
    pub attempts: Vec<AttemptView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait: Option<Wait>,
    /// How far a `for_each` is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<LoopTally>,
    /// Taken over from the run that this one resumes.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub kept: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct AttemptView {
    pub attempt: u32,
    pub started_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<StepError>,
}

/// The steps of a body in document order, as the journal's entries of `frame` leave them.
pub fn step_views(
    _body: &Body,
    _frame: &Frame,
    _status: RunStatus,
    _journal: &[Entry],
    _loops: &[(Frame, StepId, LoopTally)],
) -> Vec<StepView> {
    todo!()
}

#[expect(dead_code, reason = "skeleton")]
type Unused = Concurrency;
