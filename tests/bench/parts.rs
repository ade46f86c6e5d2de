//! The parts (a) to (g); those that follow stand in files of their own.

mod connectors;
mod counters;
mod requests;
mod schedules;
mod waiting;
mod workers;

use std::time::{Duration, Instant};

use causeway_testkit::{Backend, PrivatePostgres, Sink, eventually_within};

use crate::options::Options;
use crate::report::{self, aim, head, line, median, median_row, rates, ratio, title};
use crate::subject::Subject;
use crate::{floor, flows, listeners, load};

pub use connectors::serve_peer;

pub async fn run(options: &Options) {
    let postgres = PrivatePostgres::start();
    println!(
        "Medians of {} paired runs of {} s, {} connections; a flush to this disk takes {:.2} ms.",
        options.rounds,
        options.seconds,
        options.connections,
        flush_ms()
    );
    if options.wants('a') || options.wants('b') {
        replies(options, &postgres).await;
    }
    if options.wants('c') {
        finished(options, &postgres).await;
    }
    if options.wants('d') {
        start_and_idle(options, &postgres).await;
    }
    if options.wants('e') {
        growth(options, &postgres).await;
    }
    if options.wants('f') {
        items(&postgres).await;
    }
    if options.wants('g') {
        heavy(options, &postgres).await;
    }
    if options.wants('h') {
        workers::measure(options, &postgres).await;
    }
    if options.wants('i') {
        requests::measure(options, &postgres).await;
    }
    if options.wants('j') {
        schedules::measure(options, &postgres).await;
    }
    if options.wants('k') {
        waiting::measure(options, &postgres).await;
    }
    if options.wants('l') {
        counters::measure(options, &postgres).await;
    }
    if options.wants('m') {
        listeners::measure(options, &postgres).await;
    }
    if options.wants('n') {
        connectors::measure_calls(options).await;
    }
    if options.wants('o') {
        connectors::measure_tokens(&postgres).await;
    }
    if options.wants('p') {
        connectors::measure_installed(options, &postgres).await;
    }
}

/// How long a small write takes to be durable: what grouped commits save depends on it.
fn flush_ms() -> f64 {
    let mut file = tempfile::tempfile().expect("a file");
    let timed = (0..100).map(|_| {
        let start = Instant::now();
        std::io::Write::write_all(&mut file, &[0; 4096]).expect("it is written");
        file.sync_data().expect("it is flushed");
        start.elapsed().as_secs_f64() * 1000.0
    });
    median(timed.collect::<Vec<_>>())
}

fn length(options: &Options) -> Duration {
    Duration::from_secs(options.seconds)
}

/// pgbench's single-row inserts with 32 clients.
fn yardstick(options: &Options, postgres: &PrivatePostgres) -> f64 {
    let table = "create table if not exists yardstick (id bigserial primary key, event text not null)";
    let body = flows::order(4).replace('\'', "''");
    let script = format!("insert into yardstick (event) values ('{body}');\n");
    postgres.pgbench(table, &script, 32, options.seconds as u32)
}

/// (a) webhook -> map -> reply, (b) the floor, and accepted webhooks against pgbench.
async fn replies(options: &Options, postgres: &PrivatePostgres) {
    let body = flows::order(4);
    for backend in Backend::BOTH {
        title(&format!("(a), (b) webhook -> 5 fields, sum over 4 lines -> reply, on {}", backend.name()));
        let (mut replied, mut accepted, mut lowest, mut inserts) = (vec![], vec![], vec![], vec![]);
        for _ in 0..options.rounds {
            let subject = Subject::start(backend, postgres).await;
            subject.app.publish(&flows::five_fields("five")).await;
            subject.app.publish(&flows::accepted()).await;
            replied.push(subject.measure("/hooks/five", &body, options.connections, length(options)).await);
            accepted
                .push(subject.measure("/hooks/accepted", &body, options.connections, length(options)).await);
            drop(subject);
            lowest.push(floor::measure(backend, postgres, options.connections, length(options)).await);
            inserts.push(yardstick(options, postgres));
        }
        head();
        line("(a) webhook -> map -> reply", &median_row(&replied));
        line("accepted (and run meanwhile)", &median_row(&accepted));
        line("(b) floor: one grouped durable insert", &median_row(&lowest));
        println!(
            "| pgbench single-row insert, 32 clients | {:.0} | | | | |",
            median(inserts.iter().copied())
        );
        let to_floor = ratio(&rates(&replied), &rates(&lowest));
        aim("(a) against the floor, at least 0.5", to_floor, to_floor >= 0.5);
        let cpu = median_row(&replied).cpu_ms;
        aim("(a) CPU per request in ms, at most 0.23", cpu, cpu <= 0.23);
        let to_pgbench = ratio(&rates(&accepted), &inserts);
        aim("accepted against pgbench, at least 1.5", to_pgbench, to_pgbench >= 1.5);
    }
}

/// (c) finished runs per second: three steps, one call.
async fn finished(options: &Options, postgres: &PrivatePostgres) {
    let count = options.seconds * if options.large { 4000 } else { 1000 };
    for backend in Backend::BOTH {
        title(&format!("(c) accepted webhook -> 3 steps, one HTTP call, on {}", backend.name()));
        let (mut done, mut inserts, mut cpu, mut peak) = (vec![], vec![], vec![], vec![]);
        for _ in 0..options.rounds {
            let subject = Subject::start(backend, postgres).await;
            let sink = Sink::start().await;
            subject.app.publish(&flows::three_steps(&sink.url("/"))).await;
            let request = load::request(subject.app.port(), "/hooks/three", &flows::order(4));
            let before = subject.cpu();
            let start = Instant::now();
            let sent = load::so_many(subject.app.port(), &request, options.connections, count).await;
            assert_eq!(sent.failed, 0);
            eventually_within(Duration::from_secs(600), "all calls", async || {
                (sink.count() as u64 >= sent.done).then_some(())
            })
            .await;
            eventually_within(Duration::from_secs(60), "all runs to finish", async || {
                for status in ["queued", "running", "waiting"] {
                    let page =
                        subject.app.get(&format!("/runs?limit=1&status={status}")).await.expect(200).json();
                    if !causeway_testkit::rows(&page).is_empty() {
                        return None;
                    }
                }
                Some(())
            })
            .await;
            done.push(sent.done as f64 / start.elapsed().as_secs_f64());
            cpu.push((subject.cpu() - before) * 1000.0 / sent.done as f64);
            peak.push(subject.app.memory().peak as f64 / 1_048_576.0);
            drop(subject);
            inserts.push(yardstick(options, postgres));
        }
        println!(
            "| finished runs per second | CPU ms each | peak MB | pgbench per second |\n|---:|---:|---:|---:|"
        );
        let (rate, cpu, peak) = (median(done.iter().copied()), median(cpu), median(peak));
        println!("| {rate:.0} | {cpu:.3} | {peak:.0} | {:.0} |", median(inserts.iter().copied()));
        let to_pgbench = ratio(&done, &inserts);
        aim("finished against pgbench, at least 1.2", to_pgbench, to_pgbench >= 1.2);
    }
}

/// (d) ready time and idle memory.
async fn start_and_idle(options: &Options, postgres: &PrivatePostgres) {
    title("(d) ready time and idle memory");
    println!("| | first start ms | next start ms | idle MB |\n|---|---:|---:|---:|");
    for backend in Backend::BOTH {
        let (mut first, mut next, mut idle) = (vec![], vec![], vec![]);
        for _ in 0..options.rounds {
            let subject = Subject::prepare(backend, postgres);
            let timed = async || {
                let start = Instant::now();
                subject.app.launch().await;
                start.elapsed().as_secs_f64() * 1000.0
            };
            first.push(timed().await);
            assert!(subject.app.terminate().await);
            next.push(timed().await);
            tokio::time::sleep(Duration::from_secs(3)).await;
            idle.push(subject.app.memory().now as f64 / 1_048_576.0);
        }
        let (first, next, idle) = (median(first), median(next), median(idle));
        println!("| {} | {first:.0} | {next:.0} | {idle:.1} |", backend.name());
        aim("ready within 1,000 ms", next, next < 1000.0);
        aim("idle under 60 MB", idle, idle < 60.0);
    }
}

/// How many finished runs are made by the server itself; more are copies of them.
const MADE: u64 = 100_000;

/// (e) (a) again as history and flows grow, each time paired with a server that has neither.
async fn growth(options: &Options, postgres: &PrivatePostgres) {
    let runs = [1_000_000, 10_000_000].into_iter().filter(|count| *count <= options.most_runs);
    let many = [1000, 10_000].into_iter().filter(|count| *count <= options.most_flows);
    for backend in Backend::BOTH {
        title(&format!("(e) (a) with more finished runs and more flows, on {}", backend.name()));
        let large = with_five_fields(backend, postgres).await;
        let request = load::request(large.app.port(), "/hooks/five", &flows::order(4));
        let filled = load::so_many(large.app.port(), &request, 64, MADE).await;
        assert_eq!(filled.failed, 0);
        let mut there = 1;
        for count in runs.clone() {
            large.multiply_history(there, (count / MADE) as u16).await;
            there = (count / MADE) as u16;
            grown(options, backend, postgres, &large, &format!("{count} finished runs")).await;
        }
        let mut flows_there = 1;
        for count in many.clone() {
            let folder = tempfile::tempdir().expect("a folder");
            for number in flows_there..count {
                let file = folder.path().join(format!("more-{number}.json"));
                std::fs::write(file, flows::five_fields(&format!("more-{number}")).to_string())
                    .expect("a file");
            }
            let path = folder.path().to_string_lossy().into_owned();
            let _imported = large.app.cli(&["flow", "import", &path, "--publish"]).await.success();
            flows_there = count;
            grown(options, backend, postgres, &large, &format!("{count} flows")).await;
        }
    }
}

async fn with_five_fields(backend: Backend, postgres: &PrivatePostgres) -> Subject<'_> {
    let subject = Subject::start(backend, postgres).await;
    subject.app.publish(&flows::five_fields("five")).await;
    subject
}

/// Turn and turn about with new stores, so that what changes on the machine meanwhile changes both.
async fn grown(
    options: &Options,
    backend: Backend,
    postgres: &PrivatePostgres,
    large: &Subject<'_>,
    name: &str,
) {
    let (body, connections, length) = (flows::order(4), options.connections, length(options));
    let (mut before, mut after) = (vec![], vec![]);
    for _ in 0..options.rounds * 2 + 1 {
        let small = with_five_fields(backend, postgres).await;
        before.push(small.measure("/hooks/five", &body, connections, length).await);
        drop(small);
        after.push(large.measure("/hooks/five", &body, connections, length).await);
    }
    head();
    line("a new store beside it", &median_row(&before));
    line(name, &median_row(&after));
    let share = ratio(&rates(&after), &rates(&before));
    aim(&format!("{name}: share of a new store's, at least 0.9"), share, share >= 0.9);
    println!();
}

/// (f) 100,000 items through one loop.
async fn items(postgres: &PrivatePostgres) {
    title("(f) 100,000 items through for_each");
    println!("| | seconds | items per second | CPU ms each | peak MB |\n|---|---:|---:|---:|---:|");
    let body = flows::items(100_000);
    for backend in Backend::BOTH {
        let subject = Subject::start(backend, postgres).await;
        subject.app.publish(&flows::many_items()).await;
        let before = subject.cpu();
        let start = Instant::now();
        let headers = [("content-type", "application/json")];
        let id = subject.app.hook_raw("POST", "many", &headers, body.clone()).await.expect(202).run();
        let run = eventually_within(Duration::from_secs(600), "the loop", async || {
            let run = subject.app.run(&id).await;
            ["succeeded", "failed"].contains(&run["status"].as_str().unwrap_or_default()).then_some(run)
        })
        .await;
        assert_eq!(run["status"], "succeeded");
        let seconds = start.elapsed().as_secs_f64();
        let cpu = (subject.cpu() - before) * 1000.0 / 100_000.0;
        let peak = subject.app.memory().peak as f64 / 1_048_576.0;
        println!("| {} | {seconds:.1} | {:.0} | {cpu:.3} | {peak:.0} |", backend.name(), 100_000.0 / seconds);
    }
}

/// (g) a heavier script.
async fn heavy(options: &Options, postgres: &PrivatePostgres) {
    title("(g) webhook -> 12 fields, 20 lines -> reply");
    head();
    let body = flows::order(20);
    for backend in Backend::BOTH {
        let mut rows = Vec::new();
        for _ in 0..options.rounds {
            let subject = Subject::start(backend, postgres).await;
            subject.app.publish(&flows::heavy_script()).await;
            rows.push(subject.measure("/hooks/heavy", &body, options.connections, length(options)).await);
        }
        report::line(backend.name(), &median_row(&rows));
    }
}
