//! When a flow's list is asked again: a little apart from others of the same rhythm, and later and later while that fails. Pure.

use causeway_model::{FlowId, Span, StepError, Time};

/// The pause after the first failure; doubled after each.
const FIRST_PAUSE: u64 = 10_000;
const LONGEST_PAUSE: u64 = 3_600_000;
/// The longest pause that a peer may ask for.
const LONGEST_ASKED: u64 = 86_400_000;

/// After a poll that went well at `now`: up to a tenth later than its rhythm says, another tenth each time, so that flows that
/// were published together drift apart.
pub fn next(flow: FlowId, every: Span, now: Time) -> Time {
    let every = every.millis();
    now + Span::from_millis(every + spread(flow, now, every / 10))
}

/// After `failures` polls in a row that failed.
pub fn later(flow: FlowId, failures: u32, error: &StepError, now: Time) -> Time {
    let pause = FIRST_PAUSE.saturating_mul(1 << failures.saturating_sub(1).min(20)).min(LONGEST_PAUSE);
    let pause = pause + spread(flow, now, pause / 10);
    let asked = error.retry_after_ms.unwrap_or(0).min(LONGEST_ASKED);
    now + Span::from_millis(pause.max(asked))
}

/// From 0 to `most`, by chance and yet the same for the same flow and time.
fn spread(flow: FlowId, now: Time, most: u64) -> u64 {
    let bytes = flow.0.into_bytes().into_iter().chain(now.millis().to_le_bytes());
    // FNV-1a, since ids that were made at one time differ in few bits.
    let hash = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    (hash ^ (hash >> 29)) % (most + 1)
}

#[cfg(test)]
mod tests {
    use causeway_model::{ErrorClass, Text};

    use super::*;

    const NOW: Time = Time(1_786_766_400_000);

    fn error(retry_after_ms: Option<u64>) -> StepError {
        StepError { retry_after_ms, ..StepError::new("http_status", ErrorClass::Limit, Text::default()) }
    }

    #[test]
    fn a_thousand_polls_of_one_moment_drift_apart() {
        let every = Span::from_secs(300);
        let mut slots = [0; 30];
        for _ in 0..1000 {
            let late = next(FlowId::new(), every, NOW).since(NOW).millis() - every.millis();
            assert!(late <= 30_000);
            slots[usize::try_from(late / 1000).unwrap_or(29).min(29)] += 1;
        }
        assert!(slots.iter().all(|count| (5..100).contains(count)), "{slots:?}");
        let flow = FlowId::new();
        let first = next(flow, every, NOW);
        let second = next(flow, every, first);
        assert_ne!(first.since(NOW), second.since(first));
    }

    #[test]
    fn pauses_double_to_an_hour_and_the_system_may_ask_for_more() {
        let flow = FlowId::new();
        let pause = |failures, asked| later(flow, failures, &error(asked), NOW).since(NOW).millis() / 1000;
        for (failures, at_least) in [(1, 10), (2, 20), (4, 80), (9, 2560), (10, 3600), (60, 3600)] {
            let paused = pause(failures, None);
            assert!((at_least..=at_least + at_least / 10 + 1).contains(&paused), "{failures}: {paused}");
        }
        assert_eq!(pause(1, Some(120_000)), 120);
        assert_eq!(pause(1, Some(u64::MAX)), 86_400);
    }
}
