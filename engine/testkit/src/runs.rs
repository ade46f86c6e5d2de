//! Looking at runs, and waiting for them.

use std::time::Duration;

use causeway_model::Value;
use serde_json::json;

use crate::{Answer, TestApp, eventually_within};

impl TestApp {
    /// `GET /api/v1/runs/<id>`.
    pub async fn run(&self, id: &str) -> Value {
        self.get(&format!("/runs/{id}")).await.expect(200).json()
    }

    /// The run once it is succeeded, failed or cancelled.
    pub async fn finished(&self, id: &str) -> Value {
        self.reaches(id, &["succeeded", "failed", "cancelled"]).await
    }

    /// The run once its status is one of these.
    pub async fn reaches(&self, id: &str, statuses: &[&str]) -> Value {
        let mut last = Value::Null;
        eventually_within(Duration::from_secs(60), &format!("run {id} to be {statuses:?}"), async || {
            let answer = self.get(&format!("/runs/{id}")).await;
            last = answer.json();
            statuses.contains(&last["status"].as_str().unwrap_or_default()).then(|| last.clone())
        })
        .await
    }

    /// The run once this step has this status.
    pub async fn step_reaches(&self, id: &str, step: &str, status: &str) -> Value {
        eventually_within(
            Duration::from_secs(60),
            &format!("step {step} of {id} to be {status}"),
            async || {
                let run = self.get(&format!("/runs/{id}")).await.json();
                let steps = run["steps"].as_array().cloned().unwrap_or_default();
                steps.iter().any(|view| view["id"] == step && view["status"] == status).then_some(run)
            },
        )
        .await
    }

    /// Starts a flow by hand; the run's id.
    pub async fn start_run(&self, slug: &str, input: &Value) -> String {
        let answer = self.try_start_run(slug, input).await;
        assert!(answer.status < 300, "start: {} {}", answer.status, answer.text);
        run_id(&answer)
    }

    pub async fn try_start_run(&self, slug: &str, input: &Value) -> Answer {
        self.post(&format!("/flows/{slug}/runs"), &json!({"input": input})).await
    }

    pub async fn cancel(&self, id: &str) -> Answer {
        self.post(&format!("/runs/{id}/cancel"), &json!({})).await
    }

    /// The id of the new run.
    pub async fn resume(&self, id: &str, body: &Value) -> String {
        let answer = self.post(&format!("/runs/{id}/resume"), body).await;
        assert!(answer.status < 300, "resume: {} {}", answer.status, answer.text);
        run_id(&answer)
    }

    /// The id of the new run.
    pub async fn replay(&self, id: &str, body: &Value) -> String {
        let answer = self.post(&format!("/runs/{id}/replay"), body).await;
        assert!(answer.status < 300, "replay: {} {}", answer.status, answer.text);
        run_id(&answer)
    }

    /// Every run, newest first; `filter` is put behind `?`.
    pub async fn runs(&self, filter: &str) -> Vec<Value> {
        let mut all: Vec<Value> = Vec::new();
        let mut cursor = String::new();
        loop {
            let filter = if filter.is_empty() { String::new() } else { format!("&{filter}") };
            let path = format!("/runs?limit=200{filter}{cursor}");
            let page = self.get(&path).await.expect(200).json();
            all.extend(rows(&page));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return all,
            }
        }
    }

    /// The open approval of a run, once there is one.
    pub async fn open_approval(&self, run: &str) -> Value {
        eventually_within(Duration::from_secs(30), &format!("an approval of {run}"), async || {
            let list = rows(&self.get("/approvals?open=true&limit=200").await.expect(200).json());
            list.into_iter().find(|approval| approval["run"] == run && approval["status"] == "open")
        })
        .await
    }

    pub async fn decide(&self, approval: &Value, approve: bool, comment: &str) -> Answer {
        let id = approval["id"].as_str().expect("an approval's id");
        let decision = json!({"approved": approve, "comment": comment});
        self.post(&format!("/approvals/{id}/decide"), &decision).await
    }
}

fn run_id(answer: &Answer) -> String {
    let body = answer.json();
    let id = body["run"].as_str().or(body["id"].as_str());
    id.unwrap_or_else(|| panic!("no run id: {}", answer.text)).to_owned()
}

/// The rows of a page: its first field that is a list.
pub fn rows(page: &Value) -> Vec<Value> {
    let mut fields = page.as_object().into_iter().flat_map(|page| page.values());
    fields.find_map(Value::as_array).cloned().unwrap_or_default()
}

/// The run in one line: `failed | order succeeded | create failed(http_status) x3 | size succeeded:large | tell skipped`.
pub fn timeline(run: &Value) -> String {
    let status = run["status"].as_str().unwrap_or("no status");
    let steps = run["steps"].as_array().map(|steps| timeline_of(steps)).unwrap_or_default();
    if steps.is_empty() { status.to_owned() } else { format!("{status} | {steps}") }
}

/// The steps of a run or of an item, as [`timeline`] writes them.
pub fn timeline_of(steps: &[Value]) -> String {
    let line = |step: &Value| {
        let mut text = format!(
            "{} {}",
            step["id"].as_str().unwrap_or_default(),
            step["status"].as_str().unwrap_or_default()
        );
        if let Some(port) = step["port"].as_str() {
            text.push_str(&format!(":{port}"));
        }
        if let Some(code) = step["error"]["code"].as_str() {
            text.push_str(&format!("({code})"));
        }
        match step["attempts"].as_array().map_or(0, Vec::len) {
            0 | 1 => {}
            attempts => text.push_str(&format!(" x{attempts}")),
        }
        text
    };
    steps.iter().map(line).collect::<Vec<_>>().join(" | ")
}
