//! What a resumed run keeps.

use std::collections::BTreeMap;

use causeway_document::{Resume, resume};
use causeway_model::{Entry, Event, Fault, Frame, LoopTally, StepId, StreamRef, Time, Value};
use causeway_script::{Context, Scope};
use serde_json::json;

use crate::support::{branch, document, each, flow, plan, request_step, script, step, told};
use crate::viewing::{at, failed, id, started, succeeded};

type Loops = Vec<(Frame, StepId, LoopTally)>;

fn call(id: &str, url: &str, after: Value) -> Value {
    let mut step =
        request_step(id, json!({ "method": "GET", "url": url, "headers": { "A": "Bearer {{ secret.t }}" } }));
    step["after"] = after;
    step
}

fn again(
    old: &Value,
    new: &Value,
    journal: &[Entry],
    loops: &Loops,
    edits: &[(&str, Value)],
) -> Result<Resume, Vec<Fault>> {
    let edits: BTreeMap<StepId, Value> =
        edits.iter().map(|(step, input)| (id(step), input.clone())).collect();
    resume(&flow(old), &plan(new), journal, loops, &edits, "mei", Time(99))
}

fn kept(resume: &Resume) -> Vec<String> {
    let kept = resume.journal.iter().filter_map(|entry| match &entry.event {
        Event::Kept { step, .. } => {
            Some(format!("{}{}{step}", entry.frame, if entry.frame.is_top() { "" } else { "/" }))
        }
        _ => None,
    });
    kept.collect()
}

fn repeats(resume: &Resume) -> Vec<&str> {
    resume.repeats.iter().map(|step| step.as_str()).collect()
}

fn chain() -> Value {
    document(json!([
        script("a", "1", json!([])),
        call("b", "x", json!(["a"])),
        call("c", "x", json!(["b"])),
        step("d", json!(["c"])),
    ]))
}

fn chain_journal() -> Vec<Entry> {
    let top = Frame::top();
    vec![
        at(&top, 1, Event::Started { vars: BTreeMap::new() }),
        at(&top, 2, succeeded("a", json!(1), None)),
        at(&top, 2, started("b", 1, Some(json!({ "url": "x" })))),
        at(&top, 3, succeeded("b", json!({ "no": 7 }), None)),
        at(&top, 4, started("c", 1, Some(json!({ "url": "x" })))),
        at(&top, 5, failed("c")),
    ]
}

#[test]
fn finished_steps_are_kept_and_the_rest_repeats() {
    let found = again(&chain(), &chain(), &chain_journal(), &Vec::new(), &[]).unwrap();
    assert_eq!(kept(&found), ["a", "b"]);
    assert_eq!(repeats(&found), ["c", "d"]);
    assert!(found.journal.iter().all(|entry| entry.at == Time(99)));
    // Resumed once more: what was kept is kept again.
    let mut journal = found.journal.clone();
    journal.push(at(&Frame::top(), 100, failed("c")));
    assert_eq!(kept(&again(&chain(), &chain(), &journal, &Vec::new(), &[]).unwrap()), ["a", "b"]);
}

#[test]
fn a_changed_step_and_those_after_it_run_again() {
    let mut new = chain();
    new["steps"][0]["with"]["code"] = json!("2");
    let found = again(&chain(), &new, &chain_journal(), &Vec::new(), &[]).unwrap();
    assert_eq!((kept(&found).len(), repeats(&found)), (0, vec!["a", "b", "c", "d"]));
    let mut new = chain();
    new["steps"][1]["name"] = json!("another name is no other step");
    new["steps"].as_array_mut().unwrap().push(step("e", json!(["b"])));
    assert_eq!(kept(&again(&chain(), &new, &chain_journal(), &Vec::new(), &[]).unwrap()), ["a", "b"]);
    // A step that now comes after one which has not run.
    let mut new = chain();
    new["steps"][1]["after"] = json!(["a", "fresh"]);
    new["steps"][1]["join"] = json!("all");
    new["steps"].as_array_mut().unwrap().push(step("fresh", json!([])));
    assert_eq!(kept(&again(&chain(), &new, &chain_journal(), &Vec::new(), &[]).unwrap()), ["a"]);
}

#[test]
fn handled_failures_and_skipped_steps_are_finished() {
    let steps = json!([
        branch("size", json!([])),
        call("big", "x", json!(["size.large"])),
        call("small", "x", json!(["size.small"])),
        step("handled", json!(["small.error"])),
        call("end", "x", json!(["big", "handled"])),
    ]);
    let top = Frame::top();
    let journal = [
        at(&top, 1, succeeded("size", json!(null), Some("small"))),
        at(&top, 2, failed("small")),
        at(&top, 3, succeeded("handled", json!(1), None)),
        at(&top, 4, failed("end")),
    ];
    let found =
        again(&document(steps.clone()), &document(steps.clone()), &journal, &Vec::new(), &[]).unwrap();
    assert_eq!(
        (kept(&found), repeats(&found)),
        (vec!["size".into(), "small".into(), "handled".into()], vec!["end"])
    );
    // Where only the new version handles the failure, the step runs again.
    let mut old = steps.clone();
    old[3]["after"] = json!(["small"]);
    let found = again(&document(old), &document(steps), &journal, &Vec::new(), &[]).unwrap();
    assert_eq!(kept(&found), ["size"]);
}

#[test]
fn inputs_are_edited_with_care() {
    let edit = |edits: &[(&str, Value)]| again(&chain(), &chain(), &chain_journal(), &Vec::new(), edits);
    let fits = json!({ "method": "GET", "url": "y" });
    let found = edit(&[("c", fits.clone())]).unwrap();
    let edited = found.journal.last().unwrap();
    let event = Event::InputEdited { step: id("c"), input: fits.clone(), edition: 1, by: "mei".into() };
    assert_eq!((&edited.event, repeats(&found)), (&event, vec!["c", "d"]));
    // The next edit raises the edition again; without one the last edit stays.
    let mut journal = found.journal.clone();
    journal.push(at(
        &Frame::top(),
        100,
        Event::StepStarted { step: id("c"), attempt: 1, input: Some(fits.clone()), edition: 1 },
    ));
    journal.push(at(&Frame::top(), 101, failed("c")));
    let next = again(&chain(), &chain(), &journal, &Vec::new(), &[("c", fits.clone())]).unwrap();
    assert!(matches!(next.journal.last().unwrap().event, Event::InputEdited { edition: 2, .. }));
    let next = again(&chain(), &chain(), &journal, &Vec::new(), &[]).unwrap();
    assert_eq!(next.journal.last().unwrap().event, event);

    let refused = |step: &str, input: Value| told(&edit(&[(step, input)]).unwrap_err());
    assert_eq!(refused("b", fits.clone()), ["step_finished /edits/b"]);
    assert_eq!(refused("d", json!({})), ["input_not_editable /edits/d"]);
    assert_eq!(refused("x", json!({})), ["unknown_step /edits/x"]);
    assert_eq!(refused("c", json!({ "method": "GET", "url": 1 })), ["input_invalid /edits/c/url"]);
}

#[test]
fn secrets_that_a_person_left_alone_stay() {
    let plan = plan(&chain());
    let context = Context { now: Time(0), seed: [0; 32], links: None };
    let mut scope = Scope::new(&json!({}), &json!({}), &json!({}));
    let sent = plan.step("c").unwrap().input.resolve(&mut scope, &context).unwrap();
    let mut journal = chain_journal();
    journal[4] = at(&Frame::top(), 4, started("c", 1, Some(sent.clone())));
    let shown = json!({ "method": "POST", "url": "x", "headers": { "A": "Bearer {{ secret.t }}", "B": "Bearer {{ secret.t }}" } });
    let found =
        resume(&flow(&chain()), &plan, &journal, &[], &[(id("c"), shown)].into(), "mei", Time(9)).unwrap();
    let Event::InputEdited { input, .. } = &found.journal.last().unwrap().event else { panic!() };
    assert_eq!(input["headers"]["A"], sent["headers"]["A"]);
    assert_eq!(input["headers"]["B"], "Bearer {{ secret.t }}", "text that was not sealed is only text");
    assert_eq!(input["method"], "POST");
}

#[test]
fn loops_go_on_where_they_were() {
    let steps = json!([
        step("a", json!([])),
        each("lines", json!([call("in", "x", json!([])), call("next", "x", json!(["in"]))]), json!(["a"])),
        step("end", json!(["lines"])),
    ]);
    let old = document(steps);
    let (top, lines) = (Frame::top(), id("lines"));
    let mut tally = LoopTally { count: 4, succeeded: 1, failed: 1, ..LoopTally::default() };
    tally.settle(0);
    tally.settle(2);
    tally.results = Some(StreamRef { id: causeway_model::BlobId::new(), count: 2 });
    let begun = Event::LoopStarted { step: lines.clone(), items: json!([1, 2, 3, 4]), count: 4 };
    let journal = [
        at(&top, 1, succeeded("a", json!(1), None)),
        at(&top, 2, begun.clone()),
        at(&top.item(&lines, 1), 3, succeeded("in", json!(1), None)),
        at(&top.item(&lines, 2), 3, succeeded("in", json!(1), None)),
        at(&top.item(&lines, 3), 3, failed("in")),
        at(&top, 9, failed("lines")),
    ];
    let loops = vec![(top.clone(), lines.clone(), tally.clone())];
    let found = again(&old, &old, &journal, &loops, &[]).unwrap();
    assert_eq!(kept(&found), ["a", "lines[1]/in"]);
    assert_eq!(repeats(&found), ["lines", "end"]);
    assert_eq!(found.loops, loops);
    assert!(found.journal.iter().any(|entry| entry.event == begun), "the items that it counts");
    // A changed body begins again.
    let mut new = old.clone();
    new["steps"][1]["with"]["body"][0]["with"]["url"] = json!("y");
    let found = again(&old, &new, &journal, &loops, &[]).unwrap();
    assert_eq!((kept(&found), found.loops.len()), (vec!["a".into()], 0));
}
