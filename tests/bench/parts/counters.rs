//! (l) What counting costs: each count by itself, and a page that is read all the time.

use std::hint::black_box;
use std::time::Instant;

use causeway_model::metrics::Metrics;
use causeway_model::{FlowId, RunStatus};
use causeway_testkit::{Backend, PrivatePostgres};

use crate::flows;
use crate::options::Options;
use crate::report::{head, line, median_row, rates, ratio, title};
use crate::subject::Subject;

const TIMES: u32 = 2_000_000;

pub async fn measure(options: &Options, postgres: &PrivatePostgres) {
    title("(l) one count, in nanoseconds");
    println!("| count | ns |\n|---|---:|");
    let metrics = Metrics::default();
    let flow = FlowId::new();
    let counts: [(&str, &dyn Fn(u64)); 4] = [
        ("a counter", &|_| metrics.accepted_new.increment()),
        ("a histogram", &|at| metrics.commit_seconds.observe(at % 5000)),
        ("an attempt of a step", &|at| metrics.step("http.request").ended(at % 5000, None)),
        ("the end of a run", &|_| metrics.run_finished(black_box(flow), RunStatus::Succeeded)),
    ];
    for (name, count) in counts {
        let began = Instant::now();
        (0..u64::from(TIMES)).for_each(|at| count(black_box(at)));
        println!("| {name} | {:.1} |", began.elapsed().as_secs_f64() * 1e9 / f64::from(TIMES));
    }
    let body = flows::order(4);
    for backend in Backend::BOTH {
        title(&format!(
            "(l) webhook -> map -> reply while /metrics is read every 50 ms, on {}",
            backend.name()
        ));
        let (mut alone, mut read) = (Vec::new(), Vec::new());
        for _ in 0..options.rounds {
            let subject = Subject::start(backend, postgres).await;
            subject.app.publish(&flows::five_fields("five")).await;
            alone.push(
                subject.measure("/hooks/five", &body, options.connections, super::length(options)).await,
            );
            let reader = async {
                loop {
                    black_box(subject.metrics().await);
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
            };
            tokio::select! {
                row = subject.measure("/hooks/five", &body, options.connections, super::length(options)) => read.push(row),
                () = reader => {}
            }
        }
        head();
        line("nobody reads", &median_row(&alone));
        line("read every 50 ms", &median_row(&read));
        println!("\n- rate while it is read, as a share: {:.2}", ratio(&rates(&read), &rates(&alone)));
    }
}
