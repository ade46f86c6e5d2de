//! The repository's files, for the tests that read them.

use std::path::{Path, PathBuf};

use causeway_testkit::root;

/// The top-level folders that hold our own work.
const OURS: [&str; 7] = [".ci", "docs", "engine", "migrations", "plugins", "tests", "workflows"];

/// Every file of ours with one of these endings, by path from the root.
pub fn files(endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = OURS.iter().map(|name| root().join(name)).collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| endings.iter().any(|wanted| end == *wanted)) {
                found.push(path.strip_prefix(root()).expect("a path below the root").to_owned());
            }
        }
    }
    found.sort();
    found
}

pub fn read(path: &Path) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
