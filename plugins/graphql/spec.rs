//! The catalogue entry of `graphql`.

use std::sync::Arc;

use causeway_connector::MAX_ITEMS;
use causeway_connector::schema::{property, secret, titled};
use causeway_model::{
    AuthKind, AuthSpec, ConnectionSpec, ConnectorCategory, ConnectorSpec, Idempotency, OperationSpec,
    OperationSummary, Text, Value, text,
};
use serde_json::{Map, json};

/// The header of an API key, where the connection names none.
pub(super) const USUAL_HEADER: &str = "X-Api-Key";

pub(super) fn connector(operations: &[Arc<OperationSpec>]) -> ConnectorSpec {
    ConnectorSpec {
        name: "graphql".to_owned(),
        version: "1.0.0".to_owned(),
        title: text!("GraphQL", "GraphQL"),
        description: text!(
            "Sends queries and mutations to any GraphQL endpoint.",
            "向任何 GraphQL 端點送出查詢與變更。"
        ),
        category: ConnectorCategory::General,
        connection: Some(connection()),
        operations: operations.iter().map(|operation| operation.summary.clone()).collect(),
        triggers: Vec::new(),
        records: Vec::new(),
    }
}

fn connection() -> ConnectionSpec {
    let url = property(
        json!({ "type": "string", "format": "uri", "minLength": 1, "examples": ["https://api.example.com/graphql"] }),
        ("Endpoint", "端點"),
        ("Where queries are sent.", "查詢送往的網址。"),
    );
    let header = property(
        json!({ "type": "string", "minLength": 1, "default": USUAL_HEADER }),
        ("Header of the key", "金鑰標頭"),
        ("Where an API key goes.", "API 金鑰使用的標頭。"),
    );
    let settings = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": false,
        "required": ["url"],
        "properties": { "url": url, "header": header },
    });
    let field = |title| (title, json!({ "type": "string", "minLength": 1 }));
    let auth = vec![
        way(
            ("bearer", AuthKind::Bearer),
            text!("Access token", "存取權杖"),
            text!("Goes out as `Authorization: Bearer`.", "以 `Authorization: Bearer` 送出。"),
            vec![("token", field(text!("Access token", "存取權杖")))],
        ),
        way(
            ("header", AuthKind::ApiKey),
            text!("API key", "API 金鑰"),
            text!("Goes out in a header of its own.", "以專用標頭送出。"),
            vec![("api_key", field(text!("API key", "API 金鑰")))],
        ),
        way(
            ("basic", AuthKind::Basic),
            text!("User and password", "使用者與密碼"),
            text!("Basic authentication.", "Basic 驗證。"),
            vec![
                ("username", field(text!("User", "使用者"))),
                ("password", field(text!("Password", "密碼"))),
            ],
        ),
        way(
            ("open", AuthKind::Open),
            text!("None", "不需登入"),
            text!("The endpoint asks nobody who they are.", "端點不要求驗證身分。"),
            Vec::new(),
        ),
    ];
    ConnectionSpec { settings, auth, test: Some("query".to_owned()) }
}

fn way(
    (name, kind): (&str, AuthKind),
    title: Text,
    description: Text,
    fields: Vec<(&str, (Text, Value))>,
) -> AuthSpec {
    let required: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> = fields
        .iter()
        .map(|(name, (title, schema))| ((*name).to_owned(), titled(schema.clone(), title, title)))
        .collect();
    let credentials = json!({
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    });
    AuthSpec { name: name.to_owned(), kind, title, description, credentials }
}

pub(super) fn operations() -> Vec<OperationSpec> {
    vec![
        OperationSpec {
            summary: summary(
                ("query", Idempotency::Natural),
                text!("Query", "查詢"),
                text!(
                    "Asks for data. Errors that come with it fail the step, whatever the status.",
                    "查詢資料。即使狀態碼為成功，只要附帶錯誤，步驟即為失敗。"
                ),
            ),
            input: input(vec![("partial", partial())], &["query"]),
            output: output(),
        },
        OperationSpec {
            summary: summary(
                ("list", Idempotency::Natural),
                text!("Query all pages", "查詢所有分頁"),
                text!(
                    "Asks page by page, as long as `pageInfo` says that there is more.",
                    "逐頁查詢，直到 `pageInfo` 表示沒有下一頁。"
                ),
            ),
            input: input(
                vec![
                    ("connection", connection_at()),
                    ("cursor_variable", cursor_variable()),
                    (MAX_ITEMS, max_items()),
                ],
                &["query", "connection"],
            ),
            output: listed(),
        },
        OperationSpec {
            summary: summary(
                ("mutate", Idempotency::None),
                text!("Mutate", "變更"),
                text!(
                    "Changes data. It is not repeated by itself where it is unknown whether it happened.",
                    "變更資料。若無法確定是否已生效，不會自動重複。"
                ),
            ),
            input: input(vec![("partial", partial())], &["query"]),
            output: output(),
        },
    ]
}

fn summary((name, idempotency): (&str, Idempotency), title: Text, description: Text) -> OperationSummary {
    let read_only = idempotency == Idempotency::Natural;
    OperationSummary { name: name.to_owned(), title, description, idempotency, read_only }
}

fn input(more: Vec<(&str, Value)>, required: &[&str]) -> Value {
    let query = property(
        json!({ "type": "string", "minLength": 1, "x-causeway-widget": "code", "examples": ["query($id: ID!) { order(id: $id) { no total } }"] }),
        ("Document", "文件"),
        (
            "In the language of GraphQL. Values belong into the variables.",
            "以 GraphQL 撰寫，值請放在變數中。",
        ),
    );
    let variables = secret(property(
        json!({ "type": "object", "x-causeway-widget": "json" }),
        ("Variables", "變數"),
        ("By name, without the $.", "以名稱指定，不含 $。"),
    ));
    let operation_name = property(
        json!({ "type": "string", "minLength": 1 }),
        ("Operation", "操作名稱"),
        ("Which of several operations of the document is meant.", "文件有多個操作時，指定要執行哪一個。"),
    );
    let mut properties = Map::new();
    properties.insert("query".to_owned(), query);
    properties.insert("variables".to_owned(), variables);
    properties.insert("operation_name".to_owned(), operation_name);
    properties.extend(more.into_iter().map(|(name, schema)| (name.to_owned(), schema)));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": required,
        "additionalProperties": false,
        "properties": properties,
    })
}

fn partial() -> Value {
    property(
        json!({ "enum": ["fail", "accept"], "default": "fail" }),
        ("Partial data", "部分資料"),
        (
            "What becomes of data that comes beside errors: the step fails, or takes it with its errors.",
            "資料附帶錯誤時：步驟失敗（fail），或連同錯誤一併接受（accept）。",
        ),
    )
}

fn connection_at() -> Value {
    property(
        json!({ "type": "string", "pattern": "^(/.*)?$", "examples": ["/shop/orders"] }),
        ("List", "清單位置"),
        (
            "A JSON pointer to the list in the data. The document asks there for nodes or edges, and for pageInfo.",
            "清單在資料中的 JSON pointer。文件須在該處取得 nodes 或 edges，以及 pageInfo。",
        ),
    )
}

fn cursor_variable() -> Value {
    property(
        json!({ "type": "string", "minLength": 1, "default": "after" }),
        ("Variable of the cursor", "游標變數"),
        ("The document's variable that takes the end of the page before.", "接收前一頁結尾游標的變數。"),
    )
}

fn max_items() -> Value {
    property(
        json!({ "type": "integer", "minimum": 1 }),
        ("At most", "最多筆數"),
        (
            "How many records are fetched at most; all of them if not set.",
            "最多取得幾筆紀錄；未設定時為全部。",
        ),
    )
}

fn output() -> Value {
    let data =
        property(json!({}), ("Data", "資料"), ("As the document asks for it.", "依文件所查詢的內容。"));
    let errors = property(
        json!({ "type": "array" }),
        ("Errors", "錯誤"),
        ("Those that were accepted; empty otherwise.", "已接受的錯誤，否則為空。"),
    );
    json!({ "type": "object", "required": ["data", "errors"], "properties": { "data": data, "errors": errors } })
}

fn listed() -> Value {
    let items = property(
        json!({}),
        ("Records", "紀錄"),
        ("A list, or a record stream where they are many.", "清單；數量多時為紀錄串流。"),
    );
    let count =
        property(json!({ "type": "integer" }), ("Count", "筆數"), ("How many there are.", "共有幾筆。"));
    json!({ "type": "object", "required": ["items", "count"], "properties": { "items": items, "count": count } })
}
