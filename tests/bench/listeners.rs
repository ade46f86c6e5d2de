//! (m) five hundred listeners while webhooks run: what they cost, and how late an event comes to them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use causeway_model::{Clock, Time};
use causeway_store::SystemClock;
use causeway_testkit::{Backend, PrivatePostgres};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use crate::flows;
use crate::options::Options;
use crate::report::{aim, head, line, median, median_row, rates, ratio, title};
use crate::subject::Subject;

/// Half of them listen to the lists, half to these runs.
const LISTENERS: usize = 500;
const RUNS: usize = 25;

/// What all listeners got.
#[derive(Default)]
struct Heard {
    events: AtomicU64,
    /// From the end of a step to its event, in milliseconds.
    delays: Mutex<Vec<f64>>,
}

pub async fn measure(options: &Options, postgres: &PrivatePostgres) {
    let length = Duration::from_secs(options.seconds);
    for backend in Backend::BOTH {
        title(&format!("(m) accepted webhooks with {LISTENERS} listeners, on {}", backend.name()));
        let (mut without, mut with) = (vec![], vec![]);
        let (mut p50, mut p99, mut each, mut per_second) = (vec![], vec![], vec![], vec![]);
        for _ in 0..options.rounds {
            let subject = Subject::start(backend, postgres).await;
            subject.app.publish(&flows::accepted()).await;
            subject.app.publish(&flows::naps(options.seconds * 8 + 20)).await;
            let body = flows::order(4);
            start_runs(&subject).await;
            without.push(subject.measure("/hooks/accepted", &body, options.connections, length).await);
            let before = subject.app.memory().now;
            let runs = start_runs(&subject).await;
            let heard = Arc::new(Heard::default());
            let listeners = listen(&subject, &runs, &heard).await;
            each.push((subject.app.memory().now as f64 - before as f64) / 1024.0 / LISTENERS as f64);
            let first = heard.events.load(Ordering::Relaxed);
            with.push(subject.measure("/hooks/accepted", &body, options.connections, length).await);
            let events = heard.events.load(Ordering::Relaxed) - first;
            per_second.push(events as f64 / (length.as_secs_f64() * 1.25));
            listeners.iter().for_each(JoinHandle::abort);
            let mut delays = heard.delays.lock().await.clone();
            delays.sort_by(f64::total_cmp);
            assert!(!delays.is_empty(), "events of steps came");
            let at = |share: f64| delays[((delays.len() - 1) as f64 * share) as usize];
            p50.push(at(0.5));
            p99.push(at(0.99));
        }
        head();
        line("nobody listens", &median_row(&without));
        line(&format!("{LISTENERS} listen"), &median_row(&with));
        println!(
            "\n| events per second | delay p50 ms | p99 ms | kB for each listener |\n|---:|---:|---:|---:|"
        );
        let (rate, p50, p99, each) = (median(per_second), median(p50), median(p99), median(each));
        println!("| {rate:.0} | {p50:.0} | {p99:.0} | {each:.1} |");
        let share = ratio(&rates(&with), &rates(&without));
        aim("throughput with listeners against without, at least 0.85", share, share >= 0.85);
    }
}

async fn start_runs(subject: &Subject<'_>) -> Vec<String> {
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        runs.push(subject.app.hook("naps", &json!({})).await.expect(202).run());
    }
    runs
}

/// Resolves when each has got its first event.
async fn listen(subject: &Subject<'_>, runs: &[String], heard: &Arc<Heard>) -> Vec<JoinHandle<()>> {
    let token = subject.app.token().await;
    let mut listeners = Vec::new();
    for number in 0..LISTENERS {
        let path = match number % 2 {
            0 => "/events".to_owned(),
            _ => format!("/runs/{}/events", runs[number / 2 % runs.len()]),
        };
        let mut stream =
            TcpStream::connect(("127.0.0.1", subject.app.port())).await.expect("the server listens");
        let request =
            format!("GET /api/v1{path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("the server reads");
        let mut first = [0; 12];
        stream.read_exact(&mut first).await.expect("the server answers");
        assert_eq!(&first[9..], b"200", "{path}");
        listeners.push(tokio::spawn(read(stream, Arc::clone(heard))));
    }
    listeners
}

async fn read(mut stream: TcpStream, heard: Arc<Heard>) {
    let mut buffer = Vec::with_capacity(16 * 1024);
    while stream.read_buf(&mut buffer).await.is_ok_and(|count| count > 0) {
        let now = SystemClock.now();
        while let Some(end) = buffer.windows(2).position(|part| part == b"\n\n") {
            let event: Vec<u8> = buffer.drain(..end + 2).collect();
            heard.events.fetch_add(1, Ordering::Relaxed);
            let text = String::from_utf8_lossy(&event);
            if text.contains("event: step")
                && let Some(at) =
                    text.split("\"finished_at\":\"").nth(1).and_then(|rest| rest.split('"').next())
                && let Ok(at) = serde_json::from_value::<Time>(json!(at))
            {
                heard.delays.lock().await.push((now.millis() - at.millis()) as f64);
            }
        }
    }
}
