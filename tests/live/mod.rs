//! Live streams through the front door: the events of a run, and which lists change.

mod cluster;
pub mod followed;
mod limits;
mod lists;
mod progress;
mod reconnecting;
mod rights;
mod runs;
