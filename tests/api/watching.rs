//! What operators see: metrics, status, retention, slow steps, and spans.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use causeway_testkit::{
    Backend, Options, Reaction, Sink, TestApp, both, both_with, eventually, eventually_within, hook_flow,
    http_step, on, script_step,
};
use serde_json::{Value, json};

use crate::runs::cancel::accepted;

/// Series by name and labels, as a strict reader of the text format finds them.
type Series = BTreeMap<(String, Labels), f64>;
type Labels = Vec<(String, String)>;

/// Reads a page of metrics; panics at anything that the format does not allow.
fn parse(page: &str) -> Series {
    assert!(page.ends_with('\n'), "the last line ends");
    let (mut series, mut types) = (Series::new(), BTreeMap::new());
    let (mut helped, mut current) = (BTreeSet::new(), String::new());
    for line in page.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, words) = help.split_once(' ').expect("a name and words");
            assert!(!words.trim().is_empty() && helped.insert(name.to_owned()), "{line}");
            continue;
        }
        if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').expect("a name and a type");
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert!(helped.contains(name) && name.starts_with("causeway_"), "{line}");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
            assert!(types.insert(name.to_owned(), kind.to_owned()).is_none(), "{line}");
            name.clone_into(&mut current);
            continue;
        }
        let (head, value) = line.rsplit_once(' ').expect("a value");
        let value: f64 = value.parse().unwrap_or_else(|_| panic!("{line}"));
        let (name, labels) = match head.split_once('{') {
            Some((name, labels)) => (name, labels_of(labels.strip_suffix('}').expect(line))),
            None => (head, Vec::new()),
        };
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{line}");
        let kind = &types[&current];
        let suffix =
            name.strip_prefix(current.as_str()).unwrap_or_else(|| panic!("{line} is not of {current}"));
        let suffixes: &[&str] = if kind == "histogram" { &["_bucket", "_sum", "_count"] } else { &[""] };
        assert!(suffixes.contains(&suffix), "{line}");
        assert_eq!(suffix == "_bucket", labels.iter().any(|(name, _)| name == "le"), "{line}");
        assert!(kind == "gauge" || value >= 0.0, "{line}");
        assert!(series.insert((name.to_owned(), labels), value).is_none(), "twice: {line}");
    }
    histograms_add_up(&series, &types);
    series
}

fn labels_of(mut text: &str) -> Labels {
    let mut labels = Vec::new();
    while !text.is_empty() {
        let (name, rest) = text.split_once("=\"").expect("a label");
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{name}");
        let mut value = String::new();
        let mut chars = rest.char_indices();
        let end = loop {
            match chars.next().expect("a closing quote") {
                (at, '"') => break at,
                (_, '\\') => value.push(match chars.next().expect("an escape").1 {
                    'n' => '\n',
                    c @ ('"' | '\\') => c,
                    c => panic!("\\{c} is no escape"),
                }),
                (_, c) => value.push(c),
            }
        };
        assert!(labels.iter().all(|(known, _)| known != name), "{name} twice");
        labels.push((name.to_owned(), value));
        text = &rest[end + 1..];
        text = text.strip_prefix(',').unwrap_or(text);
    }
    labels
}

fn histograms_add_up(series: &Series, types: &BTreeMap<String, String>) {
    for (family, _) in types.iter().filter(|(_, kind)| *kind == "histogram") {
        let mut last: BTreeMap<Labels, Vec<(f64, f64)>> = BTreeMap::new();
        for ((name, labels), value) in series {
            if *name == format!("{family}_bucket") {
                let (le, others): (Vec<_>, Vec<_>) =
                    labels.iter().cloned().partition(|(name, _)| name == "le");
                let bound = if le[0].1 == "+Inf" { f64::INFINITY } else { le[0].1.parse().expect("a bound") };
                last.entry(others).or_default().push((bound, *value));
            }
        }
        for (labels, mut buckets) in last {
            buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
            assert!(buckets.windows(2).all(|pair| pair[0].1 <= pair[1].1), "{family} {labels:?}");
            let (bound, most) = buckets.last().expect("buckets");
            assert!(bound.is_infinite(), "{family} ends with +Inf");
            assert_eq!(series[&(format!("{family}_count"), labels.clone())], *most, "{family} {labels:?}");
            assert!(series.contains_key(&(format!("{family}_sum"), labels)), "{family}");
        }
    }
}

fn value(series: &Series, name: &str, labels: &[(&str, &str)]) -> f64 {
    let labels: Vec<_> =
        labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    series.get(&(name.to_owned(), labels)).copied().unwrap_or(0.0)
}

async fn page(app: &TestApp) -> String {
    let answer = app.metrics().await;
    let kind = answer.header("content-type").expect("a type");
    assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
    answer.text
}

#[tokio::test]
async fn counters_move_as_runs_happen() {
    both(async |app| {
        app.set_secret("crm_key", "canary-secret-71c9").await;
        let sink = Sink::answering(|call| {
            if call.repeat == 0 && call.path == "/flaky" {
                Reaction::status(503, json!({}))
            } else {
                Reaction::ok(json!({}))
            }
        })
        .await;
        let mut send =
            http_step("send", &sink.url("/flaky"), json!({"name": "{{ trigger.body.name }}"}), &["map"]);
        send["retry"] = json!({"attempts": 3, "backoff": "fixed", "first": "20ms"});
        send["with"]["headers"] = json!({"x-key": "{{ secret.crm_key }}"});
        app.publish(&hook_flow("counted", json!([script_step("map", "1", &[]), send]))).await;
        app.publish(&hook_flow("fails", json!([script_step("a", "throw \"canary-payload-71c9\"", &[])])))
            .await;
        let before = parse(&page(&app).await);
        for _ in 0..3 {
            let _ = app.hook("counted", &json!({"name": "canary-payload-71c9"})).await.expect(200);
        }
        assert_eq!(app.hook("fails", &json!({"x": "canary-payload-71c9"})).await.status, 502);
        assert_eq!(app.hook("nowhere-71c9", &json!({})).await.status, 404);
        let text = page(&app).await;
        assert!(!text.contains("71c9"), "no secret, no payload, no path of a caller:\n{text}");
        let after = parse(&text);
        let moved =
            |name: &str, labels: &[(&str, &str)]| value(&after, name, labels) - value(&before, name, labels);
        let finished = "causeway_runs_finished_total";
        assert_eq!(moved(finished, &[("flow", "counted"), ("status", "succeeded")]), 3.0);
        assert_eq!(moved(finished, &[("flow", "fails"), ("status", "failed")]), 1.0);
        let attempts = "causeway_step_attempts_total";
        assert_eq!(moved(attempts, &[("step", "http.request"), ("outcome", "succeeded")]), 3.0);
        assert_eq!(moved(attempts, &[("step", "http.request"), ("outcome", "server")]), 3.0);
        assert_eq!(moved(attempts, &[("step", "script"), ("outcome", "script")]), 1.0);
        assert_eq!(moved("causeway_step_retries_total", &[("step", "http.request")]), 3.0);
        assert_eq!(moved("causeway_step_duration_seconds_count", &[("step", "http.request")]), 6.0);
        assert_eq!(moved("causeway_accepts_total", &[("outcome", "new")]), 4.0);
        assert_eq!(moved("causeway_webhook_duration_seconds_count", &[("status", "2xx")]), 3.0);
        assert_eq!(moved("causeway_webhook_duration_seconds_count", &[("status", "4xx")]), 1.0);
        assert_eq!(moved("causeway_webhook_duration_seconds_count", &[("status", "5xx")]), 1.0);
        let taken = ["handed_over", "begun_ahead", "claimed"];
        let taken: f64 = taken.iter().map(|how| moved("causeway_runs_taken_total", &[("how", how)])).sum();
        assert!(taken >= 4.0, "{taken}");
        assert!(moved("causeway_batch_size_count", &[]) >= 1.0);
        assert!(moved("causeway_commit_duration_seconds_count", &[]) >= 1.0);
        assert!(value(&after, "causeway_script_threads", &[]) >= 1.0);
        assert!(value(&after, "causeway_process_resident_memory_bytes", &[]) > 1e6);
        assert!(value(&after, "causeway_database_size_bytes", &[]) > 1e4);
        assert_eq!(value(&after, "causeway_workers_alive", &[]), 1.0);
        eventually_within(Duration::from_secs(30), "the dead letter to be counted", async || {
            (value(&parse(&page(&app).await), "causeway_dead_letters", &[]) == 1.0).then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn metrics_are_for_whom_the_setting_says() {
    let asked = async |app: &TestApp, token: Option<&str>| {
        let mut request = app.client().get(app.url("/metrics"));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        request.send().await.expect("an answer").status().as_u16()
    };
    for (setting, without, with) in [("off", 404, 404), ("token", 401, 200), ("open", 200, 200)] {
        on(Backend::Sqlite, Options::new().env("CAUSEWAY_METRICS", setting), &async |app: TestApp| {
            let viewer = app.token_of("viewer").await;
            let got = (asked(&app, None).await, asked(&app, Some(&viewer)).await);
            assert_eq!(got, (without, with), "{setting}");
        })
        .await;
    }
}

#[tokio::test]
async fn status_tells_who_works_and_what_is_due() {
    both(async |app| {
        let sink = Sink::answering(|_| Reaction::ok(json!({})).after(Duration::from_secs(60))).await;
        app.publish(&accepted("held", json!([http_step("send", &sink.url("/"), json!({}), &[])]))).await;
        app.publish(&hook_flow("quick", json!([script_step("a", "1", &[])]))).await;
        let _ = app.hook("quick", &json!({})).await.expect(200);
        let status = app.get("/status").await.expect(200).json();
        assert_eq!(
            (&status["working"], &status["workers"][0]["alive"]),
            (&json!(true), &json!(true)),
            "{status}"
        );
        assert_eq!(status["finished_last_hour"]["succeeded"], 1, "{status}");
        assert_eq!(status["retention"]["runs"], 1, "{status}");
        let _ = app.hook("held", &json!({})).await.expect(202);
        eventually("the call", async || (sink.open() == 1).then_some(())).await;
        let told = app.cli(&["status", "--json"]).await.success().json();
        assert_eq!((&told["active"]["running"], &told["due"]), (&json!(1), &json!(0)), "{told}");
        let words = app.cli(&["--lang", "zh-TW", "status"]).await.success().stdout;
        assert!(words.contains("工作者") && words.contains("1 個中有 1 個運作中"), "{words}");
        app.kill9();
        let command = eventually_within(Duration::from_secs(40), "the worker to be found dead", async || {
            let command = app.cli(&["status", "--json"]).await;
            (command.code != 0).then_some(command)
        })
        .await;
        let told = command.clone().exits(1).json();
        assert_eq!((&told["working"], &told["due"]), (&json!(false), &json!(1)), "{told}");
        assert!(
            told["workers"].as_array().expect("a list").iter().all(|worker| worker["alive"] == false),
            "{told}"
        );
        assert!(command.stderr.contains("no_worker"), "{}", command.stderr);
    })
    .await;
}

#[tokio::test]
async fn the_retention_report_says_what_goes_and_what_went() {
    // Far enough apart that a busy machine sees what a sweep took before the next one says that it took nothing.
    let options = Options::new().env("CAUSEWAY_KEEP", "4s").env("CAUSEWAY_SWEEP_EVERY", "8s");
    both_with(options, async |app| {
        app.publish(&hook_flow("short", json!([script_step("a", "1", &[])]))).await;
        let _ = app.hook("short", &json!({})).await.expect(200);
        let report = app.get("/retention").await.expect(200).json();
        assert_eq!(
            (&report["runs"], &report["keep_ms"], &report["sweep_every_ms"]),
            (&json!(1), &json!(4000), &json!(8000))
        );
        assert!(report["oldest_created_at"].is_string(), "{report}");
        let swept = eventually("the run to be swept", async || {
            let report = app.get("/retention").await.expect(200).json();
            (report["last_sweep"]["removed"] == 1).then_some(report)
        })
        .await;
        assert_eq!((&swept["runs"], &swept["next_sweep_removes"]), (&json!(0), &json!(0)), "{swept}");
    })
    .await;
}

#[tokio::test]
async fn a_slow_step_is_logged_once() {
    both_with(Options::new().env("CAUSEWAY_SLOW_STEP", "300ms"), async |app| {
        let sink = Sink::answering(|call| {
            let slow = if call.path == "/slow" { 600 } else { 0 };
            Reaction::ok(json!({"canary": "payload-5d1e"})).after(Duration::from_millis(slow))
        })
        .await;
        let steps = json!([
            http_step("quick", &sink.url("/"), json!({}), &[]),
            http_step("crawl", &sink.url("/slow"), json!({}), &["quick"])
        ]);
        app.publish(&hook_flow("slowly", steps)).await;
        let run = app.hook("slowly", &json!({})).await.expect(200).run();
        let lines: Vec<Value> = app
            .log()
            .lines()
            .filter(|line| line.contains("slow step"))
            .map(|line| serde_json::from_str(line).expect("a JSON line"))
            .collect();
        assert_eq!(lines.len(), 1, "{lines:?}");
        let line = &lines[0];
        assert_eq!(
            (&line["run"], &line["flow"], &line["step"]),
            (&json!(run), &json!("slowly"), &json!("crawl")),
            "{line}"
        );
        assert_eq!((&line["level"], &line["attempt"]), (&json!("WARN"), &json!(1)), "{line}");
        assert!(line["took_ms"].as_u64().is_some_and(|took| took >= 600), "{line}");
        assert!(!line.to_string().contains("5d1e"), "{line}");
    })
    .await;
}

/// The spans of all requests to a collector, each with its attributes as one object.
fn spans(collector: &Sink) -> Vec<(Value, Value)> {
    let mut spans = Vec::new();
    for call in collector.calls() {
        assert_eq!((call.method.as_str(), call.path.as_str()), ("POST", "/v1/traces"));
        assert_eq!(call.header("content-type"), Some("application/json"));
        let body = call.json();
        assert_eq!(body["resourceSpans"][0]["resource"]["attributes"][0]["value"]["stringValue"], "causeway");
        for span in body["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().expect("spans") {
            let mut attributes = json!({});
            for attribute in span["attributes"].as_array().expect("attributes") {
                let value = attribute["value"].as_object().expect("a value").values().next().expect("one");
                attributes[attribute["key"].as_str().expect("a key")] = value.clone();
            }
            spans.push((span.clone(), attributes));
        }
    }
    spans
}

#[tokio::test]
async fn spans_of_runs_and_steps_reach_a_collector() {
    let collector = Sink::answering(|_| Reaction::ok(json!({}))).await;
    let options = Options::new().env("CAUSEWAY_OTLP_ENDPOINT", collector.url(""));
    on(Backend::Sqlite, options, &async |app: TestApp| {
        let sink =
            Sink::answering(|call| Reaction::status(if call.repeat == 0 { 503 } else { 200 }, json!({})))
                .await;
        let mut send = http_step("send", &sink.url("/"), json!({"name": "canary-9b2f"}), &["map"]);
        send["retry"] = json!({"attempts": 2, "backoff": "fixed", "first": "10ms"});
        app.publish(&hook_flow("traced", json!([script_step("map", "1", &[]), send]))).await;
        let run = app.hook("traced", &json!({"x": "canary-9b2f"})).await.expect(200).run();
        let found = eventually("four spans", async || {
            let found = spans(&collector);
            (found.len() >= 4).then_some(found)
        })
        .await;
        assert_eq!(found.len(), 4, "{found:?}");
        assert!(collector.calls().iter().all(|call| !call.text.contains("9b2f")), "no payload");
        let trace = run.replace('-', "");
        let (root, of_root) = found.iter().find(|(span, _)| span["name"] == "traced").expect("the run");
        assert_eq!(
            (&of_root["causeway.run"], &of_root["causeway.status"]),
            (&json!(run), &json!("succeeded"))
        );
        assert_eq!(root["parentSpanId"], "");
        let mut ids = BTreeSet::new();
        for (span, _) in &found {
            assert_eq!(span["traceId"], trace);
            let id = span["spanId"].as_str().expect("an id");
            assert!(id.len() == 16 && ids.insert(id.to_owned()), "{id}");
            let nanos = |name: &str| span[name].as_str().expect("text").parse::<u64>().expect("a number");
            assert!(nanos("startTimeUnixNano") <= nanos("endTimeUnixNano"));
        }
        let attempts: Vec<_> = found
            .iter()
            .filter(|(span, _)| span["name"] == "send")
            .map(|(span, of)| {
                (
                    of["causeway.attempt"].clone(),
                    of["causeway.status"].clone(),
                    span["status"]["code"].clone(),
                )
            })
            .collect();
        assert_eq!(
            attempts,
            [(json!("1"), json!("failed"), json!(2)), (json!("2"), json!("succeeded"), json!(1))]
        );
        assert!(
            found
                .iter()
                .filter(|(span, _)| span["name"] != "traced")
                .all(|(span, _)| span["parentSpanId"] == root["spanId"])
        );
    })
    .await;
}

#[tokio::test]
async fn a_collector_that_is_away_stops_nothing() {
    let away = format!("http://127.0.0.1:{}", causeway_testkit::free_port());
    let options = Options::new().env("CAUSEWAY_OTLP_ENDPOINT", away).env("CAUSEWAY_METRICS", "open");
    on(Backend::Sqlite, options, &async |app: TestApp| {
        app.publish(&hook_flow("anyway", json!([script_step("a", "1", &[])]))).await;
        for _ in 0..20 {
            let _ = app.hook("anyway", &json!({})).await.expect(200);
        }
        eventually_within(Duration::from_secs(20), "the spans to be dropped", async || {
            let page = app.client().get(app.url("/metrics")).send().await.ok()?.text().await.ok()?;
            (value(&parse(&page), "causeway_spans_dropped_total", &[]) >= 40.0).then_some(())
        })
        .await;
        assert!(app.terminate().await, "it ends as asked");
    })
    .await;
}
