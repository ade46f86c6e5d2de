//! The items of a loop in a run: those that are settled, page by page, and those under way.

use causeway_document::{Action, StepView, step_views};
use causeway_model::{Entry, Frame, RunId, RunStatus, StepId, Value, text};
use serde::Serialize;

use super::{App, Error, Result, runs::known_step};

#[derive(Clone, Debug)]
pub struct ItemQuery {
    pub step: StepId,
    /// The loop's frame; the top for a loop that is in no other.
    pub frame: Frame,
    /// How many settled items to pass over: `next` of the page before.
    pub after: u64,
    /// 1 to 1,000.
    pub limit: u64,
}

/// One page of a loop's items, in the order in which they were settled.
#[derive(Clone, Debug, Serialize)]
pub struct ItemPage {
    pub count: u64,
    pub succeeded: u64,
    pub failed: u64,
    /// `{index, key, status, output | error}` each.
    pub items: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
    /// Items begun and not settled (on the first page only).
    pub running: Vec<RunningItem>,
}

#[derive(Clone, Debug, Serialize)]
pub struct RunningItem {
    pub index: u64,
    pub frame: Frame,
    pub steps: Vec<StepView>,
}

/// As many items can be under way in one loop.
const MOST_RUNNING: usize = 100;

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
        let loops = self.store().loops(id).await?;
        let Some((_, _, tally)) = loops.iter().find(|(frame, id, _)| *frame == query.frame && id == step)
        else {
            return Ok(ItemPage {
                count: 0,
                succeeded: 0,
                failed: 0,
                items: Vec::new(),
                next: None,
                running: Vec::new(),
            });
        };
        let limit = query.limit.clamp(1, 1000);
        let (mut items, mut next) = (Vec::new(), None);
        if let Some(results) = &tally.results {
            items = self.store().read_stream(results.id, query.after, limit).await?;
            items.iter_mut().for_each(|item| self.show(item));
            let end = query.after + items.len() as u64;
            next = (end < results.count.max(tally.settled()) && !items.is_empty()).then_some(end);
        }
        let mut running = Vec::new();
        if query.after == 0 {
            let journal = self.store().journal(id, true).await?;
            for (index, frame) in under_way(&journal, &query.frame, step, |index| tally.is_settled(index)) {
                // An item of a run that is over was cut short with it, so its steps are shown as the run left them.
                let status = if run.status.is_terminal() { run.status } else { RunStatus::Running };
                let mut steps = step_views(&each.body, &frame, status, &journal, &loops);
                steps.iter_mut().for_each(|step| self.show_step(step));
                running.push(RunningItem { index, frame, steps });
            }
        }
        Ok(ItemPage {
            count: tally.count,
            succeeded: tally.succeeded,
            failed: tally.failed,
            items,
            next,
            running,
        })
    }
}

/// The items of the loop that the journal still has entries of and that are not settled.
fn under_way(
    journal: &[Entry],
    frame: &Frame,
    step: &StepId,
    settled: impl Fn(u64) -> bool,
) -> Vec<(u64, Frame)> {
    let mut found = std::collections::BTreeMap::new();
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
}
