//! Which metrics there are. Labels come from closed lists, from slugs and from names of operations; never from payloads.

use std::collections::BTreeMap;

use causeway_model::RunStatus;
use causeway_model::metrics::{Attempts, Metrics};
use causeway_store::{Store, Vitals};

use super::process;
use super::text::Page;

/// Finished runs by the flow's slug.
pub type ByFlow = BTreeMap<String, [(RunStatus, u64); 3]>;

/// `listeners`: open live streams of this process.
pub fn all(store: &Store, vitals: &Vitals, finished: &ByFlow, listeners: usize) -> String {
    let metrics = store.metrics();
    let mut page = Page::default();
    let version = env!("CARGO_PKG_VERSION");
    page.gauge("causeway_build_info", "The version and the database of this process; always 1.")
        .of(&[("version", version), ("backend", store.backend())], 1);
    runs(&mut page, metrics, finished);
    standing(&mut page, store, vitals);
    steps(&mut page, metrics);
    storing(&mut page, metrics);
    serving(&mut page, metrics, listeners);
    own_process(&mut page);
    page.into_text()
}

fn runs(page: &mut Page, metrics: &Metrics, finished: &ByFlow) {
    let mut family = page.counter(
        "causeway_runs_finished_total",
        "Runs that finished in this process, by flow; flows past the limit of series count as _other.",
    );
    for (flow, counts) in finished {
        for (status, count) in counts {
            family.of(&[("flow", flow.as_str()), ("status", status.name())], count);
        }
    }
    let mut family = page.counter(
        "causeway_runs_taken_total",
        "Runs that the worker took: handed over with their acceptance, begun ahead of it, or claimed from the store.",
    );
    family.of(&[("how", "handed_over")], metrics.handed_over.get());
    family.of(&[("how", "begun_ahead")], metrics.begun_ahead.get());
    family.of(&[("how", "claimed")], metrics.claimed.get());
    page.counter("causeway_takeovers_total", "Runs taken over from workers that died.")
        .only(metrics.recovered.get());
    page.counter("causeway_leases_lost_total", "Commits that came too late: another worker had the run.")
        .only(metrics.leases_lost.get());
    page.counter("causeway_runs_swept_total", "Finished runs that were deleted, their time being over.")
        .only(metrics.runs_swept.get());
}

fn standing(page: &mut Page, store: &Store, vitals: &Vitals) {
    let mut family =
        page.gauge("causeway_runs_active", "Runs that are not finished, in the whole installation.");
    for (status, count) in vitals.active.by_status() {
        family.of(&[("status", status.name())], count);
    }
    page.gauge("causeway_queue_depth", "Runs that a worker might take now.").only(vitals.due);
    let age = vitals.oldest_due_at.map_or(0, |at| store.clock().now().since(at).millis());
    page.gauge("causeway_queue_oldest_age_seconds", "For how long the oldest of them has been due.")
        .only(std::time::Duration::from_millis(age).as_secs_f64());
    let alive = vitals.workers.iter().filter(|worker| worker.alive).count();
    page.gauge("causeway_workers_alive", "Workers with a fresh heartbeat.").only(alive);
    page.gauge("causeway_dead_letters", "Failed runs that wait for a person.").only(vitals.dead_letters);
    page.gauge("causeway_database_size_bytes", "The SQLite file, or the Postgres database.")
        .only(vitals.database_bytes);
}

fn steps(page: &mut Page, metrics: &Metrics) {
    let mut all: Vec<(&str, &Attempts)> = metrics.steps.iter().map(|(name, one)| (&**name, one)).collect();
    all.sort_unstable_by_key(|(name, _)| *name);
    let other = metrics.steps.other();
    if other.seconds.view().count > 0 {
        all.push(("_other", other));
    }
    let mut family = page.histogram(
        "causeway_step_duration_seconds",
        "How long attempts of operations and evaluations of scripts took, by step kind or operation.",
    );
    for (name, attempts) in &all {
        family.spread(&[("step", *name)], &attempts.seconds);
    }
    let mut family = page.counter(
        "causeway_step_attempts_total",
        "Attempts of steps by outcome: succeeded, or the class of the error.",
    );
    for (name, attempts) in &all {
        family.of(&[("step", *name), ("outcome", "succeeded")], attempts.succeeded.get());
        for (class, count) in attempts.by_class().filter(|(_, count)| *count > 0) {
            family.of(&[("step", *name), ("outcome", class.name())], count);
        }
    }
    let mut family = page.counter("causeway_step_retries_total", "Attempts that failed and are made again.");
    for (name, attempts) in &all {
        family.of(&[("step", *name)], attempts.retries.get());
    }
    page.counter("causeway_permits_waited_total", "Calls with a connection that waited for their turn.")
        .only(metrics.permits_waited.get());
    page.counter(
        "causeway_permits_refused_total",
        "Calls with a connection that were not made: their turn was too far away, or the connection paused.",
    )
    .only(metrics.permits_refused.get());
    page.counter(
        "causeway_breakers_opened_total",
        "How often a connection was paused after failures in a row.",
    )
    .only(metrics.breakers_opened.get());
    page.gauge("causeway_script_threads", "Threads that scripts are evaluated on.")
        .only(metrics.script_threads.get());
    page.gauge("causeway_script_jobs_waiting", "Evaluations that wait for a thread.")
        .only(metrics.script_jobs_waiting.get());
    page.histogram(
        "causeway_schedule_lateness_seconds",
        "How long after its time a schedule's run was stored.",
    )
    .spread(&[], &metrics.schedule_lateness);
    page.counter("causeway_polls_total", "Lists that were asked for new and changed records, well or not.")
        .only(metrics.polls.get());
    page.counter("causeway_poll_failures_total", "Polls that failed, and are made again later.")
        .only(metrics.poll_failures.get());
    page.counter("causeway_poll_records_total", "Records found by polls that made a run.")
        .only(metrics.poll_records.get());
    page.histogram("causeway_poll_lateness_seconds", "How long after its time a poll had ended.")
        .spread(&[], &metrics.poll_lateness);
    page.counter("causeway_spans_exported_total", "Spans that the collector took.")
        .only(metrics.spans_exported.get());
    page.counter(
        "causeway_spans_dropped_total",
        "Spans that found no room, or that the collector did not take.",
    )
    .only(metrics.spans_dropped.get());
}

fn storing(page: &mut Page, metrics: &Metrics) {
    let mut family = page.counter("causeway_accepts_total", "Trigger events by what became of them.");
    family.of(&[("outcome", "new")], metrics.accepted_new.get());
    family.of(&[("outcome", "duplicate")], metrics.accepted_duplicate.get());
    family.of(&[("outcome", "skipped")], metrics.accepted_skipped.get());
    family.of(&[("outcome", "busy")], metrics.accepted_busy.get());
    page.histogram("causeway_batch_size", "Accepts and commits that were written in one transaction.")
        .spread(&[], &metrics.batch_size);
    page.histogram(
        "causeway_commit_duration_seconds",
        "How long writing one batch took, its commit included.",
    )
    .spread(&[], &metrics.commit_seconds);
}

fn serving(page: &mut Page, metrics: &Metrics, listeners: usize) {
    let mut family = page.histogram(
        "causeway_webhook_duration_seconds",
        "How long webhooks took to answer, waiting for the run included, by status class.",
    );
    for (class, histogram) in metrics.webhooks.by_class() {
        family.spread(&[("status", class)], histogram);
    }
    let events = &metrics.connector_events;
    page.counter("causeway_connector_events_total", "Events that connected systems sent to this process.")
        .only(events.received.get());
    page.counter(
        "causeway_connector_events_unwanted_total",
        "Those of them that no published flow takes: the system could be told not to send them.",
    )
    .only(events.unwanted.get());
    page.counter("causeway_connector_event_runs_total", "Runs that they made.").only(events.runs.get());
    page.gauge("causeway_live_listeners", "Live streams that are open in this process.").only(listeners);
}

fn own_process(page: &mut Page) {
    if let Some(bytes) = process::resident_bytes() {
        page.gauge("causeway_process_resident_memory_bytes", "Memory of this process.").only(bytes);
    }
    if let Some(seconds) = process::cpu_seconds() {
        page.counter("causeway_process_cpu_seconds_total", "Processor time of this process.").only(seconds);
    }
}
