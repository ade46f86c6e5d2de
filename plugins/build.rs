//! Lists the declared connectors: every folder here with an `openapi.yaml` is one, with all its files.

#![expect(clippy::disallowed_methods, reason = "cargo tells a build script where it is by variables")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    println!("cargo::rerun-if-changed={}", here.display());
    let mut code = String::from("&[\n");
    for folder in entries(&here)?.into_iter().filter(|path| path.join("openapi.yaml").is_file()) {
        let name = name(&folder);
        let mut files = Vec::new();
        gather(&folder, &mut files)?;
        _ = writeln!(code, "    ({name:?}, &[");
        for file in files {
            let inside = file.strip_prefix(&folder).map_err(io::Error::other)?;
            let inside = inside.to_string_lossy().replace('\\', "/");
            _ = writeln!(code, "        ({inside:?}, include_bytes!({:?})),", file.display().to_string());
        }
        code.push_str("    ]),\n");
    }
    code.push_str("]\n");
    fs::write(out.join("declared.rs"), code)
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for path in entries(folder)? {
        if path.is_dir() {
            gather(&path, files)?;
        } else if !name(&path).starts_with('.') {
            files.push(path);
        }
    }
    Ok(())
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
