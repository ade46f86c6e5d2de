//! Following a run: what it is, then what follows, as events in an order that is the same for everybody and every time.
//!
//! The journal is the sequence: each of its entries gives the same events whoever reads it, so that an event's id
//! ([`Position`]) finds its place again in any process. Status and progress are states: only the newest is told.

mod event;
mod feed;
mod position;
mod state;
mod steps;

pub use event::{LiveRun, LiveStep, LoopProgress, RunEnd, RunEvent, RunSnapshot, Told};
pub use feed::RunFeed;
pub use position::Position;
pub use state::RunState;
