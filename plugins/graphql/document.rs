//! What a GraphQL document asks for, as far as it has to be known before it is sent: which kinds of operations it defines.

/// A definition of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Query,
    Mutation,
    Subscription,
    Fragment,
    /// What stands in no document that can be sent.
    Other,
}

/// The kinds of its definitions, in order. Comments, texts and what stands in brackets are passed over.
pub(super) fn kinds(document: &str) -> Vec<Kind> {
    let mut kinds = Vec::new();
    let mut depth = 0_usize;
    // Whether a definition has begun whose selection is still to come.
    let mut begun = false;
    let mut rest = document;
    while let Some(next) = rest.chars().next() {
        match next {
            '#' => rest = &rest[rest.find('\n').unwrap_or(rest.len())..],
            '"' => rest = after_text(rest),
            '{' | '(' | '[' => {
                if depth == 0 && next == '{' && !std::mem::take(&mut begun) {
                    kinds.push(Kind::Query);
                }
                depth += 1;
                rest = &rest[1..];
            }
            '}' | ')' | ']' => {
                depth = depth.saturating_sub(1);
                rest = &rest[1..];
            }
            letter if letter.is_ascii_alphabetic() || letter == '_' => {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                if depth == 0 && !begun {
                    begun = true;
                    kinds.push(match &rest[..end] {
                        "query" => Kind::Query,
                        "mutation" => Kind::Mutation,
                        "subscription" => Kind::Subscription,
                        "fragment" => Kind::Fragment,
                        _ => Kind::Other,
                    });
                }
                rest = &rest[end..];
            }
            other => rest = &rest[other.len_utf8()..],
        }
    }
    kinds
}

/// What follows a text, which may be a block of lines.
fn after_text(rest: &str) -> &str {
    if let Some(block) = rest.strip_prefix("\"\"\"") {
        let mut inside = block;
        loop {
            let Some(at) = inside.find("\"\"\"") else { return "" };
            let (before, after) = inside.split_at(at);
            inside = &after[3..];
            if !before.ends_with('\\') {
                return inside;
            }
        }
    }
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => return &rest[at + 1..],
            '\n' => return &rest[at..],
            _ => escaped = c == '\\' && !escaped,
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_read_whatever_stands_around_them() {
        use Kind::{Fragment, Mutation, Other, Query, Subscription};
        for (document, expected) in [
            ("{ me { id } }", vec![Query]),
            ("query Q($a: [Int!] = [1]) @live { me(x: {mutation: 1}) { id } }", vec![Query]),
            ("# mutation { x }\nquery { a(text: \"} mutation { \\\" }\") }", vec![Query]),
            ("query { a(t: \"\"\"} mutation \\\"\"\" { \"\"\") }", vec![Query]),
            ("mutation M { a } fragment F on T { b } query { c }", vec![Mutation, Fragment, Query]),
            ("subscription { a }", vec![Subscription]),
            ("query\u{3000}{ a }", vec![Query]),
            ("type A { b: Int }", vec![Other]),
            ("", vec![]),
            ("\"", vec![]),
            ("}}} mutation { a }", vec![Mutation]),
        ] {
            assert_eq!(kinds(document), expected, "{document}");
        }
    }
}
