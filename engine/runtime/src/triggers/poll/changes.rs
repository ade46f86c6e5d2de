//! Lists whose records say when they were changed: which of them are events, and where the next poll goes on. Pure.
//!
//! Records come in any order and any number, and are looked at one by one; no more than `most` of them, the ones changed
//! first, are held. What is left over is found by the next poll, since the cursor moves no farther than to the last one taken.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use causeway_model::{Time, Value};

use super::cursor::Cursor;
use super::record::{FARTHEST_ZONE, ceiling, id_of, key_of, stamp_of};
use super::{Event, Rules, Sifted, TooWide};

/// Where the clocks cannot be held against each other, what is no later than this after the publishing is no event.
const UNSURE: i64 = 60_000;
/// As many bytes of records are held at once.
const MOST_BYTES: usize = 32 * 1024 * 1024;

pub struct Changes<'a> {
    rules: &'a Rules,
    /// Where a record says when it was changed.
    modified: &'a str,
    before: &'a Cursor,
    /// At the first poll, records changed before this are remembered and no events.
    newer_than: Option<Time>,
    now: Time,
    /// Those changed first, in their order.
    taken: BTreeMap<(i64, u64), Taken>,
    keys: HashSet<u64>,
    bytes: usize,
    left_over: bool,
    /// What the first poll finds, as far as it could be found again.
    there: BTreeMap<i64, BTreeSet<u64>>,
    untimed: BTreeSet<u64>,
    newest: Option<i64>,
    zoneless: bool,
    read: u64,
    without_id: u64,
}

struct Taken {
    key: u64,
    name: String,
    record: Value,
    bytes: usize,
    timed: bool,
}

impl<'a> Changes<'a> {
    pub fn new(
        rules: &'a Rules,
        modified: &'a str,
        before: &'a Cursor,
        newer_than: Option<Time>,
        now: Time,
    ) -> Self {
        Self {
            rules,
            modified,
            before,
            newer_than,
            now,
            taken: BTreeMap::new(),
            keys: HashSet::new(),
            bytes: 0,
            left_over: false,
            there: BTreeMap::new(),
            untimed: BTreeSet::new(),
            newest: None,
            zoneless: before.zoneless,
            read: 0,
            without_id: 0,
        }
    }

    pub fn look(&mut self, record: Value) {
        self.read += 1;
        let Some(id) = id_of(&record, &self.rules.id) else {
            self.without_id += 1;
            return;
        };
        let stamp = stamp_of(&record, self.modified, self.rules.since);
        let key = key_of(&id, &stamp);
        let name = format!("{id}\n{}", stamp.written);
        let Some(at) = stamp.at else {
            self.untimed.insert(key);
            if self.newer_than.is_none() && !self.before.untimed.contains(&key) {
                self.take(i64::MAX, Taken { key, name, record, bytes: 0, timed: false });
            }
            return;
        };
        self.zoneless |= stamp.zoneless;
        self.newest = self.newest.max(Some(at));
        if self.before.from.is_some_and(|from| at < from) || self.before.has_seen(at, key) {
            return;
        }
        if let Some(begun) = self.newer_than {
            self.there.entry(at).or_default().insert(key);
            let newest = self.newest.unwrap_or(at).min(ceiling(self.now, self.zoneless)).min(begun.millis());
            self.there = self.there.split_off(&newest.saturating_sub(self.rules.overlap_ms()));
        }
        if self.newer_than.is_none_or(|begun| begun.millis() <= at) {
            self.take(at, Taken { key, name, record, bytes: 0, timed: true });
        }
    }

    fn take(&mut self, at: i64, mut taken: Taken) {
        // A record may come twice where pages move while they are read.
        if !self.keys.insert(taken.key) {
            return;
        }
        taken.bytes = taken.record.to_string().len();
        self.bytes += taken.bytes;
        self.taken.insert((at, self.read), taken);
        while self.taken.len() > self.rules.most || (self.bytes > MOST_BYTES && self.taken.len() > 1) {
            let Some((_, last)) = self.taken.pop_last() else { break };
            self.bytes -= last.bytes;
            self.keys.remove(&last.key);
            self.left_over = true;
        }
    }

    /// Whether nothing that comes now could be taken: the list says that it brings the oldest change first.
    pub fn has_enough(&self) -> bool {
        self.rules.oldest_first && self.left_over && self.newer_than.is_none()
    }

    pub fn read(&self) -> u64 {
        self.read
    }

    /// Whether there were records and none had an id: the pointer is wrong.
    pub fn is_nameless(&self) -> bool {
        self.read > 0 && self.without_id == self.read
    }

    /// `whole`: the list was read to its end.
    pub fn finish(mut self, whole: bool) -> Result<Sifted, TooWide> {
        let mut cursor = self.before.clone();
        cursor.zoneless = self.zoneless;
        let begins = self.newer_than.map(|begun| self.begins(begun));
        if let Some(begins) = begins {
            self.taken.retain(|(at, _), _| *at >= begins);
            self.left_over &= self.newest.is_some_and(|newest| newest >= begins);
            for (at, keys) in self.there.range(..begins) {
                cursor.seen.entry(*at).or_default().extend(keys);
            }
            cursor.untimed.extend(&self.untimed);
        }
        let more = self.left_over || !whole;
        let last = self.taken.last_key_value().filter(|(_, taken)| taken.timed).map(|((at, _), _)| *at);
        let reached = match more {
            true => last.or(begins).or(self.newest),
            false => self.newest,
        };
        let reached = reached.map(|at| at.min(ceiling(self.now, self.zoneless)));
        if whole {
            cursor.untimed.retain(|key| self.untimed.contains(key));
        }
        let events = self.taken.into_iter().map(|((at, _), taken)| {
            if taken.timed {
                cursor.see(at, taken.key);
            } else {
                cursor.untimed.insert(taken.key);
            }
            Event { name: taken.name, record: taken.record }
        });
        let events = events.collect();
        if !cursor.advance(reached, self.rules.overlap_ms()) {
            return Err(TooWide);
        }
        Ok(Sifted { events, cursor, more })
    }

    /// From which time of theirs on a record is newer than the publishing: not at once where their times have no zone, or
    /// where their clock is seen to be ahead of ours.
    fn begins(&self, begun: Time) -> i64 {
        let ahead = self.newest.map_or(0, |newest| newest - self.now.millis());
        let unsure = if self.zoneless { FARTHEST_ZONE } else { ahead };
        begun.millis() + if unsure > 0 { unsure + UNSURE } else { 0 }
    }
}
