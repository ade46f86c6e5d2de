//! Documents from and to files, folders and zips.

mod export;
mod folder;
mod import;
mod zip;

use std::collections::HashSet;

use causeway_model::{Fault, Text};

pub use export::{export_folder, export_zip};
pub use folder::{from_folder, from_path};
pub use import::{Imported, StepReady, StepReport, TriggerReport, import};
pub use zip::from_zip;

/// The text of one document, and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Relative, with `/`: `orders/flow.json`.
    pub path: String,
    /// The text, or why it could not be read.
    pub text: Result<String, Fault>,
}

/// Why nothing can be imported at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {text}")]
pub struct ImportError {
    /// Stable, such as `zip_too_large`.
    pub code: &'static str,
    pub text: Text,
}

/// The documents among the files of a tree: a folder with a `flow.json` is one flow, whatever else it holds; in other folders
/// each `*.json` is one.
fn documents(paths: &[String]) -> Vec<&str> {
    let flows: HashSet<&str> =
        paths.iter().filter(|path| is_flow_file(path)).map(|path| above(path)).collect();
    let inside_flow = |path: &str| {
        let mut folder = above(path);
        while !folder.is_empty() {
            if flows.contains(folder) {
                return true;
            }
            folder = above(folder);
        }
        flows.contains("")
    };
    let mut found: Vec<&str> = paths
        .iter()
        .map(String::as_str)
        .filter(|path| is_flow_file(path) || path.ends_with(".json") && !inside_flow(path))
        .filter(|path| !path.split('/').any(|part| part.starts_with('.') || part == "__MACOSX"))
        .collect();
    found.sort_unstable();
    found
}

/// The folder that a path stands in; nothing at the top.
fn above(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn is_flow_file(path: &str) -> bool {
    path == "flow.json" || path.ends_with("/flow.json")
}

#[cfg(test)]
mod tests {
    use super::documents;

    #[test]
    fn a_folder_with_a_flow_is_one_flow() {
        let paths = |list: &[&str]| list.iter().map(|path| (*path).to_owned()).collect::<Vec<String>>();
        let tree = paths(&[
            "a/flow.json",
            "a/cases/one.json",
            "a/x.json",
            "b.json",
            "c/d.json",
            "README.md",
            ".git/e.json",
        ]);
        assert_eq!(documents(&tree), ["a/flow.json", "b.json", "c/d.json"]);
        assert_eq!(documents(&paths(&["flow.json", "other.json", "cases/one.json"])), ["flow.json"]);
        assert_eq!(
            documents(&paths(&["a/flow.json", "a/b/c/d.json", "ab/d.json"])),
            ["a/flow.json", "ab/d.json"]
        );
    }
}
