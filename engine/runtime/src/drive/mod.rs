//! Drives one run: evaluates what is pure, commits what an effect rests on, performs the effect, commits what came of it.

mod attempts;
mod commit;
mod core;
mod due;
mod evaluate;
mod lent;
mod recover;
mod rehearse;
mod satisfy;
mod watchers;

use std::sync::Arc;
use std::time::{Duration, Instant};

use causeway_model::{RunId, Span, StepError, Time, Value};
use causeway_store::{Birth, Claimed, Finished, Next, Signal};
use futures::FutureExt;
use futures::future::BoxFuture;
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

pub use self::commit::give_up;
pub use self::evaluate::{Resolved, Want};

use self::commit::refuse;
use self::core::Core;
use self::lent::Lent;
use crate::machine::{Ending, Place, Verdict};
use crate::pool::Pool;
use crate::services::Services;
use crate::watch::Watch;

/// What every drive of a worker shares.
pub struct Shared {
    pub services: Services,
    pub pool: Pool,
    pub watch: Arc<Watch>,
    pub public_url: Arc<str>,
    pub shutdown: CancellationToken,
}

/// A run that has nothing to do for longer than this leaves memory.
const LINGER: Span = Span::from_millis(500);
/// How long calls under way may still take when the worker stops.
const GRACE: Duration = Duration::from_secs(10);
/// A run that was begun ahead is kept after this long, whether or not it has anything to commit.
const AHEAD: Duration = Duration::from_millis(20);

/// What came of an attempt, and how long it took.
type CallResult = (Place, Result<Value, StepError>, Duration);

/// The lease is lost: another worker has the run, or the run is finished. What was done since the last commit is dropped.
struct Lost;

struct Drive {
    shared: Arc<Shared>,
    run: RunId,
    epoch: i64,
    core: Lent<Core>,
    /// The run is not kept yet: its first commit does that.
    birth: Option<Birth>,
    inbox: mpsc::UnboundedReceiver<Signal>,
    /// Signals that no step waits for yet.
    signals: Vec<Signal>,
    /// Attempts that may be made once their beginning is committed.
    begun: Vec<Place>,
    under_way: FuturesUnordered<BoxFuture<'static, CallResult>>,
    /// The last turn was not enough for all that can be evaluated.
    unfinished: bool,
    since: Instant,
    stopping_since: Option<Instant>,
}

/// Drives a claimed run until it finishes, waits outside of memory, is handed back, or is lost to another worker.
pub async fn drive(
    shared: Arc<Shared>,
    mut claimed: Claimed,
    birth: Option<Birth>,
    inbox: mpsc::UnboundedReceiver<Signal>,
) {
    let (id, epoch) = (claimed.run.id, claimed.run.epoch);
    let core = match recover::rebuild(&shared, &mut claimed).await {
        Ok(core) => core,
        // What was begun ahead is accepted in the usual way, and refused then.
        Err(_) if birth.is_some() => return,
        Err(error) if commit::leave(&shared, id, epoch, &error).await => return,
        Err(error) => return refuse(&shared, id, epoch, error).await,
    };
    let drive = Drive {
        shared,
        run: id,
        epoch,
        core: Lent::new(core),
        birth,
        inbox,
        signals: claimed.signals,
        begun: Vec::new(),
        under_way: FuturesUnordered::new(),
        unfinished: false,
        since: Instant::now(),
        stopping_since: None,
    };
    if drive.run().await.is_err() {
        tracing::info!(run = %id, "the run goes on elsewhere, or not at all");
    }
}

impl Drive {
    async fn run(mut self) -> Result<(), Lost> {
        self.decide_doubts();
        loop {
            self.settle().await?;
            if let Verdict::Done(ending) = self.core.machine.verdict() {
                let Ending { status, failure, output, handled_errors, reason } = *ending;
                let at = self.now();
                let finished = Finished { status, at, failure, output, handled_errors, reason };
                return self.finish(finished).await;
            }
            if self.core.outbox.urgent || self.core.outbox.loops_due() {
                self.commit(Next::Go, Vec::new()).await?;
            }
            self.keep_first().await?;
            self.launch();
            if self.under_way.is_empty()
                && let Verdict::Idle { until } = self.core.machine.verdict()
            {
                let stopping = self.shared.shutdown.is_cancelled();
                if stopping || until.is_none_or(|until| until > self.now() + LINGER) {
                    return self.leave(until).await;
                }
            }
            if self.shared.shutdown.is_cancelled() {
                let since = *self.stopping_since.get_or_insert_with(Instant::now);
                if self.under_way.is_empty() || since.elapsed() >= GRACE {
                    let active_ms = self.active_ms();
                    return self.commit(Next::Release { active_ms }, Vec::new()).await;
                }
            }
            self.hear().await;
        }
    }

    fn now(&self) -> Time {
        self.shared.services.store.clock().now()
    }

    /// Active time of the run so far.
    fn active_ms(&self) -> i64 {
        self.core.run.active_ms + i64::try_from(self.since.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    /// Goes as far as the run gets without waiting for anything.
    async fn settle(&mut self) -> Result<(), Lost> {
        loop {
            while let Ok(signal) = self.inbox.try_recv() {
                self.signals.push(signal);
            }
            self.deliver();
            self.check_limits();
            self.fire_due();
            let turn = self.turn().await?;
            let idle = turn.wants.is_empty() && !turn.unfinished;
            if self.since.elapsed() >= AHEAD || !turn.wants.iter().all(Want::is_quick) {
                self.keep_first().await?;
            }
            for want in turn.wants {
                self.satisfy(want).await;
            }
            if idle {
                return Ok(());
            }
            if self.core.outbox.loops_due() {
                self.commit(Next::Go, Vec::new()).await?;
            }
        }
    }

    /// One turn: in place, or on a script thread where the turn before was not enough.
    async fn turn(&mut self) -> Result<evaluate::Turn, Lost> {
        let at = self.now();
        let turn = if !self.unfinished && causeway_script::is_script_thread() {
            evaluate::evaluate_in_place(&mut self.core, at)
        } else {
            self.long_turn(at).await?
        };
        self.unfinished = turn.unfinished;
        Ok(turn)
    }

    async fn long_turn(&mut self, at: Time) -> Result<evaluate::Turn, Lost> {
        let mut core = self.core.lend();
        let shared = Arc::clone(&self.shared);
        let evaluated = shared.pool.run(move || {
            let turn = evaluate::evaluate(&mut core, at);
            (core, turn)
        });
        tokio::pin!(evaluated);
        let mut turned = None;
        if self.birth.is_some() {
            turned = tokio::time::timeout(AHEAD, &mut evaluated).await.ok();
            if turned.is_none() {
                self.keep_first().await?;
            }
        }
        let evaluated = match turned {
            Some(evaluated) => evaluated,
            None => evaluated.await,
        };
        match evaluated {
            Some((core, turn)) => {
                self.core.take_back(core);
                Ok(turn)
            }
            None => {
                give_up(&self.shared, self.run, self.epoch).await;
                Err(Lost)
            }
        }
    }

    /// Waits for whatever comes next.
    async fn hear(&mut self) {
        let wake = self.wake_at();
        let timer = async {
            match wake {
                Some(at) => tokio::time::sleep_until(at.into()).await,
                None => std::future::pending().await,
            }
        };
        let stopping = self.stopping_since.is_some();
        tokio::select! {
            Some(result) = self.under_way.next(), if !self.under_way.is_empty() => self.attempted(result),
            Some(signal) = self.inbox.recv() => self.signals.push(signal),
            () = timer => {}
            () = self.shared.shutdown.cancelled(), if !stopping => {}
        }
        // What came in at the same moment shares the commit.
        while let Some(Some(result)) = self.under_way.next().now_or_never() {
            self.attempted(result);
        }
    }

    /// The next moment at which something happens by itself.
    fn wake_at(&self) -> Option<Instant> {
        let now = self.now();
        let moment = |at: Time| Instant::now() + at.since(now).to_std();
        let idle = self.core.machine.next_due().map(moment);
        let deadline = self.core.run.deadline_at.map(moment);
        let timeout = self.core.machine.plan().settings.timeout.map(|span| {
            let left = span.millis().saturating_sub(u64::try_from(self.active_ms()).unwrap_or(0));
            Instant::now() + Duration::from_millis(left)
        });
        let grace = self.stopping_since.map(|since| since + GRACE);
        [idle, deadline, timeout, grace, self.core.outbox.loops_due_at()].into_iter().flatten().min()
    }
}
