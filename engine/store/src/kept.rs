//! What is dear to find out is found out once for all who ask, and kept for the longer the dearer it is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::Result;

/// It is kept for so many times as long as finding it took: that never takes more than a fiftieth of the time.
const TIMES: u32 = 50;

/// The newest value, when it was found, and how long it holds.
#[derive(Debug)]
pub(crate) struct Kept<T>(tokio::sync::Mutex<Option<(Instant, Duration, Arc<T>)>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(tokio::sync::Mutex::new(None))
    }
}

impl<T> Kept<T> {
    /// What is known, at least some time old at times; else what `find` gives, which is then kept for `least` or longer. Who
    /// asks meanwhile waits for that.
    pub(crate) async fn get(&self, least: Duration, find: impl Future<Output = Result<T>>) -> Result<Arc<T>> {
        let mut kept = self.0.lock().await;
        if let Some((at, holds, value)) = &*kept
            && at.elapsed() < *holds
        {
            return Ok(Arc::clone(value));
        }
        let began = Instant::now();
        let value = Arc::new(find.await?);
        *kept = Some((Instant::now(), least.max(began.elapsed() * TIMES), Arc::clone(&value)));
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn many_who_ask_at_once_are_answered_by_one_look() {
        let (kept, looks) = (Kept::<u32>::default(), AtomicU32::new(0));
        let look = || async {
            tokio::task::yield_now().await;
            Ok(looks.fetch_add(1, Ordering::Relaxed))
        };
        let all = (0..20).map(|_| kept.get(Duration::from_secs(60), look()));
        let found: Vec<u32> =
            futures::future::join_all(all).await.into_iter().map(|one| *one.expect("found")).collect();
        assert_eq!((found, looks.load(Ordering::Relaxed)), (vec![0; 20], 1));
        let failing = Kept::<u32>::default();
        let fails = async { Err(crate::Error::Unavailable("x".into())) };
        assert!(failing.get(Duration::from_secs(60), fails).await.is_err());
        assert_eq!(*failing.get(Duration::ZERO, look()).await.expect("found"), 1, "a failure is not kept");
    }
}
