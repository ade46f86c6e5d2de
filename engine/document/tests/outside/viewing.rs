//! Views of runs, derived from their journals.

use causeway_document::{StepFold, StepView, step_views};
use causeway_model::{
    Entry, ErrorClass, Event, Frame, LoopTally, Outcome, RunStatus, StepError, StepId, StepStatus, Time,
    Value, Wait, WaitKind, text,
};
use serde_json::json;

use crate::support::{approval, branch, document, each, plan, request_step, step};

pub fn id(name: &str) -> StepId {
    name.parse().unwrap()
}

pub fn at(frame: &Frame, at: i64, event: Event) -> Entry {
    Entry { frame: frame.clone(), at: Time(at), event }
}

pub fn error() -> StepError {
    StepError::new("http_status", ErrorClass::Server, text!("It failed", "失敗了"))
}

pub fn started(step: &str, attempt: u32, input: Option<Value>) -> Event {
    Event::StepStarted { step: id(step), attempt, input, edition: 0 }
}

pub fn succeeded(step: &str, output: Value, port: Option<&str>) -> Event {
    let outcome = Outcome::Succeeded { output, port: port.map(str::to_owned) };
    Event::StepSettled { step: id(step), outcome, took_us: Some(7) }
}

pub fn failed(step: &str) -> Event {
    Event::StepSettled { step: id(step), outcome: Outcome::Failed { error: error() }, took_us: None }
}

fn statuses(views: &[StepView]) -> Vec<&'static str> {
    views.iter().map(|view| view.status.name()).collect()
}

#[test]
fn a_view_follows_its_step_through_attempts() {
    let plan = plan(&document(json!([request_step("call", json!({ "method": "GET", "url": "x" }))])));
    let top = Frame::top();
    let view = |status, journal: &[Entry]| step_views(&plan.body, &top, status, journal, &[]).remove(0);
    let mut journal = vec![at(&top, 10, started("call", 1, Some(json!({ "url": "x" }))))];
    assert_eq!(view(RunStatus::Running, &journal).status, StepStatus::Running);
    let retry = Event::AttemptFailed { step: id("call"), attempt: 1, error: error(), retry_at: Time(50) };
    journal.push(at(&top, 20, retry));
    let waiting = view(RunStatus::Waiting, &journal);
    assert_eq!((waiting.status, waiting.wait), (StepStatus::Waiting, Some(Wait::time(Time(50)))));
    journal.push(at(&top, 50, started("call", 2, None)));
    journal.push(at(&top, 55, Event::Recovered));
    journal.push(at(&top, 56, started("call", 2, None)));
    journal.push(at(&top, 60, succeeded("call", json!(1.10), None)));
    let done = view(RunStatus::Succeeded, &journal);
    assert_eq!(
        (done.status, done.started_at, done.finished_at),
        (StepStatus::Succeeded, Some(Time(10)), Some(Time(60)))
    );
    assert_eq!(
        (done.input, done.output, done.took_us, done.wait),
        (Some(json!({ "url": "x" })), Some(json!(1.10)), Some(7), None)
    );
    let attempts: Vec<_> = done
        .attempts
        .iter()
        .map(|one| (one.attempt, one.started_at, one.finished_at, one.error.is_some()))
        .collect();
    assert_eq!(attempts, [(1, Time(10), Some(Time(20)), true), (2, Time(50), Some(Time(60)), false)]);
}

#[test]
fn what_cannot_run_any_more_is_skipped() {
    let plan = plan(&document(json!([
        branch("size", json!([])),
        approval("ask", json!(["size.large"])),
        step("yes", json!(["ask.approved"])),
        step("small", json!(["size.small"])),
        step("end", json!(["yes", "small"])),
    ])));
    let top = Frame::top();
    let views = |status, journal: &[Entry]| statuses(&step_views(&plan.body, &top, status, journal, &[]));
    let small = [at(&top, 1, succeeded("size", json!(null), Some("small")))];
    assert_eq!(views(RunStatus::Running, &small), ["succeeded", "skipped", "skipped", "pending", "pending"]);
    assert_eq!(views(RunStatus::Failed, &small), ["succeeded", "skipped", "skipped", "skipped", "skipped"]);
    let wait = Wait { kind: WaitKind::Approval, until: None };
    let asked = [
        at(&top, 1, succeeded("size", json!(null), Some("large"))),
        at(&top, 2, Event::StepWaiting { step: id("ask"), input: json!({ "message": "?" }), wait }),
    ];
    assert_eq!(views(RunStatus::Waiting, &asked), ["succeeded", "waiting", "pending", "skipped", "pending"]);
    assert_eq!(
        views(RunStatus::Cancelled, &asked),
        ["succeeded", "cancelled", "skipped", "skipped", "skipped"]
    );
    assert_eq!(views(RunStatus::Queued, &[]), ["pending"; 5]);
}

#[test]
fn failures_take_the_error_port_only() {
    let plan = plan(&document(json!([
        step("a", json!([])),
        step("b", json!(["a"])),
        step("c", json!(["a.error"]))
    ])));
    let top = Frame::top();
    let journal = [at(&top, 1, failed("a"))];
    let views = step_views(&plan.body, &top, RunStatus::Running, &journal, &[]);
    assert_eq!(statuses(&views), ["failed", "skipped", "pending"]);
    assert_eq!(views[0].error, Some(error()));
}

#[test]
fn loops_show_how_far_they_are_and_items_have_frames_of_their_own() {
    let plan = plan(&document(json!([each(
        "lines",
        json!([step("in", json!([])), step("next", json!(["in"]))]),
        json!([])
    )])));
    let (top, lines) = (Frame::top(), id("lines"));
    let item = top.item(&lines, 3);
    let mut journal = vec![
        at(&top, 1, Event::LoopStarted { step: lines.clone(), items: json!([1, 2]), count: 2 }),
        at(&item, 2, succeeded("in", json!(3), None)),
    ];
    let tally = LoopTally { cursor: 1, count: 2, succeeded: 1, ..LoopTally::default() };
    let loops =
        [(top.clone(), lines.clone(), tally.clone()), (item.clone(), lines.clone(), LoopTally::default())];
    let view = step_views(&plan.body, &top, RunStatus::Running, &journal, &loops).remove(0);
    assert_eq!((view.status, view.items), (StepStatus::Running, Some(tally)));
    let causeway_document::Action::ForEach(each) = &plan.body.steps[0].action else { panic!() };
    assert_eq!(
        statuses(&step_views(&each.body, &item, RunStatus::Running, &journal, &[])),
        ["succeeded", "pending"]
    );
    journal.push(at(
        &top,
        9,
        succeeded("lines", json!({ "count": 2, "succeeded": 1, "failed": 1, "results": [] }), None),
    ));
    let view = step_views(&plan.body, &top, RunStatus::Succeeded, &journal, &[]).remove(0);
    let items = view.items.unwrap();
    assert_eq!((items.count, items.succeeded, items.failed, items.cursor), (2, 1, 1, 2));
}

#[test]
fn stops_and_kept_steps_are_shown() {
    let plan = plan(&document(
        json!([step("a", json!([])), { "id": "end", "use": "stop", "with": { "status": "failed" }, "after": ["a"] }]),
    ));
    let top = Frame::top();
    let kept = Outcome::Succeeded { output: json!(1), port: None };
    let journal = [
        at(&top, 1, Event::Kept { step: id("a"), outcome: kept }),
        at(&top, 2, Event::Stopped { step: id("end"), failure: Some(error()) }),
    ];
    let views = step_views(&plan.body, &top, RunStatus::Failed, &journal, &[]);
    assert_eq!(statuses(&views), ["succeeded", "failed"]);
    assert!(views[0].kept && !views[1].kept);
    let shown = serde_json::to_value(&views[0]).unwrap();
    assert_eq!(
        shown,
        json!({ "id": "a", "use": "script", "status": "succeeded", "finished_at": "1970-01-01T00:00:00.001Z", "output": 1, "attempts": [], "kept": true })
    );
}

#[test]
fn a_fold_is_at_each_entry_what_the_views_are() {
    let plan = plan(&document(json!([
        request_step("call", json!({ "method": "GET", "url": "x" })),
        branch("size", json!(["call"])),
        step("large", json!(["size.large"])),
        step("small", json!(["size.small"])),
        step("end", json!(["small"])),
    ])));
    let top = Frame::top();
    let retry = Event::AttemptFailed { step: id("call"), attempt: 1, error: error(), retry_at: Time(50) };
    let journal = [
        at(&top, 10, started("call", 1, Some(json!({ "url": "x" })))),
        at(&top, 20, retry),
        at(&top, 50, started("call", 2, None)),
        at(&top, 55, Event::Recovered),
        at(&top, 60, succeeded("call", json!(1), None)),
        at(&top, 61, succeeded("size", json!(null), Some("large"))),
        at(&top, 62, failed("large")),
    ];
    let mut fold = StepFold::new(&plan.body);
    let mut before = fold.views().to_vec();
    for (count, entry) in (1..).zip(&journal) {
        let changed = fold.take(&plan.body, &entry.event, entry.at);
        let whole = step_views(&plan.body, &top, RunStatus::Running, &journal[..count], &[]);
        assert_eq!(json!(fold.views()), json!(whole), "after {entry:?}");
        for (place, (old, new)) in before.iter().zip(fold.views()).enumerate() {
            assert!(json!(old) == json!(new) || changed.contains(&place), "{place} changed by {entry:?}");
        }
        before = fold.views().to_vec();
    }
    assert!(fold.end().is_empty(), "all were settled or skipped: {:?}", statuses(fold.views()));
    let mut early = StepFold::new(&plan.body);
    early.take(&plan.body, &journal[0].event, journal[0].at);
    assert_eq!(early.end(), [0, 1, 2, 3, 4]);
    let whole = step_views(&plan.body, &top, RunStatus::Cancelled, &journal[..1], &[]);
    assert_eq!(json!(early.views()), json!(whole));
}
