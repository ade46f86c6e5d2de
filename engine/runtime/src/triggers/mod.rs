//! What starts runs without a call from outside.

pub mod poll;
pub mod schedule;
