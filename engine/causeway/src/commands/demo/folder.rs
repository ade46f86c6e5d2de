//! The demo's data folder: it bears a mark, so that nothing else is taken for it, and nothing else is thrown away.

use std::fs;
use std::io;
use std::path::Path;

use causeway_model::{Text, text};

use crate::exit::{Failure, Outcome};

const MARK: &str = "demo.txt";
const WORDS: &str = "This folder belongs to `causeway demo`, which may throw it away with --reset.\n\
    此資料夾屬於 `causeway demo`，使用 --reset 時會被清除。\n";

/// A folder with the mark: the one that is there, or a fresh one.
pub(super) fn ready(folder: &Path, reset: bool) -> Outcome {
    let failed = |error: io::Error| Failure::file(folder, &error);
    if !is_empty(folder).map_err(failed)? && !folder.join(MARK).is_file() {
        let shown = folder.display();
        return Err(Failure::refused("not_a_demo", not_ours(&shown.to_string()))
            .with_fix(text!("Choose another folder with --data.", "請以 --data 選擇其他資料夾。")));
    }
    if reset && folder.exists() {
        fs::remove_dir_all(folder).map_err(failed)?;
    }
    fs::create_dir_all(folder).map_err(failed)?;
    fs::write(folder.join(MARK), WORDS).map_err(failed)
}

fn not_ours(folder: &str) -> Text {
    text!(
        "The folder `{folder}` holds something else than a demo, and is left alone.",
        "資料夾 `{folder}` 裡不是展示環境的資料，因此不會使用或清除。"
    )
}

fn is_empty(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_demos_folder_is_taken_or_thrown_away() {
        let parent = tempfile::tempdir().expect("a folder");
        let (ours, other) = (parent.path().join("ours"), parent.path().join("other"));
        ready(&ours, false).expect("a fresh folder");
        fs::write(ours.join("causeway.db"), "x").expect("written");
        ready(&ours, false).expect("the same folder");
        assert!(ours.join("causeway.db").exists());
        ready(&ours, true).expect("anew");
        assert!(!ours.join("causeway.db").exists() && ours.join(MARK).exists());
        fs::create_dir(&other).expect("made");
        fs::write(other.join("causeway.db"), "x").expect("written");
        for reset in [false, true] {
            assert_eq!(ready(&other, reset).expect_err("refused").code, "not_a_demo");
        }
        assert!(other.join("causeway.db").exists());
    }
}
