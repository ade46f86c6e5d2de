//! (k) Very many waiting runs: they cost rows, and hold up neither the start nor those that are due.

use std::time::{Duration, Instant};

use causeway_model::{Clock, Time, Value};
use causeway_store::SystemClock;
use causeway_testkit::{Backend, PrivatePostgres, eventually_within, flow, script_step, step};
use serde_json::json;

use crate::options::Options;
use crate::report::{Row, head, line, median, title};
use crate::subject::Subject;
use crate::{flows, load};

/// So many short waits tell how late they end.
const SHORT: u64 = 320;
const SHORT_MS: i64 = 3000;

fn waits(slug: &str, span: &str) -> Value {
    let trigger = json!({"use": "webhook", "with": {"path": slug, "reply": "accepted"}});
    flow(
        slug,
        trigger,
        json!([step("pause", "wait", json!({"for": span}), &[]), script_step("end", "1", &["pause"])]),
    )
}

pub async fn measure(options: &Options, postgres: &PrivatePostgres) {
    let most = if options.large { 1_000_000 } else { 20_000 };
    for backend in Backend::BOTH {
        title(&format!("(k) beside {most} waiting runs, on {}", backend.name()));
        let subject = Subject::start(backend, postgres).await;
        for document in [
            waits("long", "30d"),
            waits("short", &format!("{SHORT_MS}ms")),
            flows::accepted(),
            flows::five_fields("five"),
        ] {
            subject.app.publish(&document).await;
        }
        let empty = beside(options, &subject).await;
        let request = load::request(subject.app.port(), "/hooks/long", &flows::order(4));
        let began = Instant::now();
        let sent = load::so_many(subject.app.port(), &request, 64, most).await;
        assert_eq!(sent.failed, 0);
        eventually_within(Duration::from_secs(1800), "all to wait", async || {
            let status = subject.app.cli(&["status", "--json"]).await.json();
            let waiting = status["active"]["waiting"].as_u64().unwrap_or_default();
            (waiting >= sent.done && status["active"]["queued"] == 0).then_some(())
        })
        .await;
        let made = began.elapsed().as_secs_f64();
        assert!(subject.app.terminate().await);
        let began = Instant::now();
        subject.app.launch().await;
        let ready = began.elapsed().as_secs_f64() * 1000.0;
        tokio::time::sleep(Duration::from_secs(3)).await;
        let memory = subject.app.memory().now as f64 / 1_048_576.0;
        let before = subject.cpu();
        tokio::time::sleep(Duration::from_secs(10)).await;
        let idle = (subject.cpu() - before) * 10.0;
        println!("| made per second | ready ms | MB | idle CPU % |\n|---:|---:|---:|---:|");
        println!("| {:.0} | {ready:.0} | {memory:.0} | {idle:.1} |\n", sent.done as f64 / made);
        let full = beside(options, &subject).await;
        head();
        for (at, name) in ["webhook -> map -> reply", "accepted (and run meanwhile)"].into_iter().enumerate()
        {
            line(&format!("{name}, none waiting"), &empty.rows[at]);
            line(&format!("{name}, {most} waiting"), &full.rows[at]);
        }
        println!(
            "\n- a wait of {SHORT_MS} ms ends late by (median, worst): {:.0}, {:.0} ms; with none waiting {:.0}, {:.0} ms",
            full.late.0, full.late.1, empty.late.0, empty.late.1
        );
    }
}

struct Beside {
    rows: [Row; 2],
    /// Median and worst, in milliseconds.
    late: (f64, f64),
}

async fn beside(options: &Options, subject: &Subject<'_>) -> Beside {
    let body = flows::order(4);
    let replied = subject.measure("/hooks/five", &body, options.connections, super::length(options)).await;
    let accepted =
        subject.measure("/hooks/accepted", &body, options.connections, super::length(options)).await;
    let request = load::request(subject.app.port(), "/hooks/short", &body);
    let since = SystemClock.now();
    let sent = load::so_many(subject.app.port(), &request, 32, SHORT).await;
    let ended = eventually_within(Duration::from_secs(300), "the short waits", async || {
        let ended = subject.app.runs(&format!("flow=short&status=succeeded&from={since}")).await;
        (ended.len() as u64 >= sent.done).then_some(ended)
    })
    .await;
    let late: Vec<f64> = ended.iter().filter_map(late_by).collect();
    Beside {
        rows: [replied, accepted],
        late: (median(late.iter().copied()), late.iter().copied().fold(0.0, f64::max)),
    }
}

/// How much later than its wait a run ended: all else that it does takes next to nothing.
fn late_by(run: &Value) -> Option<f64> {
    let time = |name: &str| run[name].as_str()?.parse::<Time>().ok();
    Some((time("finished_at")?.millis() - time("created_at")?.millis() - SHORT_MS) as f64)
}
