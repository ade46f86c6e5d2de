//! Whatever happens there and here, each change that stays visible starts one run: a system whose records change, come late and
//! say any time, polls that read them in any order, and processes that are killed at any moment.

use std::collections::{BTreeMap, BTreeSet};

use causeway_connector::SinceForm;
use causeway_model::{Span, Time, Value};
use proptest::prelude::*;
use serde_json::json;

use super::Rules;
use super::arrivals::Arrivals;
use super::changes::Changes;
use super::cursor::Cursor;
use super::record::written;

const OVERLAP: i64 = 5_000;
/// Our clock, ahead of or behind theirs by whatever a test says.
const OURS: i64 = 1_786_766_400_000;

#[derive(Clone, Debug)]
enum Act {
    /// A record is made or changed; it says a time that is so much in the past by the time it can be seen.
    Change { id: u8, late: i64 },
    /// Their clock goes on.
    Pass { millis: i64 },
    /// We ask; killed after so many runs, or through.
    Poll { killed_after: Option<u8>, backwards: bool },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (0..12_u8, prop_oneof![Just(0), 0..OVERLAP]).prop_map(|(id, late)| Act::Change { id, late }),
        2 => prop_oneof![Just(0), 0..20_000_i64].prop_map(|millis| Act::Pass { millis }),
        3 => (proptest::option::of(0..6_u8), any::<bool>())
            .prop_map(|(killed_after, backwards)| Act::Poll { killed_after, backwards }),
    ];
    proptest::collection::vec(act, 1..60)
}

struct World {
    /// Theirs.
    now: i64,
    skew: i64,
    /// What each record shows: its time of change, and a serial of the change.
    records: BTreeMap<u8, i64>,
    cursor: Option<Cursor>,
    /// Keys that the store still needs to refuse, since the cursor does not know of their runs.
    open_keys: BTreeSet<String>,
    runs: BTreeMap<String, u32>,
    rules: Rules,
    begun: Option<Time>,
    asked_with: bool,
}

impl World {
    fn ours(&self) -> Time {
        Time(self.now + self.skew)
    }

    /// What the system gives for a question from that time on.
    fn listed(&self, since: Option<&Value>, backwards: bool) -> Vec<Value> {
        let since = since.and_then(Value::as_i64).unwrap_or(i64::MIN);
        let listed = self.records.iter().filter(|(_, at)| **at >= since);
        let mut listed: Vec<Value> = listed.map(|(id, at)| json!({ "id": id, "at": at })).collect();
        if self.rules.oldest_first {
            listed.sort_by_key(|record| record["at"].as_i64());
        } else if backwards {
            listed.reverse();
        }
        listed
    }

    /// Whether there is more to come.
    fn poll(&mut self, killed_after: Option<u8>, backwards: bool) -> bool {
        let before = self.cursor.clone().unwrap_or_default();
        let first = if self.cursor.is_none() { self.begun } else { None };
        let since = before.from.filter(|_| self.asked_with);
        let since = since.map(|from| written(from, SinceForm::UnixMs, before.zoneless));
        let mut sieve = Changes::new(&self.rules, "/at", &before, first, self.ours());
        let mut whole = true;
        for record in self.listed(since.as_ref(), backwards) {
            sieve.look(record);
            if sieve.has_enough() {
                whole = false;
                break;
            }
        }
        let sifted = sieve.finish(whole).expect("few records");
        assert!(sifted.events.len() <= self.rules.most);
        let times: Vec<i64> = sifted.events.iter().filter_map(|event| event.record["at"].as_i64()).collect();
        assert!(times.is_sorted(), "oldest first: {times:?}");
        for (place, event) in sifted.events.iter().enumerate() {
            if killed_after.is_some_and(|most| place >= usize::from(most)) {
                break;
            }
            if self.open_keys.insert(event.name.clone()) {
                *self.runs.entry(event.name.clone()).or_default() += 1;
            }
        }
        if killed_after.is_some() {
            return true;
        }
        // From here on the store may forget these keys: the cursor knows.
        for event in &sifted.events {
            self.open_keys.remove(&event.name);
        }
        self.cursor = Some(sifted.cursor);
        sifted.more
    }
}

fn check(acts: Vec<Act>, most: usize, skew: i64, oldest_first: bool, asked_with: bool, from_now: bool) {
    let rules = Rules {
        id: "/id".to_owned(),
        since: Some(SinceForm::UnixMs),
        overlap: Span::from_millis(OVERLAP.unsigned_abs()),
        oldest_first,
        most,
    };
    let mut world = World {
        now: OURS,
        skew,
        records: BTreeMap::new(),
        cursor: None,
        open_keys: BTreeSet::new(),
        runs: BTreeMap::new(),
        rules,
        begun: from_now.then_some(Time(OURS + skew)),
        asked_with,
    };
    if from_now {
        // What stands there already, which the first poll learns the system's time by.
        world.records.extend([(200, OURS - 1), (201, OURS - 1), (202, OURS - 50_000)]);
        while world.poll(None, false) {}
        assert!(world.runs.is_empty(), "nothing older makes a run: {:?}", world.runs);
    }
    let mut must = BTreeSet::new();
    for act in acts {
        match act {
            Act::Pass { millis } => world.now += millis,
            Act::Change { id, late } => {
                let before = world.records.get(&id).copied().unwrap_or(i64::MIN);
                // A change that says the same time as the one before cannot be told from it.
                let at = (world.now - late).max(before + 1).max(if from_now { OURS } else { i64::MIN });
                world.now = world.now.max(at);
                world.records.insert(id, at);
            }
            Act::Poll { killed_after, backwards } => {
                if !world.poll(killed_after, backwards) {
                    must.extend(world.records.iter().map(|(id, at)| (*id, *at)));
                }
            }
        }
    }
    let mut polls = 0;
    while world.poll(None, false) {
        polls += 1;
        assert!(polls < 1000, "it comes to an end");
    }
    must.extend(world.records.iter().map(|(id, at)| (*id, *at)));
    for (id, at) in must.into_iter().filter(|(id, _)| *id < 200) {
        let name = format!("{id}\n{at}");
        assert_eq!(world.runs.get(&name), Some(&1), "{name:?} of {:?}", world.runs);
    }
    assert!(world.runs.values().all(|count| *count == 1), "{:?}", world.runs);
    // Long after, with all keys forgotten, nothing of it starts again.
    world.now += 400 * 86_400_000;
    let runs = world.runs.clone();
    assert!(!world.poll(None, true));
    assert_eq!(world.runs, runs);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn each_change_that_stays_makes_one_run(
        acts in acts(),
        most in 1..6_usize,
        skew in prop_oneof![Just(0), -40_000_000..40_000_000_i64],
        oldest_first in any::<bool>(),
        asked_with in any::<bool>(),
        from_now in any::<bool>(),
    ) {
        check(acts, most, skew, oldest_first, asked_with, from_now);
    }

    /// Of a list without times: each new id once, the one that came first at first, however many come between two polls.
    #[test]
    fn each_arrival_makes_one_run(
        batches in proptest::collection::vec((0..9_usize, any::<bool>()), 1..20),
        most in 1..5_usize,
        there in 0..8_usize,
        from_now in any::<bool>(),
    ) {
        let rules =
            Rules { id: "/id".to_owned(), since: None, overlap: Span::default(), oldest_first: false, most };
        let mut list: Vec<usize> = (0..there).collect();
        let mut cursor: Option<Cursor> = None;
        let mut runs: Vec<usize> = Vec::new();
        let mut poll = |list: &[usize], cursor: &mut Option<Cursor>, killed: bool| {
            let before = cursor.clone().unwrap_or_default();
            let mut sieve = Arrivals::new(&rules, &before, cursor.is_none() && from_now);
            list.iter().rev().for_each(|id| sieve.look(json!({ "id": id })));
            let sifted = sieve.finish();
            if killed {
                return true;
            }
            *cursor = Some(sifted.cursor);
            runs.extend(sifted.events.iter().filter_map(|event| event.name.parse::<usize>().ok()));
            sifted.more
        };
        while poll(&list, &mut cursor, false) {}
        for (came, killed) in batches {
            list.extend(list.len()..list.len() + came);
            poll(&list, &mut cursor, killed);
        }
        while poll(&list, &mut cursor, false) {}
        let first = if from_now { there } else { 0 };
        prop_assert_eq!(runs, (first..list.len()).collect::<Vec<_>>());
    }
}

#[test]
fn records_that_say_no_time_start_one_run_each_as_long_as_they_are_there() {
    let rules =
        Rules { id: "/id".to_owned(), since: None, overlap: Span::default(), oldest_first: false, most: 10 };
    let poll = |before: &Cursor, records: &[Value]| {
        let mut sieve = Changes::new(&rules, "/at", before, None, Time(OURS));
        records.iter().for_each(|record| sieve.look(record.clone()));
        let sifted = sieve.finish(true).expect("few records");
        (sifted.events.iter().map(|event| event.record["id"].clone()).collect::<Vec<_>>(), sifted.cursor)
    };
    let records =
        [json!({ "id": 1 }), json!({ "id": 2, "at": null }), json!({ "id": 3, "at": OURS }), json!({})];
    let (events, cursor) = poll(&Cursor::default(), &records);
    assert_eq!(events, [json!(3), json!(1), json!(2)]);
    let (events, cursor) = poll(&cursor, &records);
    assert!(events.is_empty());
    let (events, cursor) = poll(&cursor, &[json!({ "id": 1, "at": OURS + 1 })]);
    assert_eq!((events.len(), cursor.untimed.len()), (1, 0), "it says a time by now");
}

#[test]
fn a_record_from_the_future_hides_nothing() {
    let rules =
        Rules { id: "/id".to_owned(), since: None, overlap: Span::default(), oldest_first: false, most: 10 };
    let empty = Cursor::default();
    let future = json!({ "id": 1, "at": OURS + 900_000_000 });
    let mut sieve = Changes::new(&rules, "/at", &empty, None, Time(OURS));
    sieve.look(future.clone());
    let cursor = sieve.finish(true).expect("few records").cursor;
    let mut sieve = Changes::new(&rules, "/at", &cursor, None, Time(OURS + 1000));
    [future, json!({ "id": 2, "at": OURS + 500 })].into_iter().for_each(|record| sieve.look(record));
    let sifted = sieve.finish(true).expect("few records");
    let names: Vec<&Value> = sifted.events.iter().map(|event| &event.record["id"]).collect();
    assert_eq!(names, [&json!(2)]);
}
