//! Runs by a text in what came in. No index holds such texts: so the newest runs are looked through, a bounded number each time.

use causeway_model::{RunId, Value, is_credential};
use causeway_store::{RunFilter, RunRecord};

use super::{App, Error, Result};

/// How many runs one answer looks through.
const LOOKED_AT: u64 = 2000;
/// And how many of them at once.
const AT_ONCE: u64 = 250;

/// What was found.
#[derive(Debug)]
pub struct FoundRuns {
    pub runs: Vec<RunRecord>,
    /// The last run that was looked at, where there are more.
    pub next: Option<RunId>,
    /// How many were looked at, where that was as many as may be.
    pub looked_at: Option<u64>,
}

impl App {
    /// Those of the filter in whose trigger's input the text stands, in letters of any size: a webhook's or connector's body, a
    /// started run's input, and parameters of the address.
    pub async fn find_runs(&self, mut filter: RunFilter, text: &str) -> Result<FoundRuns> {
        let wanted = text.to_lowercase();
        let most = usize::try_from(filter.limit).unwrap_or(usize::MAX);
        let mut found = FoundRuns { runs: Vec::new(), next: None, looked_at: None };
        let mut looked_at = 0;
        filter.limit = AT_ONCE;
        loop {
            let page = self.store().list_runs(filter.clone()).await?;
            let ids: Vec<RunId> = page.rows.iter().map(|run| run.id).collect();
            let maybe = self.store().events_with(&ids, &wanted).await?;
            let last = ids.last().copied();
            for run in page.rows {
                looked_at += 1;
                let Some(event) = maybe.get(&run.id) else { continue };
                let event: Value = serde_json::from_str(event).map_err(|_| Error::bug("trigger event"))?;
                if came_in(&event, &wanted) {
                    let id = run.id;
                    found.runs.push(self.shown_run(run));
                    if found.runs.len() == most {
                        found.next = (page.more || last != Some(id)).then_some(id);
                        return Ok(found);
                    }
                }
            }
            if !page.more {
                return Ok(found);
            }
            if looked_at >= LOOKED_AT {
                (found.next, found.looked_at) = (last, Some(looked_at));
                return Ok(found);
            }
            filter.before = last;
        }
    }
}

/// Whether the text stands in a value of the input. What may hold a credential is passed over.
fn came_in(event: &Value, wanted: &str) -> bool {
    let whole = ["body", "input", "params"].iter().any(|part| holds(&event[*part], wanted));
    let fields = event["query"].as_object().into_iter().flatten();
    whole || fields.filter(|(name, _)| !is_credential(name)).any(|(_, value)| holds(value, wanted))
}

fn holds(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(text) => text.to_lowercase().contains(wanted),
        Value::Number(number) => number.to_string().to_lowercase().contains(wanted),
        Value::Array(items) => items.iter().any(|item| holds(item, wanted)),
        Value::Object(fields) => fields.values().any(|field| holds(field, wanted)),
        Value::Bool(_) | Value::Null => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_of_the_input_are_looked_at_and_nothing_else() {
        let event = json!({
            "kind": "webhook", "method": "POST", "headers": {"x-token": "abc"}, "params": {"shop": "Taipei"},
            "query": {"no": "Q-7", "api_key": "hidden"},
            "body": {"customer": {"name": "宏達 ACME"}, "total": 1234.50, "lines": [{"sku": "ab-1"}]},
        });
        for found in ["acme", "宏達", "1234.5", "ab-1", "taipei", "q-7"] {
            assert!(came_in(&event, found), "{found}");
        }
        for not_found in ["abc", "post", "hidden", "customer", "webhook"] {
            assert!(!came_in(&event, not_found), "{not_found}");
        }
        assert!(came_in(&json!({"kind": "manual", "input": "Hello"}), "hell"));
    }
}
