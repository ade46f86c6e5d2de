//! What an answer means: the output of the operation, or the error that the system tells in its own way.

use causeway_model::{ErrorClass, StepError, Value, text};
use serde_json::{Map, json};

use super::extension::{ErrorCondition, ErrorsSpec, RuleClass};
use super::operation::Operation;
use super::parameter::plain;
use crate::http::{LONGEST_WAIT_MS, Response};

/// The longest word of a system that is put into a message.
const LONGEST_WORD: usize = 500;

/// The output of an answer that came with a status of success. Some systems say with those that something failed.
pub fn output(operation: &Operation, system: &str, response: Response) -> Result<Value, StepError> {
    if let Some(class) = refusal(operation, &response) {
        let mut error = StepError::new("answer_refused", class, text!("", ""));
        error.status = Some(response.status);
        error.retry_after_ms = wait(&operation.errors, &response.body);
        error.body = Some(response.body);
        return Err(told(&operation.errors, system, error));
    }
    Ok(if operation.whole_answer {
        json!({ "status": response.status, "headers": response.headers, "body": response.body })
    } else {
        response.body
    })
}

/// The class of an answer that says with a status of success that the call failed.
pub fn refusal(operation: &Operation, response: &Response) -> Option<ErrorClass> {
    match rule(&operation.errors, response.status, &response.body) {
        Some(RuleClass::Failed(class)) => Some(class),
        Some(RuleClass::Succeeded) | None => None,
    }
}

/// What came of sending, as the system means it: an error's class by the rules, its message in the system's own words.
pub fn meant(
    operation: &Operation,
    system: &str,
    outcome: Result<Response, StepError>,
) -> Result<Response, StepError> {
    let mut error = match outcome {
        Ok(response) => return Ok(response),
        Err(error) => error,
    };
    // What did not come from an answer says what it is.
    let (Some(status), "http_status") = (error.status, error.code.as_str()) else { return Err(error) };
    let body = error.body.clone().unwrap_or_default();
    match rule(&operation.errors, status, &body) {
        Some(RuleClass::Succeeded) => return Ok(Response { status, headers: Map::new(), body }),
        Some(RuleClass::Failed(class)) => error.class = class,
        None => {}
    }
    error.retry_after_ms = error.retry_after_ms.or_else(|| wait(&operation.errors, &body));
    Err(told(&operation.errors, system, error))
}

/// How long an answer's body asks to wait, in milliseconds.
pub fn wait(errors: &ErrorsSpec, body: &Value) -> Option<u64> {
    let seconds = |pointer: &String| plain(body.pointer(pointer)?).trim().parse::<f64>().ok();
    let seconds = errors.retry_after_at.iter().find_map(seconds).filter(|wait| *wait >= 0.0)?;
    Some((seconds * 1000.0).ceil().min(LONGEST_WAIT_MS as f64) as u64)
}

fn rule(errors: &ErrorsSpec, status: u16, body: &Value) -> Option<RuleClass> {
    errors.rules.iter().find(|rule| holds(&rule.when, status, body)).map(|rule| rule.class)
}

fn holds(when: &ErrorCondition, status: u16, body: &Value) -> bool {
    let at = |pointer: &String| body.pointer(pointer).filter(|value| !value.is_null());
    let status_fits = when.status.is_none_or(|wanted| wanted == status);
    let value = when.at.as_ref().and_then(at);
    let value_fits = when.equals.as_ref().is_none_or(|wanted| same(value, wanted));
    let presence_fits = when.present.is_none_or(|wanted| value.is_some() == wanted);
    let code = when.code_at.as_ref().and_then(at);
    let code_fits = when.codes.as_ref().is_none_or(|codes| codes.iter().any(|wanted| same(code, wanted)));
    status_fits && value_fits && presence_fits && code_fits
}

/// Numbers and texts of the same digits are the same: systems disagree with themselves here.
fn same(value: Option<&Value>, wanted: &Value) -> bool {
    value.is_some_and(|value| value == wanted || (!value.is_boolean() && plain(value) == plain(wanted)))
}

/// Where systems say in words what is wrong, when the document does not say where.
const USUAL: [&str; 12] = [
    "/error/message",
    "/message",
    "/detail",
    "/error_description",
    "/errors/0/message",
    "/errors/0/detail",
    "/error/error_description",
    "/Message",
    "/title",
    "/error/description",
    "/errors/0",
    "/error",
];

fn told(errors: &ErrorsSpec, system: &str, mut error: StepError) -> StepError {
    let body = error.body.clone().unwrap_or_default();
    let word = |pointer: &str| {
        let found = body.pointer(pointer).filter(|value| value.is_string() || value.is_number())?;
        let text = plain(found);
        let text: String = text.chars().filter(|c| !c.is_control()).take(LONGEST_WORD).collect();
        (!text.trim().is_empty()).then(|| text.trim().to_owned())
    };
    let message = errors.message_at.iter().map(String::as_str).chain(USUAL).find_map(word);
    let code = errors.code_at.iter().find_map(|pointer| word(pointer));
    let said = match (code, message) {
        (Some(code), Some(message)) if code != message => format!("{message} ({code})"),
        (_, Some(message)) => message,
        (Some(code), None) => code,
        (None, None) => {
            if error.code == "answer_refused" {
                error.message = text!(
                    "{system} answered that the call failed, without saying why; see its answer",
                    "{system} 回應呼叫失敗，但沒有說明原因；請看回應內容"
                );
            }
            return error;
        }
    };
    let said = said.trim_end_matches(['.', '。']).to_owned();
    let advice = advice(error.class);
    let status = error.status.map(|status| format!(" ({status})")).unwrap_or_default();
    error.message = text!("{system} answered: {said}{status}", "{system} 回應：{said}{status}");
    error.message.en += &format!("; {}", advice.en);
    error.message.zh_tw += &format!("；{}", advice.zh_tw);
    error
}

fn advice(class: ErrorClass) -> causeway_model::Text {
    match class {
        ErrorClass::Auth => {
            text!("check the connection's credentials and their rights", "請檢查連線的憑證及其權限")
        }
        ErrorClass::Limit => text!("it asks to come back later", "對方要求稍後再試"),
        ErrorClass::Server => text!("the fault is on its side", "問題在對方系統"),
        ErrorClass::NotFound => text!("check the id", "請檢查編號"),
        ErrorClass::Conflict => text!("it clashes with what is already there", "與既有資料衝突"),
        _ => text!("check the step's input", "請檢查步驟的輸入"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(rules: Value) -> ErrorsSpec {
        serde_json::from_value(rules).expect("rules")
    }

    #[test]
    fn rules_read_what_the_system_says() {
        let errors = rules(json!({ "rules": [
            { "when": { "status": 200, "at": "/ok", "equals": false, "code_at": "/error/code", "codes": ["SESSION_EXPIRED"] }, "class": "auth" },
            { "when": { "at": "/ok", "equals": false }, "class": "invalid" },
            { "when": { "status": 403, "at": "/code", "equals": 40014 }, "class": "limit" },
            { "when": { "at": "/errors", "present": true }, "class": "conflict" },
            { "when": { "status": 409 }, "class": "succeeded" },
        ] }));
        assert_eq!(rule(&errors, 409, &json!({})), Some(RuleClass::Succeeded));
        for (status, body, class) in [
            (200, json!({ "ok": false, "error": { "code": "SESSION_EXPIRED" } }), Some(ErrorClass::Auth)),
            (200, json!({ "ok": false, "error": { "code": "OTHER" } }), Some(ErrorClass::Invalid)),
            (200, json!({ "ok": true }), None),
            (403, json!({ "code": "40014" }), Some(ErrorClass::Limit)),
            (403, json!({ "code": 1 }), None),
            (200, json!({ "errors": [] }), Some(ErrorClass::Conflict)),
            (200, json!({ "errors": null }), None),
            (200, json!("text"), None),
        ] {
            let expected = class.map(RuleClass::Failed);
            assert_eq!(rule(&errors, status, &body), expected, "{status} {body}");
        }
    }

    #[test]
    fn answers_say_how_long_to_wait() {
        let errors = rules(json!({ "retry_after_at": ["/parameters/retry_after"] }));
        for (after, expected) in [
            (json!(5), Some(5000)),
            (json!("0.25"), Some(250)),
            (json!(-1), None),
            (json!("soon"), None),
            (json!("NaN"), None),
            (json!(1e300), Some(604_800_000)),
        ] {
            let body = json!({ "parameters": { "retry_after": after } });
            assert_eq!(wait(&errors, &body), expected, "{body}");
        }
        assert_eq!(wait(&errors, &json!("text")), None);
    }

    #[test]
    fn messages_are_in_the_systems_own_words() {
        let errors = rules(json!({ "code_at": ["/error/code"] }));
        let mut error = StepError::new("http_status", ErrorClass::Invalid, text!("old", "舊"));
        error.status = Some(422);
        error.body = Some(json!({ "error": { "code": "CREDIT", "message": "超過信用額度。\u{7}" } }));
        let told = told(&errors, "Dinkoko ERP", error.clone());
        assert_eq!(told.message.zh_tw, "Dinkoko ERP 回應：超過信用額度。 (CREDIT) (422)；請檢查步驟的輸入");
        error.body = Some(json!({ "nothing": 1 }));
        assert_eq!(super::told(&errors, "ERP", error).message.en, "old");
    }
}
