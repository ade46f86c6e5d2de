//! (h) One line of runs, and 1, 2 and 4 worker processes on one Postgres that take it down.

use std::time::{Duration, Instant};

use causeway_testkit::{
    Backend, Database, Options as Start, PrivatePostgres, Sink, TestApp, cpu_seconds, eventually_within,
};

use crate::options::Options;
use crate::report::{median, title};
use crate::{flows, load};

/// What came of one line.
struct Done {
    per_second: f64,
    cpu_ms: f64,
    /// How many processors were busy.
    busy: f64,
}

pub async fn measure(options: &Options, postgres: &PrivatePostgres) {
    let count = options.seconds * if options.large { 4000 } else { 800 };
    for (name, calls) in [("one script", false), ("3 steps, one HTTP call", true)] {
        title(&format!("(h) {count} runs that stand in line, {name}, on postgres"));
        println!(
            "| worker processes | runs per second | of one | CPU ms each | processors busy |\n|---|---:|---:|---:|---:|"
        );
        let mut first = None;
        for workers in [1, 2, 4] {
            let mut rounds = Vec::new();
            for _ in 0..options.rounds {
                rounds.push(drained(postgres, workers, count, calls).await);
            }
            let of = |field: fn(&Done) -> f64| median(rounds.iter().map(field));
            let (rate, cpu, busy) =
                (of(|done| done.per_second), of(|done| done.cpu_ms), of(|done| done.busy));
            let share = rate / *first.get_or_insert(rate);
            println!("| {workers} | {rate:.0} | {share:.2} | {cpu:.3} | {busy:.2} |");
        }
    }
    println!(
        "\nWhere one more process adds nothing and all processors are busy, the machine is full; where they are not, the database is waited for."
    );
}

async fn drained(postgres: &PrivatePostgres, workers: usize, count: u64, calls: bool) -> Done {
    let database = Database::on_server(&postgres.url());
    let start = Start::new()
        .env("CAUSEWAY_LOG", "warn")
        .env("CAUSEWAY_KEY", "7f".repeat(32))
        .env("CAUSEWAY_PUBLIC_URL", "http://127.0.0.1:7400")
        .database_url(&database.url().expect("a URL"));
    let web = TestApp::start_with(Backend::Postgres, start.clone().role("web")).await;
    let sink = Sink::start().await;
    web.publish(&flows::three_steps(&sink.url("/"))).await;
    web.publish(&flows::accepted()).await;
    let path = if calls { "/hooks/three" } else { "/hooks/accepted" };
    let request = load::request(web.port(), path, &flows::order(4));
    let sent = load::so_many(web.port(), &request, 32, count).await;
    assert_eq!(sent.failed, 0);
    let fleet: Vec<TestApp> =
        (0..workers).map(|_| TestApp::prepare(Backend::Postgres, start.clone().role("worker"))).collect();
    let pids = |fleet: &[TestApp]| -> Vec<u32> {
        let own = fleet.iter().chain([&web]).filter_map(TestApp::pid);
        own.chain(postgres.pids()).collect()
    };
    let before = cpu_seconds(&pids(&[]));
    let began = Instant::now();
    fleet.iter().for_each(TestApp::launch_unready);
    eventually_within(Duration::from_secs(900), "the line to be gone", async || {
        for status in ["queued", "running", "waiting"] {
            let page = web.get(&format!("/runs?limit=1&status={status}")).await.expect(200).json();
            if !causeway_testkit::rows(&page).is_empty() {
                return None;
            }
        }
        Some(())
    })
    .await;
    let seconds = began.elapsed().as_secs_f64();
    let cpu = cpu_seconds(&pids(&fleet)) - before;
    Done {
        per_second: sent.done as f64 / seconds,
        cpu_ms: cpu * 1000.0 / sent.done as f64,
        busy: cpu / seconds,
    }
}
