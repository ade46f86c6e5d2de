//! Trigger events: what came in, as it was kept. An event has the id of the first run that it led to.

use std::collections::HashMap;

use causeway_document::PlanTrigger;
use causeway_model::{
    FileRef, FlowId, RunId, RunMode, RunStatus, Slug, StreamRef, Text, Time, TriggerKind, Value,
    is_credential, text,
};
use causeway_store::{Page, RunFilter, RunRecord};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{App, Error, Result, start};

/// One occurrence of a trigger, without its content.
#[derive(Clone, Debug, Serialize)]
pub struct TriggerEventRecord {
    pub id: RunId,
    pub flow: FlowId,
    pub slug: Slug,
    pub kind: TriggerKind,
    /// What the connector calls it, where it is one's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Text>,
    pub received_at: Time,
    /// The run that it led to; its id is the event's.
    pub run: RunId,
    /// Absent where a draft was tested.
    pub version: Option<i32>,
    pub status: RunStatus,
    /// How often it came again, while its key is remembered.
    pub duplicates: u64,
}

#[derive(Clone, Debug, Serialize)]
pub struct TriggerEventView {
    #[serde(flatten)]
    pub record: TriggerEventRecord,
    /// `trigger` as expressions see it; headers that may hold credentials are masked.
    pub event: Value,
}

/// The body of an event, as bytes or where they are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventBody {
    /// Of JSON to the letter.
    Json(String),
    Text(String),
    File(FileRef),
    Records(StreamRef),
}

const MASK: &str = "***";

impl TriggerEventRecord {
    fn of(run: RunRecord, title: Option<Text>, duplicates: u64) -> Self {
        let version = Some(run.version).filter(|_| !run.is_of_draft());
        Self {
            id: run.id,
            flow: run.flow,
            slug: run.slug,
            kind: run.trigger,
            title,
            received_at: run.created_at,
            run: run.id,
            version,
            status: run.status,
            duplicates,
        }
    }
}

impl App {
    /// Newest first. Resumed and replayed runs have copies of their events, which are not told again; nobody sent those of
    /// tests.
    pub async fn trigger_events(&self, filter: RunFilter) -> Result<Page<TriggerEventRecord>> {
        let page = self
            .store()
            .list_runs(RunFilter { originals: true, mode: Some(RunMode::Normal), ..filter })
            .await?;
        let ids: Vec<RunId> = page.rows.iter().map(|run| run.id).collect();
        let duplicates = self.store().duplicates(&ids).await?;
        let mut titles: HashMap<(FlowId, i32), Option<Text>> = HashMap::new();
        for run in &page.rows {
            if run.trigger == TriggerKind::Connector && !titles.contains_key(&(run.flow, run.version)) {
                titles.insert((run.flow, run.version), self.trigger_title(run).await);
            }
        }
        Ok(page.map(|run| {
            let times = duplicates.get(&run.id).copied().unwrap_or(0);
            let title = titles.get(&(run.flow, run.version)).cloned().flatten();
            TriggerEventRecord::of(run, title, times)
        }))
    }

    /// The run that a dedupe key of the flow led to, as it was sent: of a start by hand, a template, or a known sender.
    pub async fn run_of_dedupe_key(&self, flow: FlowId, key: &str) -> Result<Option<RunId>> {
        let keys = [
            start::kept_key(key.to_owned()),
            start::kept_key(format!("key:{key}")),
            start::kept_key(format!("event:{key}")),
            format!("start:{key}"),
        ];
        Ok(self.store().run_of_key(flow, &keys).await?)
    }

    pub async fn trigger_event_view(&self, id: RunId) -> Result<TriggerEventView> {
        let run = self.store().run(id).await?;
        let duplicates = self.store().duplicates(&[id]).await?.remove(&id).unwrap_or(0);
        let text = self.store().trigger_event(id).await?;
        let mut event: Value = serde_json::from_str(&text).map_err(|_| Error::bug("trigger event"))?;
        mask(&mut event);
        let title = self.trigger_title(&run).await;
        Ok(TriggerEventView { record: TriggerEventRecord::of(run, title, duplicates), event })
    }

    /// What the connector calls the trigger of a run; nothing where it is no connector's, or is not known any more.
    pub(super) async fn trigger_title(&self, run: &RunRecord) -> Option<Text> {
        if run.trigger != TriggerKind::Connector {
            return None;
        }
        let plan = self.plan(run.flow, run.version).await.ok()?;
        let PlanTrigger::Connector(trigger) = &plan.trigger else { return None };
        let catalogue = &self.compiler().catalogue;
        let connector = match plan.connectors.get(&trigger.connector) {
            Some(version) => catalogue.connector_at(&trigger.connector, version)?,
            None => catalogue.known(&trigger.connector)?,
        };
        let spec = connector.spec();
        let found = spec.triggers.iter().find(|known| known.name == trigger.trigger)?;
        Some(Text {
            en: format!("{}: {}", spec.title.en, found.title.en),
            zh_tw: format!("{}：{}", spec.title.zh_tw, found.title.zh_tw),
        })
    }

    /// The body to the letter. `event_has_no_body` for events that bring none.
    pub async fn trigger_event_body(&self, id: RunId) -> Result<EventBody> {
        #[derive(serde::Deserialize)]
        struct Body {
            #[serde(default)]
            body: Option<Box<RawValue>>,
        }
        let text = self.store().trigger_event(id).await?;
        let event: Body = serde_json::from_str(&text).map_err(|_| Error::bug("trigger event"))?;
        let Some(raw) = event.body else {
            return Err(Error::not_found(
                "event_has_no_body",
                text!(
                    "The trigger event {id} has no body: no system sent it",
                    "觸發事件 {id} 沒有內容：它不是由系統送入"
                ),
            ));
        };
        let value: Value = serde_json::from_str(raw.get()).map_err(|_| Error::bug("trigger event"))?;
        Ok(if let Some(file) = FileRef::from_value(&value) {
            EventBody::File(file)
        } else if let Some(records) = StreamRef::from_value(&value) {
            EventBody::Records(records)
        } else if let Value::String(text) = value {
            EventBody::Text(text)
        } else {
            EventBody::Json(raw.get().to_owned())
        })
    }
}

/// Hides what headers and query may hold of credentials.
pub(super) fn mask(event: &mut Value) {
    for part in ["headers", "query"] {
        let Some(fields) = event.get_mut(part).and_then(Value::as_object_mut) else { continue };
        for (_, value) in fields.iter_mut().filter(|(name, _)| is_credential(name)) {
            *value = MASK.into();
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_may_be_a_credential_is_masked() {
        let mut event = json!({"headers": {"x-api-key": "k", "x-auth-token": "t", "content-type": "application/json"},
            "query": {"access_token": "t", "page": "2"}, "body": {"token": "of the body, which is the matter"}});
        mask(&mut event);
        let wanted = json!({"headers": {"x-api-key": "***", "x-auth-token": "***", "content-type": "application/json"},
            "query": {"access_token": "***", "page": "2"}, "body": {"token": "of the body, which is the matter"}});
        assert_eq!(event, wanted);
    }
}
