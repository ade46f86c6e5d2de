//! Lists whose records say no time of change, the newest first: records with an id that was not there before are events. Pure.
//!
//! What stands above a known record is new; what stands below the deepest known one is older than what was remembered.

use std::collections::{HashSet, VecDeque};

use causeway_model::Value;

use super::cursor::Cursor;
use super::record::{Stamp, id_of, key_of};
use super::{Event, Rules, Sifted};

/// So many of the newest ids are remembered.
const MOST_IDS: usize = 5000;

pub struct Arrivals<'a> {
    rules: &'a Rules,
    before: &'a Cursor,
    known: HashSet<u64>,
    /// Only remembered: the first poll of a flow that begins now.
    remembers_only: bool,
    /// New ones, the newest first; of many only the oldest.
    new: VecDeque<Arrived>,
    /// Unknown ones below the last known one.
    below: VecDeque<Arrived>,
    met_known: bool,
    left_over: bool,
    below_left_over: bool,
    keys: HashSet<u64>,
    read: u64,
    without_id: u64,
}

struct Arrived {
    key: u64,
    id: String,
    record: Value,
}

impl<'a> Arrivals<'a> {
    pub fn new(rules: &'a Rules, before: &'a Cursor, remembers_only: bool) -> Self {
        Self {
            rules,
            before,
            known: before.ids.iter().copied().collect(),
            remembers_only,
            new: VecDeque::new(),
            below: VecDeque::new(),
            met_known: false,
            left_over: false,
            below_left_over: false,
            keys: HashSet::new(),
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
        let key = key_of(&id, &Stamp::default());
        let room = if self.remembers_only { MOST_IDS } else { self.rules.most };
        if self.known.contains(&key) {
            self.met_known = true;
            self.left_over |= std::mem::take(&mut self.below_left_over);
            self.new.append(&mut self.below);
            self.left_over |= shorten(&mut self.new, &mut self.keys, room);
        } else if self.keys.insert(key) {
            self.below.push_back(Arrived { key, id, record });
            self.below_left_over |= shorten(&mut self.below, &mut self.keys, room);
        }
    }

    pub fn read(&self) -> u64 {
        self.read
    }

    pub fn is_nameless(&self) -> bool {
        self.read > 0 && self.without_id == self.read
    }

    /// Whether more of the list need not be read: what is new has been seen.
    pub fn has_enough(&self) -> bool {
        self.met_known || self.remembers_only
    }

    pub fn finish(mut self) -> Sifted {
        // Where nothing known is left, everything came since.
        if !self.met_known {
            self.left_over |= self.below_left_over;
            self.new.append(&mut self.below);
        }
        let mut cursor = self.before.clone();
        cursor.ids.extend(self.new.iter().rev().map(|arrived| arrived.key));
        let surplus = cursor.ids.len().saturating_sub(MOST_IDS);
        cursor.ids.drain(..surplus);
        if self.remembers_only {
            return Sifted { events: Vec::new(), cursor, more: false };
        }
        let event = |arrived: Arrived| Event { name: arrived.id, record: arrived.record };
        Sifted { events: self.new.into_iter().rev().map(event).collect(), cursor, more: self.left_over }
    }
}

/// Lets the newest go beyond so many; whether there were any.
fn shorten(arrived: &mut VecDeque<Arrived>, keys: &mut HashSet<u64>, most: usize) -> bool {
    let surplus = arrived.len().saturating_sub(most);
    for gone in arrived.drain(..surplus) {
        keys.remove(&gone.key);
    }
    surplus > 0
}
