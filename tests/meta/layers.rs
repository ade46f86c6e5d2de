//! Arrows go down only: what each crate may depend on, and which crate alone may name a heavy dependency.

use std::collections::BTreeMap;

use causeway_testkit::root;
use toml::{Table, Value};

use super::source::{files, read};

/// What each crate may see of our own; the order is that of the house, top to bottom.
const MAY_SEE: &[(&str, &[&str])] = &[
    (
        "causeway",
        &[
            "connector",
            "demo",
            "document",
            "migrations",
            "model",
            "plugins",
            "runtime",
            "script",
            "server",
            "store",
            "workflows",
        ],
    ),
    ("server", &["connector", "document", "model", "script", "store"]),
    ("runtime", &["connector", "document", "model", "script", "store"]),
    ("document", &["connector", "model", "script"]),
    ("connector", &["model", "script"]),
    ("script", &["model"]),
    ("store", &["migrations", "model"]),
    ("migrations", &["model"]),
    ("plugins", &["connector", "model"]),
    // The simulators' webhooks go out by the one HTTP client, which asks for a sealer.
    ("demo", &["connector", "model", "script"]),
    ("model", &[]),
    ("testkit", &["model"]),
    ("tests", &[]),
    ("workflows", &[]),
];

/// Heavy or dangerous dependencies, and the crates that may name them. The tests and what only they use may name any.
const HOMES: &[(&str, &[&str])] = &[
    ("argon2", &["store"]),
    ("axum", &["demo", "server"]),
    ("clap", &["causeway"]),
    ("jsonschema", &["document"]),
    ("reqwest", &["connector"]),
    ("rhai", &["script"]),
    ("rustls", &["connector"]),
    ("sea-orm", &["store"]),
    ("sea-orm-migration", &["migrations", "store"]),
    ("utoipa", &["server"]),
    ("zip", &["connector", "document"]),
];

/// The manifests by short name (`store`, `causeway` ...).
fn manifests() -> BTreeMap<String, Table> {
    let mut found = BTreeMap::new();
    for path in files(&["toml"]).iter().filter(|path| path.ends_with("Cargo.toml")) {
        let table: Table = read(path).parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let Some(name) = table.get("package").and_then(|package| package["name"].as_str()) else { continue };
        found.insert(short(name).to_owned(), table);
    }
    assert!(found.len() >= 13, "manifests were found: {:?}", found.keys());
    found
}

fn short(name: &str) -> &str {
    name.strip_prefix("causeway-").unwrap_or(name)
}

fn names(manifest: &Table, section: &str) -> Vec<String> {
    let table = manifest.get(section).and_then(Value::as_table);
    table.map(|table| table.keys().cloned().collect()).unwrap_or_default()
}

#[test]
fn arrows_go_down_only() {
    let mut faults = Vec::new();
    for (name, manifest) in manifests() {
        let Some((_, allowed)) = MAY_SEE.iter().find(|(crate_name, _)| *crate_name == name) else {
            faults.push(format!("{name} is new: say in MAY_SEE what it may see"));
            continue;
        };
        for dependency in names(&manifest, "dependencies") {
            let ours = dependency == "causeway" || dependency.starts_with("causeway-");
            if ours && !allowed.contains(&short(&dependency)) {
                faults.push(format!("{name} must not see {dependency}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn server_and_runtime_never_meet_in_tests_either() {
    let manifests = manifests();
    for (one, other) in [("server", "causeway-runtime"), ("runtime", "causeway-server")] {
        for section in ["dependencies", "dev-dependencies"] {
            assert!(!names(&manifests[one], section).contains(&other.to_owned()), "{one} sees {other}");
        }
    }
}

#[test]
fn a_heavy_dependency_has_one_home() {
    let mut faults = Vec::new();
    for (name, manifest) in manifests() {
        if ["testkit", "tests"].contains(&name.as_str()) {
            continue;
        }
        let used = names(&manifest, "dependencies");
        for (dependency, homes) in HOMES {
            if used.iter().any(|used| used == dependency) && !homes.contains(&name.as_str()) {
                faults.push(format!("{name} names {dependency}, which is at home in {homes:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn versions_are_stated_once() {
    let mut faults = Vec::new();
    for (name, manifest) in manifests() {
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(table) = manifest.get(section).and_then(Value::as_table) else { continue };
            for (dependency, how) in table {
                if how.get("workspace").and_then(Value::as_bool) != Some(true) {
                    faults.push(format!("{name}: {dependency} is not `.workspace = true`"));
                }
            }
        }
        if manifest.get("lints").and_then(|lints| lints.get("workspace")).is_none() {
            faults.push(format!("{name} does not take the workspace's lints"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Words that may stand in one place only, whatever the manifests say.
#[test]
fn names_stay_in_their_rooms() {
    let rules: &[(&str, &[&str])] = &[
        (
            "env::var",
            &[
                "engine/causeway/",
                "engine/connector/tests/",
                "engine/server/build.rs",
                "engine/testkit/",
                "plugins/build.rs",
                "tests/",
                "workflows/build.rs",
            ],
        ),
        ("SystemTime::now", &["engine/store/src/clock.rs", "engine/testkit/", "tests/"]),
        ("Utc::now", &["engine/store/src/clock.rs"]),
        ("sqlx::query", &["engine/store/", "migrations/"]),
        // Prepared for all columns, a statement fails once a newer binary has added one.
        ("RETURNING *", &[]),
    ];
    let mut faults = Vec::new();
    for path in files(&["rs"]).into_iter().filter(|path| !path.starts_with("tests/meta")) {
        let (at, text) = (path.display().to_string(), read(&path));
        for (word, homes) in rules {
            let named = text.lines().any(|line| line.contains(word) && !line.trim_start().starts_with("//"));
            if named && !homes.iter().any(|home| at.starts_with(home)) {
                faults.push(format!("{at} names {word}, which is at home in {homes:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_machine_is_pure() {
    let machine = root().join("engine/runtime/src/machine");
    assert!(machine.is_dir(), "the machine stands in engine/runtime/src/machine");
    let forbidden = [
        "async ",
        ".await",
        "tokio",
        "SystemTime",
        "Instant::",
        "std::fs",
        "std::net",
        "causeway_store::Store",
    ];
    let mut faults = Vec::new();
    let in_machine = |path: &&std::path::PathBuf| {
        path.starts_with("engine/runtime/src/machine") && !path.ends_with("properties.rs")
    };
    for path in files(&["rs"]).iter().filter(in_machine) {
        for (number, line) in read(path).lines().enumerate() {
            let code = line.trim_start();
            if !code.starts_with("//") && forbidden.iter().any(|word| code.contains(word)) {
                faults.push(format!("{}:{}: {code}", path.display(), number + 1));
            }
        }
    }
    assert!(faults.is_empty(), "clock, IO or async in the machine:\n{}", faults.join("\n"));
}
