//! The items of a loop in a run: those that are settled, page by page, and those under way.

use std::collections::{BTreeMap, HashMap};

use causeway_document::{Action, StepView, step_views};
use causeway_model::{Entry, Event, Frame, LoopTally, RunId, RunStatus, StepId, StreamRef, Value, text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{App, Error, Result, runs::known_step};

#[derive(Clone, Debug)]
pub struct ItemQuery {
    pub step: StepId,
    /// The loop's frame; the top for a loop that is in no other.
    pub frame: Frame,
    /// Settled items of this kind only.
    pub status: Option<ItemStatus>,
    /// How many settled items to pass over: `next` of the page before.
    pub after: u64,
    /// 1 to 1,000.
    pub limit: u64,
}

/// How an item of a loop was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemStatus {
    Succeeded,
    Failed,
}

/// One page of a loop's items, in the order in which they were settled.
#[derive(Clone, Debug, Serialize)]
pub struct ItemPage {
    pub count: u64,
    pub succeeded: u64,
    pub failed: u64,
    /// `{index, key, status, input, output | error}` each.
    pub items: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
    /// Items begun and not settled (on the first page only, and where no status is asked for).
    pub running: Vec<RunningItem>,
}

#[derive(Clone, Debug, Serialize)]
pub struct RunningItem {
    pub index: u64,
    pub frame: Frame,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Value>,
    pub steps: Vec<StepView>,
}

/// As many items can be under way in one loop.
const MOST_RUNNING: usize = 100;
/// So many settled items are looked through for one page.
const LOOKED_THROUGH: u64 = 10_000;
/// So many are read at once.
const BATCH: u64 = 1000;

impl App {
    pub async fn items(&self, id: RunId, query: ItemQuery) -> Result<ItemPage> {
        let run = self.store().run(id).await?;
        let plan = self.plan(run.flow, run.version).await?;
        let step = &query.step;
        let Action::ForEach(each) = &known_step(&plan, step)?.action else {
            return Err(Error::invalid(
                "step_has_no_items",
                text!("The step `{step}` is no loop, so it has no items", "步驟「{step}」不是迴圈，沒有項目"),
            ));
        };
        let asks_running = query.after == 0 && query.status.is_none();
        let journal = self.store().journal(id, asks_running || !query.frame.is_top()).await?;
        let began = began(&journal, &query.frame, step);
        let loops = self.store().loops(id).await?;
        let known = loops.iter().find(|(frame, id, _)| *frame == query.frame && id == step);
        let tally = known.map(|(_, _, tally)| tally.clone()).unwrap_or_else(|| LoopTally {
            count: began.map_or(0, |(_, count)| count),
            ..LoopTally::default()
        });
        let list = match began {
            Some((items, _)) => Some(items.clone()),
            None => self.store().loop_items(id, &query.frame, step).await?,
        };
        let (mut items, next) = self.settled_items(&tally, &query).await?;
        let indexes: Vec<u64> = items.iter().filter_map(|item| item["index"].as_u64()).collect();
        let mut inputs = self.inputs(list.as_ref(), &indexes).await?;
        for item in &mut items {
            let input = item["index"].as_u64().and_then(|index| inputs.remove(&index));
            if let (Some(fields), Some(input)) = (item.as_object_mut(), input) {
                fields.insert("input".to_owned(), input);
            }
            self.show(item);
        }
        let mut running = Vec::new();
        if asks_running {
            let open = under_way(&journal, &query.frame, step, |index| tally.is_settled(index));
            let indexes: Vec<u64> = open.iter().map(|(index, _)| *index).collect();
            let mut inputs = self.inputs(list.as_ref(), &indexes).await?;
            for (index, frame) in open {
                // An item of a run that is over was cut short with it, so its steps are shown as the run left them.
                let status = if run.status.is_terminal() { run.status } else { RunStatus::Running };
                let mut steps = step_views(&each.body, &frame, status, &journal, &loops);
                steps.iter_mut().for_each(|step| self.show_step(step));
                let mut input = inputs.remove(&index);
                input.iter_mut().for_each(|input| self.show(input));
                running.push(RunningItem { index, frame, input, steps });
            }
        }
        let LoopTally { count, succeeded, failed, .. } = tally;
        Ok(ItemPage { count, succeeded, failed, items, next, running })
    }

    /// The results that are asked for, and where the next page begins.
    async fn settled_items(&self, tally: &LoopTally, query: &ItemQuery) -> Result<(Vec<Value>, Option<u64>)> {
        let Some(results) = &tally.results else { return Ok((Vec::new(), None)) };
        let end = results.count.max(tally.settled());
        let limit = query.limit.clamp(1, 1000);
        let (mut items, mut at) = (Vec::new(), query.after);
        while (items.len() as u64) < limit && at < end && at < query.after.saturating_add(LOOKED_THROUGH) {
            let size = if query.status.is_some() { BATCH } else { limit };
            let batch = self.store().read_stream(results.id, at, size).await?;
            if batch.is_empty() {
                return Ok((items, None));
            }
            for item in batch {
                if items.len() as u64 == limit {
                    break;
                }
                at += 1;
                if query.status.is_none_or(|status| status.is_of(&item)) {
                    items.push(item);
                }
            }
        }
        Ok((items, (at < end).then_some(at)))
    }

    /// What went into the items, by index, where that is known.
    async fn inputs(&self, list: Option<&Value>, indexes: &[u64]) -> Result<HashMap<u64, Value>> {
        let Some(list) = list else { return Ok(HashMap::new()) };
        if let Value::Array(list) = list {
            let at = |index: &u64| list.get(usize::try_from(*index).ok()?).map(|item| (*index, item.clone()));
            return Ok(indexes.iter().filter_map(at).collect());
        }
        let Some(stream) = StreamRef::from_value(list) else { return Ok(HashMap::new()) };
        let mut inputs = HashMap::new();
        for (from, to) in spans(indexes) {
            let records = self.store().read_stream(stream.id, from, to - from).await?;
            inputs.extend((from..to).zip(records));
        }
        Ok(inputs)
    }
}

impl ItemStatus {
    fn is_of(self, item: &Value) -> bool {
        Self::deserialize(&item["status"]).is_ok_and(|status| status == self)
    }
}

/// What the loop goes through and how many that are, where the journal still tells.
fn began<'a>(journal: &'a [Entry], of: &Frame, loop_: &StepId) -> Option<(&'a Value, u64)> {
    journal.iter().rev().filter(|entry| entry.frame == *of).find_map(|entry| match &entry.event {
        Event::LoopStarted { step, items, count } if step == loop_ => Some((items, *count)),
        _ => None,
    })
}

/// The indexes as few spans `[from, to)` that lie close together: what is settled at about the same time stands side by side.
fn spans(indexes: &[u64]) -> Vec<(u64, u64)> {
    const CLOSE: u64 = 64;
    let mut sorted = indexes.to_vec();
    sorted.sort_unstable();
    let mut spans: Vec<(u64, u64)> = Vec::new();
    for index in sorted {
        match spans.last_mut() {
            Some(last) if index < last.1 + CLOSE => last.1 = last.1.max(index + 1),
            _ => spans.push((index, index + 1)),
        }
    }
    spans
}

/// The items of the loop that the journal still has entries of and that are not settled.
fn under_way(
    journal: &[Entry],
    frame: &Frame,
    step: &StepId,
    settled: impl Fn(u64) -> bool,
) -> Vec<(u64, Frame)> {
    let mut found = BTreeMap::new();
    for entry in journal {
        let mut inner = entry.frame.clone();
        while let Some((parent, id, index)) = inner.parent() {
            if parent == *frame && id == step.as_str() {
                if !settled(index) {
                    found.insert(index, inner);
                }
                break;
            }
            inner = parent;
        }
        if found.len() == MOST_RUNNING {
            break;
        }
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use causeway_model::{Event, Time};

    use super::*;

    #[test]
    fn only_open_items_of_the_loop_are_under_way() {
        let entry = |frame: &str| Entry {
            frame: Frame::from(frame.to_owned()),
            at: Time(0),
            event: Event::Recovered,
        };
        let journal =
            [entry(""), entry("lines[4]"), entry("lines[2]/parts[0]"), entry("lines[1]"), entry("other[7]")];
        let step: StepId = "lines".parse().expect("a step id");
        let found: Vec<u64> = under_way(&journal, &Frame::top(), &step, |index| index == 1)
            .into_iter()
            .map(|(index, _)| index)
            .collect();
        assert_eq!(found, [2, 4]);
    }

    #[test]
    fn what_lies_close_together_is_read_at_once() {
        assert_eq!(spans(&[7, 3, 500, 4]), [(3, 8), (500, 501)]);
        assert!(spans(&[]).is_empty());
    }
}
