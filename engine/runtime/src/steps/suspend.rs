//! Steps that wait outside of memory: how each begins, what ends it, and what it comes to.

use causeway_document::Action;
use causeway_model::{ErrorClass, Outcome, StepError, Time, Value, Wait, WaitKind, text};
use causeway_store::{NewApproval, NewRun, SignalKind};

/// What beginning to wait comes to.
pub enum Suspended {
    Waits {
        wait: Wait,
        approval: Option<NewApproval>,
        child: Option<Box<NewRun>>,
    },
    /// There is nothing to wait for.
    Settled {
        outcome: Outcome,
        child: Option<Box<NewRun>>,
    },
}

impl Suspended {
    pub fn waits(wait: Wait) -> Self {
        Self::Waits { wait, approval: None, child: None }
    }
}

/// What a signal means for a waiting step; `None` where it is not for such a wait.
pub fn on_signal(wait: &Wait, signal: &SignalKind, at: Time) -> Option<Outcome> {
    match (&wait.kind, signal) {
        (WaitKind::Callback, SignalKind::Callback { payload, .. }) => {
            Some(Outcome::Succeeded { output: payload.clone(), port: None })
        }
        (WaitKind::Approval, SignalKind::Decision { approved, by, comment, .. }) => {
            Some(super::approval::decided(*approved, by, comment.as_deref(), at))
        }
        (WaitKind::Run { run: awaited }, SignalKind::RunFinished { run, status, output, failure, .. })
            if awaited == run =>
        {
            Some(super::call_flow::finished(*run, *status, output.clone(), failure.as_ref()))
        }
        _ => None,
    }
}

/// What a wait comes to when its time is over.
pub fn on_time(action: &Action, wait: &Wait, at: Time) -> Outcome {
    match (&wait.kind, action) {
        (WaitKind::Time, _) => Outcome::Succeeded { output: serde_json::json!({ "until": at }), port: None },
        (WaitKind::Approval, _) => super::approval::timed_out(at),
        (WaitKind::Callback, _) => Outcome::Failed {
            error: StepError::new(
                "wait_timed_out",
                ErrorClass::Timeout,
                text!("Nobody called the step's URL in time", "在期限內沒有人呼叫這個步驟的網址"),
            ),
        },
        (WaitKind::Run { run }, _) => Outcome::Failed {
            error: StepError::new(
                "timeout",
                ErrorClass::Timeout,
                text!(
                    "The called run {run} did not end in time; it is cancelled",
                    "被呼叫的執行 {run} 未在期限內結束，已取消"
                ),
            ),
        },
    }
}

/// A text field of an input.
pub fn text_of<'a>(input: &'a Value, name: &str) -> Option<&'a str> {
    input.get(name).and_then(Value::as_str)
}
