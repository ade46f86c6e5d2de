//! Lists that come page by page, as the cursor connections of Relay do: `{nodes | edges, pageInfo {hasNextPage, endCursor}}`.

use causeway_connector::{Gathered, MOST_PAGES};
use causeway_model::{ErrorClass, StepError, Value, text};
use serde_json::json;

use super::Caller;
use super::input::{Input, List};

/// `{items, count}` of all pages.
pub(super) async fn all(input: &Input, list: &List, caller: &Caller) -> Result<Value, StepError> {
    let mut variables = input.variables.clone();
    let mut gathered = Gathered::new(&*caller.services.files, list.most);
    for _ in 0..MOST_PAGES {
        let mut answer = caller.ask(input, variables.clone()).await?;
        let (items, next) = page(&mut answer.data, &list.at)?;
        gathered.take(items).await?;
        let next =
            next.filter(|next| !gathered.is_full() && variables.get(&list.cursor_variable) != Some(next));
        let Some(next) = next else { return gathered.finish().await };
        variables[&list.cursor_variable] = next;
    }
    Err(StepError::new(
        "list_endless",
        ErrorClass::Exceeded,
        text!(
            "The list has {MOST_PAGES} pages and still more: set `max_items`, or narrow it",
            "清單已超過 {MOST_PAGES} 頁：請設定 `max_items`，或縮小範圍"
        ),
    ))
}

/// The records of a page, and the cursor of the next.
fn page(data: &mut Value, at: &str) -> Result<(Vec<Value>, Option<Value>), StepError> {
    let Some(found) = data.pointer_mut(at).filter(|found| found.is_object()) else {
        return Err(elsewhere(at));
    };
    let info = found["pageInfo"].take();
    let items = match (found["nodes"].take(), found["edges"].take()) {
        (Value::Array(nodes), _) => nodes,
        (_, Value::Array(edges)) => edges.into_iter().map(|mut edge| edge["node"].take()).collect(),
        _ => return Err(elsewhere(at)),
    };
    let more = info["hasNextPage"] == true;
    let cursor = info["endCursor"].as_str().filter(|cursor| !cursor.is_empty());
    if more && cursor.is_none() {
        return Err(elsewhere(at));
    }
    Ok((items, cursor.filter(|_| more).map(|cursor| json!(cursor))))
}

fn elsewhere(at: &str) -> StepError {
    StepError::new(
        "answer_unexpected",
        ErrorClass::Invalid,
        text!(
            "There is no list at `{at}` of the data: the query has to ask there for `nodes` or `edges {{ node }}`, and for `pageInfo {{ hasNextPage endCursor }}`",
            "資料的 `{at}` 沒有清單：查詢必須在該處取得 `nodes` 或 `edges {{ node }}`，以及 `pageInfo {{ hasNextPage endCursor }}`"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_come_as_nodes_or_edges() {
        let of = |list: Value| page(&mut json!({ "shop": { "list": list } }), "/shop/list");
        let info = json!({ "hasNextPage": true, "endCursor": "c1" });
        let (items, next) = of(json!({ "nodes": [1, 2], "pageInfo": info })).expect("a page");
        assert_eq!((items, next), (vec![json!(1), json!(2)], Some(json!("c1"))));
        let (items, next) = of(json!({ "edges": [{ "node": { "id": 1 } }], "pageInfo": { "hasNextPage": false, "endCursor": "c" } }))
            .expect("a page");
        assert_eq!((items, next), (vec![json!({ "id": 1 })], None));
        assert!(of(json!({ "nodes": [] })).expect("a page").1.is_none());
        for bad in [
            json!([]),
            json!(null),
            json!({ "pageInfo": {} }),
            json!({ "nodes": [], "pageInfo": { "hasNextPage": true } }),
        ] {
            assert_eq!(of(bad.clone()).expect_err("no page").code, "answer_unexpected", "{bad}");
        }
    }
}
