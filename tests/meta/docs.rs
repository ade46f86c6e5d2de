//! Docs come in both languages, and their twins say the same things in the same order.

use std::path::{Path, PathBuf};

use causeway_testkit::{root, shipped_flows};

use super::source::{files, read};

/// The levels of the headings of a Markdown page, in order; code blocks left out.
fn headings(text: &str) -> Vec<usize> {
    let mut in_code = false;
    let mut levels = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if !in_code && line.starts_with('#') {
            levels.push(line.chars().take_while(|c| *c == '#').count());
        }
    }
    levels
}

/// The code blocks of a Markdown page.
fn code_blocks(text: &str) -> usize {
    text.lines().filter(|line| line.trim_start().starts_with("```")).count() / 2
}

#[test]
fn the_readmes_are_twins() {
    let (english, chinese) = (read(Path::new("README.md")), read(Path::new("README.zh-TW.md")));
    assert_eq!(
        headings(&english),
        headings(&chinese),
        "README.md and README.zh-TW.md differ in their headings"
    );
    assert_eq!(code_blocks(&english), code_blocks(&chinese), "and in their code blocks");
}

#[test]
fn every_guide_has_its_twin() {
    let pages: Vec<PathBuf> = files(&["md"])
        .into_iter()
        .filter(|path| path.starts_with("docs/guides") || path.starts_with("docs/reference"))
        .collect();
    assert!(!pages.is_empty(), "there are guides");
    for page in pages {
        let name = page.display().to_string();
        let twin = match name.strip_suffix(".zh-TW.md") {
            Some(stem) => format!("{stem}.md"),
            None => name.replace(".md", ".zh-TW.md"),
        };
        assert!(root().join(&twin).exists(), "{name} has no {twin}");
        assert_eq!(headings(&read(&page)), headings(&read(Path::new(&twin))), "{name} and {twin}");
    }
}

#[test]
fn architecture_and_decisions_are_short() {
    let architecture = read(Path::new("docs/ARCHITECTURE.md"));
    assert!(architecture.lines().count() <= 200, "docs/ARCHITECTURE.md has more than 200 lines");
    for page in files(&["md"]).iter().filter(|path| path.starts_with("docs/decisions")) {
        assert!(read(page).lines().count() <= 40, "{} has more than 40 lines", page.display());
    }
}

#[test]
fn shipped_flows_are_described_in_both_languages_and_have_cases() {
    for (slug, folder) in shipped_flows() {
        let readme = std::fs::read_to_string(folder.join("README.md")).unwrap_or_default();
        for heading in ["## English", "## 繁體中文"] {
            assert!(readme.contains(heading), "workflows/{slug}/README.md lacks `{heading}`");
        }
        let cases = folder.join("cases").read_dir().map(Iterator::count).unwrap_or_default();
        assert!(cases > 0, "workflows/{slug} has no case");
    }
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut broken = Vec::new();
    let mut pages = files(&["md"]);
    pages.extend(["README.md".into(), "README.zh-TW.md".into()]);
    for page in pages {
        let text = read(&page);
        for (at, _) in text.match_indices("](") {
            let target: String = text[at + 2..].chars().take_while(|c| *c != ')' && *c != '\n').collect();
            let file = target.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") || file.contains(' ') || file.starts_with("mailto:") {
                continue;
            }
            let folder = page.parent().unwrap_or(Path::new(""));
            if !root().join(folder).join(file).exists() {
                broken.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "broken links:\n{}", broken.join("\n"));
}
