//! `schedule`: starts a flow at the times that its cron line names.
//!
//! Each fire time is accepted under a dedupe key of its own, so that however many workers keep time, it fires once.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use causeway_document::{Missed, PlanTrigger, Schedule};
use causeway_model::{FlowId, RunMode, Span, Time, TriggerKind};
use causeway_store::{Accepted, Origin, RunFilter};
use chrono_tz::Tz;

use crate::drive::Shared;
use crate::files::store_error;
use crate::steps::call_flow;

/// How long a fire time's dedupe key is kept: longer than any worker could be behind.
const REMEMBER: Span = Span::from_secs(7 * 86_400);
/// The most missed fire times that are made up for.
const MOST_MISSED: usize = 100;

/// A flow's cron line, ready to ask.
struct Clockwork {
    version: i32,
    cron: cron::Schedule,
    timezone: Tz,
    /// Fire times up to here are dealt with.
    done: Time,
}

/// Fires schedules until the shutdown.
pub async fn keep_time(shared: Arc<Shared>) {
    let mut known: HashMap<FlowId, Clockwork> = HashMap::new();
    let mut revision = None;
    loop {
        tokio::select! {
            () = shared.shutdown.cancelled() => return,
            () = tokio::time::sleep(Duration::from_millis(250)) => {}
        }
        match shared.services.store.revision().await {
            Ok(now) if revision != Some(now) => {
                if let Err(error) = learn(&shared, &mut known).await {
                    tracing::warn!(%error, "schedules could not be read");
                    continue;
                }
                revision = Some(now);
            }
            Ok(_) => {}
            Err(_) => continue,
        }
        for (flow, clockwork) in &mut known {
            if let Err(error) = fire(&shared, *flow, clockwork).await {
                tracing::warn!(%flow, %error, "a schedule could not fire; it is tried again");
            }
        }
    }
}

/// Learns which flows have a schedule, and which fire times each has missed.
async fn learn(
    shared: &Shared,
    known: &mut HashMap<FlowId, Clockwork>,
) -> Result<(), causeway_model::StepError> {
    let services = &shared.services;
    let flows = services.store.flows_with_trigger(TriggerKind::Schedule).await.map_err(store_error)?;
    known.retain(|flow, clockwork| flows.contains(&(*flow, clockwork.version)));
    for (flow, version) in flows {
        if known.contains_key(&flow) {
            continue;
        }
        let plan = services.plan(flow, version).await?;
        let PlanTrigger::Schedule(schedule) = &plan.trigger else { continue };
        let (Ok(cron), Ok(timezone)) = (parse(&schedule.cron), schedule.timezone.parse::<Tz>()) else {
            tracing::warn!(%flow, cron = schedule.cron, "a schedule does not read");
            continue;
        };
        let done = begin_from(shared, flow, version, schedule, &cron, timezone).await.map_err(store_error)?;
        known.insert(flow, Clockwork { version, cron, timezone, done });
    }
    Ok(())
}

/// From when on a schedule fires, by its policy for missed times.
async fn begin_from(
    shared: &Shared,
    flow: FlowId,
    version: i32,
    schedule: &Schedule,
    cron: &cron::Schedule,
    timezone: Tz,
) -> causeway_store::Result<Time> {
    let store = &shared.services.store;
    let now = store.clock().now();
    if schedule.missed == Missed::Skip {
        return Ok(now);
    }
    let filter = RunFilter { flow: Some(flow), limit: 20, ..RunFilter::default() };
    let runs = store.runs(filter).await?;
    let fired = runs.iter().find(|run| run.trigger == TriggerKind::Schedule).map(|run| run.created_at);
    let published = store.versions(flow).await?.into_iter().find(|record| record.version == version);
    let since = published.map(|record| record.published_at).max(fired).unwrap_or(now);
    let missed: Vec<Time> = times(cron, timezone, since).take_while(|at| *at <= now).take(10_000).collect();
    let makes_up = if schedule.missed == Missed::Once { 1 } else { MOST_MISSED };
    let first = missed.len().saturating_sub(makes_up);
    Ok(missed.get(first).map_or(now, |at| *at - Span::from_millis(1)))
}

async fn fire(
    shared: &Shared,
    flow: FlowId,
    clockwork: &mut Clockwork,
) -> Result<(), causeway_model::StepError> {
    let services = &shared.services;
    let now = services.store.clock().now();
    let due: Vec<Time> = times(&clockwork.cron, clockwork.timezone, clockwork.done)
        .take_while(|at| *at <= now)
        .take(MOST_MISSED)
        .collect();
    for at in due {
        let plan = services.plan(flow, clockwork.version).await?;
        let event = serde_json::json!({ "kind": "schedule", "fire_at": at });
        let trigger = TriggerKind::Schedule;
        let origin = Origin::default();
        let mut run = call_flow::started(
            &plan,
            flow,
            clockwork.version,
            trigger,
            &event,
            origin,
            RunMode::Normal,
            now,
        )?;
        run.dedupe = Some((format!("schedule:{at}"), REMEMBER));
        if services.store.accept(run).await.map_err(store_error)? == Accepted::New {
            shared.watch.scheduled(at);
        }
        clockwork.done = at;
    }
    Ok(())
}

/// The fire times after a moment, in order.
fn times(cron: &cron::Schedule, timezone: Tz, after: Time) -> impl Iterator<Item = Time> {
    let after = after.to_datetime().with_timezone(&timezone);
    cron.after_owned(after).map(|at| Time::from(at.to_utc()))
}

/// Reads a cron line in the Unix way: five fields, or six with seconds first; weekdays 0 to 7, Sunday being both 0 and 7.
fn parse(line: &str) -> Result<cron::Schedule, cron::error::Error> {
    let mut fields: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    if fields.len() == 5 {
        fields.insert(0, "0".to_owned());
    }
    if let Some(weekday) = fields.get_mut(5) {
        *weekday = named_weekdays(weekday);
    }
    cron::Schedule::from_str(&fields.join(" "))
}

/// The library counts weekdays from Sunday = 1; names mean the same to both. `1-5` is `Mon-Fri`, `5-7` is `Fri-Sat,Sun`.
fn named_weekdays(field: &str) -> String {
    const NAMES: [&str; 8] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let name =
        |text: &str| text.parse::<usize>().ok().and_then(|day| NAMES.get(day).copied()).map(str::to_owned);
    let one = |part: &str| -> String {
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        let numbers = range
            .split_once('-')
            .and_then(|(a, b)| Some((a.parse::<usize>().ok()?, b.parse::<usize>().ok()?)));
        match (numbers, step.and_then(|step| step.parse::<usize>().ok())) {
            (Some((from, to)), step) if from <= to && to <= 7 => {
                let days = (from..=to).step_by(step.unwrap_or(1).max(1)).map(|day| NAMES[day]);
                days.collect::<Vec<_>>().join(",")
            }
            (None, Some(step)) if range == "*" => {
                (0..7).step_by(step.max(1)).map(|day| NAMES[day]).collect::<Vec<_>>().join(",")
            }
            _ => name(part).unwrap_or_else(|| part.to_owned()),
        }
    };
    field.split(',').map(one).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(line: &str, after: &str, count: usize) -> Vec<String> {
        let cron = parse(line).expect("parses");
        let after: Time = after.parse().expect("a time");
        let taipei = chrono_tz::Asia::Taipei;
        times(&cron, taipei, after)
            .take(count)
            .map(|at| at.to_datetime().with_timezone(&taipei).format("%a %m-%d %H:%M:%S").to_string())
            .collect()
    }

    #[test]
    fn cron_lines_mean_what_they_mean_on_unix() {
        // 2026-01-01 is a Thursday.
        assert_eq!(
            next("30 8 * * 1-5", "2026-01-01T20:00:00+08:00", 3),
            ["Fri 01-02 08:30:00", "Mon 01-05 08:30:00", "Tue 01-06 08:30:00"]
        );
        assert_eq!(next("0 9 * * 0", "2026-01-01T00:00:00+08:00", 1), ["Sun 01-04 09:00:00"]);
        assert_eq!(next("0 9 * * 7", "2026-01-01T00:00:00+08:00", 1), ["Sun 01-04 09:00:00"]);
        assert_eq!(
            next("0 9 * * 5-7", "2026-01-02T10:00:00+08:00", 2),
            ["Sat 01-03 09:00:00", "Sun 01-04 09:00:00"]
        );
        assert_eq!(
            next("*/20 * * * * *", "2026-01-01T00:00:00+08:00", 2),
            ["Thu 01-01 00:00:20", "Thu 01-01 00:00:40"]
        );
        assert_eq!(next("0 0 1 * *", "2026-01-15T00:00:00+08:00", 1), ["Sun 02-01 00:00:00"]);
        assert!(parse("61 * * * *").is_err());
    }
}
