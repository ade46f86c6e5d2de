//! `approval`: the questions that runs ask people.

use causeway_model::{ApprovalId, FlowId, Frame, RunId, Slug, StepId, Time, text};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryOrder};
use serde::Serialize;
use serde_json::json;

use crate::audit_entry::{self, Change};
use crate::bulk::{Columns, Kind, Rows};
use crate::commit::{Commit, Gone};
use crate::db::Ask;
use crate::run_signal::{self, Posted, SignalKind};
use crate::{Error, Result, Store, json, words};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "approval")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub run: Uuid,
    pub flow: Uuid,
    pub frame: String,
    pub step: String,
    pub message: String,
    pub approvers: String,
    pub status: i16,
    pub created_at: i64,
    pub expires_at: Option<i64>,
    pub decided_at: Option<i64>,
    pub decided_by: Option<String>,
    pub comment: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

#[derive(Clone, Debug)]
pub struct NewApproval {
    pub id: ApprovalId,
    pub frame: Frame,
    pub step: StepId,
    pub message: String,
    /// `user:<email>`, `role:<role>`, `link:<name>`.
    pub approvers: Vec<String>,
    pub expires_at: Option<Time>,
}

#[derive(Clone, Debug, Serialize)]
pub struct ApprovalRecord {
    pub id: ApprovalId,
    pub run: RunId,
    pub flow: FlowId,
    pub slug: Slug,
    pub frame: Frame,
    pub step: StepId,
    pub message: String,
    pub approvers: Vec<String>,
    /// `open`, `approved`, `rejected`, `timed_out`, `closed` (the run ended first).
    pub status: String,
    pub created_at: Time,
    pub expires_at: Option<Time>,
    pub decided_at: Option<Time>,
    pub decided_by: Option<String>,
    pub comment: Option<String>,
}

const OPEN: i16 = 0;
const APPROVED: i16 = 1;
const REJECTED: i16 = 2;
const TIMED_OUT: i16 = 3;
const CLOSED: i16 = 4;

const NAMES: [&str; 5] = ["open", "approved", "rejected", "timed_out", "closed"];

pub(crate) fn status_code(name: &str) -> Option<i16> {
    NAMES.iter().position(|known| *known == name).and_then(|place| i16::try_from(place).ok())
}

fn status_name(code: i16) -> Result<&'static str> {
    let name = usize::try_from(code).ok().and_then(|code| NAMES.get(code));
    name.copied().ok_or_else(|| Error::corrupt(format!("approval status {code}")))
}

impl ApprovalRecord {
    pub(crate) fn read(row: Model, slug: Slug) -> Result<Self> {
        Ok(Self {
            id: ApprovalId(row.id),
            run: RunId(row.run),
            flow: FlowId(row.flow),
            slug,
            frame: Frame::from(row.frame),
            step: row.step.parse().map_err(|_| Error::corrupt(format!("approval step {}", row.step)))?,
            message: row.message,
            approvers: json::parse(&row.approvers, "approvers")?,
            status: status_name(row.status)?.to_owned(),
            created_at: Time(row.created_at),
            expires_at: row.expires_at.map(Time),
            decided_at: row.decided_at.map(Time),
            decided_by: row.decided_by,
            comment: row.comment,
        })
    }
}

/// Writes the questions of a commit; the flow is looked up in the row of the run.
pub(crate) async fn insert(
    tx: &DatabaseTransaction,
    now: Time,
    commit: &Commit,
    gone: Option<&Gone>,
) -> Result<()> {
    const COLUMNS: Columns = &[
        ("id", Kind::Uuid),
        ("run", Kind::Uuid),
        ("flow", Kind::Uuid),
        ("frame", Kind::Text),
        ("step", Kind::Text),
        ("message", Kind::Text),
        ("approvers", Kind::Text),
        ("status", Kind::Int),
        ("created_at", Kind::Int),
        ("expires_at", Kind::Int),
    ];
    if commit.approvals.is_empty() {
        return Ok(());
    }
    let flow: Uuid = match gone {
        Some(gone) => gone.flow,
        None => {
            let row = tx.one("SELECT flow FROM active_run WHERE id = $1", vec![commit.run.0.into()]).await?;
            row.ok_or_else(|| Error::corrupt("a held run without its row"))?.try_get_by_index(0)?
        }
    };
    let mut rows = Rows::new(tx.dialect(), COLUMNS);
    for new in &commit.approvals {
        rows.uuid(new.id.0)
            .uuid(commit.run.0)
            .uuid(flow)
            .text(new.frame.as_str())
            .text(new.step.as_str())
            .text(&new.message)
            .text(&json::text(&new.approvers))
            .int(if gone.is_some() { CLOSED } else { OPEN }.into())
            .int(now.millis())
            .opt_int(new.expires_at.map(Time::millis));
    }
    let insert = rows.statement(vec![], |source| {
        let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
        let names = names.join(", ");
        format!("INSERT INTO approval ({names}) SELECT {names} FROM {source}")
    });
    tx.execute_raw(insert).await?;
    Ok(())
}

/// The step went on without a decision.
pub(crate) async fn close_one(
    tx: &DatabaseTransaction,
    now: Time,
    run: RunId,
    frame: &Frame,
    step: &StepId,
    timed_out: bool,
) -> Result<()> {
    let status = if timed_out { TIMED_OUT } else { CLOSED };
    tx.run(
        "UPDATE approval SET status = $4, decided_at = $5 WHERE run = $1 AND frame = $2 AND step = $3 AND status = 0",
        vec![run.0.into(), frame.as_str().into(), step.as_str().into(), status.into(), now.millis().into()],
    )
    .await?;
    Ok(())
}

/// The runs ended.
pub(crate) async fn close_all(tx: &DatabaseTransaction, now: Time, runs: Vec<Uuid>) -> Result<()> {
    for run in runs {
        tx.run(
            "UPDATE approval SET status = $2, decided_at = $3 WHERE run = $1 AND status = 0",
            vec![run.into(), CLOSED.into(), now.millis().into()],
        )
        .await?;
    }
    Ok(())
}

impl Store {
    pub async fn approval(&self, id: ApprovalId) -> Result<ApprovalRecord> {
        let row = Entity::find_by_id(id.0).one(&self.core.db.read).await?;
        let row = row.ok_or_else(|| approval_not_found(id))?;
        let slug = self.slug_of(FlowId(row.flow)).await?;
        ApprovalRecord::read(row, slug)
    }

    /// The approval of a step of a run, for one-time links.
    pub async fn approval_of(
        &self,
        run: RunId,
        frame: &Frame,
        step: &StepId,
    ) -> Result<Option<ApprovalRecord>> {
        let row = Entity::find()
            .filter(Column::Run.eq(run.0))
            .filter(Column::Frame.eq(frame.as_str()))
            .filter(Column::Step.eq(step.as_str()))
            .order_by_desc(Column::Id)
            .one(&self.core.db.read)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let slug = self.slug_of(FlowId(row.flow)).await?;
        ApprovalRecord::read(row, slug).map(Some)
    }

    /// Writes the decision and its signal in one transaction. `approval_decided` when it is not open.
    pub async fn decide(
        &self,
        id: ApprovalId,
        approved: bool,
        by: &str,
        comment: Option<String>,
    ) -> Result<()> {
        let now = self.core.clock.now();
        let status = if approved { APPROVED } else { REJECTED };
        let comment = comment.map(|comment| words::plain(&comment));
        let tx = self.core.db.begin().await?;
        let row = Entity::find_by_id(id.0).one(&tx).await?.ok_or_else(|| approval_not_found(id))?;
        if row.status == OPEN && row.expires_at.is_some_and(|expires| expires <= now.millis()) {
            let late = text!("The time to decide is over.", "決定的期限已過。");
            return Err(Error::conflict("approval_expired", late));
        }
        let step: StepId =
            row.step.parse().map_err(|_| Error::corrupt(format!("approval step {}", row.step)))?;
        let decision = SignalKind::Decision {
            frame: Frame::from(row.frame),
            step: step.clone(),
            approved,
            by: by.to_owned(),
            comment: comment.clone(),
        };
        // First the run's row, then the approval's: the order in which a finishing run takes them.
        let posted = run_signal::post(&tx, now, RunId(row.run), &decision).await?;
        let decided = tx
            .run(
                "UPDATE approval SET status = $2, decided_at = $3, decided_by = $4, comment = $5 WHERE id = $1 AND status = 0",
                vec![id.0.into(), status.into(), now.millis().into(), by.into(), comment.into()],
            )
            .await?;
        if decided == 0 || posted != Posted::Yes {
            drop(tx);
            return Err(self.why_not_open(id).await?);
        }
        let subject = id.to_string();
        let action = if approved { "approval.approved" } else { "approval.rejected" };
        let change = Change::new(by, action, &subject).to(json!({ "run": row.run, "step": step }));
        audit_entry::write(&tx, now, change).await?;
        tx.commit().await?;
        self.core.wake.now();
        Ok(())
    }

    async fn why_not_open(&self, id: ApprovalId) -> Result<Error> {
        let record = self.approval(id).await?;
        let by = record.decided_by.unwrap_or_else(|| "-".to_owned());
        let text = match record.status.as_str() {
            "approved" => text!("Approved already by {by}.", "已由 {by} 核准。"),
            "rejected" => text!("Rejected already by {by}.", "已由 {by} 駁回。"),
            "timed_out" => {
                text!("Nobody decided in time; the run went on.", "逾時未決定，執行已繼續進行。")
            }
            _ => text!("The run ended before a decision was made.", "執行在決定之前已結束。"),
        };
        Ok(Error::conflict("approval_decided", text))
    }
}

fn approval_not_found(id: ApprovalId) -> Error {
    Error::not_found("approval_not_found", text!("There is no approval {id}.", "沒有簽核 {id}。"))
}
