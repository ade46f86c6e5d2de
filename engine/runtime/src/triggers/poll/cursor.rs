//! Where a poll has got to, in the other side's own times: never in ours, since clocks differ.
//!
//! Everything that is asked for again is remembered by its key, so that a record that stands at the edge for ever, or an overlap
//! that is read at each poll, makes no second run however long ago the first was.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// So many keys are remembered at the edge.
pub const MOST_SEEN: usize = 100_000;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cursor {
    /// The newest time of change that was dealt with, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<i64>,
    /// What was changed before this is dealt with. It never goes back, even where a connector's overlap grows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<i64>,
    /// What was dealt with from there on: keys by time of change.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub seen: BTreeMap<i64, BTreeSet<u64>>,
    /// Records that were dealt with and say no time; as long as they are listed.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub untimed: BTreeSet<u64>,
    /// Of a list without times of change: records that were dealt with, the newest last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<u64>,
    /// The system writes its times without a zone.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub zoneless: bool,
}

impl Cursor {
    pub fn has_seen(&self, at: i64, key: u64) -> bool {
        self.seen.get(&at).is_some_and(|keys| keys.contains(&key))
    }

    pub fn see(&mut self, at: i64, key: u64) {
        self.seen.entry(at).or_default().insert(key);
    }

    /// Moves on to what was dealt with by now, and forgets what is not asked for again. `false`: more records than can be
    /// remembered were changed at one and the same time.
    pub fn advance(&mut self, newest: Option<i64>, overlap: i64) -> bool {
        self.since = self.since.max(newest);
        let from = self.since.map(|since| since.saturating_sub(overlap));
        self.from = self.from.max(from);
        if let Some(from) = self.from {
            self.seen = self.seen.split_off(&from);
        }
        // A flood narrows the overlap rather than to grow without end.
        let mut count: usize = self.seen.values().map(BTreeSet::len).sum();
        while count > MOST_SEEN && self.seen.len() > 1 {
            if let Some((at, keys)) = self.seen.pop_first() {
                count -= keys.len();
                self.from = self.from.max(Some(at + 1));
            }
        }
        count <= MOST_SEEN && self.untimed.len() <= MOST_SEEN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_asked_for_again_is_forgotten() {
        let mut cursor = Cursor::default();
        (0..10).for_each(|at| cursor.see(at * 1000, 1));
        assert!(cursor.advance(Some(9000), 2500));
        assert_eq!((cursor.since, cursor.from), (Some(9000), Some(6500)));
        assert_eq!(cursor.seen.keys().copied().collect::<Vec<_>>(), [7000, 8000, 9000]);
        assert!(cursor.advance(Some(9000), 8000), "an overlap that grew brings nothing back");
        assert_eq!(cursor.from, Some(6500));
        assert!(cursor.advance(Some(5), 0), "an older time moves nothing back");
        assert_eq!(cursor.since, Some(9000));
    }

    #[test]
    fn a_flood_narrows_the_overlap_and_one_moment_can_be_too_much() {
        let mut cursor = Cursor::default();
        (0..MOST_SEEN as u64).for_each(|key| cursor.see(1000, key));
        cursor.see(2000, 1);
        assert!(cursor.advance(Some(2000), 5000));
        assert_eq!((cursor.from, cursor.seen.len()), (Some(1001), 1));
        (0..=MOST_SEEN as u64).for_each(|key| cursor.see(2000, key));
        assert!(!cursor.advance(Some(2000), 5000));
    }

    #[test]
    fn it_is_small_on_disk_and_comes_back_whole() {
        let mut cursor = Cursor { from: Some(5), ..Cursor::default() };
        cursor.see(7, u64::MAX);
        cursor.untimed.insert(3);
        let text = serde_json::to_string(&cursor).expect("JSON");
        assert_eq!(text, r#"{"from":5,"seen":{"7":[18446744073709551615]},"untimed":[3]}"#);
        assert_eq!(serde_json::from_str::<Cursor>(&text).expect("reads"), cursor);
    }
}
