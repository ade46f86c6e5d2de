//! Lengths of time as documents write them: `500ms`, `30s`, `5m`, `2h`, `7d`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A length of time in milliseconds; `<n>ms|s|m|h|d` in documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span(u64);

impl Span {
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1000))
    }

    pub const fn millis(self) -> u64 {
        self.0
    }

    pub const fn to_std(self) -> Duration {
        Duration::from_millis(self.0)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseSpanError(pub String);

impl fmt::Display for ParseSpanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no duration: write a number and ms, s, m, h or d, such as 30s", self.0)
    }
}

impl std::error::Error for ParseSpanError {}

/// Durations reach at most ten years, so that no sum of a time and a duration overflows.
const LONGEST: u64 = 10 * 366 * 86_400_000;

impl FromStr for Span {
    type Err = ParseSpanError;
    fn from_str(text: &str) -> Result<Self, ParseSpanError> {
        let fault = || ParseSpanError(text.to_owned());
        let split = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(fault)?;
        let count: u64 = text[..split].parse().map_err(|_| fault())?;
        let unit = match &text[split..] {
            "ms" => 1,
            "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(fault()),
        };
        count.checked_mul(unit).filter(|millis| *millis <= LONGEST).map(Self).ok_or_else(fault)
    }
}

impl TryFrom<String> for Span {
    type Error = ParseSpanError;
    fn try_from(text: String) -> Result<Self, ParseSpanError> {
        text.parse()
    }
}

impl From<Span> for String {
    fn from(span: Span) -> String {
        span.to_string()
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (size, unit) in [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s")] {
            if self.0 >= size && self.0.is_multiple_of(size) {
                return write!(f, "{}{unit}", self.0 / size);
            }
        }
        write!(f, "{}ms", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_and_write() {
        for text in ["0ms", "1500ms", "30s", "5m", "2h", "7d"] {
            assert_eq!(text.parse::<Span>().map(|span| span.to_string()), Ok(text.to_owned()));
        }
        for bad in ["", "5", "s", "-1s", "1.5s", "5 m", "5w", "99999999999999999999d", "999999d"] {
            assert!(bad.parse::<Span>().is_err(), "{bad}");
        }
    }
}
