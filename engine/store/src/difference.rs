//! Only what is not the same in two JSON values, so that a trail stays short. Pure.

use causeway_model::Value;
use serde_json::Map;

/// Both sides without what is equal in them; `None` where all of it is. Lists of things with an `id` are compared by it.
pub(crate) fn difference(before: &Value, after: &Value) -> Option<(Value, Value)> {
    if before == after {
        return None;
    }
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            let (before, after) = fields(before, after);
            Some((before.into(), after.into()))
        }
        (Value::Array(old), Value::Array(new)) => match (by_id(old), by_id(new)) {
            (Some(old), Some(new)) => {
                let (old, new) = fields(&old, &new);
                // The same things in another order.
                if old.is_empty() && new.is_empty() {
                    return Some((before.clone(), after.clone()));
                }
                Some((old.into(), new.into()))
            }
            _ => Some((before.clone(), after.clone())),
        },
        _ => Some((before.clone(), after.clone())),
    }
}

fn fields(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> (Map<String, Value>, Map<String, Value>) {
    let (mut old, mut new) = (Map::new(), Map::new());
    for (name, value) in before {
        match after.get(name).map(|after| difference(value, after)) {
            None => {
                old.insert(name.clone(), value.clone());
            }
            Some(Some((was, is))) => {
                old.insert(name.clone(), was);
                new.insert(name.clone(), is);
            }
            Some(None) => {}
        }
    }
    for (name, value) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
        new.insert(name.clone(), value.clone());
    }
    (old, new)
}

fn by_id(list: &[Value]) -> Option<Map<String, Value>> {
    let pairs = list.iter().map(|one| Some((one.get("id")?.as_str()?.to_owned(), one.clone())));
    let map: Map<String, Value> = pairs.collect::<Option<_>>()?;
    (map.len() == list.len()).then_some(map)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_changed_stays() {
        let before = json!({"name": "A", "same": [1, 2], "steps": [{"id": "a", "use": "script", "with": {"code": "1"}}, {"id": "b"}]});
        let after = json!({"name": "B", "same": [1, 2], "steps": [{"id": "a", "use": "script", "with": {"code": "2"}}, {"id": "c"}]});
        let (old, new) = difference(&before, &after).expect("they differ");
        assert_eq!(old, json!({"name": "A", "steps": {"a": {"with": {"code": "1"}}, "b": {"id": "b"}}}));
        assert_eq!(new, json!({"name": "B", "steps": {"a": {"with": {"code": "2"}}, "c": {"id": "c"}}}));
        assert_eq!(difference(&before, &before), None);
        let (old, new) = difference(&json!([{"id": "a"}, {"id": "b"}]), &json!([{"id": "b"}, {"id": "a"}]))
            .expect("they differ");
        assert_eq!((old, new), (json!([{"id": "a"}, {"id": "b"}]), json!([{"id": "b"}, {"id": "a"}])));
    }
}
