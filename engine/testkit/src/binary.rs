//! Finds the `causeway` binary beside the running test, and builds it where it is missing or older than its sources.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::SystemTime;

/// The root of the repository.
pub fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        here.ancestors().nth(2).expect("engine/testkit is two folders deep").to_owned()
    })
}

/// The path of the binary of the same profile as the test.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let test = std::env::current_exe().expect("a test knows its own path");
        // target/<profile>/deps/tests-1234 or target/<profile>/tests
        let profile = test
            .ancestors()
            .skip(1)
            .find(|folder| !folder.ends_with("deps") && !folder.ends_with("examples"))
            .expect("a test stands in a target folder");
        let binary = profile.join("causeway");
        if modified(&binary).is_none_or(|built| built < newest_source()) {
            build(profile);
        }
        assert!(binary.exists(), "there is no {}: run `cargo build -p causeway` first", binary.display());
        binary
    })
}

fn build(profile: &Path) {
    let mut cargo = Command::new(option_env!("CARGO").unwrap_or("cargo"));
    // With the whole workspace, whose features are those that the tests are built with.
    cargo.args(["build", "--quiet", "--workspace", "--bin", "causeway"]).current_dir(root());
    cargo.arg("--target-dir").arg(profile.parent().expect("a profile's folder has a parent"));
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    let status = cargo.status().expect("cargo runs");
    assert!(status.success(), "the causeway binary does not build");
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|about| about.modified()).ok()
}

/// When the youngest source file that goes into the binary was changed.
fn newest_source() -> SystemTime {
    let mut newest = SystemTime::UNIX_EPOCH;
    let mut folders: Vec<_> =
        ["engine", "migrations", "plugins", "workflows"].map(|name| root().join(name)).into();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                if !path.ends_with("testkit") && !path.ends_with("tests") && !path.ends_with("examples") {
                    folders.push(path);
                }
            } else if path
                .extension()
                .is_some_and(|end| ["html", "json", "rs", "toml"].iter().any(|of| end == *of))
            {
                newest = newest.max(modified(&path).unwrap_or(newest));
            }
        }
    }
    newest
}
