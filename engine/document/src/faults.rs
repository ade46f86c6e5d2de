//! Collects faults, and builds the pointers and suggestions that they show.

use causeway_model::{Fault, Severity, StepId, Text, text};

use crate::limits::MAX_FAULTS;

/// The faults found so far. Beyond [`MAX_FAULTS`] one last fault says that there are more.
#[derive(Default)]
pub(crate) struct Faults {
    list: Vec<Fault>,
    more: bool,
}

impl Faults {
    pub fn push(&mut self, fault: Fault) {
        if self.list.len() < MAX_FAULTS {
            self.list.push(fault);
        } else {
            self.more = true;
        }
    }

    /// Whether one more would be told of, so that it is worth the while to describe it.
    pub fn has_room(&mut self) -> bool {
        self.more |= self.list.len() >= MAX_FAULTS;
        !self.more
    }

    pub fn push_at(&mut self, step: Option<&StepId>, fault: Fault) {
        self.push(match step {
            Some(step) => fault.at_step(step),
            None => fault,
        });
    }

    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|fault| fault.severity == Severity::Error)
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn into_list(mut self) -> Vec<Fault> {
        if self.more {
            let message = text!(
                "There are more than {MAX_FAULTS} faults; the rest is left out.",
                "錯誤超過 {MAX_FAULTS} 個，其餘未列出。"
            );
            self.list.push(Fault::error("more_faults", "", message));
        }
        self.list
    }
}

/// The pointer of a member or an item of what `at` points to.
pub(crate) fn child(at: &str, name: impl std::fmt::Display) -> String {
    let name = name.to_string();
    if name.contains(['~', '/']) {
        format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
    } else {
        format!("{at}/{name}")
    }
}

/// `a`, `b` and `c` in both languages.
pub(crate) fn listed<S: AsRef<str>>(names: &[S]) -> Text {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    let en = match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    };
    Text { en, zh_tw: quoted.join("、") }
}

/// The known name that a wrong one was most likely meant to be.
pub(crate) fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if wrong.len() > 64 {
        return None;
    }
    let allowed = (wrong.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|name| (distance(wrong, name), name))
        .filter(|(far, _)| *far <= allowed)
        .min()
        .map(|(_, name)| name)
}

/// How many single-character edits lie between two words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let change = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// "Did you mean", where a known name is near; else the list of what there is.
pub(crate) fn suggest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Option<Text> {
    if let Some(near) = nearest(wrong, known.clone()) {
        return Some(text!("Did you mean `{near}`?", "是否要寫 `{near}`？"));
    }
    let names: Vec<&str> = known.into_iter().take(20).collect();
    if names.is_empty() {
        return None;
    }
    let Text { en, zh_tw } = listed(&names);
    Some(Text { en: format!("Use {en}."), zh_tw: format!("可用：{zh_tw}。") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested() {
        assert_eq!(nearest("htpp", ["http", "mail"]), Some("http"));
        assert_eq!(nearest("for-each", ["branch", "for_each"]), Some("for_each"));
        assert_eq!(nearest("banana", ["branch", "for_each"]), None);
        assert_eq!(suggest("x", []), None);
        assert_eq!(listed(&["a", "b", "c"]).en, "`a`, `b` or `c`");
    }

    #[test]
    fn pointers_are_escaped() {
        assert_eq!(child("/steps/0", "a/b~c"), "/steps/0/a~1b~0c");
    }
}
