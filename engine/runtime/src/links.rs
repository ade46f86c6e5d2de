//! The one-time URLs of a run's steps.

use causeway_model::{Frame, RunId, StepId};
use causeway_script::Links;
use causeway_store::{Link, Store};

/// Makes URLs for the steps of one frame of a run.
pub struct RunLinks {
    pub store: Store,
    /// Where callers reach this installation, without a trailing slash.
    pub public_url: String,
    pub run: RunId,
    pub frame: Frame,
}

impl RunLinks {
    fn url(&self, area: &str, link: Option<Link>) -> String {
        let token = link.map(|link| self.store.sign_link(&link)).unwrap_or_default();
        format!("{}/{area}/{token}", self.public_url)
    }
}

impl Links for RunLinks {
    fn callback_url(&self, step: &str) -> String {
        let link = |step: StepId| Link::Callback { run: self.run, frame: self.frame.clone(), step };
        self.url("callbacks", step.parse().ok().map(link))
    }

    fn approval_url(&self, step: &str, who: &str) -> String {
        let link = |step: StepId| Link::Approval {
            run: self.run,
            frame: self.frame.clone(),
            step,
            who: who.to_owned(),
        };
        self.url("approvals", step.parse().ok().map(link))
    }
}

impl std::fmt::Debug for RunLinks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunLinks").field("run", &self.run).field("frame", &self.frame).finish_non_exhaustive()
    }
}
