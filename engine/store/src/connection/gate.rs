//! How calls with a connection pass: permits of its rate, a time in which nobody calls, and the breaker. Pure: the row in
//! `connection_gate` holds it, and `permits` brings the database's clock, in milliseconds.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Calls in each period, by everybody together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PermitRate {
    pub calls: u32,
    pub per: Duration,
}

/// Failures in a row that pause a connection.
const FAILURES: i64 = 10;
/// The first pause; each that follows upon a probe that failed is twice as long.
const PAUSE: i64 = 30_000;
const LONGEST_PAUSE: i64 = 600_000;
/// How long a probe may take before another is let through.
const PROBE: i64 = 30_000;
/// Nobody holds a connection back for longer, whatever its system asks for.
const LONGEST_HOLD: i64 = 3_600_000;
/// Between leaving here and arriving there, calls may come this much closer together.
const JITTER: i64 = 25;
const SHORTEST_SLICE: i64 = 50;
/// Slices in one period, at most.
const SLICES: i64 = 40;

/// Permits of one slice: they may be used until it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Slice(i64, u32);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Gate {
    pub(crate) slices: Vec<Slice>,
    /// Until then, nobody calls.
    pub(crate) held_until: i64,
    /// In a row.
    pub(crate) failures: i64,
    /// In a row; 0 where the breaker is closed.
    pub(crate) openings: i64,
    pub(crate) open_until: i64,
    /// Until then, somebody tries whether it works again.
    pub(crate) probe_until: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Take {
    /// So many, for so long.
    Granted(u32, i64),
    /// None before so long.
    Wait(i64),
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX / 4).clamp(1, i64::MAX / 4)
}

impl Gate {
    /// Some permits, at most `wanted`, that may be used for at least `lasting`.
    ///
    /// Of permits that may be used within one period of each other there are never more than the rate says: those of a slice
    /// count until a whole period after its end.
    pub(crate) fn take(&mut self, now: i64, rate: PermitRate, wanted: u32, lasting: i64) -> Take {
        let (calls, per) = (rate.calls.max(1), millis(rate.per));
        let over = |slice: &Slice| slice.0 + JITTER + per;
        self.slices.retain(|slice| over(slice) > now);
        if self.held_until > now {
            return Take::Wait(self.held_until - now);
        }
        let mut used: u64 = self.slices.iter().map(|slice| u64::from(slice.1)).sum();
        let free = u64::from(calls).saturating_sub(used);
        if free == 0 {
            self.slices.sort_unstable_by_key(|slice| slice.0);
            for slice in &self.slices {
                used -= u64::from(slice.1);
                if used < u64::from(calls) {
                    return Take::Wait(over(slice) - now);
                }
            }
        }
        let count = wanted.max(1).min(u32::try_from(free).unwrap_or(u32::MAX));
        let length = (per / SLICES).max(SHORTEST_SLICE);
        let end = (now + lasting.max(length)).div_euclid(length) * length + length;
        match self.slices.iter_mut().find(|slice| slice.0 == end) {
            Some(slice) => slice.1 = slice.1.saturating_add(count),
            None => self.slices.push(Slice(end, count)),
        }
        Take::Granted(count, end - now)
    }

    /// The system asks to be left alone for so long.
    pub(crate) fn hold(&mut self, now: i64, millis: i64) {
        self.held_until = self.held_until.max(now + millis.clamp(0, LONGEST_HOLD));
    }

    /// For how long the breaker lets nobody through; 0 where it does.
    pub(crate) fn paused(&self, now: i64) -> i64 {
        if self.openings == 0 { 0 } else { (self.open_until - now).max(0) }
    }

    /// Whether the caller may try whether it works again; for everybody else it stays paused so long.
    pub(crate) fn probe(&mut self, now: i64) -> Result<(), i64> {
        if self.openings == 0 {
            return Ok(());
        }
        let wait = self.paused(now).max(self.probe_until - now);
        if wait > 0 {
            return Err(wait);
        }
        self.probe_until = now + PROBE;
        Ok(())
    }

    /// The system could not be reached, did not answer, or failed. Whether this paused the connection.
    pub(crate) fn failed(&mut self, now: i64) -> bool {
        if self.openings > 0 && self.open_until > now {
            // Of a call that began before.
            return false;
        }
        self.failures = self.failures.saturating_add(1);
        if self.openings == 0 && self.failures < FAILURES {
            return false;
        }
        let pause = PAUSE << self.openings.clamp(0, 10);
        self.openings = self.openings.saturating_add(1);
        self.open_until = now + pause.min(LONGEST_PAUSE);
        self.probe_until = 0;
        true
    }

    /// The system answered.
    pub(crate) fn answered(&mut self, now: i64) {
        if self.paused(now) == 0 {
            self.close();
        }
    }

    /// Forgets what went wrong.
    pub(crate) fn close(&mut self) {
        (self.failures, self.openings, self.open_until, self.probe_until) = (0, 0, 0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(calls: u32, millis: u64) -> PermitRate {
        PermitRate { calls, per: Duration::from_millis(millis) }
    }

    /// Takes as greedily as possible, and uses each permit at the worst moment.
    #[test]
    fn no_period_has_more_calls_than_the_rate_says() {
        for (calls, per, step, wanted) in
            [(10, 1000, 1, 100), (7, 1000, 13, 2), (1, 1000, 7, 1), (100, 60_000, 50, 3), (3, 200, 3, 5)]
        {
            let (mut gate, mut used) = (Gate::default(), Vec::new());
            for now in (1_000_000..1_000_000 + 5 * per).step_by(step) {
                if let Take::Granted(count, valid) = gate.take(now, rate(calls, per as u64), wanted, 0) {
                    assert!(valid >= SHORTEST_SLICE);
                    // Some at once, some just before their slice ends.
                    used.extend((0..count).map(|number| if number % 2 == 0 { now } else { now + valid - 1 }));
                }
                assert!(gate.slices.len() <= 50, "{}", gate.slices.len());
            }
            used.sort_unstable();
            for (at, first) in used.iter().enumerate() {
                let within = used[at..].iter().take_while(|time| **time < first + per).count();
                assert!(within <= calls as usize, "{within} of {calls} in {per} ms");
            }
            let enough = 3 * calls as usize;
            assert!(used.len() > enough, "{} calls in five periods of {calls}", used.len());
        }
    }

    #[test]
    fn a_wait_is_as_long_as_it_says() {
        let mut gate = Gate::default();
        let rate = rate(2, 1000);
        assert!(matches!(gate.take(500, rate, 5, 0), Take::Granted(2, _)));
        let Take::Wait(wait) = gate.take(510, rate, 1, 0) else { panic!("there are none left") };
        assert!(matches!(gate.take(510 + wait - 1, rate, 1, 0), Take::Wait(1)));
        assert!(matches!(gate.take(510 + wait, rate, 1, 0), Take::Granted(1, _)));
        gate.hold(0, 10_000);
        assert_eq!(gate.take(4_000, rate, 1, 0), Take::Wait(6_000));
        gate.hold(0, i64::MAX);
        assert_eq!(gate.held_until, LONGEST_HOLD);
    }

    #[test]
    fn a_rate_that_was_lowered_counts_at_once() {
        let mut gate = Gate::default();
        assert!(matches!(gate.take(0, rate(100, 1000), 100, 0), Take::Granted(100, _)));
        assert!(matches!(gate.take(10, rate(1, 1000), 1, 0), Take::Wait(wait) if wait > 1000));
    }

    #[test]
    fn the_breaker_opens_half_opens_and_closes() {
        let mut gate = Gate::default();
        for _ in 0..9 {
            assert!(!gate.failed(0));
        }
        gate.answered(0);
        assert_eq!(gate.failures, 0, "not in a row");
        assert_eq!((0..10).filter(|_| gate.failed(0)).count(), 1);
        assert_eq!((gate.paused(0), gate.probe(29_999)), (30_000, Err(1)));
        gate.answered(5);
        assert!(gate.paused(5) > 0, "a late answer opens nothing");
        assert!(!gate.failed(5), "nor does a late failure count");
        assert_eq!(gate.probe(30_000), Ok(()));
        assert_eq!(gate.probe(30_001), Err(29_999), "one at a time");
        assert!(gate.failed(31_000), "the probe");
        assert_eq!(gate.paused(31_000), 60_000);
        assert_eq!(gate.probe(91_000), Ok(()));
        assert_eq!(gate.probe(121_001), Ok(()), "a probe that was never heard of again");
        gate.answered(121_100);
        assert_eq!(gate, Gate::default());
        for _ in 0..9 {
            assert!(!gate.failed(200_000));
        }
        for opening in 0..20 {
            let now = gate.open_until.max(200_000);
            assert!(gate.failed(now));
            assert_eq!(gate.paused(now), (30_000 << opening.min(10)).min(600_000));
        }
    }
}
