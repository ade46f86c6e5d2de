//! What people see: tables, timelines, times, faults, progress. Pure text; [`Console`] writes it.

mod console;
pub mod effects;
pub mod faults;
pub mod progress;
pub mod table;
pub mod timeline;
pub mod values;
pub mod when;
mod words;

pub use console::{Console, Paint};
pub use table::Table;
pub use timeline::paint_run;
pub use words::{run_status, step_status, trigger_kind};
