//! What the sample system remembers: bounded, in memory.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde::Serialize;
use serde_json::{Value, json};

const MOST_REQUESTS: usize = 1000;
const MOST_KEYS: usize = 200_000;
const MOST_ORDERS: usize = 10_000;

/// One request that came in.
#[derive(Clone, Debug, Serialize)]
pub struct Received {
    /// Counts from 1.
    pub no: u64,
    pub method: String,
    pub path: String,
    pub query: BTreeMap<String, String>,
    /// By lower-case name; credentials are left out.
    pub headers: BTreeMap<String, String>,
    /// JSON as it is, other text as a string, cut to 16 kB; null when there was none.
    pub body: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// How often this key had come before.
    pub repeats: u64,
    /// What it was answered; absent while it is under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    #[serde(skip)]
    pub at: Option<Instant>,
}

#[derive(Default)]
pub(crate) struct State {
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    count: u64,
    requests: VecDeque<Received>,
    keys: Bounded<u64>,
    orders: u64,
    messages: u64,
    by_no: Bounded<Value>,
    answers: Bounded<Value>,
    failures: Bounded<u64>,
}

/// A map that forgets its oldest entries.
struct Bounded<T> {
    entries: HashMap<String, T>,
    order: VecDeque<String>,
}

impl<T> Default for Bounded<T> {
    fn default() -> Self {
        Self { entries: HashMap::new(), order: VecDeque::new() }
    }
}

impl<T: Default> Bounded<T> {
    fn entry(&mut self, key: &str, most: usize) -> &mut T {
        if !self.entries.contains_key(key) {
            self.order.push_back(key.to_owned());
            if self.order.len() > most
                && let Some(oldest) = self.order.pop_front()
            {
                self.entries.remove(&oldest);
            }
        }
        self.entries.entry(key.to_owned()).or_default()
    }
}

impl Memory {
    /// What a key was answered before, else what `make` answers now. Without a key always anew.
    fn once(&mut self, key: Option<&str>, make: impl FnOnce(&mut Self) -> Value) -> Value {
        let Some(key) = key else { return make(self) };
        if let Some(known) = self.answers.entries.get(key) {
            return known.clone();
        }
        let answer = make(self);
        *self.answers.entry(key, MOST_KEYS) = answer.clone();
        answer
    }
}

impl State {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a request and gives its number.
    pub fn received(&self, mut request: Received) -> u64 {
        let mut memory = self.memory();
        memory.count += 1;
        request.no = memory.count;
        request.at = Some(Instant::now());
        let changes = !matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS");
        if let Some(key) = request.idempotency_key.as_ref().filter(|_| changes) {
            let times = memory.keys.entry(key, MOST_KEYS);
            request.repeats = *times;
            *times += 1;
        }
        memory.requests.push_back(request);
        if memory.requests.len() > MOST_REQUESTS {
            memory.requests.pop_front();
        }
        memory.count
    }

    pub fn answered(&self, no: u64, status: u16) {
        if let Some(request) = self.memory().requests.iter_mut().rev().find(|request| request.no == no) {
            request.status = Some(status);
        }
    }

    pub fn requests(&self) -> Vec<Received> {
        self.memory().requests.iter().cloned().collect()
    }

    pub fn effects(&self) -> BTreeMap<String, u64> {
        self.memory().keys.entries.iter().map(|(key, times)| (key.clone(), *times)).collect()
    }

    pub fn clear(&self) {
        *self.memory() = Memory::default();
    }

    /// Takes an order; the same key gets the same one.
    pub fn take_order(&self, key: Option<&str>, order: &Value) -> Value {
        self.memory().once(key, |memory| {
            memory.orders += 1;
            let no = format!("SO-{:06}", memory.orders);
            let taken = json!({
                "no": no,
                "status": "confirmed",
                "customer_code": order["customer_code"],
                "total": order["total"],
            });
            *memory.by_no.entry(&no, MOST_ORDERS) = taken.clone();
            taken
        })
    }

    pub fn send_message(&self, key: Option<&str>) -> Value {
        self.memory().once(key, |memory| {
            memory.messages += 1;
            json!({ "sent": true, "no": memory.messages })
        })
    }

    pub fn order(&self, no: &str) -> Option<Value> {
        self.memory().by_no.entries.get(no).cloned()
    }

    /// How often this was asked before, for answers that fail a few times.
    pub fn tries(&self, key: &str) -> u64 {
        let mut memory = self.memory();
        let tries = memory.failures.entry(key, MOST_KEYS);
        *tries += 1;
        *tries - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded() {
        let mut map = Bounded::<u64>::default();
        for n in 0..10_u64 {
            *map.entry(&n.to_string(), 3) = n;
        }
        *map.entry("9", 3) += 1;
        assert_eq!((map.entries.len(), map.order.len(), map.entries.get("9")), (3, 3, Some(&10)));
    }
}
