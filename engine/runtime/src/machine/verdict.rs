//! How a run stands as a whole.

use causeway_model::{Frame, RunFailure, RunStatus, Text, Time, Value, text};

use super::{Blocked, End, Halt, Machine, Phase};

#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Something runs or can begin.
    Busy,
    /// All that is under way pauses or waits; `until` is when the first of it goes on by itself.
    Idle {
        until: Option<Time>,
    },
    Done(Box<Ending>),
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending {
    pub status: RunStatus,
    pub failure: Option<RunFailure>,
    pub output: Option<Value>,
    pub handled_errors: u32,
    pub reason: Option<Text>,
}

impl Machine {
    pub fn verdict(&self) -> Verdict {
        let Some(top) = self.frames.get(&Frame::top()) else {
            return match &self.halt {
                // Cancelled before it began.
                Some(halt) => self.halted(halt, None),
                None => Verdict::Busy,
            };
        };
        if let Some(halt) = &self.halt {
            return self.halted(halt, top.output());
        }
        if top.is_done() {
            let (status, failure) = match &top.end {
                Some(End::Failed { step, error }) | Some(End::Stopped { step, failure: Some(error) }) => {
                    (RunStatus::Failed, Some(RunFailure { step: Some(step.clone()), error: error.clone() }))
                }
                _ => (RunStatus::Succeeded, None),
            };
            let output = top.output().cloned();
            let handled_errors = self.handled_errors;
            let reason = self.why_blocked().filter(|_| status == RunStatus::Succeeded);
            return done(Ending { status, failure, output, handled_errors, reason });
        }
        let busy = self.frames.values().any(|frame| {
            frame.steps.iter().any(|step| match &step.phase {
                Phase::Ready => frame.end.is_none(),
                Phase::Running { .. } => true,
                Phase::Looping(looping) => looping.open.is_empty(),
                _ => false,
            })
        });
        if busy { Verdict::Busy } else { Verdict::Idle { until: self.next_due() } }
    }

    /// Why a dry run ended before its last step.
    fn why_blocked(&self) -> Option<Text> {
        const TOLD: usize = 5;
        let blocked = self.blocked();
        if blocked.is_empty() {
            return None;
        }
        let list = |word: fn(&Blocked) -> String| blocked.iter().take(TOLD).map(word).collect::<Vec<_>>();
        let en = list(|Blocked { step, reads, times }| match times {
            1 => format!("`{step}` reads the output of `{reads}`"),
            _ => format!("`{step}` ({times} times) reads the output of `{reads}`"),
        });
        let zh = list(|Blocked { step, reads, times }| match times {
            1 => format!("`{step}` 需要 `{reads}` 的輸出"),
            _ => format!("`{step}`（{times} 次）需要 `{reads}` 的輸出"),
        });
        let (en, zh) = (en.join(", "), zh.join("、"));
        Some(text!(
            "The dry run ended here: {en}, which is not known since nothing was sent. Give it in the `outputs` of the test or of its sample.",
            "預演在此結束：{zh}，但沒有送出任何內容，因此無從得知。請在測試或範例資料的 `outputs` 提供。"
        ))
    }

    /// When the first pause or wait ends by itself.
    pub fn next_due(&self) -> Option<Time> {
        let steps = self.frames.values().flat_map(|frame| &frame.steps);
        let due = steps.filter_map(|step| match &step.phase {
            Phase::Retrying { at, .. } => Some(*at),
            Phase::Waiting(wait) => wait.ends_at(),
            _ => None,
        });
        due.min()
    }

    fn halted(&self, halt: &Halt, output: Option<&Value>) -> Verdict {
        let output = output.cloned();
        let handled_errors = self.handled_errors;
        match halt {
            Halt::Cancelled { by, reason } => {
                let reason = match reason {
                    Some(why) => text!("Cancelled by {by}: {why}", "由 {by} 取消：{why}"),
                    None => text!("Cancelled by {by}", "由 {by} 取消"),
                };
                done(Ending {
                    status: RunStatus::Cancelled,
                    failure: None,
                    output,
                    handled_errors,
                    reason: Some(reason),
                })
            }
            Halt::TimedOut { error } => done(Ending {
                status: RunStatus::Failed,
                failure: Some(RunFailure { step: None, error: error.clone() }),
                output,
                handled_errors,
                reason: None,
            }),
        }
    }
}

fn done(ending: Ending) -> Verdict {
    Verdict::Done(Box::new(ending))
}
