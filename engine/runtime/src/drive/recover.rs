//! A run as its journal left it: made when a worker takes it up, be it new, waiting, or another worker's.

use std::collections::BTreeMap;

use causeway_document::Scope;
use causeway_model::{ErrorClass, Event, Frame, LoopTally, StepError, StepId, StreamRef, Value, text};
use causeway_store::Claimed;

use super::Shared;
use super::core::Core;
use crate::files::store_error;
use crate::machine::{Machine, Place};
use crate::services::Services;

/// Rebuilds a run. Its signals are left in `claimed`.
pub async fn rebuild(shared: &Shared, claimed: &mut Claimed) -> Result<Core, StepError> {
    let services = &shared.services;
    let run = claimed.run.clone();
    let plan = services.plan(run.flow, run.version).await?;
    let names = plan.vars.clone();
    let test = services.store.test_plan(run.flow, run.version).await.map_err(store_error)?;
    let scope = match &test {
        Some(test) => plan.scope(test).ok_or_else(step_gone)?,
        None => Scope::default(),
    };
    let mut core = Core::new(Machine::within(plan, scope), run, test, shared);
    let mut journal = std::mem::take(&mut claimed.journal);
    // A frame's entries go after those of the frames around it. The start goes first: a resumed run keeps outcomes from before.
    journal.sort_by_key(|entry| (!matches!(entry.event, Event::Started { .. }), depth(&entry.frame)));
    let now = services.store.clock().now();
    let started = journal.first().is_some_and(|entry| matches!(entry.event, Event::Started { .. }));
    if !started {
        let all = services.store.variables().await.map_err(store_error)?;
        let vars: BTreeMap<String, Value> = match names {
            Some(names) => names
                .into_iter()
                .filter_map(|name| all.get(&name).cloned().map(|value| (name, value)))
                .collect(),
            None => (*all).clone(),
        };
        core.record(&Frame::top(), now, Event::Started { vars });
        core.open_top(&claimed.event)?;
        core.keep_given(&Frame::top(), now);
    }
    let mut loops = std::mem::take(&mut claimed.loops);
    let mut level = 0;
    for entry in &journal {
        if depth(&entry.frame) > level {
            restore_tallies(&mut core, &mut loops, level);
            level = depth(&entry.frame);
        }
        if entry.frame.is_top() || ensure_open(services, &mut core, &entry.frame).await? {
            core.take_notice(entry);
            if matches!(entry.event, Event::Started { .. }) {
                core.open_top(&claimed.event)?;
            }
        }
    }
    for level in level..=level + 1 {
        restore_tallies(&mut core, &mut loops, level);
    }
    if core.run.recovered {
        core.record(&Frame::top(), now, Event::Recovered);
    }
    Ok(core)
}

/// Only a test run that was not made by this product can be so.
fn step_gone() -> StepError {
    StepError::new(
        "step_not_found",
        ErrorClass::Bug,
        text!("The tested step is not in the document", "文件中沒有要測試的步驟"),
    )
}

fn depth(frame: &Frame) -> usize {
    if frame.is_top() { 0 } else { 1 + frame.as_str().matches('/').count() }
}

/// Restores the tallies of the loops that stand in frames of one depth.
fn restore_tallies(core: &mut Core, loops: &mut Vec<(Frame, StepId, LoopTally)>, level: usize) {
    loops.retain(|(frame, step, tally)| {
        let now = depth(frame) == level;
        if now {
            core.machine.restore_tally(frame, step, tally.clone());
        }
        !now
    });
}

/// Opens the frame of an item that was under way. `false` where the item is settled: then its entries mean nothing any more.
async fn ensure_open(services: &Services, core: &mut Core, frame: &Frame) -> Result<bool, StepError> {
    if core.has_context(frame) {
        return Ok(true);
    }
    let Some((parent, step, index)) = frame.parent() else { return Ok(false) };
    let Ok(step) = step.parse::<StepId>() else { return Ok(false) };
    let Some(place) = core.machine.place(&parent, &step) else { return Ok(false) };
    let Some(opened) = core.machine.open_item(&place, index) else { return Ok(false) };
    let item = match core.item(&place, index) {
        Some(item) => item,
        None => fetch(services, core, &place, index, 1).await?.into_iter().next().unwrap_or(Value::Null),
    };
    core.open_item(&place, index, &opened, &item, true);
    Ok(true)
}

/// Items of a loop that goes over a stream.
pub async fn fetch(
    services: &Services,
    core: &Core,
    place: &Place,
    from: u64,
    limit: u64,
) -> Result<Vec<Value>, StepError> {
    let stream = core.machine.looping(place).and_then(|looping| StreamRef::from_value(&looping.items));
    let Some(stream) = stream else { return Ok(Vec::new()) };
    services.store.read_stream(stream.id, from, limit).await.map_err(store_error)
}
