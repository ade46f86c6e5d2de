//! The same thing done to many runs: named one by one, or by the filter of the list. A preview says first how many there
//! are and what would happen again; then nothing is done to more than was seen.

use std::collections::{BTreeMap, HashSet};

use causeway_model::{RunId, Slug, Text, text};
use causeway_store::{RunFilter, RunRecord};
use serde::Serialize;

use super::{App, Class, Error, ReplayRequest, Result, ResumeRequest};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkAction {
    /// On the newest published version, or each on its own.
    Resume {
        newest: bool,
    },
    Replay {
        newest: bool,
    },
    Cancel {
        reason: Option<String>,
    },
    Dismiss {
        reason: Option<String>,
    },
}

/// Which runs, and how far.
#[derive(Clone, Debug)]
pub struct BulkRequest {
    pub action: BulkAction,
    /// By its conditions; its `limit` says how many are done in this call.
    pub runs: RunFilter,
    /// How many the caller saw: where more are found, nothing is done.
    pub expected: u64,
    /// Makes a repeated replay give the first one.
    pub key: Option<String>,
    pub by: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct BulkPreview {
    /// How many runs it would be done to; at most 100,000 are counted.
    pub count: u64,
    /// The newest of them: given back with the request, later runs are left alone.
    pub newest_run: Option<RunId>,
    /// How many runs of each flow there are among those that were looked at.
    pub flows: Vec<FlowCount>,
    /// What would be done again, among the runs that were looked at.
    pub effects: Vec<EffectCount>,
    /// Runs among them whose failed call may have happened.
    pub may_have_happened: u64,
    /// How many runs were looked at: the newest ones.
    pub looked_at: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FlowCount {
    pub slug: Slug,
    pub runs: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EffectCount {
    pub slug: Slug,
    pub step: String,
    #[serde(rename = "use")]
    pub use_: String,
    /// How often it was begun in all of them.
    pub times: u64,
}

/// What became of one run.
#[derive(Clone, Debug, Serialize)]
pub struct BulkResult {
    pub run: RunId,
    pub ok: bool,
    /// The run that resumes or replays it.
    pub new_run: Option<RunId>,
    /// Why not, where it was refused.
    pub code: Option<String>,
    pub message: Option<Text>,
}

#[derive(Clone, Debug)]
pub struct BulkDone {
    pub results: Vec<BulkResult>,
    /// Where the next call goes on: after this run. Nothing where all are done.
    pub next: Option<RunId>,
}

const MOST_COUNTED: u64 = 100_000;
/// Reading what a run did takes a while: so many are looked at for a preview.
const MOST_LOOKED_AT: u64 = 200;

impl App {
    pub async fn preview_bulk(&self, action: &BulkAction, runs: RunFilter) -> Result<BulkPreview> {
        let count = self.store().count_runs(&runs, MOST_COUNTED).await?;
        let page = self.store().list_runs(RunFilter { limit: MOST_LOOKED_AT, ..runs }).await?;
        let newest_run = page.rows.first().map(|run| run.id);
        let mut flows: BTreeMap<Slug, u64> = BTreeMap::new();
        let mut effects: BTreeMap<(Slug, String, String), u64> = BTreeMap::new();
        let mut may_have_happened = 0;
        for run in &page.rows {
            *flows.entry(run.slug.clone()).or_default() += 1;
            may_have_happened += u64::from(run.may_have_happened());
            // A test is refused when it comes to it.
            if matches!(action, BulkAction::Replay { .. }) && run.refuse_test().is_ok() {
                let found = match self.effects_of(run).await {
                    // Its time was over meanwhile.
                    Err(error) if error.class == Class::NotFound => continue,
                    found => found?,
                };
                for effect in found {
                    let key = (run.slug.clone(), effect.step.to_string(), effect.use_);
                    *effects.entry(key).or_default() += effect.times;
                }
            }
        }
        let effect = |((slug, step, use_), times)| EffectCount { slug, step, use_, times };
        Ok(BulkPreview {
            count,
            newest_run,
            flows: flows.into_iter().map(|(slug, runs)| FlowCount { slug, runs }).collect(),
            effects: effects.into_iter().map(effect).collect(),
            may_have_happened,
            looked_at: page.rows.len() as u64,
        })
    }

    /// Newest first. Each run is done, or refused with the reason, by itself. `bulk_count_changed` before anything is done.
    pub async fn act_on_runs(&self, request: BulkRequest) -> Result<BulkDone> {
        let found = self.store().count_runs(&request.runs, request.expected.saturating_add(1)).await?;
        let expected = request.expected;
        if found > expected {
            return Err(Error::conflict(
                "bulk_count_changed",
                text!(
                    "There are more than the {expected} runs that you saw; look again, and confirm their number",
                    "符合的執行多於您看到的 {expected} 個；請重新查看並確認數量"
                ),
            ));
        }
        let page = self.store().list_runs(request.runs.clone()).await?;
        let next = page.rows.last().filter(|_| page.more).map(|run| run.id);
        let mut results = Vec::with_capacity(page.rows.len());
        for run in &page.rows {
            let done = self.act_on(run, &request).await;
            results.push(match done {
                Ok(new_run) => BulkResult { run: run.id, ok: true, new_run, code: None, message: None },
                Err(error) => BulkResult {
                    run: run.id,
                    ok: false,
                    new_run: None,
                    code: Some(error.code.into_owned()),
                    message: Some(error.text),
                },
            });
        }
        // Those that were named and are not there: each page tells of its own range of ids.
        let (before, seen) =
            (request.runs.before, page.rows.iter().map(|run| run.id).collect::<HashSet<RunId>>());
        let missing = request.runs.ids.iter().flatten().filter(|id| {
            before.is_none_or(|before| **id < before)
                && next.is_none_or(|next| **id > next)
                && !seen.contains(id)
        });
        for run in missing {
            results.push(BulkResult {
                run: *run,
                ok: false,
                new_run: None,
                code: Some("run_not_found".to_owned()),
                message: Some(text!("There is no run {run} among these.", "其中沒有執行 {run}。")),
            });
        }
        tracing::info!(action = ?request.action, runs = results.len(), by = request.by, "acted on many runs");
        Ok(BulkDone { results, next })
    }

    /// The new run, where one is made.
    async fn act_on(&self, run: &RunRecord, request: &BulkRequest) -> Result<Option<RunId>> {
        let by = &request.by;
        match &request.action {
            BulkAction::Resume { newest } => {
                let request = ResumeRequest { newest: *newest, by: by.clone(), ..ResumeRequest::default() };
                Ok(Some(self.resume(run.id, request).await?.run))
            }
            BulkAction::Replay { newest } => {
                let request = ReplayRequest { newest: *newest, key: request.key.clone(), by: by.clone() };
                Ok(Some(self.replay(run.id, request).await?.run))
            }
            BulkAction::Cancel { reason } => {
                self.cancel(run.id, by, reason.clone()).await?;
                Ok(None)
            }
            BulkAction::Dismiss { reason } => {
                self.dismiss(run.id, by, reason.clone()).await?;
                Ok(None)
            }
        }
    }
}
