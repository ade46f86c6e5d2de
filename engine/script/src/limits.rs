//! How far one evaluation may go.

use std::time::Duration;

/// Limits of one evaluation. What passes one ends its own step with a clear error.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Operations of the interpreter; functions over lists count their items too.
    pub operations: u64,
    /// Calls within calls, and (twice this) expressions within expressions.
    pub depth: usize,
    /// Bytes of one text, and of all texts in one value.
    pub string_bytes: usize,
    /// Items of one list, and of all lists in one value.
    pub array_items: usize,
    /// Keys of one map, and of all maps in one value.
    pub map_items: usize,
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            operations: 200_000,
            depth: 32,
            string_bytes: 256 * 1024,
            array_items: 10_000,
            map_items: 10_000,
            time: Duration::from_secs(2),
        }
    }
}

/// The largest source of a script or an expression.
pub(crate) const SOURCE_BYTES: usize = 256 * 1024;

/// How deep a value may nest, on its way in and out: what JSON readers accept.
pub(crate) const VALUE_DEPTH: usize = 100;

/// Variables of one script; with [`Limits::string_bytes`] this bounds its memory.
pub(crate) const VARIABLES: usize = 256;

/// Functions that one script may define.
pub(crate) const FUNCTIONS: usize = 256;
