//! Test runs of drafts: what is tested, with which data, and what is given of the steps that do not run.

use std::collections::{BTreeMap, BTreeSet};

use causeway_document::{Plan, Scope, canonical, locate};
use causeway_model::{
    Fault, Flow, GivenOutput, Role, RunId, RunMode, Sample, Severity, Slug, StepId, TestPart, TestPlan,
    Value, text,
};
use causeway_store::{Actor, FlowRecord};
use serde::Serialize;

use super::{App, Error, Result, start, test_data};

/// What to test, and with what.
#[derive(Clone, Debug, Default)]
pub struct TestRequest {
    pub part: TestPart,
    pub dry_run: bool,
    /// Fields of `trigger`; they win over those of the sample or run.
    pub trigger: Option<Value>,
    /// `trigger.input`, or the body of a webhook flow.
    pub input: Option<Value>,
    pub sample: Option<String>,
    pub from_run: Option<RunId>,
    /// What steps gave; they win over those of the sample or run.
    pub outputs: BTreeMap<StepId, Value>,
    pub ports: BTreeMap<StepId, String>,
    /// Whether steps whose output is given do not run.
    pub pinned: bool,
    /// The only item of the loop around the tested step.
    pub item: Option<Value>,
    /// The draft revision that is meant.
    pub expected: Option<i64>,
    pub by: String,
    /// What they may; connections that are not shared with it are refused.
    pub role: Role,
}

#[derive(Clone, Debug, Serialize)]
pub struct StartedTest {
    pub run: RunId,
    /// The draft that is tested; absent where the document came from elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft_revision: Option<i64>,
    /// What somebody should look at in the document.
    pub warnings: Vec<Fault>,
}

impl App {
    /// Tests the draft as it stands.
    pub async fn test_draft(&self, slug: &Slug, request: TestRequest) -> Result<StartedTest> {
        let (flow, draft) = self.draft(slug).await?;
        let revision = flow.draft_revision;
        if let Some(expected) = request.expected.filter(|expected| *expected != revision) {
            return Err(Error::conflict(
                "draft_changed",
                text!(
                    "The draft of {slug} was changed meanwhile (revision {revision}, not {expected}). Load it again.",
                    "流程 {slug} 的草稿在這段時間已被修改（目前版次為 {revision}，不是 {expected}）。請重新載入。"
                ),
            ));
        }
        self.test(&flow, &draft, Some(revision), request).await
    }

    /// Tests a document that is no draft of the flow (yet).
    pub async fn test_document(
        &self,
        slug: &Slug,
        document: &Flow,
        request: TestRequest,
    ) -> Result<StartedTest> {
        let flow = self.flow(slug).await?;
        self.test(&flow, document, None, request).await
    }

    async fn test(
        &self,
        flow: &FlowRecord,
        document: &Flow,
        draft_revision: Option<i64>,
        request: TestRequest,
    ) -> Result<StartedTest> {
        let refused = |mut faults: Vec<Fault>| {
            // Lines are those of the document as it is exported.
            let written = Flow { slug: Some(flow.slug.clone()), ..document.clone() };
            locate(&canonical(&written), &mut faults);
            Error::document(faults)
        };
        let (plan, mut faults) = self.compiler_by_now().await?.compile_unfinished(document);
        let who = Actor { by: &request.by, most: request.role };
        faults.extend(self.connection_faults(document, who).await?);
        let Some(plan) = plan else { return Err(refused(faults)) };
        let data = self.test_data(flow, &request).await?;
        let test = test_plan(&plan, draft_revision, &request, &data)?;
        let scope = plan.scope(&test);
        faults.retain(|fault| scope.as_ref().is_none_or(|scope| concerns(fault, scope, &test)));
        if faults.iter().any(|fault| fault.severity == Severity::Error) {
            return Err(refused(faults));
        }
        if scope.is_none() {
            return Err(no_step(request.part.step()));
        }
        if let TestPart::Step { step } = &test.part {
            refuse_missing(&plan, step, &test.kept, &request)?;
        }
        let now = self.now();
        let trigger = test_data::trigger(&plan, data.trigger, &request, now)?;
        start::check_input(&plan, &flow.slug, trigger.get("input").unwrap_or(&Value::Null))?;
        let mut admission = plan.admit(&trigger, now)?;
        admission.for_test();
        let mut run = start::new_run(&plan, (flow.id, 0), admission, trigger.to_string(), now);
        run.mode = RunMode::Test;
        run.origin.by = Some(request.by.clone());
        let id = run.id;
        self.store().accept_test(run, document, &test, &request.by).await?;
        let by = &request.by;
        tracing::info!(flow = %flow.slug, run = %id, dry_run = test.dry_run, by, "draft tested");
        Ok(StartedTest { run: id, draft_revision, warnings: faults })
    }
}

/// Whether what is wrong is wrong with something that the test runs. A part of a flow answers nobody.
fn concerns(fault: &Fault, scope: &Scope, test: &TestPlan) -> bool {
    match &fault.step {
        Some(step) => scope.holds(step) && !test.kept.contains(step),
        None => test.part.step().is_none() || fault.code != "no_respond",
    }
}

fn no_step(step: Option<&StepId>) -> Error {
    let step = step.map(StepId::to_string).unwrap_or_default();
    Error::not_found("step_not_found", text!("The draft has no step `{step}`", "草稿沒有步驟「{step}」"))
}

fn test_plan(
    plan: &Plan,
    draft_revision: Option<i64>,
    request: &TestRequest,
    data: &Sample,
) -> Result<TestPlan> {
    let part = request.part.clone();
    let mut outputs = given(data);
    let named: [(&str, Vec<&StepId>); 2] =
        [("outputs", request.outputs.keys().collect()), ("ports", request.ports.keys().collect())];
    for (name, list) in named {
        if let Some(unknown) = list.iter().find(|step| plan.step(step.as_str()).is_none()) {
            return Err(Error::invalid(
                "step_not_found",
                text!(
                    "`{name}` names `{unknown}`, but the draft has no such step",
                    "`{name}` 提到「{unknown}」，但草稿沒有這個步驟"
                ),
            ));
        }
    }
    // A sample may be older than the draft: what it says of other steps means nothing.
    outputs.retain(|step, _| plan.step(step.as_str()).is_some());
    let kept = match &part {
        TestPart::Step { step } => {
            before(plan, step).intersection(&outputs.keys().cloned().collect()).cloned().collect()
        }
        _ if request.pinned => outputs.keys().filter(|step| part.step() != Some(step)).cloned().collect(),
        _ => BTreeSet::new(),
    };
    Ok(TestPlan {
        part,
        dry_run: request.dry_run,
        draft_revision,
        sample: request.sample.clone(),
        from_run: request.from_run,
        outputs,
        kept,
        item: request.item.clone(),
    })
}

fn given(data: &Sample) -> BTreeMap<StepId, GivenOutput> {
    let mut given: BTreeMap<StepId, GivenOutput> = BTreeMap::new();
    for (step, output) in &data.outputs {
        given.entry(step.clone()).or_default().output = output.clone();
    }
    for (step, port) in &data.ports {
        given.entry(step.clone()).or_default().port = Some(port.clone());
    }
    given
}

/// All that comes before a step, in the bodies of the loops around it too.
fn before(plan: &Plan, step: &StepId) -> BTreeSet<StepId> {
    let mut found = BTreeSet::new();
    for (body, index) in plan.path(step).unwrap_or_default() {
        found.extend(body.ancestors(index).into_iter().map(|at| body.steps[at].id.clone()));
    }
    found
}

/// A step alone needs what it reads. What it reads as a whole (`steps.a`, perhaps with `??`) may be nothing where a sample or
/// a run says what there was.
fn refuse_missing(plan: &Plan, step: &StepId, kept: &BTreeSet<StepId>, request: &TestRequest) -> Result<()> {
    let told = request.sample.is_some() || request.from_run.is_some();
    let item = request.item.is_some();
    let path = plan.path(step).unwrap_or_default();
    let mut missing = BTreeSet::new();
    for (at, (body, index)) in path.iter().enumerate() {
        let last = at + 1 == path.len();
        // The loop that is given its item computes no list.
        if last || !(item && at + 2 == path.len()) {
            missing.extend(body.steps[*index].reads(|read| !read.safe || read.whole && !told));
        }
    }
    missing.retain(|name| !kept.iter().any(|kept| kept.as_str() == name));
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    Err(Error::invalid(
        "outputs_missing",
        text!(
            "The step `{step}` alone needs the outputs of {list}. Give them in `outputs`, by a sample, or by an earlier run.",
            "單獨測試步驟「{step}」需要 {list} 的輸出。請在 `outputs`、範例資料或先前的執行中提供。"
        ),
    ))
}
