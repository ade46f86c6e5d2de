//! The threads that scripts run on, apart from the async workers.
//!
//! A script may use its whole time limit. So when all threads are held up, another is started: other runs keep their pace.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use causeway_model::metrics::Metrics;
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// A thread that took no job for this long while others wait counts as held up.
const HELD_UP: Duration = Duration::from_millis(10);
/// A thread beyond the usual number goes when it had nothing to do for this long.
const LINGER: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    usual: usize,
    most: usize,
    state: Mutex<State>,
    metrics: Arc<Metrics>,
    work: Condvar,
}

struct State {
    jobs: VecDeque<Job>,
    threads: usize,
    idle: usize,
    last_taken: Instant,
    closed: bool,
}

impl Pool {
    /// `usual` threads, and up to `most` while scripts hold them up.
    pub fn new(usual: usize, most: usize, metrics: Arc<Metrics>) -> Self {
        let state =
            State { jobs: VecDeque::new(), threads: 0, idle: 0, last_taken: Instant::now(), closed: false };
        let shared =
            Shared { usual, most: most.max(usual), state: Mutex::new(state), metrics, work: Condvar::new() };
        let pool = Self { shared: Arc::new(shared) };
        for _ in 0..usual {
            pool.shared.lock().threads += 1;
            pool.start();
        }
        pool
    }

    /// Runs a job on a script thread. `None` when it panicked, or the pool is closed.
    pub async fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let (tell, mut told) = oneshot::channel();
        let job: Job = Box::new(move || {
            // A receiver that is gone no longer wants the answer.
            drop(tell.send(job()));
        });
        let idle = {
            let mut state = self.shared.lock();
            if state.closed {
                return None;
            }
            state.jobs.push_back(job);
            self.shared.metrics.script_jobs_waiting.add(1);
            state.idle > 0
        };
        self.shared.work.notify_one();
        if !idle {
            // All are busy: wait a little, and have another thread started if none of them took up anything.
            loop {
                match tokio::time::timeout(HELD_UP, &mut told).await {
                    Ok(answer) => return answer.ok(),
                    Err(_) if self.relieve() => break,
                    Err(_) => {}
                }
            }
        }
        told.await.ok()
    }

    /// Starts another thread when those there are held up; `false` while it may still be needed.
    fn relieve(&self) -> bool {
        let mut state = self.shared.lock();
        if state.jobs.is_empty() || state.closed {
            return true;
        }
        if state.idle == 0 && state.threads < self.shared.most && state.last_taken.elapsed() >= HELD_UP {
            state.threads += 1;
            state.last_taken = Instant::now();
            drop(state);
            self.start();
        }
        false
    }

    fn start(&self) {
        self.shared.metrics.script_threads.add(1);
        let shared = Arc::clone(&self.shared);
        let started = std::thread::Builder::new()
            .name("script".into())
            .stack_size(causeway_script::SCRIPT_STACK_BYTES)
            .spawn(move || {
                causeway_script::mark_script_thread();
                shared.serve();
            });
        if let Err(error) = started {
            self.shared.lock().threads -= 1;
            self.shared.metrics.script_threads.add(-1);
            tracing::error!(%error, "no thread for scripts");
        }
    }

    /// Lets the threads end once the jobs they have are done.
    pub fn close(&self) {
        self.shared.lock().closed = true;
        self.shared.work.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self) {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                self.metrics.script_jobs_waiting.add(-1);
                state.last_taken = Instant::now();
                drop(state);
                // A job that panics drops its answer's sender; the thread goes on.
                let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
                state = self.lock();
            } else if state.closed {
                break;
            } else {
                state.idle += 1;
                let (back, timeout) =
                    self.work.wait_timeout(state, LINGER).unwrap_or_else(PoisonError::into_inner);
                state = back;
                state.idle -= 1;
                if timeout.timed_out() && state.jobs.is_empty() && state.threads > self.usual {
                    break;
                }
            }
        }
        state.threads -= 1;
        self.metrics.script_threads.add(-1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn held_up_threads_do_not_stop_the_others() {
        let pool = Pool::new(2, 8, Arc::default());
        let started = Instant::now();
        let slow: Vec<_> = (0..4)
            .map(|_| {
                let pool = pool.clone();
                tokio::spawn(async move { pool.run(|| std::thread::sleep(Duration::from_secs(2))).await })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(pool.run(|| 7).await, Some(7));
        assert!(started.elapsed() < Duration::from_secs(2), "a quick job waited for the slow ones");
        for task in slow {
            assert_eq!(task.await.expect("joins"), Some(()));
        }
        pool.close();
        assert_eq!(pool.run(|| 7).await, None);
    }

    #[tokio::test]
    async fn a_panic_ends_its_own_job_only() {
        let pool = Pool::new(1, 1, Arc::default());
        assert_eq!(pool.run(|| -> i32 { panic!("in a script") }).await, None);
        assert_eq!(pool.run(|| 7).await, Some(7));
    }
}
