//! `call_flow`: runs another flow as a run of its own, linked to this one.

use causeway_document::{Plan, PlanTrigger};
use causeway_model::{
    ErrorClass, Frame, Outcome, RunFailure, RunId, RunMode, RunStatus, Slug, Span, StepError, StepId, Text,
    Time, TriggerKind, Value, Wait, WaitKind, text,
};
use causeway_store::{ActiveRun, NewRun, Origin, Parent, Slot, Store};

use super::suspend::{Suspended, text_of};
use crate::files::store_error;
use crate::services::Services;

/// How many calls deep runs may go.
const DEEPEST: i16 = 10;

pub struct Caller<'a> {
    pub run: &'a ActiveRun,
    pub frame: &'a Frame,
    pub step: &'a StepId,
    /// The step's own `timeout`.
    pub timeout: Option<Span>,
}

pub async fn begin(
    services: &Services,
    caller: Caller<'_>,
    input: &Value,
    at: Time,
) -> Result<Suspended, StepError> {
    let depth = caller.run.origin.depth + 1;
    if depth > DEEPEST {
        return Err(refused(
            "call_too_deep",
            text!(
                "Flows call each other more than {DEEPEST} deep. Look for a flow that calls itself.",
                "流程互相呼叫超過 {DEEPEST} 層。請檢查是否有流程呼叫自己。"
            ),
        ));
    }
    let slug: Slug = text_of(input, "flow").unwrap_or_default().parse().map_err(
        |error: causeway_model::InvalidName| {
            let Text { en, zh_tw } = error.text();
            refused("flow_unknown", text!("`flow`: {en}", "`flow`：{zh_tw}"))
        },
    )?;
    let flow = services.store.flow(&slug).await.map_err(store_error)?;
    let Some(version) = flow.published.filter(|_| flow.enabled) else {
        return Err(refused(
            "flow_not_callable",
            text!("The flow `{slug}` is not published or is switched off", "流程 `{slug}` 尚未發布或已停用"),
        ));
    };
    let plan = services.plan(flow.id, version).await?;
    let PlanTrigger::Called { input: schema, .. } = &plan.trigger else {
        return Err(refused(
            "flow_not_callable",
            text!(
                "The flow `{slug}` is not made to be called: give it the trigger `called`",
                "流程 `{slug}` 不能被呼叫：請將觸發改為 `called`"
            ),
        ));
    };
    let given = input.get("input").cloned().unwrap_or(Value::Null);
    if let Some((pointer, message)) =
        schema.as_ref().and_then(|schema| schema.check(&given).into_iter().next())
    {
        return Err(refused(
            "input_refused",
            text!(
                "`{slug}` does not take this input: {pointer} {message}",
                "`{slug}` 不接受這個輸入：{pointer} {message}"
            ),
        ));
    }
    let waits = input.get("wait").and_then(Value::as_bool).unwrap_or(true);
    let event = serde_json::json!({ "kind": "called", "input": given, "by": { "run": caller.run.id, "flow": caller.run.slug } });
    let parent = Parent { run: caller.run.id, frame: caller.frame.clone(), step: caller.step.clone() };
    let origin = Origin { parent: Some(parent), depth, ..Origin::default() };
    let child = started(&plan, flow.id, version, TriggerKind::Called, &event, origin, caller.run.mode, at)?;
    let run = child.id;
    if waits {
        let wait = Wait::within(WaitKind::Run { run }, at, caller.timeout);
        return Ok(Suspended::Waits { wait, approval: None, child: Some(Box::new(child)) });
    }
    // Nobody waits for it, so its end is told to nobody.
    let mut child = child;
    child.origin.parent = None;
    child.origin.by = Some(format!("run:{}", caller.run.id));
    let outcome = Outcome::Succeeded { output: serde_json::json!({ "run": run }), port: None };
    Ok(Suspended::Settled { outcome, child: Some(Box::new(child)) })
}

/// A run that another run starts.
#[expect(clippy::too_many_arguments, reason = "each names one column of the new run")]
pub fn started(
    plan: &Plan,
    flow: causeway_model::FlowId,
    version: i32,
    trigger: TriggerKind,
    event: &Value,
    origin: Origin,
    mode: RunMode,
    at: Time,
) -> Result<NewRun, StepError> {
    let mut admission = plan.admit(event, at)?;
    if mode == RunMode::Test {
        admission.for_test();
    }
    let id = RunId::new();
    Ok(NewRun {
        id,
        flow,
        version,
        trigger,
        event: event.to_string(),
        received_at: at,
        dedupe: None,
        deadline_at: admission.deadline_at(at),
        concurrency: admission.slot.map(|(key, limit, on_limit)| Slot { key, limit, on_limit }),
        origin,
        mode,
        journal: Vec::new(),
        loops: Vec::new(),
        keep: admission.keep,
        priority: admission.priority,
        not_before: admission.not_before,
        key_root: id,
    })
}

/// What the called run's end means for the step.
pub fn finished(
    run: RunId,
    status: RunStatus,
    output: Option<Value>,
    failure: Option<&RunFailure>,
) -> Outcome {
    if status == RunStatus::Succeeded {
        return Outcome::Succeeded { output: output.unwrap_or(Value::Null), port: None };
    }
    let error = match failure {
        Some(failure) => {
            let step = failure.step.as_ref().map(|step| format!(" `{step}`")).unwrap_or_default();
            let (en, zh) = (&failure.error.message.en, &failure.error.message.zh_tw);
            let message = text!(
                "The called run {run} failed in its step{step}: {en}",
                "被呼叫的執行 {run} 在步驟{step}失敗：{zh}"
            );
            StepError { message, code: "called_run_failed".to_owned(), ..failure.error.clone() }
        }
        None => StepError::new(
            "called_run_cancelled",
            ErrorClass::Stopped,
            text!("The called run {run} was cancelled", "被呼叫的執行 {run} 已取消"),
        ),
    };
    Outcome::Failed { error }
}

/// Cancels a called run that nobody waits for any more. One that is done already is left as it is.
pub async fn cancel(store: &Store, run: RunId, by: &str, reason: &str) {
    match store.request_cancel(run, by, Some(reason.to_owned())).await {
        Ok(()) | Err(causeway_store::Error::Refused { .. }) => {}
        Err(error) => tracing::warn!(%run, %error, "a called run could not be cancelled"),
    }
}

fn refused(code: &str, message: Text) -> StepError {
    StepError::new(code, ErrorClass::Invalid, message)
}
