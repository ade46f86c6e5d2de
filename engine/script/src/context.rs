//! What makes an evaluation a function of the run's record: time, seed and links come from outside.

use std::sync::Arc;

use causeway_model::Time;

/// Equal contexts give equal results: `now()`, `uuid()` and `random()` are drawn from here.
#[derive(Clone, Debug)]
pub struct Context {
    /// When the step first became ready: what `now()` says.
    pub now: Time,
    /// hash(key root, step, item): what `uuid()` and `random()` are drawn from.
    pub seed: [u8; 32],
    /// Makes one-time URLs; absent where there is no run (previews).
    pub links: Option<Arc<dyn Links>>,
}

/// Makes the one-time URLs of `callback_url("step")` and `approval_url("step", "who")`.
pub trait Links: Send + Sync + std::fmt::Debug {
    fn callback_url(&self, step: &str) -> String;
    fn approval_url(&self, step: &str, who: &str) -> String;
}
