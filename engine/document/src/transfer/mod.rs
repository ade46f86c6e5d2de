//! Documents from and to files, folders and zips.

mod export;
mod folder;
mod import;
mod zip;

use causeway_model::{Fault, Text};

pub use export::{export_folder, export_zip};
pub use folder::{from_folder, from_path};
pub use import::{Imported, StepReady, StepReport, import};
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
    let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
    let flows: Vec<String> =
        paths.iter().filter(|path| is_flow_file(path)).map(|path| folder(path)).collect();
    let inside_flow = |path: &str| {
        let mine = folder(path);
        flows.iter().any(|flow| flow.is_empty() || mine == *flow || mine.starts_with(&format!("{flow}/")))
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
    }
}
