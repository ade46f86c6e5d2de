//! What runs promise, one by one, through the front door.

mod approvals;
mod calls;
pub mod cancel;
mod cluster;
mod concurrency;
mod crashes;
mod dedupe;
mod disk;
mod failures;
mod first;
mod graph;
mod history;
mod loops;
mod replies;
mod resume;
mod retries;
mod roles;
mod schedule;
mod scripts;
mod secrets;
mod timeouts;
mod values;
mod verify;
mod waits;
