//! The data of a test run: from the request, a sample, or an earlier run of the flow.

use causeway_document::{Plan, specs};
use causeway_model::{Event, KnownFrom, Outcome, RunId, Sample, Time, TriggerKind, Value, text};
use causeway_store::FlowRecord;
use serde_json::json;

use super::testing::TestRequest;
use super::{App, Error, Result, start};

impl App {
    /// What the sample and the run give, with what the request gives over it.
    pub(super) async fn test_data(&self, flow: &FlowRecord, request: &TestRequest) -> Result<Sample> {
        let mut data = match request.from_run {
            Some(run) => self.data_of_run(flow, run).await?,
            None => Sample::default(),
        };
        if let Some(name) = &request.sample {
            let (_, sample) = self.store().sample(flow.id, name).await?;
            if !sample.trigger.is_null() {
                data.trigger = sample.trigger;
            }
            data.outputs.extend(sample.outputs);
            data.ports.extend(sample.ports);
        }
        data.outputs.extend(request.outputs.clone());
        data.ports.extend(request.ports.clone());
        Ok(data)
    }

    /// The trigger event of a run, and what its top-level steps gave.
    pub(super) async fn data_of_run(&self, flow: &FlowRecord, id: RunId) -> Result<Sample> {
        let run = self.store().run(id).await?;
        if run.flow != flow.id {
            let (slug, other) = (&flow.slug, &run.slug);
            return Err(Error::invalid(
                "run_of_other_flow",
                text!(
                    "The run {id} is of the flow `{other}`, not of `{slug}`",
                    "執行 {id} 屬於流程「{other}」，不是「{slug}」"
                ),
            ));
        }
        let event = self.store().trigger_event(id).await?;
        let mut data = Sample {
            trigger: serde_json::from_str(&event).map_err(|_| Error::bug("trigger event"))?,
            ..Sample::default()
        };
        let mut unknown = Vec::new();
        for entry in self.store().journal(id, false).await? {
            if let Event::Rehearsed { step, rehearsal } = &entry.event
                && rehearsal.output_from == KnownFrom::Unknown
            {
                unknown.push(step.clone());
            }
            let (Event::StepSettled { step, outcome, .. } | Event::Kept { step, outcome }) = entry.event
            else {
                continue;
            };
            if entry.frame.is_top()
                && !unknown.contains(&step)
                && let Outcome::Succeeded { output, port } = outcome
            {
                data.ports.extend(port.map(|port| (step.clone(), port)));
                data.outputs.insert(step, output);
            }
        }
        Ok(data)
    }
}

/// The trigger event of a test: of the flow's own kind, with the fields that are given and the usual ones besides.
pub(super) fn trigger(plan: &Plan, sample: Value, request: &TestRequest, now: Time) -> Result<Value> {
    let kind = plan.trigger_kind();
    let mut event = start::event(plan, request.input.clone().unwrap_or_default(), now);
    let fields = fields_of(kind);
    // What the sample says of another kind of trigger means nothing.
    let sample = sample.as_object().into_iter().flatten().filter(|(name, _)| fields.contains(&name.as_str()));
    let has_body = matches!(kind, TriggerKind::Webhook | TriggerKind::Connector);
    let input_field = if has_body { "body" } else { "input" };
    let sample = sample.filter(|(name, _)| request.input.is_none() || *name != input_field);
    for (name, value) in sample {
        event[name.as_str()] = value.clone();
    }
    let given = match &request.trigger {
        None | Some(Value::Null) => None,
        Some(Value::Object(given)) => Some(given),
        Some(_) => return Err(unknown_field("trigger", kind, fields)),
    };
    for (name, value) in given.into_iter().flatten() {
        if !fields.contains(&name.as_str()) {
            return Err(unknown_field(name, kind, fields));
        }
        event[name.as_str()] = value.clone();
    }
    event["kind"] = json!(kind.name());
    if let Some(headers) = event.get_mut("headers").and_then(Value::as_object_mut) {
        *headers =
            std::mem::take(headers).into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
    }
    Ok(event)
}

fn fields_of(kind: TriggerKind) -> &'static [&'static str] {
    specs::trigger_fields(kind)
}

fn unknown_field(name: &str, kind: TriggerKind, fields: &[&str]) -> Error {
    let (kind, fields) = (kind.name(), fields.join(", "));
    Error::invalid(
        "trigger_invalid",
        text!(
            "`{name}`: the trigger of a test is an object with fields of a `{kind}` trigger: {fields}",
            "`{name}`：測試的觸發資料必須是物件，且為 `{kind}` 觸發的欄位：{fields}"
        ),
    )
}
