//! Tests of the repository itself: what may name what, how long files are, and that nothing lacks its docs or its test.

mod catalogue;
mod docs;
mod files;
mod layers;
mod source;
