//! Finds the `{{ }}` holes of a text, whatever quotes and braces stand inside them.

use causeway_model::text;
use rhai::Position;

use crate::compile::CompileError;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(String),
    /// `line` and `column` are those of the first character after the `{{`.
    Hole {
        source: &'a str,
        line: u32,
        column: u32,
    },
}

pub(super) fn split(text: &str) -> Result<Vec<Piece<'_>>, CompileError> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut at = 0;
    while let Some(found) = text[at..].find("{{").map(|found| at + found) {
        if text[at..found].ends_with('\\') {
            plain.push_str(&text[at..found - 1]);
            plain.push_str("{{");
            at = found + 2;
            continue;
        }
        plain.push_str(&text[at..found]);
        let inside = found + 2;
        let (line, column) = place(text, inside);
        let Some(length) = length(&text[inside..]) else {
            let (line, column) = place(text, found);
            return Err(CompileError {
                line,
                column,
                ..CompileError::new(
                    "hole_not_closed",
                    Position::START,
                    text!(
                        "This `{{{{` is not closed by `}}}}`; write `\\{{{{` for a literal one",
                        "這個 `{{{{` 沒有對應的 `}}}}`；若要寫字面的 `{{{{`，請用 `\\{{{{`"
                    ),
                )
            });
        };
        if !plain.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
        }
        pieces.push(Piece::Hole { source: &text[inside..inside + length], line, column });
        at = inside + length + 2;
    }
    plain.push_str(&text[at..]);
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    Ok(pieces)
}

fn place(text: &str, offset: usize) -> (u32, u32) {
    let before = &text[..offset];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

/// How many bytes stand before the `}}` that closes the hole.
fn length(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut rest = text.char_indices();
    while let Some((at, c)) = rest.next() {
        match c {
            '"' | '`' | '\'' => skip_quoted(&mut rest, c)?,
            '/' if text[at + 1..].starts_with('*') => skip_comment(text, at, &mut rest)?,
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '}' if text[at + 1..].starts_with('}') => return Some(at),
            _ => {}
        }
    }
    None
}

fn skip_quoted(rest: &mut std::str::CharIndices<'_>, quote: char) -> Option<()> {
    while let Some((_, c)) = rest.next() {
        match c {
            '\\' if quote != '`' => {
                rest.next()?;
            }
            // `...${ ... }...`
            '$' if quote == '`' && rest.as_str().starts_with('{') => {
                rest.next();
                let mut depth = 1_usize;
                while depth > 0 {
                    match rest.next()?.1 {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        inner @ ('"' | '`' | '\'') => skip_quoted(rest, inner)?,
                        _ => {}
                    }
                }
            }
            c if c == quote => return Some(()),
            _ => {}
        }
    }
    None
}

fn skip_comment(text: &str, at: usize, rest: &mut std::str::CharIndices<'_>) -> Option<()> {
    let end = at + 2 + text[at + 2..].find("*/")? + 2;
    while rest.offset() < end {
        rest.next()?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hole(source: &str, line: u32, column: u32) -> Piece<'_> {
        Piece::Hole { source, line, column }
    }

    #[test]
    fn holes_are_found_whatever_stands_in_them() {
        assert_eq!(
            split("a {{ b }} c"),
            Ok(vec![Piece::Text("a ".into()), hole(" b ", 1, 5), Piece::Text(" c".into())])
        );
        assert_eq!(split("{{x}}{{y}}"), Ok(vec![hole("x", 1, 3), hole("y", 1, 8)]));
        assert_eq!(split(r#"{{ "}}" }}"#), Ok(vec![hole(r#" "}}" "#, 1, 3)]));
        assert_eq!(split("{{ #{a: #{b: 1}} }}"), Ok(vec![hole(" #{a: #{b: 1}} ", 1, 3)]));
        assert_eq!(split("{{#{a: #{b: 1}}}}"), Ok(vec![hole("#{a: #{b: 1}}", 1, 3)]));
        assert_eq!(split("{{ `a ${ \"}}\" } }}` }}"), Ok(vec![hole(" `a ${ \"}}\" } }}` ", 1, 3)]));
        assert_eq!(split("{{ a /* }} */ }}"), Ok(vec![hole(" a /* }} */ ", 1, 3)]));
        assert_eq!(split("x\n\n 訂單{{a}}"), Ok(vec![Piece::Text("x\n\n 訂單".into()), hole("a", 3, 6)]));
    }

    #[test]
    fn other_braces_are_text() {
        assert_eq!(split("} }} { x"), Ok(vec![Piece::Text("} }} { x".into())]));
        assert_eq!(split(r"\{{ x }}"), Ok(vec![Piece::Text("{{ x }}".into())]));
        assert_eq!(split(""), Ok(vec![]));
    }

    #[test]
    fn an_open_hole_is_told_with_its_place() {
        let fault = split("ok {{ a }}\n {{ \"}}").expect_err("it is open");
        assert_eq!((fault.code, fault.line, fault.column), ("hole_not_closed", 2, 2));
    }
}
