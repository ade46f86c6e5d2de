//! What a text of a template is: constant, one hole, or text with holes.

use causeway_model::Value;
use causeway_script::Engine;

use crate::schema::Shape;

/// A text that does not compile counts as one hole: its fault is reported where it is compiled.
pub(super) fn shape(engine: &Engine, text: &str) -> Shape {
    if !text.contains("{{") {
        return Shape::Constant;
    }
    match engine.compile_template(&Value::from(text), &|_| false) {
        Ok(template) if template.is_constant() => Shape::Constant,
        Ok(_) if !is_one_hole(text) => Shape::Mixed,
        _ => Shape::Hole,
    }
}

/// Whether the first hole ends where the text ends.
fn is_one_hole(text: &str) -> bool {
    let Some(inner) = text.strip_prefix("{{") else { return false };
    let mut quote = None;
    let mut open = 0usize;
    let mut escaped = false;
    for (at, c) in inner.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(end) if c == end => quote = None,
            Some(end) => escaped = c == '\\' && end != '`',
            None => match c {
                '"' | '\'' | '`' => quote = Some(c),
                '{' => open += 1,
                '}' if open > 0 => open -= 1,
                '}' => return inner[at..].strip_prefix("}}").is_some_and(str::is_empty),
                _ => {}
            },
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::is_one_hole;

    #[test]
    fn one_hole_spans_the_whole_text() {
        for one in ["{{ a }}", "{{ #{ a: 1 } }}", "{{ \"}}\" + x }}", "{{ `}}` }}", "{{ \"\\\"}}\" }}"] {
            assert!(is_one_hole(one), "{one}");
        }
        for mixed in ["{{ a }} ", " {{ a }}", "{{ a }}-{{ b }}", "{{ a", "{{ \"}}\" }} {{ b }}"] {
            assert!(!is_one_hole(mixed), "{mixed}");
        }
    }
}
