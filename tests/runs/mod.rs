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
mod schedule;
mod scripts;
mod secrets;
mod timeouts;
mod values;
mod verify;
mod verify_jwt;
mod waits;
