//! `run_signal`: what runs must take notice of: cancels, calls, decisions, finished sub-runs.

use causeway_model::{Frame, RunFailure, RunId, RunStatus, StepId, Text, Time, Value, WorkerId, text};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryOrder};
use serde::{Deserialize, Serialize};

use crate::audit_entry::{self, Change};
use crate::bulk::Rows;
use crate::concurrency_slot::Desk;
use crate::db::{Ask, Dialect};
use crate::{Error, Result, Store, active_run, json, run};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "run_signal")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub run: Uuid,
    pub at: i64,
    pub kind: i16,
    pub frame: String,
    pub step: String,
    pub payload: String,
    pub consumed: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Something from outside that a run must take notice of.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    pub id: i64,
    pub run: RunId,
    pub at: Time,
    pub kind: SignalKind,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "there are few of them at a time")]
pub enum SignalKind {
    Cancel {
        by: String,
        reason: Option<String>,
    },
    /// A call of a wait's one-time URL.
    Callback {
        frame: Frame,
        step: StepId,
        payload: Value,
    },
    Decision {
        frame: Frame,
        step: StepId,
        approved: bool,
        by: String,
        comment: Option<String>,
    },
    /// A run that a `call_flow` step started is done.
    RunFinished {
        frame: Frame,
        step: StepId,
        run: RunId,
        status: RunStatus,
        output: Option<Value>,
        failure: Option<RunFailure>,
    },
}

/// The code of [`SignalKind::Callback`], of which there is one for each frame and step; the schema knows it too.
const CALLBACK: i16 = 1;

impl SignalKind {
    fn code(&self) -> i16 {
        match self {
            Self::Cancel { .. } => 0,
            Self::Callback { .. } => CALLBACK,
            Self::Decision { .. } => 2,
            Self::RunFinished { .. } => 3,
        }
    }

    fn place(&self) -> (&str, &str) {
        match self {
            Self::Cancel { .. } => ("", ""),
            Self::Callback { frame, step, .. }
            | Self::Decision { frame, step, .. }
            | Self::RunFinished { frame, step, .. } => (frame.as_str(), step.as_str()),
        }
    }
}

impl Model {
    pub(crate) fn read(self) -> Result<Signal> {
        Ok(Signal {
            id: self.id,
            run: RunId(self.run),
            at: Time(self.at),
            kind: json::parse(&self.payload, "signal of a run")?,
        })
    }
}

/// What became of a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Posted {
    Yes,
    /// The run is finished, or there never was one.
    NoRun,
    /// The one call that the URL allows was made before.
    Again,
}

/// Writes the signal and makes the run due, unless a worker holds it or it has to stand in line for its slot first.
pub(crate) async fn post(
    tx: &DatabaseTransaction,
    now: Time,
    run: RunId,
    kind: &SignalKind,
) -> Result<Posted> {
    let touched = tx
        .run(
            "UPDATE active_run SET flags = flags | 2, \
             due_at = CASE WHEN worker IS NULL AND slot_state < 2 THEN priority ELSE due_at END, \
             want_at = CASE WHEN slot_state = 3 THEN 0 ELSE want_at END WHERE id = $1",
            vec![run.0.into()],
        )
        .await?;
    if touched == 0 {
        return Ok(Posted::NoRun);
    }
    let (frame, step) = kind.place();
    let written = tx
        .run(
            "INSERT INTO run_signal (run, at, kind, frame, step, payload, consumed) \
             VALUES ($1, $2, $3, $4, $5, $6, FALSE) ON CONFLICT DO NOTHING",
            vec![
                run.0.into(),
                now.millis().into(),
                kind.code().into(),
                frame.into(),
                step.into(),
                json::text(kind).into(),
            ],
        )
        .await?;
    Ok(if written == 0 { Posted::Again } else { Posted::Yes })
}

/// A cancel also takes the run out of the line for its slot, so that it can end at once. `desk` holds the run's slot.
pub(crate) async fn post_cancel(
    tx: &DatabaseTransaction,
    now: Time,
    run: RunId,
    cancel: &SignalKind,
    desk: &mut Desk,
) -> Result<Posted> {
    let posted = post(tx, now, run, cancel).await?;
    let freed = tx
        .one(
            "UPDATE active_run SET prior = slot_state, slot_state = 0, due_at = 0, want_at = NULL \
             WHERE id = $1 AND slot_state IN (2, 3) RETURNING prior, slot_key",
            vec![run.0.into()],
        )
        .await?;
    if let Some(row) = freed {
        let (state, key): (i16, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        if i64::from(state) == active_run::SLOT_BLOCKED {
            desk.leave(&key);
        }
    }
    Ok(posted)
}

/// Signals that the journal stands for now. A callback's row stays as the mark that its URL is used up.
pub(crate) async fn consume(tx: &DatabaseTransaction, ids: &[i64]) -> Result<()> {
    for id in ids {
        tx.run("UPDATE run_signal SET consumed = TRUE WHERE id = $1 AND kind = 1", vec![(*id).into()])
            .await?;
        tx.run("DELETE FROM run_signal WHERE id = $1 AND kind <> 1", vec![(*id).into()]).await?;
    }
    Ok(())
}

/// Makes those of the waiting runs due again that have signals already.
pub(crate) async fn wake_signalled(tx: &DatabaseTransaction, runs: Vec<Uuid>) -> Result<bool> {
    if runs.is_empty() {
        return Ok(false);
    }
    let wake = Rows::ids(tx.dialect(), runs).statement(vec![], |source| {
        format!(
            "UPDATE active_run SET due_at = CASE WHEN slot_state < 2 THEN 0 ELSE due_at END, \
             want_at = CASE WHEN slot_state = 3 THEN 0 ELSE want_at END \
             WHERE id IN (SELECT id FROM {source}) AND worker IS NULL AND \
             EXISTS (SELECT 1 FROM run_signal s WHERE s.run = active_run.id AND NOT s.consumed)"
        )
    });
    Ok(tx.execute_raw(wake).await?.rows_affected() > 0)
}

pub(crate) async fn delete_of(tx: &DatabaseTransaction, runs: Vec<Uuid>) -> Result<()> {
    if !runs.is_empty() {
        Entity::delete_many().filter(Column::Run.is_in(runs)).exec(tx).await?;
    }
    Ok(())
}

pub(crate) async fn of_active(
    tx: &DatabaseTransaction,
    runs: Vec<Uuid>,
) -> Result<Vec<(RunId, Result<Signal>)>> {
    if runs.is_empty() {
        return Ok(Vec::new());
    }
    let rows = Entity::find()
        .filter(Column::Run.is_in(runs))
        .filter(Column::Consumed.eq(false))
        .order_by_asc(Column::Id)
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|row| (RunId(row.run), row.read())).collect())
}

impl Store {
    /// Unconsumed signals of the runs that this worker holds. One that does not read keeps no others from being heard; it is
    /// dealt with when its run is claimed next.
    pub async fn signals(&self, worker: WorkerId) -> Result<Vec<Signal>> {
        let held = "SELECT s.id, s.run, s.at, s.kind, s.frame, s.step, s.payload, s.consumed FROM run_signal s \
             JOIN active_run a ON a.id = s.run WHERE a.worker = $1 AND NOT s.consumed ORDER BY s.id";
        let find = self.core.db.statement(held, vec![worker.0.into()]);
        let rows = Entity::find().from_raw_sql(find).all(&self.core.db.read).await?;
        Ok(rows.into_iter().filter_map(|row| row.read().ok()).collect())
    }

    /// A person's or a program's cancel of an active run. `run_finished` when it is finished already.
    pub async fn cancel_run(&self, id: RunId, by: &str, reason: Option<String>) -> Result<()> {
        self.cancel(id, by, reason, true).await
    }

    /// The engine's own cancel, which no audit trail needs: it follows from another.
    pub async fn request_cancel(&self, id: RunId, by: &str, reason: Option<String>) -> Result<()> {
        self.cancel(id, by, reason, false).await
    }

    async fn cancel(&self, id: RunId, by: &str, reason: Option<String>, audited: bool) -> Result<()> {
        let now = self.core.clock.now();
        let cancel = SignalKind::Cancel { by: by.to_owned(), reason };
        let tx = self.core.db.begin().await?;
        let lock = if tx.dialect() == Dialect::Postgres { " FOR UPDATE" } else { "" };
        let slot = "SELECT slot_key FROM active_run WHERE id = $1 AND slot_key IS NOT NULL";
        let key: Option<String> = match tx.one(format!("{slot}{lock}"), vec![id.0.into()]).await? {
            Some(row) => row.try_get_by_index(0)?,
            None => None,
        };
        let mut desk = Desk::lock(&tx, key.into_iter().map(|key| (key, None)).collect()).await?;
        let posted = post_cancel(&tx, now, id, &cancel, &mut desk).await?;
        self.settle_post(id, posted).await?;
        desk.settle(&tx).await?;
        if let (true, SignalKind::Cancel { reason, .. }) = (audited, &cancel) {
            let (subject, why) = (id.to_string(), serde_json::json!({ "reason": reason }));
            audit_entry::write(&tx, now, Change::new(by, "run.cancelled", &subject).to(why)).await?;
        }
        tx.commit().await?;
        self.core.wake.now();
        Ok(())
    }

    /// A call of a one-time URL. `link_used` the second time; `run_finished` when the run is.
    pub async fn call_back(&self, id: RunId, frame: Frame, step: StepId, payload: Value) -> Result<()> {
        let now = self.core.clock.now();
        let call = SignalKind::Callback { frame, step, payload };
        let tx = self.core.db.begin().await?;
        let posted = post(&tx, now, id, &call).await?;
        self.settle_post(id, posted).await?;
        tx.commit().await?;
        self.core.wake.now();
        Ok(())
    }

    async fn settle_post(&self, id: RunId, posted: Posted) -> Result<()> {
        match posted {
            Posted::Yes => Ok(()),
            Posted::Again => Err(Error::conflict(
                "link_used",
                text!("This link was used before; it works once.", "此連結已使用過；僅能使用一次。"),
            )),
            Posted::NoRun => Err(finished_or_unknown(self, id).await?),
        }
    }
}

/// Why a run that is not active cannot be told anything.
async fn finished_or_unknown(store: &Store, id: RunId) -> Result<Error> {
    let Some(status) = run::status_of(&store.core.db.read, id).await? else { return Ok(run::not_found(id)) };
    let Text { en, zh_tw } = crate::words::status(status);
    Ok(Error::conflict(
        "run_finished",
        Text {
            en: format!("The run is finished already ({en}); nothing can be changed."),
            zh_tw: format!("此執行已結束（{zh_tw}），無法再變更。"),
        },
    ))
}
