//! One poll of one flow: ask, start a run for each event, move the cursor, say when it is asked again.

use std::sync::Arc;

use causeway_document::{ConnectorTrigger, ConnectorWay, Plan, PlanTrigger, PollFrom};
use causeway_model::{ErrorClass, RunMode, Span, StepError, Text, Time, TriggerKind, Value, text};
use causeway_store::{Accepted, Origin, POLL_LEASE, PollDone, PollError, PollTurn};
use futures::stream::{self, StreamExt};

use super::ask::{Question, Start};
use super::cursor::Cursor;
use super::{Event, Rules, pace};
use crate::drive::Shared;
use crate::files::{RunFiles, is_large, keep_large, store_error};
use crate::services::Services;
use crate::steps::call_flow;
use crate::steps::operation::connector_of;

/// How long an event's dedupe key is kept: longer than any process could be away between a run and the cursor. After that
/// the cursor itself knows what was dealt with.
const REMEMBER: Span = Span::from_secs(7 * 86_400);
/// So many runs are accepted at once: they share transactions.
const AT_ONCE: usize = 64;
const LONGEST_MESSAGE: usize = 1000;

/// What a poll that went well says.
struct Asked {
    cursor: Cursor,
    every: Span,
    more: bool,
    /// Runs that were made.
    found: u64,
    /// A record whose run could not be made, which is not tried again.
    refused: Option<StepError>,
}

pub async fn work(shared: Arc<Shared>, turn: PollTurn) {
    let store = &shared.services.store;
    let asked = tokio::select! {
        () = shared.shutdown.cancelled() => None,
        () = keep_lease(&shared, &turn) => return,
        asked = ask(&shared, &turn) => Some(asked),
    };
    let ended = match asked {
        None => store.leave_poll(&turn).await,
        Some(asked) => {
            let done = settle(&shared, &turn, asked);
            store.poll_done(&turn, done).await.map(drop)
        }
    };
    if let Err(error) = ended {
        tracing::warn!(flow = %turn.flow, %error, "what came of a poll was not noted; it is asked again");
    }
}

/// Resolves when somebody else has the lease, or the poll is no more.
async fn keep_lease(shared: &Shared, turn: &PollTurn) {
    loop {
        tokio::time::sleep(POLL_LEASE / 3).await;
        match shared.services.store.extend_poll(turn).await {
            Ok(true) => {}
            Ok(false) => return tracing::info!(flow = %turn.flow, "a poll was taken over or published anew"),
            Err(error) => tracing::warn!(flow = %turn.flow, %error, "the lease of a poll was not extended"),
        }
    }
}

/// Counts, and says when it is asked next.
fn settle(shared: &Shared, turn: &PollTurn, asked: Result<Asked, StepError>) -> PollDone {
    let now = shared.services.store.clock().now();
    shared.watch.polled(turn.next_at, asked.as_ref().ok().map(|asked| asked.found));
    match asked {
        Ok(asked) => PollDone {
            // Most polls find nothing, and stay where they were.
            cursor: serde_json::to_string(&asked.cursor)
                .ok()
                .filter(|cursor| turn.cursor.as_ref() != Some(cursor)),
            next_at: if asked.more { now } else { pace::next(turn.flow, asked.every, now) },
            at: now,
            failures: 0,
            error: asked.refused.map(|error| told(&error, now)),
            found: asked.found,
        },
        Err(error) => {
            let failures = turn.failures.saturating_add(1);
            let (code, why) = (&error.code, &error.message.en);
            tracing::warn!(flow = %turn.flow, failures, code, why, "a poll failed");
            PollDone {
                cursor: None,
                next_at: pace::later(turn.flow, failures, &error, now),
                at: now,
                failures,
                error: Some(told(&error, now)),
                found: 0,
            }
        }
    }
}

fn told(error: &StepError, at: Time) -> PollError {
    let short = |text: &str| text.chars().take(LONGEST_MESSAGE).collect();
    let message = Text { en: short(&error.message.en), zh_tw: short(&error.message.zh_tw) };
    PollError { code: error.code.clone(), class: error.class, message, at }
}

async fn ask(shared: &Shared, turn: &PollTurn) -> Result<Asked, StepError> {
    let services = &shared.services;
    let plan = services.plan(turn.flow, turn.version).await?;
    let PlanTrigger::Connector(trigger) = &plan.trigger else { return Err(no_poll()) };
    let ConnectorWay::Poll { every, from, input, most } = &trigger.way else { return Err(no_poll()) };
    let version = plan.connectors.get(&trigger.connector).map(String::as_str);
    let connector = connector_of(services, &trigger.connector, version).await?;
    let poll = connector.poll(&trigger.trigger).ok_or_else(no_poll)?;
    let rules = Rules {
        id: poll.id.clone(),
        since: poll.since,
        overlap: poll.overlap,
        oldest_first: poll.oldest_first,
        most: usize::try_from(*most).unwrap_or(usize::MAX).max(1),
    };
    let now = services.store.clock().now();
    let question = Question {
        connector: &trigger.connector,
        version,
        connection: &trigger.connection,
        poll,
        rules: &rules,
        input,
        now,
    };
    let before = turn.cursor.as_deref().map(read_cursor).transpose()?;
    let start = match (&before, from) {
        (Some(before), _) => Start::After(before),
        (None, PollFrom::Now) => Start::First(Some(turn.begun_at)),
        (None, PollFrom::Beginning) => Start::First(None),
    };
    let sifted = question.ask(services, start).await?;
    let (found, refused) = start_runs(services, turn, &plan, trigger, sifted.events).await?;
    Ok(Asked { cursor: sifted.cursor, every: *every, more: sifted.more, found, refused })
}

fn read_cursor(text: &str) -> Result<Cursor, StepError> {
    serde_json::from_str(text).map_err(|error| {
        let why = error.to_string();
        StepError::new(
            "poll_cursor_broken",
            ErrorClass::Bug,
            text!("Where the poll has got to does not read: {why}", "無法解讀輪詢的進度：{why}"),
        )
    })
}

fn no_poll() -> StepError {
    StepError::new(
        "poll_unknown",
        ErrorClass::Invalid,
        text!(
            "The connector has no such poll any more. Install its version before, or publish the flow with another trigger.",
            "連接器已沒有這個輪詢。請安裝先前的版本，或以其他觸發重新發布流程。"
        ),
    )
}

/// A run for each event, in their order. What the flow itself refuses (its concurrency key fails, say) is told and left; what
/// the store cannot take ends the poll, and all of it is asked again.
async fn start_runs(
    services: &Services,
    turn: &PollTurn,
    plan: &Plan,
    trigger: &ConnectorTrigger,
    events: Vec<Event>,
) -> Result<(u64, Option<StepError>), StepError> {
    let mut accepting =
        stream::iter(events).map(|event| accept(services, turn, plan, trigger, event)).buffered(AT_ONCE);
    let (mut found, mut refused) = (0, None);
    while let Some(accepted) = accepting.next().await {
        match accepted {
            Ok(made) => found += u64::from(made),
            Err(Refusal::OfRecord(error)) => refused = Some(error),
            Err(Refusal::OfStore(error)) => return Err(error),
        }
    }
    Ok((found, refused))
}

enum Refusal {
    OfRecord(StepError),
    OfStore(StepError),
}

/// Whether a run was made.
async fn accept(
    services: &Services,
    turn: &PollTurn,
    plan: &Plan,
    trigger: &ConnectorTrigger,
    event: Event,
) -> Result<bool, Refusal> {
    let now = services.store.clock().now();
    let Event { name, record } = event;
    let seen = |record: Value| trigger.event(record, Value::Object(serde_json::Map::new()), now);
    let large = is_large(&record).then(|| record.clone());
    let (flow, version) = (turn.flow, turn.version);
    let (kind, origin) = (TriggerKind::Connector, Origin::default());
    let mut run = call_flow::started(plan, flow, version, kind, &seen(record), origin, RunMode::Normal, now)
        .map_err(Refusal::OfRecord)?;
    if let Some(record) = large {
        let files = RunFiles { store: services.store.clone(), run: run.id };
        let kept = keep_large(&files, record).await.map_err(Refusal::OfStore)?;
        run.event = seen(kept).to_string();
    }
    // Asked anew from the beginning, a flow gets what it got before once more.
    run.dedupe = Some((format!("poll:{}:{name}", turn.begun_at), REMEMBER));
    let accepted = services.store.accept(run).await.map_err(|error| Refusal::OfStore(store_error(error)))?;
    Ok(!matches!(accepted, Accepted::Duplicate { .. }))
}
