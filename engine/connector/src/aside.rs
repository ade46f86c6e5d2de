//! Scripts of connectors, evaluated so that they hold up nobody else: what is quick where the call is, the rest on a thread of
//! its own.

use std::time::{Duration, Instant};

use causeway_model::{ErrorClass, StepError, text};

/// What is evaluated in place holds up whoever else is on the thread, so it lasts no longer than this.
const MOMENT: Duration = Duration::from_micros(500);

/// Runs `work`, which may be begun twice: it has to be a function of what it holds.
pub(crate) async fn aside<T: Send + 'static>(
    work: impl Fn() -> Result<T, StepError> + Send + 'static,
) -> Result<T, StepError> {
    if let Some(done) = causeway_script::hurried(Instant::now() + MOMENT, &work) {
        return done;
    }
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| {
        Err(StepError::new(
            "script_failed",
            ErrorClass::Bug,
            text!("The interpreter could not go on", "直譯器無法繼續執行"),
        ))
    })
}
