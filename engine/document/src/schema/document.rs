//! The published JSON Schema of flow documents: editors complete and check with it.

use causeway_model::{DOCUMENT_VERSION, Text, Value, text};
use serde_json::{Map, json};

use super::InputSchema;
use crate::limits::{MAX_STEPS, MOST_MINUTES_SAVED};
use crate::plan::DAYS;
use crate::specs::parts::{DURATION_PATTERN, EXPRESSION, FIXED, SCRIPT, titled};
use crate::specs::{step_kinds, trigger_kinds};

/// The published JSON Schema of flow documents (2020-12), step and trigger kinds included.
///
/// What it accepts, [`parse`](crate::parse) reads. What hangs together across steps - edges, joins, names in expressions - and
/// the inputs of connectors' operations only [`Compiler::check`](crate::Compiler::check) knows.
pub fn schema() -> Value {
    let mut defs = Map::new();
    defs.insert("expression_hole".to_owned(), hole());
    defs.insert("duration".to_owned(), duration());
    defs.insert("retry".to_owned(), retry());
    defs.insert("concurrency".to_owned(), concurrency());
    defs.insert("settings".to_owned(), settings());
    defs.insert("window".to_owned(), window());
    defs.insert("step".to_owned(), step());
    defs.insert("trigger".to_owned(), trigger());
    for kind in step_kinds() {
        let described = titled(relaxed(&kind.schema()), &kind.title(), &kind.description());
        defs.insert(format!("step_{}", kind.name()), described);
    }
    for trigger in trigger_kinds() {
        let described = titled(relaxed(&trigger.schema()), &trigger.title(), &trigger.description());
        defs.insert(format!("trigger_{}", trigger.kind().name()), described);
    }
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:causeway:flow:1",
        "type": "object",
        "required": ["causeway", "kind", "name", "trigger", "steps"],
        "additionalProperties": false,
        "properties": {
            "causeway": with_text(json!({ "const": DOCUMENT_VERSION }), text!("Format", "格式"), text!("The version of the document format.", "文件格式的版本。")),
            "kind": with_text(json!({ "const": "flow" }), text!("Kind", "種類"), text!("What the document is.", "文件的種類。")),
            "slug": with_text(
                json!({ "type": "string", "pattern": "^[a-z0-9-]{1,64}$" }),
                text!("Slug", "代號"),
                text!("Names the flow; without it the folder or the file does.", "流程的代號；未填則以資料夾或檔名為準。"),
            ),
            "name": with_text(json!({ "type": "string", "maxLength": 200, "pattern": "\\S" }), text!("Name", "名稱"), text!("What people call the flow.", "流程的名稱。")),
            "description": with_text(json!({ "type": "string", "maxLength": 20_000 }), text!("Description", "說明"), text!("What the flow does, and for whom.", "流程做什麼、為誰而做。")),
            "tags": with_text(
                json!({ "type": "array", "maxItems": 50, "items": { "type": "string", "maxLength": 64, "pattern": "\\S" } }),
                text!("Tags", "標籤"),
                text!("Words to find and watch flows by.", "用來搜尋與監看流程的詞。"),
            ),
            "trigger": { "$ref": "#/$defs/trigger" },
            "steps": with_text(
                json!({ "type": "array", "maxItems": MAX_STEPS, "items": { "$ref": "#/$defs/step" } }),
                text!("Steps", "步驟"),
                text!("What the flow does.", "流程要做的事。"),
            ),
            "settings": { "$ref": "#/$defs/settings" }
        },
        "$defs": defs
    });
    titled(
        schema,
        &text!("Causeway flow", "Causeway 流程"),
        &text!("A flow document: a trigger, and the steps that follow.", "流程文件：觸發，以及隨後的步驟。"),
    )
}

fn with_text(schema: Value, title: Text, description: Text) -> Value {
    titled(schema, &title, &description)
}

fn hole() -> Value {
    with_text(
        json!({ "type": "string", "pattern": "\\{\\{" }),
        text!("Expression", "運算式"),
        text!("A text with `{{{{ ... }}}}` in it.", "含有 `{{{{ ... }}}}` 的文字。"),
    )
}

fn duration() -> Value {
    with_text(
        json!({ "type": "string", "pattern": DURATION_PATTERN }),
        text!("Duration", "時間長度"),
        text!("A number and ms, s, m, h or d, such as `30s`.", "數字加 ms、s、m、h 或 d，例如 `30s`。"),
    )
}

fn retry() -> Value {
    let schema = json!({
        "type": "object",
        "required": ["attempts"],
        "additionalProperties": false,
        "properties": {
            "attempts": with_text(json!({ "type": "integer", "minimum": 1, "maximum": 100 }), text!("Attempts", "次數"), text!("How many in all, the first included.", "總次數，含第一次。")),
            "backoff": with_text(json!({ "enum": ["exponential", "fixed"] }), text!("Pauses", "間隔方式"), text!("Whether each pause is twice the one before.", "每次間隔是否加倍。")),
            "first": { "$ref": "#/$defs/duration" },
            "max": { "$ref": "#/$defs/duration" },
            "on": with_text(
                json!({ "type": "array", "items": { "type": "string", "pattern":
                    "^(connect|timeout|limit|server|auth|invalid|not_found|conflict|script|exceeded|[45]xx|[45][0-9][0-9])$" } }),
                text!("What is retried", "重試條件"),
                text!("Error classes and statuses; none means connect, timeout, 408, 429 and 5xx.", "錯誤類別與狀態碼；未填表示 connect、timeout、408、429 與 5xx。"),
            )
        }
    });
    with_text(schema, text!("Retry", "重試"), text!("Repeats a failed attempt.", "失敗時重試。"))
}

fn concurrency() -> Value {
    let schema = json!({
        "type": "object",
        "required": ["limit"],
        "additionalProperties": false,
        "properties": {
            "limit": with_text(json!({ "type": "integer", "minimum": 1, "maximum": 100_000 }), text!("Limit", "上限"), text!("How many runs at once.", "同時執行的數量。")),
            "key": with_text(json!({ "type": "string", "maxLength": 10_000 }), text!("Key", "鍵"), text!("Runs of one key share the limit; an expression over `trigger`.", "同一鍵的執行共用上限；以 `trigger` 計算。")),
            "hold_slot": with_text(json!({ "type": "boolean" }), text!("Hold while waiting", "等待時保留"), text!("Whether a waiting run keeps its place.", "等待中的執行是否保留名額。"))
        }
    });
    with_text(schema, text!("Concurrency", "並行"), text!("How many runs at once.", "同時可以有幾個執行。"))
}

fn settings() -> Value {
    let duration = || json!({ "$ref": "#/$defs/duration" });
    let schema = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "timeout": with_text(duration(), text!("Time limit", "時間上限"), text!("Active time that a run may take; waiting does not count.", "執行可用的時間，不含等待。")),
            "deadline": with_text(duration(), text!("Deadline", "期限"), text!("Wall time that a run may take.", "執行從開始到結束的期限。")),
            "concurrency": { "$ref": "#/$defs/concurrency" },
            "on_limit": with_text(json!({ "enum": ["queue", "skip", "replace"] }), text!("At the limit", "達上限時"), text!("What happens to a run that would pass the limit.", "超過上限的執行如何處理。")),
            "keep": with_text(duration(), text!("Keep for", "保留期間"), text!("How long finished runs are kept.", "結束的執行保留多久。")),
            "priority": with_text(json!({ "enum": ["low", "normal", "high"] }), text!("Priority", "優先順序"), text!("Which runs are taken first when several are due.", "有多個執行待處理時，先處理哪些。")),
            "window": { "$ref": "#/$defs/window" },
            "minutes_saved": with_text(json!({ "type": "number", "minimum": 0, "maximum": MOST_MINUTES_SAVED }), text!("Minutes saved", "節省的分鐘數"), text!("Minutes of somebody's work that each run saves which succeeds; the overview adds them up.", "每次成功的執行可節省的人工分鐘數，總覽頁會加總。"))
        }
    });
    with_text(schema, text!("Settings", "設定"), text!("How runs of the flow behave.", "流程執行的方式。"))
}

fn window() -> Value {
    let time = || json!({ "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$" });
    let schema = json!({
        "type": "object",
        "required": ["from", "to"],
        "additionalProperties": false,
        "properties": {
            "from": with_text(time(), text!("From", "開始"), text!("Such as `22:00`.", "例如 `22:00`。")),
            "to": with_text(time(), text!("To", "結束"), text!("Such as `06:00`; of the next day where it is not after `from`.", "例如 `06:00`；不晚於開始時表示隔天。")),
            "timezone": with_text(json!({ "type": "string", "minLength": 1, "maxLength": 100 }), text!("Time zone", "時區"), text!("An IANA name; `Asia/Taipei` where it is absent.", "IANA 時區名稱，未填則為 `Asia/Taipei`。")),
            "days": with_text(
                json!({ "type": "array", "uniqueItems": true, "maxItems": 7, "items": { "enum": DAYS } }),
                text!("Days", "星期"),
                text!("The days on which it opens; none means each.", "在星期幾開始；未填表示每天。"),
            )
        }
    });
    with_text(
        schema,
        text!("Off-peak window", "離峰時段"),
        text!(
            "Runs begin only in these hours; those that come before wait.",
            "執行只在此時段開始，提早到的會等候。"
        ),
    )
}

fn trigger() -> Value {
    let kinds = trigger_kinds().iter().map(|trigger| (trigger.kind().name(), "trigger", trigger.schema()));
    let names: Vec<&str> = trigger_kinds().iter().map(|trigger| trigger.kind().name()).collect();
    let schema = json!({
        "type": "object",
        "required": ["use"],
        "additionalProperties": false,
        "properties": {
            "use": with_text(
                json!({ "type": "string", "maxLength": 200, "anyOf": [{ "enum": names }, { "pattern": "^[a-z0-9-]+\\.[a-z0-9_]+$" }] }),
                text!("Trigger", "觸發"),
                text!("A trigger kind, or `<connector>.<trigger>`.", "觸發類型，或 `<連接器>.<觸發>`。"),
            ),
            "connection": with_text(json!({ "type": "string", "maxLength": 200 }), text!("Connection", "連線"), text!("The account whose events they are.", "事件所屬的帳號。")),
            "with": { "type": "object" }
        },
        "allOf": by_kind(kinds)
    });
    with_text(schema, text!("Trigger", "觸發"), text!("What starts runs.", "啟動執行的事件。"))
}

fn step() -> Value {
    let kinds = step_kinds().iter().map(|kind| (kind.name(), "step", kind.schema()));
    let names: Vec<&str> = step_kinds().iter().map(|kind| kind.name()).collect();
    let schema = json!({
        "type": "object",
        "required": ["id", "use"],
        "additionalProperties": false,
        "properties": {
            "id": with_text(json!({ "type": "string", "pattern": "^[a-z0-9_]{1,64}$" }), text!("Id", "id"), text!("Unique in the document.", "在文件中不可重複。")),
            "name": with_text(json!({ "type": "string", "maxLength": 200 }), text!("Name", "名稱"), text!("What people call the step.", "步驟的名稱。")),
            "use": with_text(
                json!({ "type": "string", "maxLength": 200, "anyOf": [{ "enum": names }, { "pattern": "^[a-z0-9-]+\\.[a-z0-9_]+$" }] }),
                text!("What it does", "做什麼"),
                text!("A step kind, or `<connector>.<operation>`.", "步驟類型，或 `<連接器>.<操作>`。"),
            ),
            "connection": with_text(json!({ "type": "string", "maxLength": 200 }), text!("Connection", "連線"), text!("The account that the operation uses.", "操作使用的帳號。")),
            "with": { "type": "object" },
            "after": with_text(
                json!({ "type": "array", "items": { "type": "string" } }),
                text!("After", "在…之後"),
                text!("`step` or `step.port`; none means after the trigger.", "`步驟` 或 `步驟.出口`；未填表示在觸發之後。"),
            ),
            "join": with_text(json!({ "enum": ["any", "all"] }), text!("Join", "匯合"), text!("When a step with several sources starts.", "有多個來源的步驟何時開始。")),
            "retry": { "$ref": "#/$defs/retry" },
            "timeout": with_text(json!({ "$ref": "#/$defs/duration" }), text!("Time limit", "時間上限"), text!("Bounds each attempt.", "每次嘗試的時間上限。")),
            "on_doubt": with_text(json!({ "enum": ["repeat", "fail"] }), text!("In doubt", "不確定時"), text!("After a crash between sending and the answer.", "送出後、收到回應前當機時的處理方式。")),
            "note": with_text(json!({ "type": "string", "maxLength": 20_000 }), text!("Note", "備註"), text!("For the people who read the flow.", "給閱讀流程的人看。"))
        },
        "allOf": by_kind(kinds)
    });
    with_text(schema, text!("Step", "步驟"), text!("One unit of the flow.", "流程中的一個單位。"))
}

/// For each kind: what `with` must look like, and whether it may be left out.
fn by_kind(kinds: impl Iterator<Item = (&'static str, &'static str, Value)>) -> Vec<Value> {
    kinds
        .map(|(name, what, schema)| {
            let mut then = json!({ "properties": { "with": { "$ref": format!("#/$defs/{what}_{name}") } } });
            let optional = InputSchema::new(&schema).is_ok_and(|schema| schema.check(&json!({})).is_empty());
            if !optional {
                then["required"] = json!(["with"]);
            }
            json!({ "if": { "properties": { "use": { "const": name } }, "required": ["use"] }, "then": then })
        })
        .collect()
}

/// The same schema for documents, where an expression may stand instead of a value.
fn relaxed(schema: &Value) -> Value {
    let mut schema = schema.clone();
    let Some(map) = schema.as_object_mut() else { return schema };
    if map.get("x-causeway-steps").is_some() {
        map.insert("items".to_owned(), json!({ "$ref": "#/$defs/step" }));
        return schema;
    }
    for members in ["properties"] {
        for member in
            map.get_mut(members).and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut)
        {
            *member = with_hole(member);
        }
    }
    for inner in ["items", "additionalProperties"] {
        if let Some(inner) = map.get_mut(inner).filter(|inner| inner.is_object()) {
            *inner = with_hole(inner);
        }
    }
    schema
}

fn with_hole(schema: &Value) -> Value {
    let exact = schema.get(FIXED).is_some()
        || schema.get("x-causeway-steps").is_some()
        || matches!(schema["format"].as_str(), Some(EXPRESSION | SCRIPT));
    let inner = relaxed(schema);
    if exact || inner.as_object().is_some_and(|map| !map.contains_key("type") && !map.contains_key("enum")) {
        return inner;
    }
    let mut outer = Map::new();
    let mut inner = inner;
    for text in ["title", "description", crate::specs::parts::ZH_TW] {
        if let Some(text_value) = inner.as_object_mut().and_then(|map| map.shift_remove(text)) {
            outer.insert(text.to_owned(), text_value);
        }
    }
    outer.insert("anyOf".to_owned(), json!([inner, { "$ref": "#/$defs/expression_hole" }]));
    Value::Object(outer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_valid_and_tells_documents_apart() {
        let schema = InputSchema::new(&schema()).expect("a valid schema");
        let document = json!({
            "causeway": 1, "kind": "flow", "name": "A",
            "trigger": { "use": "webhook", "with": { "path": "a", "dedupe": "{{ trigger.body.no }}" } },
            "steps": [
                { "id": "a", "use": "script", "with": { "code": "1" } },
                { "id": "b", "use": "respond", "with": { "status": "{{ steps.a }}" }, "after": ["a"], "timeout": "5s" },
                { "id": "c", "use": "for_each", "with": { "items": "{{ [1] }}", "body": [{ "id": "d", "use": "stop" }] } },
                { "id": "e", "use": "http.request", "with": { "url": "x" } }
            ]
        });
        assert_eq!(schema.check(&document), []);
        for (pointer, wrong) in [
            ("/steps/0/with", json!({})),
            ("/steps/1/with/status", json!("200")),
            ("/steps/1/timeout", json!("5 s")),
            ("/steps/2/with/body/0/use", json!("stopp")),
            ("/trigger/with/reply", json!("{{ x }}")),
            ("/name", json!(" ")),
        ] {
            let mut broken = document.clone();
            if let Some(place) = broken.pointer_mut(pointer) {
                *place = wrong;
            } else {
                broken["trigger"]["with"]["reply"] = wrong;
            }
            assert_ne!(schema.check(&broken), [], "{pointer}");
        }
    }
}
