//! What somebody knows of a run who only reads its events.

use causeway_model::Value;
use causeway_testkit::{LiveEvent, TestApp};
use serde_json::json;

/// A run as its events tell it.
#[derive(Debug, Default)]
pub struct Followed {
    pub run: Value,
    pub steps: Vec<Value>,
    pub ended: bool,
}

impl Followed {
    pub fn by<'a>(events: impl IntoIterator<Item = &'a LiveEvent>) -> Self {
        let mut followed = Self::default();
        events.into_iter().for_each(|event| followed.take(event));
        followed
    }

    pub fn take(&mut self, event: &LiveEvent) {
        assert!(!self.ended, "nothing follows the end: {event:?}");
        match event.name.as_str() {
            "snapshot" => {
                self.run = event.data["run"].clone();
                self.steps = event.data["steps"].as_array().expect("steps").clone();
            }
            "run" => self.run = event.data.clone(),
            "step" => {
                let place = self.steps.iter().position(|step| step["id"] == event.data["id"]);
                self.steps[place.expect("a step of the snapshot")] = event.data.clone();
            }
            "progress" => {
                let place = self.steps.iter().position(|step| step["id"] == event.data["step"]);
                let step = &self.steps[place.expect("a step of the snapshot")];
                assert!(step.get("finished_at").is_none(), "progress of what has ended: {event:?}");
            }
            "end" => self.ended = true,
            other => panic!("no event of a run: {other}"),
        }
    }

    /// It is what the API says of the run, apart from what is too large for events.
    pub async fn is_the_run(&self, app: &TestApp) {
        assert!(self.ended, "{self:?}");
        let id = self.run["id"].as_str().expect("an id");
        let mut run = app.run(id).await;
        let fields = run.as_object_mut().expect("an object");
        let _event = fields.remove("event");
        let steps = fields.remove("steps").expect("steps");
        assert_eq!(without_large(&self.run, run), self.run);
        for (told, step) in self.steps.iter().zip(steps.as_array().expect("steps")) {
            assert_eq!(*told, without_large(told, step.clone()), "{told:#}");
        }
        assert_eq!(self.steps.len(), steps.as_array().map_or(0, Vec::len));
    }
}

/// The value without the fields that were left out when it was told.
fn without_large(told: &Value, mut value: Value) -> Value {
    let fields = value.as_object_mut().expect("an object");
    for name in told["left_out"].as_array().into_iter().flatten() {
        let name = name.as_str().expect("a name");
        if told.get(name).is_some_and(Value::is_null) {
            fields.insert(name.to_owned(), Value::Null);
        } else {
            fields.remove(name);
        }
    }
    if let Some(left_out) = told.get("left_out") {
        fields.insert("left_out".to_owned(), left_out.clone());
    }
    value
}

/// The names and states of events, for reading: `snapshot running`, `step send succeeded`.
pub fn outline(events: &[LiveEvent]) -> Vec<String> {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    events
        .iter()
        .map(|LiveEvent { name, data, .. }| match name.as_str() {
            "snapshot" => format!("snapshot {}", word(&data["run"]["status"])),
            "step" => format!("step {} {}", word(&data["id"]), word(&data["status"])),
            "progress" => format!("progress {} {}", word(&data["step"]), data["settled"]),
            other => format!("{other} {}", word(&data["status"])),
        })
        .collect()
}

/// Every id is one of its own.
pub fn assert_no_doubles(events: &[LiveEvent]) {
    let mut ids: Vec<&str> = events.iter().map(|event| event.id.as_str()).collect();
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count, "{:#?}", outline(events));
    assert!(!ids.contains(&""), "each has an id");
}

/// A flow of a script, a call, a wait and a branch that leaves a step out.
pub fn quote_flow(slug: &str, url: &str) -> Value {
    use causeway_testkit::{http_step, script_step, step};
    let mut send = http_step("send", url, json!("{{ steps.map }}"), &["map"]);
    send["retry"] = json!({"attempts": 5, "backoff": "fixed", "first": "20ms"});
    crate::runs::cancel::accepted(
        slug,
        json!([
            script_step("map", "#{ no: trigger.body.no }", &[]),
            send,
            step("nap", "wait", json!({"for": "80ms"}), &["send"]),
            step(
                "size",
                "branch",
                json!({"cases": [{"port": "large", "when": "trigger.body.no > 100"}], "otherwise": "small"}),
                &["nap"]
            ),
            script_step("large", "1", &["size.large"]),
            script_step("small", "2", &["size.small"]),
        ]),
    )
}
