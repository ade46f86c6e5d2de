//! The input of an operation, checked: a query changes nothing, and a mutation is one.

use causeway_model::{ErrorClass, StepError, Value, text};
use serde::Deserialize;
use serde_json::{Map, json};

use super::document::{Kind, kinds};

/// What a connection is tried with.
const TRIAL: &str = "query { __typename }";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    query: Option<String>,
    variables: Option<Map<String, Value>>,
    operation_name: Option<String>,
    #[serde(default)]
    partial: Partial,
    connection: Option<String>,
    cursor_variable: Option<String>,
    max_items: Option<u64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Partial {
    #[default]
    Fail,
    Accept,
}

pub(super) struct Input {
    pub query: String,
    /// An object.
    pub variables: Value,
    pub operation_name: Option<String>,
    /// Whether data that came beside errors is taken.
    pub accepts_partial: bool,
    pub list: Option<List>,
}

/// How a list goes on.
pub(super) struct List {
    /// Where in the data the records stand, beside `pageInfo`.
    pub at: String,
    pub cursor_variable: String,
    pub most: u64,
}

impl Input {
    pub fn read(operation: &str, input: Value) -> Result<Self, StepError> {
        let written: Written = match input {
            Value::Null => Written::default(),
            input => serde_json::from_value(input).map_err(|error| unread(operation, &error))?,
        };
        let query = match (written.query, operation) {
            (Some(query), _) => query,
            // Trying a connection gives no input.
            (None, "query") => TRIAL.to_owned(),
            (None, _) => return Err(refused("query", "is missing", "未填")),
        };
        fits(operation, &query)?;
        let list = match (operation, written.connection) {
            ("list", Some(at)) => Some(List {
                at,
                cursor_variable: written.cursor_variable.unwrap_or_else(|| "after".to_owned()),
                most: written.max_items.unwrap_or(u64::MAX),
            }),
            ("list", None) => return Err(refused("connection", "is missing", "未填")),
            _ => None,
        };
        Ok(Self {
            query,
            variables: json!(written.variables.unwrap_or_default()),
            operation_name: written.operation_name,
            accepts_partial: written.partial == Partial::Accept,
            list,
        })
    }
}

fn fits(operation: &str, query: &str) -> Result<(), StepError> {
    let kinds = kinds(query);
    let has = |kind: Kind| kinds.contains(&kind);
    if has(Kind::Subscription) || has(Kind::Other) || kinds.is_empty() {
        return Err(refused(
            "query",
            "has to be a document of queries or mutations; subscriptions cannot be sent",
            "必須是查詢或變更的文件；不支援訂閱",
        ));
    }
    match operation {
        "mutate" if !has(Kind::Mutation) => {
            Err(refused("query", "changes nothing: use graphql.query", "不會變更資料：請改用 graphql.query"))
        }
        "query" | "list" if has(Kind::Mutation) => Err(refused(
            "query",
            "holds a mutation, which must not be repeated as queries are: use graphql.mutate",
            "含有變更（mutation），不能像查詢一樣重複：請改用 graphql.mutate",
        )),
        "query" | "list" | "mutate" => Ok(()),
        _ => Err(StepError::new(
            "operation_unknown",
            ErrorClass::Bug,
            text!(
                "The connector graphql has no operation `{operation}`",
                "連接器 graphql 沒有操作 `{operation}`"
            ),
        )),
    }
}

/// What serde says may repeat values, so only its words about names are passed on.
fn unread(operation: &str, error: &serde_json::Error) -> StepError {
    let why = error.to_string();
    if why.starts_with("unknown field") {
        return refused(operation, &why, &why);
    }
    refused(operation, "a field has the wrong type", "有欄位的型別不符")
}

fn refused(field: &str, en: &str, zh: &str) -> StepError {
    StepError::new(
        "invalid_input",
        ErrorClass::Invalid,
        text!("`{field}` of graphql {en}", "graphql 的 `{field}` {zh}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_and_mutations_are_told_apart() {
        let code =
            |operation: &str, input: Value| Input::read(operation, input).err().map(|error| error.code);
        let refused = Some("invalid_input".to_owned());
        assert_eq!(code("query", json!({ "query": "{ a }" })), None);
        assert_eq!(code("query", json!({})), None, "a trial");
        assert_eq!(code("mutate", json!({ "query": "mutation { a }" })), None);
        assert_eq!(code("list", json!({ "query": "{ a }", "connection": "/a" })), None);
        for (operation, input) in [
            ("query", json!({ "query": "mutation { a }" })),
            ("query", json!({ "query": "query A { a } mutation B { b }", "operation_name": "A" })),
            ("mutate", json!({ "query": "{ a }" })),
            ("mutate", json!({})),
            ("list", json!({ "query": "{ a }" })),
            ("query", json!({ "query": "subscription { a }" })),
            ("query", json!({ "query": "hello" })),
            ("query", json!({ "query": "{ a }", "variables": [1] })),
            ("query", json!({ "query": "{ a }", "variable": {} })),
        ] {
            assert_eq!(code(operation, input.clone()), refused, "{operation} {input}");
        }
    }
}
