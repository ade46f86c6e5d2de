//! (j) Many schedules: what they cost while nothing is due, and how late they are when much is.

use std::time::{Duration, Instant};

use causeway_model::Value;
use causeway_testkit::{Backend, PrivatePostgres, eventually_within, flow, script_step};
use serde_json::json;

use crate::options::Options;
use crate::report::title;
use crate::subject::Subject;

/// As many flows stand in one folder that is imported at once.
const AT_ONCE: usize = 10_000;
/// How long it is watched while nothing is due.
const IDLE: Duration = Duration::from_secs(20);

/// One in a hundred fires each minute, the others in the night.
fn scheduled(at: usize) -> Value {
    let cron = if at.is_multiple_of(100) { "* * * * *".to_owned() } else { format!("{} 3 1 1 *", at % 60) };
    let trigger = json!({"use": "schedule", "with": {"cron": cron, "timezone": "UTC"}});
    flow(&format!("at-{at}"), trigger, json!([script_step("say", "trigger.fire_at", &[])]))
}

pub async fn measure(options: &Options, postgres: &PrivatePostgres) {
    let most = if options.large { 100_000 } else { 5000 };
    title(&format!("(j) {most} schedules, of which one in a hundred fires each minute"));
    println!(
        "| | import s | ready ms | MB | idle CPU % | fired | mean lateness ms | later than 1 s |\n|---|---:|---:|---:|---:|---:|---:|---:|"
    );
    for backend in Backend::BOTH {
        let subject = Subject::prepare(backend, postgres);
        let began = Instant::now();
        for first in (0..most).step_by(AT_ONCE) {
            let folder = tempfile::tempdir().expect("a folder");
            for at in first..most.min(first + AT_ONCE) {
                std::fs::write(folder.path().join(format!("at-{at}.json")), scheduled(at).to_string())
                    .expect("a file");
            }
            let path = folder.path().to_string_lossy().into_owned();
            let _imported = subject.app.cli(&["flow", "import", &path, "--publish"]).await.success();
        }
        let imported = began.elapsed().as_secs_f64();
        let began = Instant::now();
        subject.app.launch().await;
        let ready = began.elapsed().as_secs_f64() * 1000.0;
        // The schedules are learnt after it is ready.
        tokio::time::sleep(Duration::from_secs(5)).await;
        let before = subject.cpu();
        tokio::time::sleep(IDLE).await;
        let idle = (subject.cpu() - before) / IDLE.as_secs_f64() * 100.0;
        let wanted = (most / 100) as f64;
        let (fired, seconds, late) =
            eventually_within(Duration::from_secs(150), "a minute's firings", async || {
                let page = subject.metrics().await;
                let of = |name: &str| number(&page, &format!("causeway_schedule_lateness_seconds{name}"));
                let fired = of("_count");
                (fired >= wanted).then(|| (fired, of("_sum"), fired - of("_bucket{le=\"1\"}")))
            })
            .await;
        let (mean, memory) = (seconds * 1000.0 / fired, subject.app.memory().now as f64 / 1_048_576.0);
        println!(
            "| {} | {imported:.0} | {ready:.0} | {memory:.0} | {idle:.1} | {fired:.0} | {mean:.0} | {late:.0} |",
            backend.name()
        );
    }
}

/// The value of a series; 0 where there is none.
fn number(page: &str, series: &str) -> f64 {
    let line = page.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.and_then(|value| value.parse().ok()).unwrap_or_default()
}
