//! Resume: a new run that keeps the finished outputs of a failed one.

use std::collections::BTreeMap;

use causeway_document::{reopen, resume};
use causeway_model::{LoopTally, RunId, StepId, Value, text};
use serde::Serialize;

use super::{App, Error, Result, edits, start::admit};

#[derive(Clone, Debug, Default)]
pub struct ResumeRequest {
    /// On the newest published version instead of the failed run's own.
    pub newest: bool,
    /// Inputs that a person replaced.
    pub edits: BTreeMap<StepId, Value>,
    pub by: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Resumed {
    pub run: RunId,
    pub version: i32,
    /// The steps that run again.
    pub repeats: Vec<StepId>,
}

/// Results read from the store at once.
const PAGE: u64 = 500;

impl App {
    pub async fn resume(&self, failed: RunId, request: ResumeRequest) -> Result<Resumed> {
        let run = self.store().run(failed).await?;
        run.refuse_test()?;
        let version = self.version_for(&run, request.newest).await?;
        let old = self.store().version(run.flow, run.version).await?;
        let plan = self.plan(run.flow, version).await?;
        let journal = self.store().journal(failed, true).await?;
        let loops = self.store().loops(failed).await?;
        let edits = edits::resealed(request.edits, &journal, self.sealer());
        let now = self.now();
        let kept =
            resume(&old, &plan, &journal, &loops, &edits, &request.by, now).map_err(Error::document)?;

        let event = self.store().trigger_event(failed).await?;
        let trigger = serde_json::from_str(&event).map_err(|_| Error::bug("trigger event"))?;
        let mut new = admit(&plan, (run.flow, version), &trigger, now)?;
        // The event is the failed run's own, to the letter, even where the newest version has another trigger.
        new.trigger = run.trigger;
        new.event = event;
        new.mode = run.mode;
        new.key_root = run.key_root;
        new.origin.resumed_from = Some(failed);
        new.origin.depth = run.origin.depth;
        new.origin.by = Some(request.by.clone());
        new.journal = kept.journal;
        let id = new.id;
        for (frame, step, tally) in kept.loops {
            new.loops.push((frame, step, self.take_over(id, tally).await?));
        }
        self.store().accept_resume(failed, new).await?;
        tracing::info!(run = %id, resumed_from = %failed, version, by = request.by, "run resumed");
        Ok(Resumed { run: id, version, repeats: kept.repeats })
    }

    /// A loop as the new run goes on with it: what succeeded stays, in a stream of its own, and what failed is open again.
    async fn take_over(&self, run: RunId, tally: LoopTally) -> Result<LoopTally> {
        let Some(results) = tally.results.clone() else { return Ok(tally) };
        let mut kept = self.store().open_stream(run);
        let (mut failed, mut from) = (Vec::new(), 0);
        while from < results.count {
            let limit = PAGE.min(results.count - from);
            let page = self.store().read_stream(results.id, from, limit).await?;
            if page.is_empty() {
                break;
            }
            from += page.len() as u64;
            let (bad, good): (Vec<Value>, Vec<Value>) =
                page.into_iter().partition(|result| result["status"] == "failed");
            failed.extend(bad.iter().filter_map(|result| result["index"].as_u64()));
            kept.push(&good).await?;
        }
        let mut tally = if failed.is_empty() { tally } else { reopen(&tally, &failed) };
        tally.results = Some(kept.finish().await?);
        Ok(tally)
    }

    pub(super) async fn version_for(&self, run: &causeway_store::RunRecord, newest: bool) -> Result<i32> {
        if !newest {
            return Ok(run.version);
        }
        self.store().flow_by_id(run.flow).await?.published.ok_or_else(|| {
            let slug = &run.slug;
            Error::conflict(
                "flow_not_published",
                text!("The flow `{slug}` has no published version", "流程「{slug}」尚未發布"),
            )
        })
    }
}
