//! When a failed attempt is followed by another.

use causeway_model::{ErrorClass, Retry, RetryBackoff, Span, StepError};

/// The longest pause that a peer's `Retry-After` may ask for.
const LONGEST_ASKED: u64 = 3_600_000;

/// The pause before the next attempt, or `None` where the step has failed. `failed` counts the attempts that failed, this
/// one included. `spread` is 0..=255 and varies the pause by up to a tenth, so that many runs do not return at once.
pub fn pause(retry: Option<&Retry>, error: &StepError, failed: u32, spread: u8) -> Option<Span> {
    let retry = retry?;
    if failed >= retry.attempts || !is_retried(retry, error) {
        return None;
    }
    let first = retry.first.millis();
    let wanted = match retry.backoff {
        RetryBackoff::Fixed => first,
        RetryBackoff::Exponential => first.saturating_mul(1 << (failed - 1).min(32)),
    };
    let bounded = wanted.min(retry.max.millis());
    let spread = bounded / 10 * u64::from(spread) / 255;
    let asked = error.retry_after_ms.unwrap_or(0).min(LONGEST_ASKED);
    Some(Span::from_millis((bounded + spread).max(asked)))
}

fn is_retried(retry: &Retry, error: &StepError) -> bool {
    if error.class == ErrorClass::Doubt {
        return false;
    }
    if retry.on.is_empty() {
        return error.class.retried_by_default();
    }
    retry
        .on
        .iter()
        .any(|wanted| wanted == error.class.name() || error.status.is_some_and(|status| fits(wanted, status)))
}

/// `503`, or `5xx`.
fn fits(wanted: &str, status: u16) -> bool {
    match wanted.strip_suffix("xx") {
        Some(hundreds) => hundreds.parse() == Ok(status / 100),
        None => wanted.parse() == Ok(status),
    }
}

#[cfg(test)]
mod tests {
    use causeway_model::Text;

    use super::*;

    fn retry(on: &[&str]) -> Retry {
        Retry {
            attempts: 5,
            backoff: RetryBackoff::Exponential,
            first: Span::from_secs(1),
            max: Span::from_secs(5),
            on: on.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    fn error(class: ErrorClass, status: Option<u16>) -> StepError {
        StepError { status, ..StepError::new("http_status", class, Text::default()) }
    }

    #[test]
    fn pauses_grow_to_their_bound_and_end_with_the_attempts() {
        let failure = error(ErrorClass::Server, Some(503));
        let pauses: Vec<_> =
            (1..=5).map(|n| pause(Some(&retry(&[])), &failure, n, 0).map(Span::millis)).collect();
        assert_eq!(pauses, [Some(1000), Some(2000), Some(4000), Some(5000), None]);
        assert_eq!(pause(None, &failure, 1, 0), None);
    }

    #[test]
    fn only_what_is_named_is_repeated() {
        assert!(pause(Some(&retry(&[])), &error(ErrorClass::Invalid, Some(422)), 1, 0).is_none());
        assert!(pause(Some(&retry(&["4xx"])), &error(ErrorClass::Invalid, Some(422)), 1, 0).is_some());
        assert!(pause(Some(&retry(&["409"])), &error(ErrorClass::Invalid, Some(422)), 1, 0).is_none());
        assert!(pause(Some(&retry(&["timeout"])), &error(ErrorClass::Timeout, None), 1, 0).is_some());
        assert!(pause(Some(&retry(&["doubt"])), &error(ErrorClass::Doubt, None), 1, 0).is_none());
    }

    #[test]
    fn a_peer_may_ask_for_more_but_not_for_ever() {
        let asks = |ms| StepError { retry_after_ms: Some(ms), ..error(ErrorClass::Limit, Some(429)) };
        assert_eq!(pause(Some(&retry(&[])), &asks(90_000), 1, 0), Some(Span::from_secs(90)));
        assert_eq!(pause(Some(&retry(&[])), &asks(u64::MAX), 1, 0), Some(Span::from_secs(3600)));
        assert_eq!(pause(Some(&retry(&[])), &asks(10), 1, 255), Some(Span::from_millis(1100)));
    }
}
