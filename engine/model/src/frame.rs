//! Where in a run a step stands: at the top, or in an item of a loop.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::StepId;

/// The path to a loop's item: empty at the top, `lines[3]` for item 3 of `lines`, `lines[3]/parts[0]` inside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Frame(String);

impl Frame {
    pub fn top() -> Self {
        Self::default()
    }

    pub fn is_top(&self) -> bool {
        self.0.is_empty()
    }

    /// The frame of item `index` of the loop `step`, which stands in this frame.
    #[must_use]
    pub fn item(&self, step: &StepId, index: u64) -> Self {
        if self.is_top() {
            Self(format!("{step}[{index}]"))
        } else {
            Self(format!("{}/{step}[{index}]", self.0))
        }
    }

    /// The frame that holds the loop, the loop's step id and the item's index; `None` at the top.
    pub fn parent(&self) -> Option<(Frame, &str, u64)> {
        let (parent, last) = match self.0.rsplit_once('/') {
            Some((parent, last)) => (parent, last),
            None => ("", self.0.as_str()),
        };
        let (step, index) = last.strip_suffix(']')?.split_once('[')?;
        Some((Frame(parent.to_owned()), step, index.parse().ok()?))
    }

    /// Whether this frame is `other` or stands inside it.
    pub fn is_within(&self, other: &Frame) -> bool {
        other.is_top()
            || self.0 == other.0
            || (self.0.starts_with(&other.0) && self.0.as_bytes().get(other.0.len()) == Some(&b'/'))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Frame {
    fn from(path: String) -> Self {
        Self(path)
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_knows_its_parent() {
        let lines: StepId = "lines".parse().expect("a step id");
        let parts: StepId = "parts".parse().expect("a step id");
        let item = Frame::top().item(&lines, 3);
        let inner = item.item(&parts, 0);
        assert_eq!(inner.as_str(), "lines[3]/parts[0]");
        assert_eq!(inner.parent(), Some((item.clone(), "parts", 0)));
        assert_eq!(item.parent(), Some((Frame::top(), "lines", 3)));
        assert_eq!(Frame::top().parent(), None);
        assert!(inner.is_within(&item) && inner.is_within(&Frame::top()) && !item.is_within(&inner));
        assert!(!Frame::top().item(&lines, 33).is_within(&item));
    }
}
