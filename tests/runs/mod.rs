//! What runs promise, one by one, through the front door.

mod approvals;
mod calls;
pub mod cancel;
mod clock;
mod cluster;
mod concurrency;
mod cors;
mod crashes;
mod dedupe;
mod disk;
mod failures;
mod first;
mod graph;
mod history;
mod loops;
mod priorities;
mod replies;
mod resume;
mod retries;
mod roles;
mod schedule;
mod scripts;
pub mod secrets;
mod timeouts;
mod upgrades;
mod values;
mod verify;
mod verify_jwt;
pub mod waits;

pub use clock::ShiftedClock;
