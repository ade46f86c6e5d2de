//! How large a document may be.

/// Bytes of one document's text.
pub const MAX_DOCUMENT_BYTES: usize = 5 * 1024 * 1024;
/// How deep its JSON may nest.
pub const MAX_DEPTH: usize = 64;
/// Steps in all, loop bodies included.
pub const MAX_STEPS: usize = 1000;
/// How many loops may stand inside each other.
pub const MAX_LOOPS: usize = 3;
/// Minutes of work that a run may be said to save.
pub(crate) const MOST_MINUTES_SAVED: u32 = 100_000;
/// Faults that are reported; a document with more has the rest left out.
pub const MAX_FAULTS: usize = 500;
