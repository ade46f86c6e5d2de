//! Files and streams, loops and their results, and what keeps them.

use bytes::Bytes;
use causeway_model::{
    BlobId, Event, FileRef, Frame, LoopTally, Outcome, RunId, RunStatus, Span, StepId, StreamRef,
};
use serde_json::{Value, json};

use crate::tests::bed::{Bed, both, code, commit};
use crate::{Commit, LoopWrite, Next};

both!(
    files_come_back_as_they_went_in,
    streams_are_read_from_anywhere,
    loops_append_to_their_results,
    dropped_frames_leave_the_journal,
    files_stay_as_long_as_someone_has_them,
    a_run_reads_its_own_files_only,
);

async fn read_all(bed: &Bed, file: &FileRef) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let part = bed.store.read_file(file.id, bytes.len() as u64).await.expect("reads");
        if part.is_empty() {
            return bytes;
        }
        bytes.extend_from_slice(&part);
    }
}

async fn write(bed: &Bed, owner: RunId, bytes: &[u8]) -> FileRef {
    let mut writer = bed.store.create_file(owner, "報價\u{7}.csv", "text/csv").await.expect("creates");
    for part in bytes.chunks(70_000) {
        writer.write(Bytes::copy_from_slice(part)).await.expect("writes");
    }
    writer.finish().await.expect("finishes")
}

async fn files_come_back_as_they_went_in(bed: &Bed) {
    let bytes: Vec<u8> = (0..700_001u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let file = write(bed, RunId::new(), &bytes).await;
    assert_eq!((file.size, file.name.as_str(), file.media_type.as_str()), (700_001, "報價.csv", "text/csv"));
    assert_eq!(bed.store.file(file.id).await.expect("is there"), file);
    assert_eq!(read_all(bed, &file).await, bytes);
    assert_eq!(bed.store.read_file(file.id, 700_000).await.expect("reads"), bytes[700_000..]);
    assert!(bed.store.read_file(file.id, u64::MAX).await.expect("reads").is_empty());
    let empty = write(bed, RunId::new(), b"").await;
    assert!(read_all(bed, &empty).await.is_empty());
    let unfinished = bed.store.create_file(RunId::new(), "a", "text/plain").await.expect("creates");
    drop(unfinished);
    assert_eq!(code(bed.store.file(BlobId::new()).await), "file_not_found");
    assert_eq!(code(bed.store.read_stream(file.id, 0, 1).await), "file_not_found");
}

async fn streams_are_read_from_anywhere(bed: &Bed) {
    let store = &bed.store;
    let mut records = (0..4321).map(|at| json!({ "no": at, "text": "x".repeat(at % 900) }));
    let stream = store.create_stream(RunId::new(), &mut records).await.expect("creates");
    assert_eq!(stream.count, 4321);
    for (from, limit) in [(0, 10), (999, 3), (1000, 1), (4000, 1000), (0, 5000), (4321, 5), (9999, 1)] {
        let read = store.read_stream(stream.id, from, limit).await.expect("reads");
        let numbers: Vec<u64> = read.iter().filter_map(|record| record["no"].as_u64()).collect();
        let wanted: Vec<u64> = (from..4321.min(from + limit)).collect();
        assert_eq!(numbers, wanted, "{limit} from {from}");
    }
    let none = store.create_stream(RunId::new(), &mut std::iter::empty()).await.expect("creates");
    assert_eq!(none.count, 0);
    assert!(store.read_stream(none.id, 0, 5).await.expect("reads").is_empty());
    let exact = r#"{"price":1.10,"big":123456789012345678901234.50}"#;
    let mut one = std::iter::once(serde_json::from_str::<Value>(exact).expect("parses"));
    let stream = store.create_stream(RunId::new(), &mut one).await.expect("creates");
    assert_eq!(store.read_stream(stream.id, 0, 1).await.expect("reads")[0].to_string(), exact);
}

async fn loops_append_to_their_results(bed: &Bed) {
    let store = &bed.store;
    let flow = bed.flow("one").await;
    let run = bed.accept(bed.new_run(flow)).await;
    let worker = store.enlist().await.expect("enlists");
    let mut claimed = store.claim(worker, 1).await.expect("claims").pop().expect("is due");
    let step: StepId = "lines".parse().expect("a step id");
    for (named, round) in [(None, 0u64), (None, 1), (Some(()), 2)] {
        let known = store.loops(run).await.expect("reads").pop().and_then(|(_, _, tally)| tally.results);
        let write = LoopWrite {
            frame: Frame::top(),
            step: step.clone(),
            tally: LoopTally {
                cursor: round * 3,
                count: 9,
                results: known.filter(|_| named.is_some()),
                ..LoopTally::default()
            },
            items: None,
            results: (0..3).map(|at| json!({ "index": round * 3 + at })).collect(),
        };
        store
            .commit(Commit { loops: vec![write], ..commit(&claimed, vec![], Next::Go) })
            .await
            .expect("commits");
    }
    let release = Next::Release { active_ms: 0 };
    store.commit(commit(&claimed, vec![], release)).await.expect("hands back");
    claimed = store.claim(worker, 1).await.expect("claims").pop().expect("is due");
    let [(frame, of, tally)] = &claimed.loops[..] else { panic!("one loop: {:?}", claimed.loops) };
    assert!(frame.is_top() && *of == step && tally.cursor == 6);
    let results = tally.results.clone().expect("has results");
    assert_eq!(results.count, 9);
    let read = store.read_stream(results.id, 2, 5).await.expect("reads");
    assert_eq!(read, (2..7).map(|at| json!({ "index": at })).collect::<Vec<_>>());

    // A stream that the caller names itself is made with the first write.
    let own = StreamRef { id: BlobId::new(), count: 0 };
    let write = LoopWrite {
        frame: Frame::top(),
        step: "other".parse().expect("a step id"),
        tally: LoopTally { results: Some(own.clone()), ..LoopTally::default() },
        items: None,
        results: vec![],
    };
    store.commit(Commit { loops: vec![write], ..commit(&claimed, vec![], Next::Go) }).await.expect("commits");
    assert!(store.read_stream(own.id, 0, 5).await.expect("reads").is_empty());
}

async fn dropped_frames_leave_the_journal(bed: &Bed) {
    let store = &bed.store;
    let flow = bed.flow("one").await;
    let run = bed.accept(bed.new_run(flow)).await;
    let worker = store.enlist().await.expect("enlists");
    let claimed = store.claim(worker, 1).await.expect("claims").pop().expect("is due");
    let entry = |frame: &str| {
        let outcome = Outcome::Succeeded { output: json!(frame), port: None };
        let step = "work".parse().expect("a step id");
        let mut entry = bed.entry(Event::StepSettled { step, outcome, took_us: None });
        entry.frame = Frame::from(frame.to_owned());
        entry
    };
    let frames = ["", "a[1]", "a[10]", "a[1]/b[0]", "", "a[2]"];
    let entries = frames.map(entry).to_vec();
    store.commit(commit(&claimed, entries, Next::Go)).await.expect("commits");
    assert_eq!(store.journal(run, false).await.expect("reads").len(), 2);
    assert_eq!(store.journal(run, true).await.expect("reads").len(), 6);
    let dropped = vec![Frame::from("a[1]".to_owned()), Frame::from("a[3]".to_owned())];
    let entries = vec![entry("a[3]"), entry("a[4]")];
    store.commit(Commit { dropped, ..commit(&claimed, entries, Next::Go) }).await.expect("commits");
    let left: Vec<String> =
        store.journal(run, true).await.expect("reads").iter().map(|entry| entry.frame.to_string()).collect();
    assert_eq!(left, ["", "a[10]", "", "a[2]", "a[4]"]);
    let dropped = vec![Frame::from("a[2]".to_owned())];
    let entries = vec![entry("a[2]"), entry("")];
    let end = bed.finished(RunStatus::Succeeded);
    store.commit(Commit { dropped, ..commit(&claimed, entries, end) }).await.expect("ends");
    let left: Vec<String> =
        store.journal(run, true).await.expect("reads").iter().map(|entry| entry.frame.to_string()).collect();
    assert_eq!(left, ["", "a[10]", "", "a[4]", ""]);
}

async fn files_stay_as_long_as_someone_has_them(bed: &Bed) {
    let store = &bed.store;
    let flow = bed.flow("one").await;
    let worker = store.enlist().await.expect("enlists");
    let mut new = bed.new_run(flow);
    let file = write(bed, new.id, &[7; 1000]).await;
    new.event = json!({ "body": { "deep": [file.clone().into_value()] } }).to_string();
    let first = bed.accept(new.clone()).await;
    let orphan = write(bed, RunId::new(), &[8; 1000]).await;
    let claimed = store.claim(worker, 1).await.expect("claims").pop().expect("is due");
    let own = write(bed, first, &[9; 1000]).await;
    // A run called with the file, one that goes on from the first, and the first itself end at different times.
    let mut child = bed.new_run(flow);
    child.event = new.event.clone();
    let failed = bed.finished(RunStatus::Failed);
    store
        .commit(Commit { children: vec![child.clone()], ..commit(&claimed, vec![], failed) })
        .await
        .expect("ends");
    bed.advance(3_600_000);
    let mut resumed = bed.new_run(flow);
    resumed.origin.resumed_from = Some(first);
    store.accept_resume(first, resumed.clone()).await.expect("resumes");
    let again = bed.new_run(flow);
    assert_eq!(code(store.accept_resume(first, again.clone()).await), "run_resumed_already");
    assert_eq!(code(store.accept_resume(resumed.id, again).await), "run_not_failed");
    assert_eq!(store.run(first).await.expect("is there").resumed_by, Some(resumed.id));

    bed.advance(3_600_000);
    assert_eq!(store.sweep(Span::from_secs(5400)).await.expect("sweeps"), 1);
    assert_eq!(code(store.run(first).await), "run_not_found");
    for kept in [&file, &own] {
        assert_eq!(read_all(bed, kept).await.len(), 1000);
    }
    for claimed in store.claim(worker, 5).await.expect("claims") {
        store.commit(commit(&claimed, vec![], bed.finished(RunStatus::Succeeded))).await.expect("ends");
        if claimed.run.id == resumed.id {
            bed.advance(3_600_000);
            assert_eq!(read_all(bed, &own).await.len(), 1000);
        }
    }
    assert_eq!(read_all(bed, &orphan).await.len(), 1000, "an upload waits a day for its run");
    bed.advance(25 * 3_600_000);
    assert_eq!(store.sweep(Span::from_secs(5400)).await.expect("sweeps"), 2);
    for gone in [&file, &own, &orphan] {
        assert_eq!(code(store.file(gone.id).await), "file_not_found");
    }
}

async fn a_run_reads_its_own_files_only(bed: &Bed) {
    let (store, one) = (&bed.store, RunId::new());
    let file = write(bed, one, b"customers").await;
    let stream = store.create_stream(one, &mut [json!(1)].into_iter()).await.expect("creates");
    assert_eq!(store.read_file_of(one, file.id, 0).await.expect("its own"), "customers");
    assert_eq!(store.read_stream_of(one, stream.id, 0, 9).await.expect("its own"), [json!(1)]);
    // Whoever is told the id of another run's file reads nothing by it.
    let other = RunId::new();
    assert_eq!(code(store.read_file_of(other, file.id, 0).await), "file_not_found");
    assert_eq!(code(store.read_stream_of(other, stream.id, 0, 9).await), "file_not_found");
    // What an event names, its run has.
    let event = json!({ "kind": "manual", "input": { "$file": file } }).to_string();
    let heir = bed.accept(crate::NewRun { event, ..bed.new_run(bed.flow("heir").await) }).await;
    assert_eq!(store.read_file_of(heir, file.id, 0).await.expect("is its own too"), "customers");
}
