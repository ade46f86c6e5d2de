//! Starting runs by hand: of manual and called flows with their input, of other flows as a try.

use causeway_document::{Admission, Plan, PlanTrigger};
use causeway_model::{FlowId, RunId, RunMode, Slug, Span, Time, TriggerKind, Value, text};
use causeway_store::{Accepted, NewRun, Origin, Slot};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{App, Error, Result};

#[derive(Clone, Debug, Default)]
pub struct StartRequest {
    /// `trigger.input` of manual and called flows; the body of a webhook's or a connector's event. Null means none.
    pub input: Value,
    /// An equal key of the same flow within 7 days gives the first run.
    pub key: Option<String>,
    /// It begins at once, also outside of the flow's off-peak window.
    pub ignore_window: bool,
    pub by: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Started {
    pub run: RunId,
    /// The key was known: `run` is the first one's.
    pub duplicate: bool,
    /// Kept as a cancelled run, since its concurrency limit was reached.
    pub skipped: bool,
}

/// How long the key of a start by hand is remembered.
pub(super) const KEY_WINDOW: Span = Span::from_secs(7 * 86_400);

impl App {
    pub async fn start(&self, slug: &Slug, request: StartRequest) -> Result<Started> {
        let flow = self.flow(slug).await?;
        let version = flow.published.ok_or_else(|| {
            Error::conflict(
                "flow_not_published",
                text!(
                    "The flow `{slug}` has no published version; publish it first",
                    "流程「{slug}」尚未發布，請先發布"
                ),
            )
        })?;
        if !flow.enabled {
            return Err(Error::conflict(
                "flow_disabled",
                text!("The flow `{slug}` is switched off; enable it first", "流程「{slug}」已停用，請先啟用"),
            ));
        }
        let plan = self.plan(flow.id, version).await?;
        check_input(&plan, slug, &request.input)?;
        let now = self.now();
        let trigger = event(&plan, request.input, now);
        let mut run = admit(&plan, (flow.id, version), &trigger, now)?;
        run.dedupe = request.key.map(|key| (format!("start:{key}"), KEY_WINDOW));
        if request.ignore_window {
            run.begin_now(now);
        }
        run.origin.by = Some(request.by.clone());
        let id = run.id;
        let started = match self.store().accept(run).await? {
            Accepted::New => Started { run: id, duplicate: false, skipped: false },
            Accepted::Duplicate { first } => Started { run: first, duplicate: true, skipped: false },
            Accepted::Skipped => Started { run: id, duplicate: false, skipped: true },
        };
        tracing::info!(flow = %slug, version, run = %started.run, by = request.by, "run started by hand");
        Ok(started)
    }
}

/// A run of a version as its plan admits it.
pub(super) fn admit(plan: &Plan, version: (FlowId, i32), trigger: &Value, now: Time) -> Result<NewRun> {
    Ok(new_run(plan, version, plan.admit(trigger, now)?, trigger.to_string(), now))
}

/// `event`: `trigger` as JSON text.
pub(crate) fn new_run(
    plan: &Plan,
    (flow, version): (FlowId, i32),
    admission: Admission,
    event: String,
    now: Time,
) -> NewRun {
    let id = RunId::new();
    NewRun {
        id,
        flow,
        version,
        trigger: plan.trigger_kind(),
        event,
        received_at: now,
        dedupe: None,
        deadline_at: admission.deadline_at(now),
        concurrency: admission.slot.map(|(key, limit, on_limit)| Slot { key, limit, on_limit }),
        origin: Origin::default(),
        mode: RunMode::Normal,
        journal: Vec::new(),
        loops: Vec::new(),
        keep: admission.keep,
        priority: admission.priority,
        not_before: admission.not_before,
        key_root: id,
    }
}

pub(super) fn check_input(plan: &Plan, slug: &Slug, value: &Value) -> Result<()> {
    let (PlanTrigger::Manual { input: Some(schema), .. } | PlanTrigger::Called { input: Some(schema), .. }) =
        &plan.trigger
    else {
        return Ok(());
    };
    let empty = json!({});
    let faults = schema.check(if value.is_null() { &empty } else { value });
    if faults.is_empty() {
        return Ok(());
    }
    let list: Vec<String> = faults
        .iter()
        .take(20)
        .map(|(pointer, message)| format!("{}: {message}", if pointer.is_empty() { "/" } else { pointer }))
        .collect();
    let list = list.join("; ");
    let text = text!(
        "The input does not fit what the flow `{slug}` asks for: {list}",
        "輸入資料不符合流程「{slug}」的要求：{list}"
    );
    Err(Error::invalid("input_invalid", text))
}

/// The trigger event of a start by hand: of the flow's own kind, so that its expressions find what they name.
pub(super) fn event(plan: &Plan, input: Value, now: Time) -> Value {
    match plan.trigger_kind() {
        kind @ (TriggerKind::Manual | TriggerKind::Called) => {
            let input = if input.is_null() { json!({}) } else { input };
            json!({ "kind": kind.name(), "input": input })
        }
        TriggerKind::Webhook => {
            let (path, method) = match &plan.trigger {
                PlanTrigger::Webhook(webhook) => (
                    webhook.path.clone(),
                    webhook.methods.first().cloned().unwrap_or_else(|| "POST".to_owned()),
                ),
                _ => (String::new(), "POST".to_owned()),
            };
            json!({
                "kind": "webhook", "body": input, "headers": {}, "query": {}, "params": {},
                "method": method, "path": path, "received_at": now,
            })
        }
        TriggerKind::Connector => match &plan.trigger {
            PlanTrigger::Connector(trigger) => trigger.event(input, json!({}), now),
            _ => json!({ "kind": "connector", "body": input }),
        },
        TriggerKind::Schedule => json!({ "kind": "schedule", "fire_at": now, "input": input }),
        kind @ TriggerKind::FlowFailed => match input {
            Value::Object(mut fields) => {
                fields.insert("kind".to_owned(), json!(kind.name()));
                Value::Object(fields)
            }
            input => json!({ "kind": kind.name(), "input": input }),
        },
    }
}

/// A dedupe key as it is kept: longer ones as their hash, under the same kind.
pub(crate) fn kept_key(key: String) -> String {
    const LONGEST: usize = 200;
    if key.len() <= LONGEST {
        return key;
    }
    let kind = key.split(':').next().unwrap_or_default();
    format!("{kind}-sha256:{}", hex::encode(Sha256::digest(&key)))
}
