//! From source to what can be evaluated: parsing, checking names, finding references.

mod check;
mod error;
mod references;
mod syntax;
mod tokens;

pub use error::CompileError;
pub use references::Reference;

pub(crate) use check::{Checked, Kind};
pub(crate) use error::at_hole;
pub(crate) use syntax::{build, parse};
