//! `approval`: asks a person. Ports `approved`, `rejected` and `timed_out`.

use causeway_model::{
    ApprovalId, ErrorClass, Frame, Outcome, Span, StepError, StepId, Time, Value, Wait, WaitKind, text,
};
use causeway_store::NewApproval;

use super::suspend::{Suspended, text_of};

pub fn begin(input: &Value, frame: &Frame, step: &StepId, ready_at: Time) -> Result<Suspended, StepError> {
    let timeout = match text_of(input, "timeout") {
        None => None,
        Some(words) => Some(words.parse::<Span>().map_err(|error| {
            StepError::new(
                "invalid_duration",
                ErrorClass::Invalid,
                text!("{error}", "`timeout` 不是時間長度：{error}"),
            )
        })?),
    };
    let wait = Wait::within(WaitKind::Approval, ready_at, timeout);
    let approvers = match input.get("approvers") {
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let approval = NewApproval {
        id: ApprovalId::new(),
        frame: frame.clone(),
        step: step.clone(),
        message: text_of(input, "message").unwrap_or_default().to_owned(),
        approvers,
        expires_at: wait.until,
    };
    Ok(Suspended::Waits { wait, approval: Some(approval), child: None })
}

/// Who, when and why are the output.
pub fn decided(approved: bool, by: &str, comment: Option<&str>, at: Time) -> Outcome {
    let port = if approved { "approved" } else { "rejected" };
    let output = serde_json::json!({ "approved": approved, "by": by, "comment": comment, "at": at });
    Outcome::Succeeded { output, port: Some(port.to_owned()) }
}

pub fn timed_out(at: Time) -> Outcome {
    let output = serde_json::json!({ "approved": false, "by": null, "comment": null, "at": at });
    Outcome::Succeeded { output, port: Some("timed_out".to_owned()) }
}
