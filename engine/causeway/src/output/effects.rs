//! What a dry run would have sent and done, for people.

use causeway_model::{KnownFrom, Text, Value, text};
use causeway_server::app::{Rehearsed, TestView};

use super::console::{Console, Paint};
use super::values::{Detail, show};

/// Lines to print below a run's timeline; none for runs that are no dry runs.
pub fn render(console: &Console, test: &TestView) -> Vec<String> {
    if !test.dry_run {
        return Vec::new();
    }
    let title = match test.effects.len() {
        0 => text!("Dry run: nothing would be sent.", "預演：不會送出任何內容。"),
        count => text!(
            "Dry run: steps that would act: {count}; nothing was sent.",
            "預演：{count} 個步驟會有動作；沒有送出任何內容。"
        ),
    };
    let mut lines = vec![String::new(), console.paint(console.words(&title), Paint::Strong)];
    for effect in &test.effects {
        lines.push(String::new());
        lines.extend(one(console, effect));
    }
    lines
}

fn one(console: &Console, effect: &Rehearsed) -> Vec<String> {
    let at = if effect.frame.is_top() { String::new() } else { format!("{}/", effect.frame) };
    let head = format!("{at}{}  {}", effect.step, console.paint(&effect.use_, Paint::Faint));
    let mut lines = vec![console.paint(&head, Paint::Strong)];
    if let Some(note) = &effect.rehearsal.note {
        lines.push(format!("  {}", console.words(note)));
    }
    match &effect.rehearsal.request {
        Some(request) => lines.extend(http(request).into_iter().map(|line| format!("  {line}"))),
        None => lines.push(format!("  {}", show(&effect.rehearsal.input, Detail::Short(400)))),
    }
    let from = console.words(&output_from(effect.rehearsal.output_from)).to_owned();
    lines.push(format!("  {}", console.paint(&from, Paint::Faint)));
    lines
}

/// As it stands on the wire; what is no HTTP request, as JSON.
fn http(request: &Value) -> Vec<String> {
    let (Some(method), Some(url)) = (request["method"].as_str(), request["url"].as_str()) else {
        return vec![show(request, Detail::Full)];
    };
    let mut lines = vec![format!("{method} {url}")];
    for (name, value) in request["headers"].as_object().into_iter().flatten() {
        let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        lines.extend(values.iter().map(|value| format!("{name}: {}", value.as_str().unwrap_or_default())));
    }
    if let Some(body) = request["body"].as_str() {
        lines.push(String::new());
        lines.extend(body.lines().map(str::to_owned));
        if request["body_cut"] == true {
            lines.push("…".to_owned());
        }
    }
    lines
}

fn output_from(from: KnownFrom) -> Text {
    match from {
        KnownFrom::Given => text!("output: as given", "輸出：採用提供的內容"),
        KnownFrom::Example => text!("output: the operation's example", "輸出：採用操作的範例"),
        KnownFrom::Assumed => text!("output: assumed", "輸出：假設的內容"),
        KnownFrom::Unknown => text!("output: not known", "輸出：無從得知"),
    }
}

#[cfg(test)]
mod tests {
    use causeway_model::{Frame, Locale, Rehearsal, TestPart};
    use serde_json::json;

    use super::*;

    #[test]
    fn a_request_stands_as_on_the_wire() {
        let request = json!({"method": "POST", "url": "https://erp/orders",
            "headers": {"host": "erp", "x-key": "{{ secret.erp }}", "x-tag": ["a", "b"]}, "body": "{\"no\":1}"});
        let rehearsal = Rehearsal {
            input: json!({}),
            request: Some(request),
            note: None,
            output_from: KnownFrom::Unknown,
        };
        let effect = Rehearsed {
            frame: Frame::from("lines[0]".to_owned()),
            step: "create".parse().expect("a step"),
            use_: "http.request".to_owned(),
            rehearsal,
        };
        let test = TestView {
            part: TestPart::Whole,
            dry_run: true,
            draft_revision: Some(3),
            sample: None,
            from_run: None,
            effects: vec![effect],
            inside: vec![],
        };
        let console = Console { locale: Locale::En, json: false, terminal: false };
        let text = render(&console, &test).join("\n");
        let expected = "
Dry run: steps that would act: 1; nothing was sent.

lines[0]/create  http.request
  POST https://erp/orders
  host: erp
  x-key: {{ secret.erp }}
  x-tag: a
  x-tag: b
  
  {\"no\":1}
  output: not known";
        assert_eq!(text, expected);
    }
}
