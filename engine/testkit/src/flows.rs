//! Short ways to write flow documents, and to import and publish them.

use causeway_model::Value;
use serde_json::json;

use crate::{Answer, TestApp};

/// A flow with this trigger.
pub fn flow(slug: &str, trigger: Value, steps: Value) -> Value {
    json!({"causeway": 1, "kind": "flow", "slug": slug, "name": slug, "trigger": trigger, "steps": steps})
}

/// A flow on the webhook `/hooks/<slug>` that answers with its last output.
pub fn hook_flow(slug: &str, steps: Value) -> Value {
    let trigger = json!({"use": "webhook", "with": {"path": slug, "reply": "last"}});
    flow(slug, trigger, steps)
}

pub fn step(id: &str, use_: &str, with: Value, after: &[&str]) -> Value {
    let mut step = json!({"id": id, "use": use_, "with": with});
    if !after.is_empty() {
        step["after"] = json!(after);
    }
    step
}

pub fn script_step(id: &str, code: &str, after: &[&str]) -> Value {
    step(id, "script", json!({"code": code}), after)
}

/// A POST of JSON.
pub fn http_step(id: &str, url: &str, body: Value, after: &[&str]) -> Value {
    step(id, "http.request", json!({"method": "POST", "url": url, "json": body}), after)
}

impl TestApp {
    /// Saves the document as the draft of its slug and publishes it; panics when either is refused.
    pub async fn publish(&self, document: &Value) -> Answer {
        let answer = self.try_publish(document).await;
        assert!(answer.status < 300, "publish: {} {}\n{document:#}", answer.status, answer.text);
        answer
    }

    pub async fn try_publish(&self, document: &Value) -> Answer {
        let saved = self.save_draft(document).await;
        if saved.status >= 300 {
            return saved;
        }
        let slug = document["slug"].as_str().expect("a slug");
        self.post(&format!("/flows/{slug}/publish"), &json!({})).await
    }

    pub async fn save_draft(&self, document: &Value) -> Answer {
        let slug = document["slug"].as_str().expect("a slug");
        self.api("PUT", &format!("/flows/{slug}/draft"), Some(document)).await
    }

    pub async fn set_variable(&self, name: &str, value: &Value) {
        let done = self.cli(&["variable", "set", name, &value.to_string()]).await;
        assert_eq!(done.code, 0, "{}{}", done.stdout, done.stderr);
    }

    pub async fn set_secret(&self, name: &str, value: &str) {
        let done = self.cli_with(value, &["secret", "set", name, "--value-stdin"]).await;
        assert_eq!(done.code, 0, "{}{}", done.stdout, done.stderr);
    }
}
