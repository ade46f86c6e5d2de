//! The shipped flows of the trading company do what their cases say, on the simulated systems.

use causeway_model::Value;
use causeway_testkit::{Backend, Case, eventually, missing, shipped_cases};
use serde_json::{Map, json};

use crate::connectors::{Company, FLOWS};

#[tokio::test]
async fn the_companys_flows_on_sqlite() {
    all(Backend::Sqlite).await;
}

#[tokio::test]
async fn the_companys_flows_on_postgres() {
    all(Backend::Postgres).await;
}

/// One flow after the other, so that no other takes part in what happens.
async fn all(backend: Backend) {
    let company = Company::on(backend).await;
    company.tell_everything();
    for slug in FLOWS {
        company.publish_shipped(&[slug]).await;
        for case in shipped_cases().into_iter().filter(|case| case.slug == slug) {
            Stage::new(&company, &case).play().await;
        }
        let _off = company.app.cli(&["flow", "disable", slug]).await.success();
    }
}

/// One case under way.
struct Stage<'a> {
    company: &'a Company,
    case: &'a Case,
    name: String,
    /// What the case has named, for `{order.no}`.
    named: Map<String, Value>,
    /// Messages that were there before.
    said: usize,
}

impl<'a> Stage<'a> {
    fn new(company: &'a Company, case: &'a Case) -> Self {
        let name = format!("{}/{} on {}", case.slug, case.name, company.app.backend().name());
        let ours: Vec<Value> = company
            .records("crm", "salespeople", &[])
            .iter()
            .map(|person| person["line_user_id"].clone())
            .collect();
        let stranger = company.systems.line.users().into_iter().find(|user| !ours.contains(&json!(user)));
        let named = Map::from_iter([("stranger".to_owned(), json!(stranger.expect("somebody")))]);
        let said = company.records("line", "messages", &[]).len();
        Self { company, case, name, named, said }
    }

    async fn play(mut self) {
        let app = &self.company.app;
        let content = &self.case.content;
        for (variable, value) in content["variables"].as_object().into_iter().flatten() {
            // By the server itself: of what another process sets, it knows a moment later.
            let set =
                app.api("PUT", &format!("/variables/{variable}"), Some(&json!({ "value": value }))).await;
            assert!(set.status < 300, "{}: {}", self.name, set.text);
        }
        let filter = format!("flow={}", self.case.slug);
        let before = app.runs(&filter).await.len();
        for happens in content["do"].as_array().into_iter().flatten() {
            self.happen(happens).await;
        }
        let id = eventually(&format!("{}: the run", self.name), async || {
            let runs = app.runs(&filter).await;
            (runs.len() > before).then(|| runs[0]["id"].as_str().unwrap_or_default().to_owned())
        })
        .await;
        let run = app.finished(&id).await;
        assert_eq!(app.runs(&filter).await.len(), before + 1, "{}: one event makes one run", self.name);
        self.check_run(&content["run"], &run);
        for wanted in content["then"].as_array().into_iter().flatten() {
            self.check_records(&self.filled(wanted), &run);
        }
    }

    /// A request to a system, something that is said on LINE, or a start by hand.
    async fn happen(&mut self, happens: &Value) {
        let happens = self.filled(happens);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        if let Some(said) = happens.get("say") {
            self.company.systems.line.say(&text(&said["user"]), &text(&said["text"])).expect("a user");
            return;
        }
        if let Some(input) = happens.get("start") {
            let _id = self.company.app.start_run(&self.case.slug, input).await;
            return;
        }
        let (system, method, path) = (text(&happens["on"]), text(&happens["method"]), text(&happens["path"]));
        let answer = self.company.call(&system, &method, &path, happens.get("body")).await;
        if let Some(name) = happens["as"].as_str() {
            self.named.insert(name.to_owned(), answer);
        }
    }

    /// With what `{order.no}` and the like stand for.
    fn filled(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => {
                let mut text = text.clone();
                for (name, record) in &self.named {
                    if let Some(plain) = record.as_str() {
                        text = text.replace(&format!("{{{name}}}"), plain);
                    }
                    for (field, value) in record.as_object().into_iter().flatten() {
                        text =
                            text.replace(&format!("{{{name}.{field}}}"), value.as_str().unwrap_or_default());
                    }
                }
                Value::String(text)
            }
            Value::Array(items) => items.iter().map(|item| self.filled(item)).collect(),
            Value::Object(fields) => {
                fields.iter().map(|(name, value)| (name.clone(), self.filled(value))).collect()
            }
            other => other.clone(),
        }
    }

    fn check_run(&self, wanted: &Value, run: &Value) {
        assert_eq!(run["status"], wanted["status"], "{}: {run:#}", self.name);
        for step in wanted["steps"].as_array().into_iter().flatten() {
            let found = run["steps"].as_array().into_iter().flatten().find(|view| view["id"] == step["id"]);
            let faults = missing(step, found.unwrap_or(&Value::Null));
            assert!(faults.is_empty(), "{}: {}\n{run:#}", self.name, faults.join("\n"));
        }
    }

    /// As many records as are named, and each as it is said.
    fn check_records(&self, wanted: &Value, run: &Value) {
        let text = |name: &str| wanted[name].as_str().unwrap_or_default();
        let mut found = self.company.records(text("in"), text("kind"), &[]);
        if text("kind") == "messages" {
            found.drain(..self.said);
        }
        found.retain(|record| missing(&wanted["where"], record).is_empty());
        let faults = missing(&wanted["are"], &Value::Array(found));
        assert!(faults.is_empty(), "{}: {wanted}: {}\n{run:#}", self.name, faults.join("\n"));
    }
}
