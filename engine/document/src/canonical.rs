//! The stable text of a document.

use causeway_model::Flow;

/// The document as text: the same document always gives the same text, and reading it gives the same document.
///
/// The document's own fields come in the order of the format. What stands inside `with` keeps its order: other systems may
/// see it. Two spaces, one value a line, a newline at the end, so that it compares well line by line.
pub fn canonical(flow: &Flow) -> String {
    let mut text =
        serde_json::to_string_pretty(flow).expect("a document has only text keys and finite numbers");
    text.push('\n');
    text
}
