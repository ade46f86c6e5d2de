//! The catalogue entry of `http`: what the form, the checks at publish and the reference page are made of.

use causeway_connector::schema::{property, secret};
use causeway_model::{
    ConnectorCategory, ConnectorSpec, Idempotency, OperationSpec, OperationSummary, Value, text,
};
use serde_json::json;

pub(super) fn connector(request: &OperationSpec) -> ConnectorSpec {
    ConnectorSpec {
        name: "http".to_owned(),
        version: "1.0.0".to_owned(),
        title: text!("HTTP", "HTTP"),
        description: text!("Calls any system that speaks HTTP.", "呼叫任何支援 HTTP 的系統。"),
        category: ConnectorCategory::General,
        connection: None,
        operations: vec![request.summary.clone()],
        triggers: Vec::new(),
        records: Vec::new(),
    }
}

pub(super) fn request() -> OperationSpec {
    let summary = OperationSummary {
        name: "request".to_owned(),
        title: text!("Send a request", "送出請求"),
        description: text!(
            "Sends one HTTP request and gives the status, headers and body of its answer. An answer outside `success` fails the step.",
            "送出一個 HTTP 請求，並取得回應的狀態碼、標頭與內容。若狀態碼不在 `success` 之內，此步驟即為失敗。"
        ),
        idempotency: Idempotency::Header,
        read_only: false,
    };
    OperationSpec { summary, input: input(), output: output() }
}

/// An object of texts; a list repeats its name.
fn pairs() -> Value {
    let scalar = json!(["string", "number", "boolean", "null"]);
    json!({
        "type": "object",
        "additionalProperties": { "type": ["string", "number", "boolean", "null", "array"], "items": { "type": scalar } },
        "x-causeway-widget": "key-value",
    })
}

fn file() -> Value {
    json!({ "type": "object", "required": ["$file"], "properties": { "$file": { "type": "object" } } })
}

fn input() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["url"],
        "additionalProperties": false,
        // In the order of the form.
        "properties": {
            "method": method(),
            "url": url(),
            "query": query(),
            "headers": headers(),
            "json": json_body(),
            "form": form(),
            "multipart": multipart(),
            "body": body(),
            "auth": auth(),
            "timeout": timeout(),
            "success": success(),
            "follow_redirects": follow_redirects(),
        },
        // At most one kind of body.
        "dependentSchemas": {
            "json": { "properties": { "form": false, "multipart": false, "body": false } },
            "form": { "properties": { "multipart": false, "body": false } },
            "multipart": { "properties": { "body": false } },
        },
    })
}

fn method() -> Value {
    property(
        json!({ "type": "string", "examples": ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] }),
        ("Method", "方法"),
        (
            "Any HTTP method. Without one: POST if there is a body, GET otherwise.",
            "任何 HTTP 方法。未填時：有內容用 POST，否則用 GET。",
        ),
    )
}

fn url() -> Value {
    property(
        json!({ "type": "string", "minLength": 1, "examples": ["https://erp.example.com/orders"] }),
        ("URL", "網址"),
        (
            "Begins with http:// or https://. Hosts in a private network must be allowed by the administrator.",
            "以 http:// 或 https:// 開頭。私有網路中的主機需由管理員允許。",
        ),
    )
}

fn query() -> Value {
    secret(property(
        pairs(),
        ("Query", "查詢參數"),
        ("Added to the query that the URL has.", "附加在網址後的查詢參數。"),
    ))
}

fn headers() -> Value {
    secret(property(
        pairs(),
        ("Headers", "標頭"),
        ("Sent as they are. A list sends the header several times.", "照原樣送出；清單會重複送出同名標頭。"),
    ))
}

fn json_body() -> Value {
    secret(property(
        json!({ "x-causeway-widget": "json" }),
        ("JSON body", "JSON 內容"),
        (
            "Any value, sent as JSON. A record stream goes out as one array, or as lines if the Content-Type is \
             application/x-ndjson.",
            "任何值，以 JSON 送出。紀錄串流會以單一陣列送出；若 Content-Type 為 application/x-ndjson 則每行一筆。",
        ),
    ))
}

fn form() -> Value {
    secret(property(
        pairs(),
        ("Form body", "表單內容"),
        ("Sent as application/x-www-form-urlencoded.", "以 application/x-www-form-urlencoded 送出。"),
    ))
}

fn multipart() -> Value {
    let part = json!({
        "type": "object",
        "required": ["name"],
        "additionalProperties": false,
        "properties": {
            "name": { "type": "string", "minLength": 1 },
            "value": {},
            "file": file(),
            "filename": { "type": "string" },
            "type": { "type": "string" },
        },
    });
    secret(property(
        json!({ "type": ["object", "array"], "items": part }),
        ("Multipart body", "Multipart 內容"),
        (
            "Fields and files: {\"note\": \"text\", \"doc\": a file}, or a list of {name, value or file, filename, type}.",
            "欄位與檔案：{\"note\": \"文字\", \"doc\": 檔案}，或由 {name, value 或 file, filename, type} 組成的清單。",
        ),
    ))
}

fn body() -> Value {
    let mut schema = file();
    schema["type"] = json!(["string", "object"]);
    secret(property(
        schema,
        ("Raw body", "原始內容"),
        (
            "A text as it is, or a file. Set the header Content-Type to say what it is.",
            "照原樣送出的文字，或一個檔案。請用標頭 Content-Type 說明其類型。",
        ),
    ))
}

fn auth() -> Value {
    // Told apart by `type`, so that a fault names the field that is missing.
    let needs = |kind: &str, fields: [&str; 2]| {
        json!({
            "if": { "properties": { "type": { "const": kind } } },
            "then": { "required": fields },
        })
    };
    let text = || json!({ "type": "string" });
    secret(property(
        json!({
            "type": "object",
            "required": ["type"],
            "additionalProperties": false,
            "properties": {
                "type": { "enum": ["basic", "bearer", "header", "query"] },
                "username": text(),
                "password": text(),
                "token": text(),
                "name": text(),
                "value": text(),
            },
            "allOf": [
                needs("basic", ["username", "password"]),
                needs("bearer", ["type", "token"]),
                needs("header", ["name", "value"]),
                needs("query", ["name", "value"]),
            ],
        }),
        ("Authentication", "驗證"),
        (
            "basic (username, password), bearer (token), header or query (name, value). Take the values from secrets.",
            "basic（username、password）、bearer（token）、header 或 query（name、value）。值請取自密鑰。",
        ),
    ))
}

fn timeout() -> Value {
    property(
        json!({ "type": "string", "format": "duration" }),
        ("Timeout", "逾時"),
        (
            "Bound of the whole exchange, such as 30s; 60s if not set.",
            "整個往返的時間上限，例如 30s；未設定時為 60s。",
        ),
    )
}

fn success() -> Value {
    property(
        json!({
            "type": ["array", "string", "integer"],
            "items": { "type": ["string", "integer"] },
            "default": ["2xx"],
        }),
        ("Success", "成功的狀態碼"),
        (
            "The statuses that count as success: 404, \"2xx\", \"200-204\", \"any\", or a list of such. 2xx if not set.",
            "視為成功的狀態碼：404、\"2xx\"、\"200-204\"、\"any\"，或其清單。未設定時為 2xx。",
        ),
    )
}

fn follow_redirects() -> Value {
    property(
        json!({ "type": "boolean", "default": true }),
        ("Follow redirects", "跟隨重新導向"),
        (
            "Credentials and secret headers are not taken along to another site.",
            "前往其他網站時，不會帶著憑證與含密鑰的標頭。",
        ),
    )
}

fn output() -> Value {
    let status = property(
        json!({ "type": "integer" }),
        ("Status", "狀態碼"),
        ("The HTTP status, such as 200.", "HTTP 狀態碼，例如 200。"),
    );
    let headers = property(
        json!({ "type": "object" }),
        ("Headers", "標頭"),
        ("By lower-case name; set-cookie is a list.", "名稱為小寫；set-cookie 為清單。"),
    );
    let body = property(
        json!({}),
        ("Body", "內容"),
        (
            "JSON as it is, text as a string, nothing as null; a file or a record stream where it is large or binary.",
            "JSON 照原樣、文字為字串、無內容為 null；大型或二進位內容為檔案或紀錄串流。",
        ),
    );
    json!({
        "type": "object",
        "required": ["status", "headers", "body"],
        "properties": { "status": status, "headers": headers, "body": body },
    })
}
