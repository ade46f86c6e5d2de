//! The journal of a run: what happened, in order. Status and timeline are derived from it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::{Frame, Rehearsal, Reply, RunId, Span, StepError, StepId, Time, Value};

/// One line of a run's journal.
///
/// A worker of an older binary leaves a run alone whose journal holds a kind of thing that it does not know. A field that it
/// does not know it passes over; where that would be wrong, the entry is written with a `format` above [`FORMAT`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct Entry {
    #[serde(default, skip_serializing_if = "Frame::is_top")]
    pub frame: Frame,
    pub at: Time,
    #[serde(flatten)]
    pub event: Event,
}

/// The newest format of entries that this binary understands.
pub const FORMAT: u32 = 1;
/// How the error begins of an entry whose format is newer.
pub const NEWER_FORMAT: &str = "format";

#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    format: u32,
    #[serde(default)]
    frame: Frame,
    at: Time,
    #[serde(flatten)]
    event: Event,
}

impl TryFrom<Written> for Entry {
    type Error = String;
    fn try_from(written: Written) -> Result<Self, String> {
        let Written { format, frame, at, event } = written;
        if format > FORMAT {
            return Err(format!("{NEWER_FORMAT} {format} is newer than {FORMAT}"));
        }
        Ok(Self { frame, at, event })
    }
}

/// What can happen in a run. Skipped steps are derived, so they have no event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The first entry of each run.
    Started {
        /// The variables that the flow names, as they were when the run started.
        vars: BTreeMap<String, Value>,
    },
    /// A step of effect is about to be attempted; the input is what every attempt sends.
    StepStarted {
        step: StepId,
        attempt: u32,
        /// Absent from the second attempt on: it is the first one's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        input: Option<Value>,
        /// Raised when a person edits the input; part of the idempotency key.
        #[serde(default, skip_serializing_if = "is_zero")]
        edition: u32,
    },
    /// An attempt failed and another follows at `retry_at`.
    AttemptFailed {
        step: StepId,
        attempt: u32,
        error: StepError,
        retry_at: Time,
    },
    /// A step waits for a time, a person, a call or another run.
    StepWaiting {
        step: StepId,
        input: Value,
        wait: Wait,
    },
    /// A loop knows its items and begins.
    LoopStarted {
        step: StepId,
        /// The list, or the stream it is read from.
        items: Value,
        count: u64,
    },
    StepSettled {
        step: StepId,
        #[serde(flatten)]
        outcome: Outcome,
        /// How long a script or a branch took, in microseconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        took_us: Option<u64>,
    },
    /// A dry run: what the step would have done. How it counts follows as its settling.
    Rehearsed {
        step: StepId,
        #[serde(flatten)]
        rehearsal: Rehearsal,
    },
    Replied {
        reply: Reply,
    },
    /// A `stop` step ended its frame.
    Stopped {
        step: StepId,
        failure: Option<StepError>,
    },
    CancelRequested {
        by: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The run passed its `timeout` or `deadline`.
    TimedOut {
        error: StepError,
    },
    /// A finished step's outcome taken over from the run that this one resumes.
    Kept {
        step: StepId,
        #[serde(flatten)]
        outcome: Outcome,
    },
    /// A person replaced the input of a step of the resumed run.
    InputEdited {
        step: StepId,
        input: Value,
        edition: u32,
        by: String,
    },
    /// Another worker took over from one that died.
    Recovered,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    Succeeded {
        output: Value,
        /// The named exit that was taken; absent for steps with only one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        port: Option<String>,
    },
    Failed {
        error: StepError,
    },
    Cancelled,
}

/// What a waiting step waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wait {
    #[serde(flatten)]
    pub kind: WaitKind,
    /// When the wait ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WaitKind {
    /// Until the time.
    Time,
    /// For a call of the step's one-time URL.
    Callback,
    /// For a person's decision.
    Approval,
    /// For another run.
    Run { run: RunId },
}

/// How far a loop is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LoopTally {
    /// Every item before this index is settled.
    pub cursor: u64,
    /// Settled beyond the cursor, as `[from, to)` ranges.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beyond: Vec<(u64, u64)>,
    pub count: u64,
    pub succeeded: u64,
    pub failed: u64,
    /// The record stream that holds `{index, key, status, output | error}` of each settled item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub results: Option<crate::StreamRef>,
}

impl LoopTally {
    pub fn is_settled(&self, index: u64) -> bool {
        index < self.cursor || self.beyond.iter().any(|(from, to)| (*from..*to).contains(&index))
    }

    /// Marks one item as settled and moves the cursor over what is settled beyond it.
    pub fn settle(&mut self, index: u64) {
        if self.is_settled(index) {
            return;
        }
        let at = self.beyond.partition_point(|(from, _)| *from <= index);
        self.beyond.insert(at, (index, index + 1));
        let mut joined: Vec<(u64, u64)> = Vec::with_capacity(self.beyond.len());
        for (from, to) in self.beyond.drain(..) {
            match joined.last_mut() {
                Some(last) if last.1 == from => last.1 = to,
                _ => joined.push((from, to)),
            }
        }
        if joined.first().is_some_and(|(from, _)| *from == self.cursor) {
            self.cursor = joined.remove(0).1;
        }
        self.beyond = joined;
    }

    pub fn settled(&self) -> u64 {
        self.cursor + self.beyond.iter().map(|(from, to)| to - from).sum::<u64>()
    }
}

impl Wait {
    pub fn time(until: Time) -> Self {
        Self { kind: WaitKind::Time, until: Some(until) }
    }

    /// When the engine ends the wait. An answer given at the last moment is on its way for a little longer, so what waits
    /// for one is given that time: whoever was told that the answer was taken must not find it ignored.
    pub fn ends_at(&self) -> Option<Time> {
        const ON_ITS_WAY: Span = Span::from_secs(1);
        match self.kind {
            WaitKind::Time => self.until,
            WaitKind::Callback | WaitKind::Approval | WaitKind::Run { .. } => {
                self.until.map(|until| until + ON_ITS_WAY)
            }
        }
    }

    pub fn within(kind: WaitKind, now: Time, timeout: Option<Span>) -> Self {
        Self { kind, until: timeout.map(|span| now + span) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_moves_its_cursor_over_what_is_settled() {
        let mut tally = LoopTally { count: 6, ..LoopTally::default() };
        for index in [2, 4, 1] {
            tally.settle(index);
        }
        assert_eq!((tally.cursor, tally.beyond.as_slice()), (0, [(1, 3), (4, 5)].as_slice()));
        tally.settle(0);
        assert_eq!((tally.cursor, tally.beyond.as_slice()), (3, [(4, 5)].as_slice()));
        tally.settle(3);
        tally.settle(3);
        assert_eq!((tally.cursor, tally.settled()), (5, 5));
    }

    #[test]
    fn entries_survive_json() {
        let entry = Entry {
            frame: Frame::from("lines[3]".to_owned()),
            at: Time(1_700_000_000_000),
            event: Event::StepSettled {
                step: "price".parse().expect("a step id"),
                outcome: Outcome::Succeeded {
                    output: serde_json::json!({"n": 1}),
                    port: Some("large".into()),
                },
                took_us: Some(12),
            },
        };
        let text = serde_json::to_string(&entry).expect("serialises");
        assert_eq!(serde_json::from_str::<Entry>(&text).expect("parses"), entry);
    }

    #[test]
    fn decimals_survive_a_journal_entry() {
        let text = r#"{"at":"2026-01-01T00:00:00.000Z","event":"step_settled","step":"a","outcome":"succeeded","output":{"total":1.10,"big":123456789012345678901234.50}}"#;
        let entry: Entry = serde_json::from_str(text).expect("parses");
        let again = serde_json::to_string(&entry).expect("serialises");
        assert!(again.contains("1.10") && again.contains("123456789012345678901234.50"), "{again}");
    }
}
