//! Lists the shipped flows: every folder here with a `flow.json` is one, with all its texts.

#![expect(clippy::disallowed_methods, reason = "cargo tells a build script where it is by variables")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    println!("cargo::rerun-if-changed={}", here.display());
    let mut code = String::from("&[\n");
    for folder in entries(&here)?.into_iter().filter(|path| path.join("flow.json").is_file()) {
        _ = writeln!(code, "    ({:?}, &[", name(&folder));
        for file in files(&folder)? {
            let inside = file.strip_prefix(&folder).map_err(io::Error::other)?;
            let inside = inside.to_string_lossy().replace('\\', "/");
            _ = writeln!(code, "        ({inside:?}, include_str!({:?})),", file.display().to_string());
        }
        code.push_str("    ]),\n");
    }
    code.push_str("]\n");
    fs::write(out.join("shipped.rs"), code)
}

/// The files of a flow: those of its folder, and its cases.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let cases = folder.join("cases");
    let mut files = entries(folder)?;
    if cases.is_dir() {
        files.extend(entries(&cases)?);
    }
    files.retain(|path| path.is_file() && !name(path).starts_with('.'));
    Ok(files)
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
