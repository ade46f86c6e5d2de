//! The crate from outside: documents in; faults, plans, reports and texts out.

#![expect(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod agreement;
mod diffs;
mod faults;
mod forms;
mod plans;
mod resuming;
mod support;
mod transfers;
mod viewing;
