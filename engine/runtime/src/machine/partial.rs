//! Tests of the machine within a scope: parts of a flow, and dry runs that meet an output that is not known.

use std::sync::Arc;

use causeway_document::Plan;
use causeway_model::{
    Entry, Event, Frame, KnownFrom, Outcome, Rehearsal, RunStatus, StepId, TestPart, TestPlan, Time, Value,
};
use serde_json::json;

use super::properties::compiler;
use super::{Blocked, Ending, Machine, Phase, Verdict};

fn act(id: &str, with: Value, after: &[&str]) -> Value {
    json!({"id": id, "use": "played.act", "with": with, "after": after})
}

fn plan() -> Arc<Plan> {
    let document = json!({"causeway": 1, "kind": "flow", "name": "t", "trigger": {"use": "manual"}, "steps": [
        act("a", json!({}), &[]),
        act("b", json!({"x": "{{ steps.a }}"}), &["a"]),
        act("c", json!({}), &["a"]),
        act("d", json!({}), &["b"])]});
    let flow = serde_json::from_value(document).expect("a flow");
    Arc::new(compiler().compile(&flow).unwrap_or_else(|faults| panic!("{faults:?}")))
}

fn id(name: &str) -> StepId {
    name.parse().expect("a step id")
}

fn started(test: &TestPlan) -> Machine {
    let plan = plan();
    let scope = plan.scope(test).expect("a known step");
    let mut machine = Machine::within(plan, scope);
    machine.apply(&entry(Event::Started { vars: Default::default() }));
    machine
}

fn entry(event: Event) -> Entry {
    Entry { frame: Frame::top(), at: Time(1), event }
}

fn succeeded(step: &str) -> Entry {
    let outcome = Outcome::Succeeded { output: json!(step), port: None };
    entry(Event::StepSettled { step: id(step), outcome, took_us: None })
}

fn rehearsed(step: &str, output_from: KnownFrom) -> Entry {
    let rehearsal = Rehearsal { input: json!({}), request: None, note: None, output_from };
    entry(Event::Rehearsed { step: id(step), rehearsal })
}

/// The ids of the steps that may begin now.
fn ready(machine: &mut Machine) -> Vec<String> {
    let mut found = Vec::new();
    while let Some((frame, index)) = machine.next_ready() {
        found.push(machine.frame(&frame).expect("a frame").body.steps[index].id.to_string());
    }
    found
}

fn ending(machine: &Machine) -> Ending {
    match machine.verdict() {
        Verdict::Done(ending) => *ending,
        other => panic!("{other:?}"),
    }
}

#[test]
fn up_to_a_step_nothing_else_begins() {
    let mut machine = started(&TestPlan { part: TestPart::Until { step: id("c") }, ..TestPlan::default() });
    assert_eq!(ready(&mut machine), ["a"]);
    machine.apply(&succeeded("a"));
    assert_eq!(ready(&mut machine), ["c"]);
    machine.apply(&succeeded("c"));
    let ending = ending(&machine);
    assert_eq!((ending.status, ending.output), (RunStatus::Succeeded, Some(json!("c"))));
    assert_eq!(machine.step(&(Frame::top(), 1)).map(|step| &step.phase), Some(&Phase::Skipped));
}

#[test]
fn one_step_begins_at_once_and_what_is_given_stands() {
    let test =
        TestPlan { part: TestPart::Step { step: id("b") }, kept: [id("a")].into(), ..TestPlan::default() };
    let mut machine = started(&test);
    let outcome = Outcome::Succeeded { output: json!(7), port: None };
    machine.apply(&entry(Event::Kept { step: id("a"), outcome }));
    assert_eq!(ready(&mut machine), ["b"]);
    machine.apply(&succeeded("b"));
    assert_eq!(ending(&machine).output, Some(json!("b")));
}

#[test]
fn what_reads_the_unknown_never_begins_and_the_run_says_so() {
    let journal = [rehearsed("a", KnownFrom::Unknown), succeeded("a")];
    let mut machine = started(&TestPlan { dry_run: true, ..TestPlan::default() });
    journal.iter().for_each(|entry| machine.apply(entry));
    assert_eq!(machine.verdict(), Verdict::Busy, "what reads nothing of it goes on");
    assert_eq!(ready(&mut machine), ["c"]);
    machine.apply(&rehearsed("c", KnownFrom::Unknown));
    machine.apply(&succeeded("c"));
    let end = ending(&machine);
    assert_eq!(end.status, RunStatus::Succeeded);
    assert!(end.reason.is_some_and(|why| why.en.contains("`b` reads the output of `a`")));

    // The journal alone gives the same machine again.
    let mut again = started(&TestPlan { dry_run: true, ..TestPlan::default() });
    journal.iter().for_each(|entry| again.apply(entry));
    assert_eq!(again.blocked(), machine.blocked());

    // Where it is known, all goes on.
    let mut known = started(&TestPlan { dry_run: true, ..TestPlan::default() });
    known.apply(&rehearsed("a", KnownFrom::Given));
    known.apply(&succeeded("a"));
    assert_eq!(ready(&mut known), ["b", "c"]);
}

#[test]
fn what_is_blocked_in_every_item_of_a_loop_is_kept_once() {
    let body = json!([act("x", json!({}), &[]), act("y", json!({"of": "{{ steps.x }}"}), &["x"])]);
    let each = json!({"id": "each", "use": "for_each", "with": {"items": [1, 2, 3], "concurrency": 1, "body": body}});
    let document =
        json!({"causeway": 1, "kind": "flow", "name": "t", "trigger": {"use": "manual"}, "steps": [each]});
    let flow = serde_json::from_value(document).expect("a flow");
    let plan = Arc::new(compiler().compile(&flow).unwrap_or_else(|faults| panic!("{faults:?}")));
    let test = TestPlan { dry_run: true, ..TestPlan::default() };
    let scope = plan.scope(&test).expect("all of it");
    let mut machine = Machine::within(plan, scope);
    machine.apply(&entry(Event::Started { vars: Default::default() }));
    let place = machine.next_ready().expect("the loop");
    machine.apply(&entry(Event::LoopStarted { step: id("each"), items: json!([1, 2, 3]), count: 3 }));
    assert!(!machine.is_blocked_inside(&place));
    let mut items = 0;
    while let Some((place, index)) = machine.next_item(|_| false) {
        let frame = machine.open_item(&place, index).expect("opens");
        for one in [rehearsed("x", KnownFrom::Unknown), succeeded("x")] {
            machine.apply(&Entry { frame: frame.clone(), ..one });
        }
        items += machine.done_items().len();
    }
    assert_eq!(items, 3);
    assert_eq!(machine.blocked(), [Blocked { step: id("y"), reads: "x".to_owned(), times: 3 }]);
    assert!(machine.is_blocked_inside(&place));
    assert_eq!(machine.done_loops().len(), 1);
    machine.apply(&succeeded("each"));
    let why = ending(&machine).reason.expect("why").en;
    assert!(why.contains("`y` (3 times) reads the output of `x`"), "{why}");
}
