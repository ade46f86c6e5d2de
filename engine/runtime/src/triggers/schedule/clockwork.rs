//! One flow's schedule under way: what it has fired for, and what is due. No clock of its own.

use causeway_document::{Missed, Schedule};
use causeway_model::{FlowId, Span, Time};
use causeway_store::Scheduled;

/// Who is no later than this has missed nothing.
const LATE: Span = Span::from_secs(10);
/// As many times fire at one look when none of them was missed.
const MOST: usize = 100;

pub(super) struct Clockwork {
    pub version: i32,
    schedule: Schedule,
    delay: Span,
    /// Times up to here are dealt with.
    done: Time,
    next: Option<Time>,
}

impl Clockwork {
    /// `first`: this process has just begun, so it cannot know what was missed but by the store.
    pub fn new(flow: FlowId, facts: &Scheduled, schedule: Schedule, now: Time, first: bool) -> Self {
        // What came before it was published, or while it was off, was not missed.
        let began = facts.enabled_at.map_or(facts.published_at, |at| at.max(facts.published_at));
        let done = if first && schedule.missed != Missed::Skip {
            facts.fired_at.map_or(began, |at| at.max(began)).min(now)
        } else if !first && began <= now && began + LATE > now {
            // Published or switched on a moment ago: a time that came since then is its own.
            began
        } else {
            now
        };
        let delay = schedule.delay(flow);
        let next = schedule.times.next(schedule.zone, done);
        Self { version: facts.version, schedule, delay, done, next }
    }

    /// When there is something to do.
    pub fn look_at(&self) -> Option<Time> {
        Some(self.next? + self.delay)
    }

    /// The times to fire for now, by the policy for those that were missed.
    pub fn due(&self, now: Time) -> Vec<Time> {
        let until = now - self.delay;
        let fresh = self.done.max(until - LATE);
        let newest = |after, until, most| self.schedule.times.newest(self.schedule.zone, after, until, most);
        match self.schedule.missed {
            Missed::Skip => newest(fresh, until, MOST),
            Missed::Once if newest(self.done, fresh, 1).is_empty() => newest(self.done, until, MOST),
            Missed::Once => newest(self.done, until, 1),
            Missed::All { most } => newest(self.done, until, most as usize),
        }
    }

    /// It fired for the times up to `last`; where it is through, up to `now`.
    pub fn fired(&mut self, last: Option<Time>, now: Option<Time>) {
        let done = now.map(|now| now - self.delay).max(last);
        self.done = done.map_or(self.done, |done| done.max(self.done));
        self.next = self.schedule.times.next(self.schedule.zone, self.done);
    }

    /// The clock shows less than before.
    pub fn put_back(&mut self, now: Time) {
        self.done = self.done.min(now - self.delay);
        self.next = self.schedule.times.next(self.schedule.zone, self.done);
    }
}

#[cfg(test)]
mod tests {
    use causeway_document::cron::{Cron, Times};

    use super::*;

    const MINUTE: i64 = 60_000;

    fn clockwork(missed: Missed, fired_at: Option<Time>, now: Time, first: bool) -> Clockwork {
        let cron = Cron::read("* * * * *").expect("reads");
        let schedule = Schedule {
            times: Times::Cron(cron),
            zone: chrono_tz::Asia::Taipei,
            missed,
            jitter: Span::default(),
        };
        let facts = Scheduled {
            flow: FlowId::new(),
            slug: "a".parse().expect("a slug"),
            version: 1,
            published_at: Time(0),
            enabled_at: None,
            fired_at,
        };
        Clockwork::new(facts.flow, &facts, schedule, now, first)
    }

    fn minutes(times: Vec<Time>) -> Vec<i64> {
        times.into_iter().map(|at| at.millis() / MINUTE).collect()
    }

    #[test]
    fn what_passed_while_nobody_kept_time_goes_by_the_policy() {
        let now = Time(500 * MINUTE + 30_000);
        let fired = Some(Time(490 * MINUTE));
        let due = |missed| minutes(clockwork(missed, fired, now, true).due(now));
        assert!(due(Missed::Skip).is_empty());
        assert_eq!(due(Missed::Once), [500]);
        assert_eq!(due(Missed::All { most: 100 }), (491..=500).collect::<Vec<_>>());
        assert_eq!(due(Missed::All { most: 3 }), [498, 499, 500]);
    }

    #[test]
    fn times_while_it_was_off_were_not_missed() {
        let now = Time(500 * MINUTE + 30_000);
        let clockwork = clockwork(Missed::All { most: 100 }, Some(Time(490 * MINUTE)), now, true);
        let facts = Scheduled {
            flow: FlowId::new(),
            slug: "a".parse().expect("a slug"),
            version: 1,
            published_at: Time(0),
            enabled_at: Some(Time(497 * MINUTE + 1)),
            fired_at: Some(Time(490 * MINUTE)),
        };
        let again = Clockwork::new(facts.flow, &facts, clockwork.schedule, now, true);
        assert_eq!(minutes(again.due(now)), [498, 499, 500]);
    }

    #[test]
    fn a_time_between_its_beginning_and_the_first_look_is_its_own() {
        let now = Time(500 * MINUTE + 100);
        let due = |published_at: i64, enabled_at: Option<i64>| {
            let schedule = clockwork(Missed::Skip, None, now, false).schedule;
            let facts = Scheduled {
                flow: FlowId::new(),
                slug: "a".parse().expect("a slug"),
                version: 1,
                published_at: Time(published_at),
                enabled_at: enabled_at.map(Time),
                fired_at: None,
            };
            minutes(Clockwork::new(facts.flow, &facts, schedule, now, false).due(now))
        };
        let before = now.millis() - 200;
        assert_eq!(due(before, None), [500], "published");
        assert_eq!(due(0, Some(before)), [500], "switched on");
        assert!(due(before, Some(now.millis() - 50)).is_empty(), "off at that time");
        assert!(due(0, Some(now.millis() - 20_000)).is_empty(), "learnt of late, it begins now");
    }

    #[test]
    fn a_clock_that_jumps_forward_misses_what_lies_between() {
        let (before, after) = (Time(100 * MINUTE + 500), Time(160 * MINUTE + 3_000));
        let due = |missed| minutes(clockwork(missed, None, before, false).due(after));
        assert_eq!(due(Missed::Skip), [160], "three seconds late is not missed");
        assert_eq!(due(Missed::Once), [160]);
        assert_eq!(due(Missed::All { most: 100 }).len(), 60);
    }

    #[test]
    fn a_clock_that_is_put_back_does_not_stop_it() {
        let mut clockwork = clockwork(Missed::Skip, None, Time(100 * MINUTE), false);
        clockwork.fired(None, Some(Time(160 * MINUTE)));
        assert_eq!(clockwork.look_at(), Some(Time(161 * MINUTE)));
        clockwork.put_back(Time(100 * MINUTE));
        assert_eq!(clockwork.look_at(), Some(Time(101 * MINUTE)));
    }

    #[test]
    fn the_delay_is_within_the_jitter_and_stays() {
        let jitter = Span::from_secs(300);
        let cron = Cron::read("0 2 * * *").expect("reads");
        let schedule =
            Schedule { times: Times::Cron(cron), zone: chrono_tz::UTC, missed: Missed::Skip, jitter };
        let flows: Vec<FlowId> = (0..200).map(|_| FlowId::new()).collect();
        let delays: Vec<Span> = flows.iter().map(|flow| schedule.delay(*flow)).collect();
        assert!(delays.iter().all(|delay| *delay <= jitter));
        assert_eq!(delays, flows.iter().map(|flow| schedule.delay(*flow)).collect::<Vec<_>>());
        let late = delays.iter().filter(|delay| delay.millis() > 150_000).count();
        assert!((40..160).contains(&late), "spread: {late} of 200 in the second half");
    }
}
