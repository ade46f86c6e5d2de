//! The writer: takes what many callers have waiting, writes it in one transaction, and answers each after the commit.
//!
//! What fails a batch fails alone: the batch is halved until the guilty one stands by itself. Where a connection breaks
//! during the commit, the database is asked later whether the batch was applied, before anything is tried again.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use causeway_model::metrics::Metrics;
use causeway_model::{RunId, text};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::accept::{Accepted, NewRun};
use crate::batch::{self, Answer, Effects, First, Work};
use crate::commit::{Commit, CommitError, Witness};
use crate::core::Core;
use crate::db::Dialect;
use crate::handover::Handing;
use crate::{Error, Result};

/// The most that one transaction holds.
const BATCH: usize = 256;
/// The most that may wait; who comes then is told to come back.
const WAITING: usize = 8192;
/// How long a batch is tried again when the database is not reachable or another transaction won, before callers are told.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long callers wait for the database to come back when it is not known whether their batch was applied.
const DOUBT_PATIENCE: Duration = Duration::from_secs(30);

struct Op {
    work: Work,
    answer: oneshot::Sender<Result<Answer>>,
}

/// The callers' end. The writer stops when the last one is dropped.
#[derive(Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Op>,
    tasks: Arc<Mutex<Vec<JoinHandle<()>>>>,
    stop: Arc<tokio::sync::watch::Sender<bool>>,
}

impl Writer {
    pub(crate) fn start(core: &Arc<Core>) -> Self {
        let (queue, waiting) = mpsc::channel(WAITING);
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let waiting = Arc::new(tokio::sync::Mutex::new(waiting));
        let writers = if core.db.dialect == Dialect::Sqlite { 1 } else { 2 };
        let tasks = (0..writers)
            .map(|_| tokio::spawn(write_all(core.clone(), waiting.clone(), stopped.clone())))
            .collect();
        Self { queue, tasks: Arc::new(Mutex::new(tasks)), stop: Arc::new(stop) }
    }

    pub(crate) async fn accept(&self, run: NewRun) -> Result<Accepted> {
        let (answer, heard) = oneshot::channel();
        let op = Op { work: Work::Accept(Box::new(run)), answer };
        self.queue.try_send(op).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Error::busy(
                "store_busy",
                text!(
                    "Too many events are waiting to be stored. Try again in a few seconds.",
                    "等待儲存的事件過多，請於數秒後再試。"
                ),
            ),
            mpsc::error::TrySendError::Closed(_) => closed(),
        })?;
        match heard.await.map_err(|_| closed())?? {
            Answer::Accepted(accepted) => Ok(accepted),
            _ => Err(Error::corrupt("the writer's answer to an accept")),
        }
    }

    /// A worker's results are never refused for want of room: it waits.
    pub(crate) async fn commit(&self, commit: Commit) -> std::result::Result<(), CommitError> {
        let (answer, heard) = oneshot::channel();
        let op = Op { work: Work::Commit(Box::new(commit)), answer };
        self.queue.send(op).await.map_err(|_| closed())?;
        match heard.await.map_err(|_| closed())?? {
            Answer::Lost => Err(CommitError::Lost),
            _ => Ok(()),
        }
    }

    /// What became of the run, and whether its commit counts.
    pub(crate) async fn first(&self, first: First) -> Result<(Accepted, bool)> {
        let (answer, heard) = oneshot::channel();
        let op = Op { work: Work::First(Box::new(first)), answer };
        self.queue.send(op).await.map_err(|_| closed())?;
        match heard.await.map_err(|_| closed())?? {
            Answer::First(accepted, held) => Ok((accepted, held)),
            _ => Err(Error::corrupt("the writer's answer to a first commit")),
        }
    }

    pub(crate) async fn close(&self) {
        self.stop.send_replace(true);
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            let _ = task.await;
        }
    }
}

fn closed() -> Error {
    Error::Unavailable("the store is closed".to_owned())
}

async fn write_all(
    core: Arc<Core>,
    waiting: Arc<tokio::sync::Mutex<mpsc::Receiver<Op>>>,
    mut stopped: tokio::sync::watch::Receiver<bool>,
) {
    let core = core;
    loop {
        let mut ops = Vec::with_capacity(BATCH);
        {
            let mut waiting = waiting.lock().await;
            if *stopped.borrow() {
                // Nothing more comes in; what is there is still written.
                waiting.close();
            }
            tokio::select! {
                count = waiting.recv_many(&mut ops, BATCH) => if count == 0 { return },
                _ = stopped.changed() => continue,
            }
        }
        for batch in apart(ops) {
            write_batch(&core, batch).await;
        }
    }
}

/// One transaction moves a run once: a second commit for it goes into a later batch.
fn apart(ops: Vec<Op>) -> Vec<Vec<Op>> {
    let mut batches: Vec<(HashSet<RunId>, Vec<Op>)> = Vec::with_capacity(1);
    for op in ops {
        let run = op.work.run();
        let after = batches.iter().rposition(|(runs, _)| runs.contains(&run)).map_or(0, |at| at + 1);
        if after == batches.len() {
            batches.push((HashSet::new(), Vec::new()));
        }
        batches[after].0.insert(run);
        batches[after].1.push(op);
    }
    batches.into_iter().map(|(_, ops)| ops).collect()
}

/// How a try to write a batch ended.
enum Tried {
    Done(Vec<Answer>, Effects),
    /// Nothing was written.
    Failed(Error),
    /// The connection broke during the commit.
    Doubt(Vec<Answer>, Effects, Vec<Witness>),
}

async fn try_batch(core: &Core, works: &[&Work]) -> Tried {
    let written = async {
        let tx = core.db.begin_hot().await?;
        let written = batch::write(&tx, core.clock.now(), works, Handing::new(core)).await?;
        Ok::<_, Error>((tx, written))
    };
    match written.await {
        Err(error) => Tried::Failed(error),
        Ok((tx, written)) => match tx.commit().await {
            Ok(()) => Tried::Done(written.answers, written.effects),
            Err(error) => {
                tracing::warn!(%error, "it is not known whether a batch was committed");
                Tried::Doubt(written.answers, written.effects, written.witnesses)
            }
        },
    }
}

async fn write_batch(core: &Core, ops: Vec<Op>) {
    let mut parts = VecDeque::from([ops]);
    while let Some(ops) = parts.pop_front() {
        match write_part(core, &ops).await {
            Ok((answers, effects)) => {
                effects.publish(core);
                for (op, answer) in ops.into_iter().zip(answers) {
                    // Who does not wait any more finds it in the store.
                    let _ = op.answer.send(Ok(answer));
                }
            }
            Err(error @ Error::Unavailable(_)) => answer_all(ops, &error),
            Err(error) if ops.len() == 1 => answer_all(ops, &error),
            Err(_) => {
                let mut first = ops;
                let second = first.split_off(first.len() / 2);
                parts.push_front(second);
                parts.push_front(first);
            }
        }
    }
}

fn answer_all(ops: Vec<Op>, error: &Error) {
    for op in ops {
        let _ = op.answer.send(Err(error.clone()));
    }
}

async fn write_part(core: &Core, ops: &[Op]) -> Result<(Vec<Answer>, Effects)> {
    let works: Vec<&Work> = ops.iter().map(|op| &op.work).collect();
    let began = Instant::now();
    let mut pause = Duration::from_millis(10);
    loop {
        let tried_at = Instant::now();
        match try_batch(core, &works).await {
            Tried::Done(answers, effects) => {
                count(&core.metrics, &answers, tried_at.elapsed());
                return Ok((answers, effects));
            }
            Tried::Failed(Error::Unavailable(why)) if began.elapsed() < PATIENCE => {
                tracing::debug!(why, "a batch is tried again");
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            Tried::Failed(error) => return Err(error),
            Tried::Doubt(answers, effects, witnesses) => {
                match was_applied(core, &witnesses).await {
                    Ok(true) => {
                        count(&core.metrics, &answers, tried_at.elapsed());
                        return Ok((answers, effects));
                    }
                    Ok(false) => effects.abandon(core),
                    Err(error) => {
                        effects.abandon(core);
                        return Err(error);
                    }
                }
                if began.elapsed() >= PATIENCE {
                    return Err(Error::Unavailable("the database does not take the commit".to_owned()));
                }
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
        }
    }
}

fn count(metrics: &Metrics, answers: &[Answer], took: Duration) {
    metrics.batch_size.observe(answers.len() as u64);
    metrics.commit_seconds.observe(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    for answer in answers {
        match answer {
            Answer::Accepted(Accepted::New) | Answer::First(Accepted::New, _) => {
                metrics.accepted_new.increment()
            }
            Answer::Accepted(Accepted::Duplicate { .. }) | Answer::First(Accepted::Duplicate { .. }, _) => {
                metrics.accepted_duplicate.increment();
            }
            Answer::Accepted(Accepted::Skipped) | Answer::First(Accepted::Skipped, _) => {
                metrics.accepted_skipped.increment();
            }
            Answer::Lost => metrics.leases_lost.increment(),
            Answer::Committed => {}
        }
    }
}

/// Asks the database until it answers. Reading works where writing does not, as on a full disk.
async fn was_applied(core: &Core, witnesses: &[Witness]) -> Result<bool> {
    let began = Instant::now();
    let mut pause = Duration::from_millis(20);
    'asking: loop {
        for witness in witnesses {
            match witness.stands(&core.db.read).await {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(error) if began.elapsed() > DOUBT_PATIENCE => return Err(error),
                Err(_) => {
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_secs(1));
                    continue 'asking;
                }
            }
        }
        return Ok(false);
    }
}
