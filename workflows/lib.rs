//! The shipped flows, as files in the binary: one folder per flow, found by itself. What they mean is for others to read.

/// A flow's folder: its name, and its files by their path inside it.
pub type Folder = (&'static str, &'static [(&'static str, &'static str)]);

/// Every folder here with a `flow.json`, by name. Made by `build.rs`.
pub const ALL: &[Folder] = include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// The document of a shipped flow, as text.
pub fn document(slug: &str) -> Option<&'static str> {
    let (_, files) = ALL.iter().find(|(name, _)| *name == slug)?;
    files.iter().find(|(path, _)| *path == "flow.json").map(|(_, text)| *text)
}
