//! Listening: the next real call of a flow's webhook, for somebody who writes the flow. The trigger is that of the draft as it was
//! when they began.

use std::time::Duration;

use causeway_document::{Plan, PlanTrigger};
use causeway_model::{Flow, Settings, Severity, Slug, Span, Time, TriggerKind, Value, text};
use serde::Serialize;
use serde_json::json;
use tokio::time::Instant;
use uuid::Uuid;

use super::{App, Error, Result, publish, trigger_events};

/// The longest that somebody listens.
const MOST_SECONDS: u64 = 600;
/// How often the store is asked whether something came.
const LOOK: Duration = Duration::from_millis(300);

/// Somebody listens.
#[derive(Clone, Debug)]
pub struct StartedListening {
    pub id: Uuid,
    pub expires_at: Time,
    /// The webhook's, as the document has it.
    pub path: String,
}

/// Whether somebody still listens, and what came.
#[derive(Clone, Debug, Serialize)]
pub struct HeardView {
    pub listening: bool,
    /// `trigger` as a sample holds it; headers and fields of the query that may hold credentials are masked.
    pub trigger: Option<Value>,
    pub received_at: Option<Time>,
}

impl App {
    pub async fn start_listening(&self, slug: &Slug, seconds: u64, by: &str) -> Result<StartedListening> {
        if !(1..=MOST_SECONDS).contains(&seconds) {
            return Err(Error::invalid(
                "seconds_invalid",
                text!("Listen for 1 to {MOST_SECONDS} seconds", "請監聽 1 到 {MOST_SECONDS} 秒"),
            ));
        }
        let (flow, draft) = self.draft(slug).await?;
        if draft.trigger.use_ != TriggerKind::Webhook.name() {
            return Err(no_webhook(slug));
        }
        self.compiler_by_now().await?;
        let alone = trigger_alone(draft);
        let plan = self.listened(&alone)?;
        let PlanTrigger::Webhook(webhook) = &plan.trigger else { return Err(no_webhook(slug)) };
        let expires_at = self.now() + Span::from_secs(seconds);
        let routes = publish::routes(&plan, flow.id);
        let id = self.store().start_listening(flow.id, &alone, &routes, expires_at, by).await?;
        self.changed();
        tracing::info!(flow = %slug, by, "somebody listens to a webhook");
        Ok(StartedListening { id, expires_at, path: webhook.path.clone() })
    }

    pub async fn stop_listening(&self, slug: &Slug) -> Result<()> {
        let flow = self.flow(slug).await?;
        self.store().stop_listening(flow.id).await?;
        self.changed();
        Ok(())
    }

    /// What came; else, while somebody listens, waits so long for it.
    pub async fn heard(&self, slug: &Slug, wait: Duration) -> Result<HeardView> {
        let flow = self.flow(slug).await?;
        let until = Instant::now() + wait;
        loop {
            let heard = self.store().heard(flow.id).await?;
            let listening =
                heard.as_ref().is_some_and(|heard| heard.event.is_none() && heard.expires_at > self.now());
            if let Some((event, at)) = heard.and_then(|heard| Some((heard.event?, heard.received_at?))) {
                let mut event =
                    serde_json::from_str(&event).map_err(|_| Error::bug("a call that was kept"))?;
                trigger_events::mask(&mut event);
                return Ok(HeardView { listening: false, trigger: Some(event), received_at: Some(at) });
            }
            if !listening || Instant::now() >= until {
                return Ok(HeardView { listening, trigger: None, received_at: None });
            }
            tokio::time::sleep(LOOK.min(until.saturating_duration_since(Instant::now()))).await;
        }
    }

    /// What came, for whoever waits for it; false where another call was first.
    pub(crate) async fn hear(&self, listening: Uuid, event: &str, at: Time) -> Result<bool> {
        let heard = self.store().hear(listening, event, at).await?;
        self.changed();
        Ok(heard)
    }

    /// The plan of nothing but a trigger.
    pub(crate) fn listened(&self, alone: &Flow) -> Result<Plan> {
        self.compiler().compile(alone).map_err(|mut faults| {
            faults.retain(|fault| fault.severity == Severity::Error);
            Error::document(faults)
        })
    }
}

fn no_webhook(slug: &Slug) -> Error {
    Error::invalid(
        "no_webhook",
        text!(
            "The draft of {slug} is not started by a webhook; nobody calls it",
            "流程 {slug} 的草稿不是由 Webhook 啟動，不會有人呼叫"
        ),
    )
}

/// The draft without what may be half written.
fn trigger_alone(draft: Flow) -> Flow {
    let mut alone = Flow { steps: Vec::new(), settings: Settings::default(), ..draft };
    if let Some(with) = alone.trigger.with.as_object_mut() {
        // Nobody answers.
        with.insert("reply".to_owned(), json!("accepted"));
    }
    alone
}
