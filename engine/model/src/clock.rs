//! The clock as an interface; its one implementation on the machine's clock lives in the store.

use crate::Time;

/// Tells the time. Passed explicitly, so that tests can jump it.
pub trait Clock: Send + Sync {
    fn now(&self) -> Time;
}
