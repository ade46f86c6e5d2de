//! What an answer means. Errors come with 200 and with other statuses, beside data and without.

use causeway_model::{ErrorClass, StepError, Value, text};
use serde_json::json;

/// The longest word of a system that is put into a message.
const LONGEST_WORD: usize = 500;

pub(super) struct Answer {
    pub data: Value,
    /// Those that came beside the data.
    pub errors: Value,
}

impl Answer {
    /// `{data, errors}`
    pub fn into_value(self) -> Value {
        json!({ "data": self.data, "errors": self.errors })
    }
}

/// The answer of a status of success.
pub(super) fn read(mut body: Value, accepts_partial: bool) -> Result<Answer, StepError> {
    if !body.is_object() || (body.get("data").is_none() && body.get("errors").is_none()) {
        return Err(unexpected(body));
    }
    let data = body["data"].take();
    let errors = body["errors"].as_array().filter(|errors| !errors.is_empty());
    let Some(errors) = errors else { return Ok(Answer { data, errors: json!([]) }) };
    let class = class(errors);
    if accepts_partial && !data.is_null() {
        return Ok(Answer { data, errors: json!(errors) });
    }
    let said = words(errors);
    let partial = !data.is_null();
    let mut error = StepError::new("graphql_errors", class, text!("", ""));
    error.message = if partial {
        text!(
            "The answer has errors beside its data: {said}. Set `partial` to accept where that will do",
            "回應的資料附帶錯誤：{said}。若可接受，請將 `partial` 設為 accept"
        )
    } else {
        text!("The endpoint answered: {said}", "端點回應：{said}")
    };
    error.body = Some(json!({ "data": data, "errors": errors }));
    Err(error)
}

/// What came instead of a success: errors in a body say more than the status.
pub(super) fn refused(mut error: StepError) -> StepError {
    let errors =
        error.body.as_ref().and_then(|body| body["errors"].as_array()).filter(|errors| !errors.is_empty());
    let Some(errors) = errors else { return error };
    let said = words(errors);
    let status = error.status.map(|status| format!(" ({status})")).unwrap_or_default();
    if let Some(class) = errors.iter().find_map(known) {
        error.class = class;
    }
    error.message = text!("The endpoint answered: {said}{status}", "端點回應：{said}{status}");
    error
}

fn unexpected(body: Value) -> StepError {
    let mut error = StepError::new(
        "answer_unexpected",
        ErrorClass::Server,
        text!(
            "The answer is none of GraphQL, or too large to read: check the connection's `url`, or ask for less at once",
            "回應不是 GraphQL 格式，或過大而無法讀取：請檢查連線的 `url`，或減少單次查詢的資料"
        ),
    );
    error.body = Some(body);
    error
}

/// The first that says what it is; all others are the query's fault.
fn class(errors: &[Value]) -> ErrorClass {
    errors.iter().find_map(known).unwrap_or(ErrorClass::Invalid)
}

fn code(error: &Value) -> Option<&str> {
    error["extensions"]["code"].as_str().or_else(|| error["type"].as_str())
}

/// What the codes mean that servers agree on (Apollo's, and those of large public endpoints).
fn known(error: &Value) -> Option<ErrorClass> {
    let code = code(error)?.to_ascii_uppercase();
    Some(match code.as_str() {
        "UNAUTHENTICATED" | "UNAUTHORIZED" | "FORBIDDEN" | "ACCESS_DENIED" | "AUTHENTICATION_ERROR" => {
            ErrorClass::Auth
        }
        "THROTTLED" | "RATE_LIMITED" | "RATE_LIMIT_EXCEEDED" | "TOO_MANY_REQUESTS" => ErrorClass::Limit,
        "NOT_FOUND" => ErrorClass::NotFound,
        "CONFLICT" | "ALREADY_EXISTS" => ErrorClass::Conflict,
        "INTERNAL_SERVER_ERROR"
        | "INTERNAL"
        | "INTERNAL_ERROR"
        | "SERVICE_UNAVAILABLE"
        | "DOWNSTREAM_SERVICE_ERROR" => ErrorClass::Server,
        "TIMEOUT" => ErrorClass::Timeout,
        "BAD_USER_INPUT"
        | "BAD_REQUEST"
        | "GRAPHQL_PARSE_FAILED"
        | "GRAPHQL_VALIDATION_FAILED"
        | "OPERATION_RESOLUTION_FAILURE"
        | "MAX_COST_EXCEEDED" => ErrorClass::Invalid,
        _ => return None,
    })
}

/// What the first errors say, with where in the data they belong.
fn words(errors: &[Value]) -> String {
    let word = |error: &Value| {
        let message = error["message"].as_str().unwrap_or("an error without a message");
        let message: String = message.chars().filter(|c| !c.is_control()).take(LONGEST_WORD).collect();
        let message = message.trim_end_matches(['.', '。']).to_owned();
        let path = error["path"].as_array().map(|path| {
            path.iter()
                .map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned))
                .collect::<Vec<_>>()
                .join(".")
        });
        let code = code(error).map(|code| format!(" ({code})")).unwrap_or_default();
        match path.filter(|path| !path.is_empty()) {
            Some(path) => format!("{path}: {message}{code}"),
            None => format!("{message}{code}"),
        }
    };
    let mut words: Vec<String> = errors.iter().take(3).map(word).collect();
    if errors.len() > words.len() {
        words.push("…".to_owned());
    }
    words.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_that_come_with_success_are_errors() {
        let denied = json!({ "message": "Not signed in.", "path": ["me", 0], "extensions": { "code": "UNAUTHENTICATED" } });
        let plain = json!({ "message": "Odd" });
        for (body, class) in [
            (json!({ "errors": [denied.clone()] }), ErrorClass::Auth),
            (json!({ "data": null, "errors": [plain.clone(), denied.clone()] }), ErrorClass::Auth),
            (json!({ "data": { "a": 1 }, "errors": [plain.clone()] }), ErrorClass::Invalid),
            (json!({ "errors": [{ "message": "slow down", "type": "RATE_LIMITED" }] }), ErrorClass::Limit),
            (json!("<html>"), ErrorClass::Server),
            (json!({ "message": "no" }), ErrorClass::Server),
        ] {
            assert_eq!(read(body.clone(), false).err().expect("an error").class, class, "{body}");
        }
        let error = read(json!({ "errors": [denied] }), true).err().expect("there is no data");
        assert!(error.message.en.contains("me.0: Not signed in (UNAUTHENTICATED)"), "{error}");
        let taken = read(json!({ "data": { "a": 1 }, "errors": [plain] }), true).expect("taken");
        assert_eq!(taken.into_value(), json!({ "data": { "a": 1 }, "errors": [{ "message": "Odd" }] }));
        assert!(read(json!({ "data": null }), false).is_ok());
    }
}
