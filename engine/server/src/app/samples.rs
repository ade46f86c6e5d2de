//! Samples: bounded, free of secrets, made by hand or taken from a run; and how one is written as a test case.

use causeway_connector::http::Masker;
use causeway_document::{Plan, PlanTrigger};
use causeway_model::{RunId, Sample, Slug, TriggerKind, Value, is_credential, text};
use causeway_script::Mask;
use causeway_store::SampleRecord;
use serde::Serialize;
use serde_json::{Map, json};

use super::{App, Error, Result};

/// The largest sample, in bytes of JSON.
const LARGEST: usize = 256 * 1024;
/// What stands in the place of a credential.
const REDACTED: &str = "[redacted]";
const LONGEST_DESCRIPTION: usize = 1000;

/// A sample to keep.
#[derive(Clone, Debug, Default)]
pub struct SampleRequest {
    /// Wins over what the run gives.
    pub sample: Sample,
    /// Takes the trigger event of this run, and what its top-level steps gave.
    pub from_run: Option<RunId>,
    pub only_trigger: bool,
    /// The revision that the change was made on; 0 for a new one.
    pub expected: Option<i64>,
    pub by: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct SavedSample {
    #[serde(flatten)]
    pub record: SampleRecord,
    /// As it is kept.
    pub sample: Sample,
    /// What could not be kept, since it is in files or record streams, which go with their run.
    pub left_out: Vec<String>,
}

impl App {
    pub async fn samples(&self, slug: &Slug) -> Result<Vec<SampleRecord>> {
        let flow = self.flow(slug).await?;
        Ok(self.store().samples(flow.id).await?)
    }

    pub async fn sample(&self, slug: &Slug, name: &str) -> Result<(SampleRecord, Sample)> {
        let flow = self.flow(slug).await?;
        Ok(self.store().sample(flow.id, name).await?)
    }

    pub async fn set_sample(&self, slug: &Slug, name: &str, request: SampleRequest) -> Result<SavedSample> {
        let name: Slug = name.parse()?;
        let flow = self.flow(slug).await?;
        let mut sample = match request.from_run {
            Some(run) => self.data_of_run(&flow, run).await?,
            None => Sample::default(),
        };
        if request.only_trigger {
            (sample.outputs, sample.ports) = Default::default();
        }
        let given = request.sample;
        sample.description = given.description;
        if !given.trigger.is_null() {
            sample.trigger = given.trigger;
        }
        sample.outputs.extend(given.outputs);
        sample.ports.extend(given.ports);
        let left_out = leave_blobs_out(&mut sample);
        let secrets = self.store().secrets().await?;
        let mask = |(name, value): (&String, &String)| Mask {
            secret: value.clone(),
            shown: format!("{{{{ secret.{name} }}}}"),
        };
        redact(&mut sample, &Masker::new(&secrets.iter().map(mask).collect::<Vec<_>>()));
        check(&sample)?;
        let (expected, by) = (request.expected, request.by.as_str());
        let record = self.store().set_sample(flow.id, name.as_str(), &sample, expected, by).await?;
        tracing::info!(flow = %slug, sample = %name, by, "sample set");
        Ok(SavedSample { record, sample, left_out })
    }

    pub async fn delete_sample(
        &self,
        slug: &Slug,
        name: &str,
        expected: Option<i64>,
        by: &str,
    ) -> Result<()> {
        let flow = self.flow(slug).await?;
        self.store().delete_sample(flow.id, name, expected, by).await?;
        tracing::info!(flow = %slug, sample = name, by, "sample deleted");
        Ok(())
    }

    /// What a file of `cases/` holds: what comes in, and what the steps must give.
    pub async fn sample_as_case(&self, slug: &Slug, name: &str) -> Result<Value> {
        let (flow, draft) = self.draft(slug).await?;
        let plan = self.compiler_by_now().await?.compile(&draft).map_err(Error::document)?;
        let (_, sample) = self.store().sample(flow.id, name).await?;
        Ok(case(&plan, name, &sample))
    }
}

fn case(plan: &Plan, name: &str, sample: &Sample) -> Value {
    let title = if sample.description.is_empty() { name } else { &sample.description };
    let mut case = Map::new();
    case.insert("title".to_owned(), json!({ "en": title, "zh-TW": title }));
    match (plan.trigger_kind(), &plan.trigger) {
        (TriggerKind::Webhook, PlanTrigger::Webhook(webhook)) => {
            let usual = || webhook.methods.first().cloned().unwrap_or_else(|| "POST".to_owned());
            let method = sample.trigger["method"].as_str().map_or_else(usual, str::to_owned);
            let path = sample.trigger["path"].as_str().unwrap_or(&webhook.path);
            let call = json!({ "method": method, "path": path, "body": sample.trigger["body"] });
            case.insert("webhook".to_owned(), call);
        }
        (TriggerKind::Connector, _) => {
            case.insert("start".to_owned(), sample.trigger["body"].clone());
        }
        _ => {
            case.insert("start".to_owned(), sample.trigger["input"].clone());
        }
    }
    let steps = plan.body.steps.iter().filter_map(|step| {
        let (output, port) = (sample.outputs.get(&step.id), sample.ports.get(&step.id));
        (output.is_some() || port.is_some()).then(|| {
            let mut expected = json!({ "id": step.id, "status": "succeeded" });
            if let Some(output) = output.filter(|output| !output.is_null()) {
                expected["output"] = output.clone();
            }
            if let Some(port) = port {
                expected["port"] = json!(port);
            }
            expected
        })
    });
    let steps: Vec<Value> = steps.collect();
    case.insert("run".to_owned(), json!({ "status": "succeeded", "steps": steps }));
    Value::Object(case)
}

fn check(sample: &Sample) -> Result<()> {
    if !sample.trigger.is_null() && !sample.trigger.is_object() {
        return Err(Error::invalid(
            "sample_invalid",
            text!(
                "`trigger` of a sample is an object, such as {{\"body\": {{...}}}}",
                "範例資料的 `trigger` 必須是物件，例如 {{\"body\": {{...}}}}"
            ),
        ));
    }
    let size = serde_json::to_string(sample).map_or(usize::MAX, |text| text.len());
    if size > LARGEST || sample.description.chars().count() > LONGEST_DESCRIPTION {
        let (size, most) = (size / 1024, LARGEST / 1024);
        return Err(Error::invalid(
            "sample_too_large",
            text!(
                "The sample has {size} kB; at most {most} kB are kept, and 1,000 characters of description",
                "範例資料有 {size} kB，最多 {most} kB，說明最多 1,000 字"
            ),
        ));
    }
    Ok(())
}

/// Files and record streams go with their run; a sample stays. What was left out.
fn leave_blobs_out(sample: &mut Sample) -> Vec<String> {
    let mut left_out = Vec::new();
    sample.outputs.retain(|step, output| {
        let stays = !names_blob(output);
        if !stays {
            left_out.push(format!("outputs.{step}"));
        }
        stays
    });
    if let Value::Object(trigger) = &mut sample.trigger {
        for (name, value) in trigger.iter_mut().filter(|(_, value)| names_blob(value)) {
            left_out.push(format!("trigger.{name}"));
            *value = Value::Null;
        }
    }
    left_out
}

fn names_blob(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(names_blob),
        Value::Object(fields) => {
            fields.contains_key("$file") || fields.contains_key("$stream") || fields.values().any(names_blob)
        }
        _ => false,
    }
}

fn redact(sample: &mut Sample, masker: &Masker) {
    for part in ["headers", "query"] {
        let Some(fields) = sample.trigger.get_mut(part).and_then(Value::as_object_mut) else { continue };
        for (_, value) in fields.iter_mut().filter(|(name, _)| is_credential(name)) {
            *value = Value::String(REDACTED.to_owned());
        }
    }
    sample.trigger = masker.value(std::mem::take(&mut sample.trigger));
    for output in sample.outputs.values_mut() {
        *output = masker.value(std::mem::take(output));
    }
    sample.description = masker.text(std::mem::take(&mut sample.description));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_credentials_are_not_kept() {
        let mut sample = Sample {
            trigger: json!({"headers": {"authorization": "Bearer abc", "X-Api-Key": "k", "accept": "*/*"},
                "body": {"note": "the hunter22 code", "hunter22": 1}}),
            ..Sample::default()
        };
        let mask = Mask { secret: "hunter22".to_owned(), shown: "{{ secret.crm }}".to_owned() };
        redact(&mut sample, &Masker::new(&[mask]));
        assert_eq!(
            sample.trigger,
            json!({"headers": {"authorization": "[redacted]", "X-Api-Key": "[redacted]", "accept": "*/*"},
                "body": {"note": "the {{ secret.crm }} code", "{{ secret.crm }}": 1}})
        );
    }

    #[test]
    fn what_goes_with_its_run_is_left_out() {
        let file = json!({"$file": {"id": "x"}});
        let mut sample = Sample { trigger: json!({"body": {"doc": file}, "query": {}}), ..Sample::default() };
        sample.outputs.insert("a".parse().expect("a step"), json!([file]));
        sample.outputs.insert("b".parse().expect("a step"), json!(1));
        assert_eq!(leave_blobs_out(&mut sample), ["outputs.a", "trigger.body"]);
        assert_eq!((sample.outputs.len(), &sample.trigger["body"]), (1, &Value::Null));
    }
}
