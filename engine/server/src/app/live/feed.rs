//! Reading one run as it goes on, wherever it runs.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use causeway_document::{Action, Plan};
use causeway_model::{Frame, LoopTally, RunId, StepId, Time};
use causeway_store::{RunLook, RunRecord, RunWatch};

use super::event::{LiveRun, LoopProgress, Shared, is_large};
use super::position::Place;
use super::state::{LiveLoop, Log, RunState};
use super::steps::{LiveSteps, without_body};
use crate::app::{App, Class, Error, Result};

/// However much happens, the run is not looked at more often.
const GAP: Duration = Duration::from_millis(100);
/// Before the database is asked again that did not answer.
const PAUSE: Duration = Duration::from_secs(1);

type Loop = (Frame, StepId, LoopTally);

/// A run that is followed.
pub struct RunFeed {
    app: App,
    plan: Arc<Plan>,
    watch: RunWatch,
    looked_at: Instant,
    /// Where the next look begins.
    next: i64,
    steps: LiveSteps,
    /// The places of the top-level loops.
    loops: Vec<usize>,
    state: Arc<RunState>,
    /// Something was looked at.
    begun: bool,
}

impl App {
    /// The run as it stands, ready to be followed. `run_not_found`.
    pub async fn follow(&self, id: RunId) -> Result<RunFeed> {
        let watch = self.store().watch_run(id);
        let look = self.store().look_at_run(id, 0).await?;
        let plan = self.plan(look.run.flow, look.run.version).await?;
        let steps = LiveSteps::new(&plan.body);
        let is_loop = |at: &usize| matches!(plan.body.steps[*at].action, Action::ForEach(_));
        let loops: Vec<usize> = (0..plan.body.steps.len()).filter(is_loop).collect();
        let state = RunState {
            run: Shared::new(LiveRun { run: look.run.clone(), left_out: Vec::new() }),
            steps: Vec::new(),
            loops: Vec::new(),
            log: Log::default(),
            place: Place::default(),
            times: Arc::default(),
            snapshot: OnceLock::new(),
        };
        let mut feed = RunFeed {
            app: self.clone(),
            plan,
            watch,
            looked_at: Instant::now(),
            next: 0,
            steps,
            loops,
            state: Arc::new(state),
            begun: false,
        };
        let tallies = feed.tallies().await?;
        feed.take(look, tallies);
        Ok(feed)
    }
}

impl RunFeed {
    pub fn state(&self) -> &Arc<RunState> {
        &self.state
    }

    /// Resolves when the run is no more as `state` said; never once it is finished. Waits while the database does not
    /// answer. What was under way when this is dropped may be missed.
    pub async fn next(&mut self) -> Result<()> {
        loop {
            self.watch.moved().await;
            tokio::time::sleep(GAP.saturating_sub(self.looked_at.elapsed())).await;
            self.looked_at = Instant::now();
            let (look, tallies) = loop {
                match self.look().await {
                    Err(Error { class: Class::Unavailable | Class::Busy, .. }) => {
                        tokio::time::sleep(PAUSE).await
                    }
                    looked => break looked?,
                }
            };
            if self.take(look, tallies) {
                return Ok(());
            }
        }
    }

    async fn look(&self) -> Result<(RunLook, Vec<Loop>)> {
        let look = self.app.store().look_at_run(self.watch.run(), self.next).await?;
        Ok((look, self.tallies().await?))
    }

    async fn tallies(&self) -> Result<Vec<Loop>> {
        if self.loops.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.app.store().top_loops(self.watch.run()).await?)
    }

    /// Whether anything is new.
    fn take(&mut self, look: RunLook, tallies: Vec<Loop>) -> bool {
        let before = self.state.clone();
        let first = !std::mem::replace(&mut self.begun, true);
        if before.status().is_terminal() && !first {
            return false;
        }
        self.next = look.next;
        let body = &self.plan.body;
        let tally = |at: usize| {
            tallies.iter().find(|(_, step, _)| *step == body.steps[at].id).map(|(_, _, tally)| tally)
        };
        let (mut log, mut place, mut times) = (before.log.clone(), before.place, Vec::new());
        let mut touched = Vec::new();
        let over = look.run.status.is_terminal();
        let finished_at = look.run.finished_at.unwrap_or(look.run.created_at);
        let mut tell = |steps: &LiveSteps, changed: Vec<usize>, at: Time| {
            let last = changed.len();
            for (part, step) in (1..).zip(&changed) {
                let after = if part == last {
                    Place { entry: place.entry + 1, part: 0 }
                } else {
                    Place { part, ..place }
                };
                log.add(after, steps.shown(&self.app, *step, tally(*step)));
            }
            place = Place { entry: place.entry + 1, part: 0 };
            times.push(last_digits(at));
            touched.extend(changed);
        };
        for entry in look.entries {
            let changed = self.steps.take(body, entry.event, entry.at);
            tell(&self.steps, changed, entry.at);
        }
        if over {
            let changed = self.steps.end();
            tell(&self.steps, changed, finished_at);
        }
        let loops: Vec<LiveLoop> = self.loops.iter().map(|at| self.progress(*at, tally(*at))).collect();
        let same_run = before.run.value.run.status == look.run.status
            && before.run.value.run.started_at == look.run.started_at;
        if times.is_empty() && same_run && loops == before.loops && !first {
            return false;
        }
        let mut steps = before.steps.clone();
        if first {
            steps = (0..body.steps.len()).map(|at| self.steps.shown(&self.app, at, tally(at))).collect();
        } else {
            for at in touched.into_iter().chain(self.loops.iter().copied()) {
                steps[at] = self.steps.shown(&self.app, at, tally(at));
            }
        }
        let times = if times.is_empty() {
            before.times.clone()
        } else {
            Arc::new([&before.times[..], &times].concat())
        };
        let run = self.shown_run(look.run);
        self.state = Arc::new(RunState { run, steps, loops, log, place, times, snapshot: OnceLock::new() });
        true
    }

    fn progress(&self, at: usize, tally: Option<&LoopTally>) -> LiveLoop {
        let step = self.plan.body.steps[at].id.clone();
        let tally = tally.cloned().unwrap_or_default();
        let settled = tally.settled();
        let LoopTally { count, succeeded, failed, .. } = tally;
        LiveLoop {
            progress: LoopProgress { step, count, settled, succeeded, failed },
            open: self.steps.is_open(at),
        }
    }

    fn shown_run(&self, mut run: RunRecord) -> Arc<Shared<LiveRun>> {
        let mut left_out = Vec::new();
        if run.output.as_ref().is_some_and(is_large) {
            run.output = None;
            left_out.push("output");
        }
        if run.failure.as_mut().is_some_and(|failure| without_body(&mut failure.error)) {
            left_out.push("failure");
        }
        Shared::new(LiveRun { run: self.app.shown_run(run), left_out })
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "its last digits are enough to tell it"
)]
fn last_digits(at: Time) -> u32 {
    at.millis() as u32
}
