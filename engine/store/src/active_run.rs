//! `active_run`: the runs that are not finished. Only these are polled.

use causeway_model::{FlowId, Priority, RunId, RunMode, RunStatus, Slug, Span, Time, TriggerKind};
use sea_orm::entity::prelude::*;

use crate::accept::{NewRun, Origin};
use crate::{Result, codes};

/// `due_at` of what any worker may take now, whatever its clock says, is its rank: the urgent ones come first, and times
/// after all of them.
pub(crate) fn rank(priority: Priority) -> i64 {
    match priority {
        Priority::High => -1,
        Priority::Normal => 0,
        Priority::Low => LOW,
    }
}

/// The rank of what waits for everything else.
pub(crate) const LOW: i64 = 1;

/// `due_at` of a new run. Of those that wait for one window, the urgent ones are a few milliseconds earlier.
pub(crate) fn due_at(run: &NewRun) -> i64 {
    let rank = rank(run.priority);
    run.not_before.map_or(rank, |opens| opens.millis() + 1 + rank)
}

/// `flags`: there are loop tallies.
pub(crate) const HAS_LOOPS: i64 = 1;
/// `flags`: there may be signals.
pub(crate) const HAS_SIGNALS: i64 = 2;
/// `flags`: there may be open approvals.
pub(crate) const HAS_APPROVALS: i64 = 4;
/// `flags`: since the last claim a step began to wait for a time, a person or a call.
pub(crate) const PARKED: i64 = 8;

/// `slot_state`: needs no slot.
pub(crate) const SLOT_NONE: i64 = 0;
pub(crate) const SLOT_HELD: i64 = 1;
/// Stands in line for a slot; never due.
pub(crate) const SLOT_BLOCKED: i64 = 2;
/// Gave its slot back while it waits, and stands in line again from `want_at` on.
pub(crate) const SLOT_GIVEN_BACK: i64 = 3;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "active_run")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub flow: Uuid,
    pub version: i32,
    pub trigger_kind: i16,
    pub mode: i16,
    pub status: i16,
    /// The status before the last claim; running means that its worker died.
    pub prior: i16,
    /// When a worker may take it; null while one holds it, and while nothing is to be done.
    pub due_at: Option<i64>,
    pub want_at: Option<i64>,
    pub worker: Option<Uuid>,
    pub epoch: i64,
    /// Raised by each commit; numbers the journal's rows.
    pub seq: i64,
    pub flags: i32,
    pub slot_key: Option<String>,
    pub slot_state: i16,
    pub active_ms: i64,
    pub keep_ms: Option<i64>,
    pub key_root: Option<Uuid>,
    pub origin: Option<String>,
    pub created_at: i64,
    pub started_at: Option<i64>,
    pub deadline_at: Option<i64>,
    pub priority: i16,
    /// It may not begin before this time, with the rank in its last digits.
    pub not_before: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// An active run as a worker holds it.
#[derive(Clone, Debug)]
pub struct ActiveRun {
    pub id: RunId,
    pub flow: FlowId,
    pub slug: Slug,
    pub version: i32,
    /// Before the claim.
    pub status: RunStatus,
    pub epoch: i64,
    pub trigger: TriggerKind,
    pub mode: RunMode,
    pub key_root: RunId,
    pub origin: Origin,
    pub created_at: Time,
    pub deadline_at: Option<Time>,
    /// Active time used up before this claim.
    pub active_ms: i64,
    pub keep: Option<Span>,
    /// Whether a worker died while it held it.
    pub recovered: bool,
}

impl ActiveRun {
    pub(crate) fn read(row: &Model, slug: Slug) -> Result<Self> {
        let status = codes::status_of(row.prior)?;
        Ok(Self {
            id: RunId(row.id),
            flow: FlowId(row.flow),
            slug,
            version: row.version,
            status,
            epoch: row.epoch,
            trigger: codes::trigger_of(row.trigger_kind)?,
            mode: codes::mode_of(row.mode)?,
            key_root: RunId(row.key_root.unwrap_or(row.id)),
            origin: Origin::read(row.origin.as_deref())?,
            created_at: Time(row.created_at),
            deadline_at: row.deadline_at.map(Time),
            active_ms: row.active_ms,
            keep: row.keep_ms.map(|millis| Span::from_millis(millis.unsigned_abs())),
            recovered: status == RunStatus::Running,
        })
    }
}

impl Model {
    pub(crate) fn has(&self, flag: i64) -> bool {
        i64::from(self.flags) & flag != 0
    }
}
