//! The crate from outside: documents in; faults, plans, reports and texts out.

mod agreement;
mod diffs;
mod faults;
mod forms;
mod plans;
mod resuming;
mod support;
mod transfers;
mod viewing;
