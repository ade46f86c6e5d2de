//! Approvals: who may decide, and deciding once.

use causeway_model::{ApprovalId, Frame, Role, RunId, StepId, text};
use causeway_store::{ApprovalFilter, ApprovalRecord};

use super::{App, Error, Result};

/// Who decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decider {
    /// A person with an account.
    User { email: String, role: Role },
    /// An API token.
    Token { name: String, role: Role },
    /// The holder of a one-time link.
    Link { who: String },
}

impl Decider {
    /// As the approval and the timeline keep it.
    pub fn name(&self) -> String {
        match self {
            Self::User { email, .. } => format!("user:{email}"),
            Self::Token { name, .. } => format!("token:{name}"),
            Self::Link { who } => format!("link:{who}"),
        }
    }

    /// Whether the approvers of an approval name this one. Nobody named means every operator; an owner may always.
    pub fn may_decide(&self, approvers: &[String]) -> bool {
        let role = match self {
            Self::User { role, .. } | Self::Token { role, .. } => Some(*role),
            Self::Link { .. } => None,
        };
        if role == Some(Role::Owner) {
            return true;
        }
        if approvers.is_empty() {
            return role.is_some_and(|role| role >= Role::Operator);
        }
        approvers.iter().any(|approver| match (approver.split_once(':'), self) {
            (Some(("user", email)), Self::User { email: own, .. }) => email.eq_ignore_ascii_case(own),
            (Some(("link", who)), Self::Link { who: own }) => who == own,
            (Some(("role", wanted)), _) => {
                wanted.parse::<Role>().is_ok_and(|wanted| role.is_some_and(|role| role >= wanted))
            }
            _ => false,
        })
    }
}

/// Some approvals, and the one that the next page begins after.
#[derive(Clone, Debug)]
pub struct ApprovalPage {
    pub approvals: Vec<ApprovalRecord>,
    pub next: Option<ApprovalId>,
}

const LOOKED_AT_ONCE: u64 = 500;
const MOST_LOOKED_AT: usize = 5000;

/// The longest comment that is kept.
const LONGEST_COMMENT: usize = 4000;

impl App {
    /// Newest first; with a decider, only what they may decide. Of those, at most [`MOST_LOOKED_AT`] are looked at for one
    /// page, which may hold less than was asked for then.
    pub async fn list_approvals(
        &self,
        mut filter: ApprovalFilter,
        decider: Option<&Decider>,
    ) -> Result<ApprovalPage> {
        let Some(decider) = decider else {
            let page = self.store().list_approvals(filter).await?;
            let next = page.rows.last().filter(|_| page.more).map(|last| last.id);
            return Ok(ApprovalPage { approvals: page.rows, next });
        };
        let wanted = usize::try_from(filter.limit).unwrap_or(usize::MAX);
        let (mut approvals, mut looked_at) = (Vec::new(), 0);
        filter.limit = LOOKED_AT_ONCE;
        loop {
            let page = self.store().list_approvals(filter.clone()).await?;
            looked_at += page.rows.len();
            let last = page.rows.last().map(|last| last.id);
            for approval in page.rows {
                if !decider.may_decide(&approval.approvers) {
                    continue;
                }
                let id = approval.id;
                approvals.push(approval);
                if approvals.len() == wanted {
                    let next = (page.more || Some(id) != last).then_some(id);
                    return Ok(ApprovalPage { approvals, next });
                }
            }
            filter.after = last;
            if !page.more || looked_at >= MOST_LOOKED_AT {
                return Ok(ApprovalPage { approvals, next: last.filter(|_| page.more) });
            }
        }
    }

    pub async fn approval(&self, id: ApprovalId) -> Result<ApprovalRecord> {
        Ok(self.store().approval(id).await?)
    }

    /// The approval that a one-time link leads to; refused while its step has not begun.
    pub async fn linked_approval(&self, run: RunId, frame: &Frame, step: &StepId) -> Result<ApprovalRecord> {
        self.store().approval_of(run, frame, step).await?.ok_or_else(|| {
            Error::conflict(
                "approval_not_open",
                text!(
                    "This question is not open yet; try again when the flow has come to it",
                    "這項簽核尚未開始，請等流程進行到此步驟後再試"
                ),
            )
        })
    }

    /// Decides once; who, when and why are kept.
    pub async fn decide(
        &self,
        id: ApprovalId,
        approved: bool,
        decider: &Decider,
        comment: Option<String>,
    ) -> Result<ApprovalRecord> {
        let approval = self.approval(id).await?;
        if !decider.may_decide(&approval.approvers) {
            let approvers = approval.approvers.join(", ");
            return Err(Error::forbidden(
                "not_an_approver",
                text!(
                    "You are not among those who may decide this: {approvers}",
                    "您不在可簽核的名單中：{approvers}"
                ),
            ));
        }
        let comment = comment.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        if comment.as_ref().is_some_and(|text| text.chars().count() > LONGEST_COMMENT) {
            return Err(Error::invalid(
                "comment_too_long",
                text!(
                    "The comment is longer than {LONGEST_COMMENT} characters; shorten it",
                    "備註超過 {LONGEST_COMMENT} 個字，請縮短"
                ),
            ));
        }
        let by = decider.name();
        self.store().decide(id, approved, &by, comment).await?;
        tracing::info!(run = %approval.run, step = %approval.step, approved, by, "approval decided");
        self.approval(id).await
    }

    /// The person behind an address, as one who decides.
    pub async fn decider_by_email(&self, email: &str) -> Result<Decider> {
        let user = self.store().user_by_email(email).await?;
        Ok(Decider::User { email: user.email, role: user.role })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_named_may_decide() {
        let approvers = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let token = |role| Decider::Token { name: "t".into(), role };
        let amy = |role| Decider::User { email: "amy@example.tw".into(), role };
        let link = Decider::Link { who: "boss".into() };
        let cases = [
            (token(Role::Operator), vec!["role:operator"], true),
            (token(Role::Editor), vec!["role:operator"], true),
            (token(Role::Viewer), vec!["role:operator"], false),
            (token(Role::Admin), vec!["user:amy@example.tw"], false),
            (token(Role::Owner), vec!["user:amy@example.tw"], true),
            (amy(Role::Viewer), vec!["user:Amy@example.tw"], true),
            (amy(Role::Viewer), vec!["role:admin", "user:bob@example.tw"], false),
            (link.clone(), vec!["role:viewer", "link:boss"], true),
            (link.clone(), vec!["role:viewer", "link:other"], false),
            (link, vec![], false),
            (token(Role::Operator), vec![], true),
            (token(Role::Viewer), vec![], false),
        ];
        for (decider, names, may) in cases {
            assert_eq!(decider.may_decide(&approvers(&names)), may, "{decider:?} {names:?}");
        }
    }
}
