//! The web UI is embedded from `web/dist`, which `make` builds. A debug build reads it when asked and does without;
//! a release without it would be half a product.

#![expect(clippy::disallowed_methods, reason = "cargo tells a build script where it is by variables")]

use std::path::Path;
use std::{env, fs};

fn main() {
    let dist = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../../web/dist");
    println!("cargo::rerun-if-changed={}", dist.display());
    let release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if release && !dist.join("index.html").is_file() {
        println!("cargo::error=web/dist is missing: run `make web` first");
    }
    // A debug build finds pages that are built later only in a folder that was there when it was compiled.
    if !release && let Err(why) = fs::create_dir_all(&dist) {
        println!(
            "cargo::warning={} cannot be made, so pages built later are not found: {why}",
            dist.display()
        );
    }
}
