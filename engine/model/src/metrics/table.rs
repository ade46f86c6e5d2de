//! Counters by key, for a bounded number of keys: looked up without a lock; a key costs an allocation when it is new only.

use std::borrow::Borrow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Keys beyond the limit share one value.
#[derive(Debug)]
pub struct Table<K, V> {
    /// Open addressing; a slot that is taken stays so.
    slots: Box<[OnceLock<(K, V)>]>,
    taken: AtomicUsize,
    most: usize,
    other: V,
}

impl<K, V: Default> Table<K, V> {
    pub fn new(most: usize) -> Self {
        let slots = (0..most * 2).map(|_| OnceLock::new()).collect();
        Self { slots, taken: AtomicUsize::new(0), most, other: V::default() }
    }

    /// The value of a key; `make` makes the key that is kept where it is new.
    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q, make: impl Fn() -> K) -> &V
    where
        K: Borrow<Q>,
    {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let size = self.slots.len().max(1);
        let first = hasher.finish() as usize % size;
        for slot in self.slots[first..].iter().chain(&self.slots[..first]) {
            let found = match slot.get() {
                Some(found) => found,
                None if self.taken.load(Ordering::Relaxed) >= self.most => return &self.other,
                None => slot.get_or_init(|| {
                    self.taken.fetch_add(1, Ordering::Relaxed);
                    (make(), V::default())
                }),
            };
            if found.0.borrow() == key {
                return &found.1;
            }
        }
        &self.other
    }

    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.slots.iter().filter_map(OnceLock::get).map(|(key, value)| (key, value))
    }

    /// What the keys beyond the limit share.
    pub fn other(&self) -> &V {
        &self.other
    }
}
