//! Turns to ask: one of all processes gets each, and where a poll has got to goes with what the flow polls.

use causeway_model::{ErrorClass, FlowId, Span, Text, Time, TriggerKind};

use crate::tests::bed::{Bed, both, code, document, publish};
use crate::{POLL_LEASE, PollDone, PollError, PollTurn, Polled, PolledFlow, Store};

both!(
    one_of_all_gets_the_turn,
    a_turn_that_was_lost_changes_nothing,
    a_dead_worker_holds_no_turn,
    the_state_goes_with_what_is_polled,
    off_and_on_again_goes_on,
    it_is_asked_at_once,
    polls_are_listed,
    a_flow_takes_its_poll_along,
);

const EVERY: Span = Span::from_secs(300);

fn polled(trigger: &str, connection: &str) -> Option<Polled> {
    Some(Polled { trigger: trigger.into(), connection: connection.into(), every: EVERY })
}

/// Publishes the next version, as one with a trigger of this kind.
async fn version(bed: &Bed, slug: &str, kind: TriggerKind) -> (FlowId, i32) {
    let slug = slug.parse().expect("a slug");
    let mut flow = document(&slug, "manual");
    flow.description = bed.now().to_string();
    let saved = bed.store.save_draft(&slug, &flow, None, "test").await.expect("saves");
    let version = bed.store.publish(saved.id, publish(flow, kind)).await.expect("publishes");
    bed.advance(1);
    (saved.id, version)
}

async fn note(bed: &Bed, (flow, version): (FlowId, i32), poll: Option<Polled>) {
    bed.store.note_polls(&[PolledFlow { flow, version, poll }]).await.expect("notes");
}

async fn due(store: &Store, bed: &Bed) -> Vec<PollTurn> {
    let worker = match store.live_workers().await.expect("looks").first() {
        Some(worker) => *worker,
        None => store.enlist().await.expect("enlists"),
    };
    store.polls_due(worker, bed.now(), 10).await.expect("looks")
}

async fn only(bed: &Bed) -> PollTurn {
    let mut turns = due(&bed.store, bed).await;
    assert_eq!(turns.len(), 1);
    turns.remove(0)
}

fn done(bed: &Bed, cursor: &str) -> PollDone {
    let next_at = bed.now() + EVERY;
    PollDone { cursor: Some(cursor.into()), next_at, at: bed.now(), failures: 0, error: None, found: 2 }
}

async fn one_of_all_gets_the_turn(bed: &Bed) {
    let mut flows = Vec::new();
    for number in 0..6 {
        let at = version(bed, &format!("flow-{number}"), TriggerKind::Connector).await;
        assert!(bed.store.unnoted_polls().await.expect("looks").contains(&at));
        note(bed, at, polled("crm.customer_changed", "crm")).await;
        flows.push(at.0);
    }
    assert!(bed.store.unnoted_polls().await.expect("looks").is_empty());
    let (other, worker) = (bed.another().await, bed.store.enlist().await.expect("enlists"));
    let mut taken: Vec<FlowId> = Vec::new();
    for _ in 0..2 {
        let now = bed.now();
        let (ours, theirs) =
            tokio::join!(bed.store.polls_due(worker, now, 2), other.polls_due(worker, now, 2));
        let both = ours.expect("looks").into_iter().chain(theirs.expect("looks"));
        taken.extend(both.map(|turn| turn.flow));
    }
    taken.extend(due(&bed.store, bed).await.into_iter().map(|turn| turn.flow));
    taken.sort_unstable();
    flows.sort_unstable();
    assert_eq!(taken, flows, "each once");
    assert!(due(&bed.store, bed).await.is_empty());
    other.close().await;
}

async fn a_turn_that_was_lost_changes_nothing(bed: &Bed) {
    let at = version(bed, "lost", TriggerKind::Connector).await;
    note(bed, at, polled("crm.customer_changed", "crm")).await;
    let first = only(bed).await;
    assert!(bed.store.extend_poll(&first).await.expect("extends"));
    // The lease is on the database's clock, so that it is made to end by hand.
    assert!(due(&bed.store, bed).await.is_empty(), "within {POLL_LEASE:?}");
    bed.store.leave_poll(&first).await.expect("leaves");
    let second = only(bed).await;
    assert_eq!(second.cursor, None, "nothing was done");
    assert!(!bed.store.poll_done(&first, done(bed, "1")).await.expect("writes"), "it is another's turn");
    assert!(!bed.store.extend_poll(&first).await.expect("looks"));
    bed.store.leave_poll(&first).await.expect("is nothing");
    assert!(due(&bed.store, bed).await.is_empty());
    assert!(bed.store.poll_done(&second, done(bed, "2")).await.expect("writes"));
    assert!(due(&bed.store, bed).await.is_empty(), "not due");
    bed.advance(300_000);
    assert_eq!(only(bed).await.cursor.as_deref(), Some("2"));
}

async fn a_dead_worker_holds_no_turn(bed: &Bed) {
    let at = version(bed, "dies", TriggerKind::Connector).await;
    note(bed, at, polled("crm.customer_changed", "crm")).await;
    let worker = bed.store.enlist().await.expect("enlists");
    assert_eq!(bed.store.polls_due(worker, bed.now(), 10).await.expect("looks").len(), 1);
    let other = bed.store.enlist().await.expect("enlists");
    assert!(bed.store.polls_due(other, bed.now(), 10).await.expect("looks").is_empty());
    bed.store.retire(worker).await.expect("retires");
    assert_eq!(bed.store.polls_due(other, bed.now(), 10).await.expect("looks").len(), 1);
}

async fn the_state_goes_with_what_is_polled(bed: &Bed) {
    let first = version(bed, "moves", TriggerKind::Connector).await;
    note(bed, first, polled("crm.customer_changed", "crm")).await;
    let turn = only(bed).await;
    assert!(bed.store.poll_done(&turn, done(bed, "here")).await.expect("writes"));

    let same = version(bed, "moves", TriggerKind::Connector).await;
    assert!(due(&bed.store, bed).await.is_empty(), "the version is not known yet");
    note(bed, same, polled("crm.customer_changed", "crm")).await;
    let again = only(bed).await;
    assert_eq!((again.version, again.cursor.as_deref(), again.begun_at), (2, Some("here"), turn.begun_at));

    // Another connection, while somebody still asks with the old one.
    let other = version(bed, "moves", TriggerKind::Connector).await;
    note(bed, other, polled("crm.customer_changed", "crm-2")).await;
    assert!(!bed.store.poll_done(&again, done(bed, "there")).await.expect("writes"));
    let anew = only(bed).await;
    assert_eq!((anew.version, anew.cursor.as_deref()), (3, None));
    assert!(anew.begun_at > again.begun_at);
    // A process that learnt of the older version only now changes nothing.
    note(bed, same, polled("crm.customer_changed", "crm")).await;
    assert!(bed.store.poll_done(&anew, done(bed, "third")).await.expect("writes"));

    let manual = version(bed, "moves", TriggerKind::Manual).await;
    assert!(bed.store.unnoted_polls().await.expect("looks").is_empty());
    bed.store.note_polls(&[]).await.expect("forgets");
    assert_eq!(code(bed.store.poll_now(manual.0, "ada").await), "flow_not_polled");
    let back = version(bed, "moves", TriggerKind::Connector).await;
    note(bed, back, polled("crm.customer_changed", "crm-2")).await;
    assert_eq!(only(bed).await.cursor, None, "another trigger was published in between");

    let webhook = version(bed, "moves", TriggerKind::Connector).await;
    note(bed, webhook, None).await;
    assert!(due(&bed.store, bed).await.is_empty());
    assert_eq!(bed.store.unnoted_polls().await.expect("looks"), [webhook]);
}

async fn off_and_on_again_goes_on(bed: &Bed) {
    let at = version(bed, "off", TriggerKind::Connector).await;
    note(bed, at, polled("crm.customer_changed", "crm")).await;
    let turn = only(bed).await;
    assert!(bed.store.poll_done(&turn, done(bed, "here")).await.expect("writes"));
    bed.store.set_enabled(at.0, false, "ada").await.expect("switches off");
    bed.advance(600_000);
    assert!(due(&bed.store, bed).await.is_empty());
    assert_eq!(code(bed.store.poll_now(at.0, "ada").await), "flow_disabled");
    bed.store.set_enabled(at.0, true, "ada").await.expect("switches on");
    assert_eq!(only(bed).await.cursor.as_deref(), Some("here"));
}

async fn it_is_asked_at_once(bed: &Bed) {
    let at = version(bed, "now", TriggerKind::Connector).await;
    assert_eq!(code(bed.store.poll_now(at.0, "ada").await), "flow_not_polled");
    note(bed, at, polled("crm.customer_changed", "crm")).await;
    let turn = only(bed).await;
    bed.store.poll_now(at.0, "ada").await.expect("asks while it is asked");
    assert!(bed.store.poll_done(&turn, done(bed, "1")).await.expect("writes"));
    let turn = only(bed).await;
    assert!(bed.store.poll_done(&turn, done(bed, "2")).await.expect("writes"));
    assert!(due(&bed.store, bed).await.is_empty(), "once");
    bed.store.poll_now(at.0, "ada").await.expect("asks");
    assert_eq!(only(bed).await.cursor.as_deref(), Some("2"));
}

async fn polls_are_listed(bed: &Bed) {
    for slug in ["b", "a", "c"] {
        let at = version(bed, slug, TriggerKind::Connector).await;
        note(bed, at, polled("crm.customer_changed", "crm")).await;
    }
    let error = PollError {
        code: "http_status".into(),
        class: ErrorClass::Server,
        message: Text { en: "It failed".into(), zh_tw: "失敗".into() },
        at: Time(5),
    };
    for turn in due(&bed.store, bed).await {
        let failed = PollDone { cursor: None, failures: 3, error: Some(error.clone()), ..done(bed, "") };
        assert!(bed.store.poll_done(&turn, failed).await.expect("writes"));
    }
    let page = bed.store.list_polls(None, 2).await.expect("lists");
    let slugs: Vec<&str> = page.rows.iter().map(|poll| poll.slug.as_str()).collect();
    assert_eq!((slugs, page.more), (vec!["a", "b"], true));
    let poll = &page.rows[0];
    assert_eq!(
        (poll.failures, poll.found, poll.every, poll.last_error.as_ref()),
        (3, 2, EVERY, Some(&error))
    );
    assert!(poll.last_polled_at.is_some() && poll.next_at > bed.now());
    let after = page.rows.last().map(|poll| &poll.slug);
    assert_eq!(bed.store.list_polls(after, 2).await.expect("lists").rows.len(), 1);
}

async fn a_flow_takes_its_poll_along(bed: &Bed) {
    let at = version(bed, "gone", TriggerKind::Connector).await;
    note(bed, at, polled("crm.customer_changed", "crm")).await;
    bed.store.archive(at.0, "ada").await.expect("archives");
    assert!(due(&bed.store, bed).await.is_empty());
    bed.store.delete_flow(at.0, "ada").await.expect("deletes");
    assert!(bed.store.list_polls(None, 5).await.expect("lists").rows.is_empty());
}
