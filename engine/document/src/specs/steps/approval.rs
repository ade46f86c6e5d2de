//! `approval`: waits for a person to say yes or no.

use causeway_model::{Fault, Role, Span, StepError, Text, Value, text};
use serde_json::json;

use super::{StepKind, input};
use crate::compile::StepCx;
use crate::faults::{child, listed};
use crate::plan::Action;
use crate::specs::parts::{duration, field, filled, object};

pub struct Approval;

/// The resolved input of an `approval`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalInput {
    pub message: String,
    pub approvers: Vec<Approver>,
    /// After this the step leaves by `timed_out`; absent means it waits until somebody decides.
    pub timeout: Option<Span>,
}

/// Who may decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Approver {
    /// The person with this address.
    User(String),
    /// Anybody with this role or a higher one.
    Role(Role),
    /// Whoever holds the one-time link of this name.
    Link(String),
}

impl Approver {
    /// `user:<email>`, `role:<role>` or `link:<name>`.
    pub fn read(written: &str) -> Result<Self, Text> {
        let (kind, name) = written.split_once(':').unwrap_or((written, ""));
        let name = name.trim();
        match kind {
            "user" if name.contains('@') && !name.contains(char::is_whitespace) => {
                Ok(Self::User(name.to_owned()))
            }
            "user" => Err(text!("`user:` needs an e-mail address", "`user:` 之後需要電子郵件地址")),
            "role" => name.parse().map(Self::Role).map_err(|_| {
                let Text { en, zh_tw } = listed(&Role::ALL.map(Role::name));
                Text { en: format!("`role:` needs {en}"), zh_tw: format!("`role:` 之後需要 {zh_tw}") }
            }),
            "link" if !name.is_empty() && name.chars().count() <= 64 => Ok(Self::Link(name.to_owned())),
            "link" => Err(text!(
                "`link:` needs a name of 1 to 64 characters",
                "`link:` 之後需要 1 到 64 個字元的名稱"
            )),
            _ => Err(text!(
                "an approver is `user:<email>`, `role:<role>` or `link:<name>`",
                "核准者要寫成 `user:<電子郵件>`、`role:<角色>` 或 `link:<名稱>`"
            )),
        }
    }
}

impl ApprovalInput {
    pub fn read(input: &Value) -> Result<Self, StepError> {
        let approvers = input["approvers"].as_array().map(Vec::as_slice).unwrap_or_default();
        let approvers: Vec<Approver> = approvers
            .iter()
            .map(|written| {
                Approver::read(&input::words(written)).map_err(|why| input::invalid("approvers", &why))
            })
            .collect::<Result<_, _>>()?;
        if approvers.is_empty() {
            return Err(input::invalid(
                "approvers",
                &text!("there is nobody who could decide", "沒有任何人可以決定"),
            ));
        }
        Ok(Self {
            message: input::words(&input["message"]),
            approvers,
            timeout: input::duration(input, "timeout")?,
        })
    }
}

impl StepKind for Approval {
    fn name(&self) -> &'static str {
        "approval"
    }

    fn title(&self) -> Text {
        text!("Approval", "簽核")
    }

    fn description(&self) -> Text {
        text!(
            "Asks people for a decision and waits for it. Leaves by `approved`, `rejected` or `timed_out`; who decided, when and why is kept.",
            "請人做決定並等待結果。出口為 `approved`（核准）、`rejected`（駁回）或 `timed_out`（逾時）；並記錄由誰、何時、為何決定。"
        )
    }

    fn schema(&self) -> Value {
        let approvers = json!({ "type": "array", "minItems": 1, "maxItems": 50, "items": filled() });
        object(vec![
            field(
                "message",
                filled(),
                text!("Question", "問題"),
                text!("What the approvers read.", "核准者會看到的內容。"),
            )
            .required(),
            field(
                "approvers",
                approvers,
                text!("Approvers", "核准者"),
                text!(
                    "`user:<email>`, `role:<role>` or `link:<name>`; the first decision counts. A link serves people without an account.",
                    "`user:<電子郵件>`、`role:<角色>` 或 `link:<名稱>`；以最先的決定為準。沒有帳號的人可使用連結。"
                ),
            )
            .required(),
            field(
                "timeout",
                duration(),
                text!("Time to decide", "決定期限"),
                text!(
                    "After this the step leaves by `timed_out`. Without it the step waits as long as it takes.",
                    "超過後步驟從 `timed_out` 離開；未填則一直等待。"
                ),
            ),
        ])
    }

    fn ports(&self, _with: &Value) -> Option<Vec<String>> {
        Some(["approved", "rejected", "timed_out"].map(str::to_owned).to_vec())
    }

    fn bounds_itself(&self) -> bool {
        true
    }

    fn compile(&self, step: &mut StepCx) -> Option<Action> {
        let approvers = step.field("approvers").and_then(Value::as_array).cloned().unwrap_or_default();
        for (index, written) in approvers.iter().enumerate() {
            let Some(written) = written.as_str().filter(|written| !written.contains("{{")) else { continue };
            if let Err(Text { en, zh_tw }) = Approver::read(written) {
                let at = child(&step.pointer("approvers"), index);
                let message = Text {
                    en: format!("This is no approver: {en}."),
                    zh_tw: format!("這不是有效的核准者：{zh_tw}。"),
                };
                let fix = text!(
                    "Write `user:mei@example.com`, `role:operator` or `link:customer`.",
                    "請寫成 `user:mei@example.com`、`role:operator` 或 `link:customer`。"
                );
                step.fault(Fault::error("invalid_approver", at, message).with_fix(fix));
            }
        }
        Some(Action::Approval)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn approvers_are_read() {
        assert_eq!(Approver::read("role:operator"), Ok(Approver::Role(Role::Operator)));
        assert_eq!(Approver::read("user:mei@example.com"), Ok(Approver::User("mei@example.com".into())));
        assert_eq!(Approver::read("link:客戶"), Ok(Approver::Link("客戶".into())));
        for wrong in ["", "mei", "role:boss", "user:mei", "link:", "group:x"] {
            assert!(Approver::read(wrong).is_err(), "{wrong}");
        }
        assert!(ApprovalInput::read(&json!({ "message": "?", "approvers": [] })).is_err());
        let input = json!({ "message": "?", "approvers": ["link:a"], "timeout": "24h" });
        assert_eq!(ApprovalInput::read(&input).expect("fits").timeout, Some(Span::from_secs(86_400)));
    }
}
