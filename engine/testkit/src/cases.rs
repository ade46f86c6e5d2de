//! The shipped flows and their cases, as files.

use std::path::PathBuf;

use causeway_model::Value;

use crate::root;

/// One `cases/*.json` of a shipped flow: what comes in, and what must come of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// The flow's folder name.
    pub slug: String,
    /// The file's stem.
    pub name: String,
    pub content: Value,
}

/// What happens while the run goes on.
#[derive(Clone, Debug)]
pub enum During {
    Decide { step: String, approve: bool, comment: String },
}

impl Case {
    pub fn during(&self) -> Vec<During> {
        let Some(list) = self.content["during"].as_array() else { return Vec::new() };
        let read = |action: &Value| During::Decide {
            step: action["decide"].as_str().expect("`decide` names a step").to_owned(),
            approve: action["approve"].as_bool().expect("`approve` is a boolean"),
            comment: action["comment"].as_str().unwrap_or_default().to_owned(),
        };
        list.iter().map(read).collect()
    }
}

/// The folders of `workflows/`, by name.
pub fn shipped_flows() -> Vec<(String, PathBuf)> {
    let mut flows: Vec<(String, PathBuf)> = files(&root().join("workflows"))
        .into_iter()
        .filter(|path| path.is_dir())
        .map(|path| (stem(&path), path))
        .collect();
    flows.sort();
    flows
}

/// Every case of every shipped flow.
pub fn shipped_cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (slug, folder) in shipped_flows() {
        for path in files(&folder.join("cases")) {
            let text = std::fs::read_to_string(&path).expect("a case file");
            let content =
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            cases.push(Case { slug: slug.clone(), name: stem(&path), content });
        }
    }
    cases
}

fn files(folder: &std::path::Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn stem(path: &std::path::Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}
