//! Each source file is one concept: short enough to read in one sitting, and it opens with what it owns.

use super::source::{files, read};

#[test]
fn no_file_is_too_long() {
    let long: Vec<String> = files(&["rs"])
        .iter()
        .map(|path| (path, read(path).lines().count()))
        .filter(|(_, lines)| *lines > 600)
        .map(|(path, lines)| format!("{}: {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "over 600 lines:\n{}", long.join("\n"));
}

#[test]
fn most_files_are_short() {
    let mut lengths: Vec<usize> = files(&["rs"]).iter().map(|path| read(path).lines().count()).collect();
    lengths.sort_unstable();
    let p90 = lengths[lengths.len() * 9 / 10];
    assert!(p90 <= 400, "nine tenths of the files should have at most 400 lines, not {p90}");
}

#[test]
fn every_file_says_what_it_owns() {
    let silent: Vec<String> = files(&["rs"])
        .iter()
        .filter(|path| !read(path).starts_with("//!"))
        .map(|path| path.display().to_string())
        .collect();
    assert!(silent.is_empty(), "these do not open with `//!`:\n{}", silent.join("\n"));
}

#[test]
fn nothing_is_left_undone() {
    // Put together, so that this file does not find itself.
    let marks =
        [concat!("to", "do!("), concat!("unimple", "mented!("), concat!("dbg", "!("), concat!("FIX", "ME")];
    let mut left = Vec::new();
    for path in files(&["rs"]) {
        for (number, line) in read(&path).lines().enumerate() {
            if marks.iter().any(|mark| line.contains(mark)) {
                left.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(left.is_empty(), "left undone:\n{}", left.join("\n"));
}

#[test]
fn lints_are_expected_with_a_reason_and_never_allowed() {
    let allow = concat!("#[al", "low(");
    let allow_all = concat!("#![al", "low(");
    let mut found = Vec::new();
    for path in files(&["rs"]) {
        let text = read(&path);
        if text.contains(allow) || text.contains(allow_all) {
            found.push(path.display().to_string());
        }
    }
    assert!(found.is_empty(), "use `#[expect(.., reason = \"..\")]`:\n{}", found.join("\n"));
}
