//! Looking at runs, active and finished as one list.

use std::collections::BTreeMap;

use causeway_model::{
    FlowId, RunFailure, RunId, RunMode, RunStatus, Slug, Text, Time, TriggerKind, Value, text,
};
use sea_orm::{ConnectionTrait, EntityTrait};
use serde::{Serialize, Serializer};

use crate::accept::{NewRun, Origin};
use crate::audit_entry::{self, Change};
use crate::bulk::Rows;
use crate::db::Ask;
use crate::listing::{MOST_ROWS, Page, RunFilter, anywhere};
use crate::{Error, Result, Store, active_run, codes, dismissal, draft_snapshot, json, run};

#[derive(Clone, Debug, Serialize)]
pub struct RunRecord {
    pub id: RunId,
    pub flow: FlowId,
    pub slug: Slug,
    /// Below zero: the draft that a test run pins. People are shown none then.
    #[serde(serialize_with = "published_only")]
    pub version: i32,
    pub status: RunStatus,
    pub trigger: TriggerKind,
    pub mode: RunMode,
    pub created_at: Time,
    pub started_at: Option<Time>,
    pub finished_at: Option<Time>,
    pub failure: Option<RunFailure>,
    pub handled_errors: u32,
    pub output: Option<Value>,
    pub reason: Option<Text>,
    pub key_root: RunId,
    #[serde(flatten)]
    pub origin: Origin,
    /// The run that took this failed one over: a resume of it, or a replay that succeeded. A failed run without one that is
    /// not dismissed is a dead letter.
    pub resumed_by: Option<RunId>,
    /// Somebody took it off the dead letters.
    pub dismissed: bool,
}

fn published_only<S: Serializer>(version: &i32, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    Some(*version).filter(|version| *version >= 0).serialize(serializer)
}

impl RunRecord {
    /// Whether it pins a draft instead of a published version.
    pub fn is_of_draft(&self) -> bool {
        self.version < 0
    }

    /// `v3`, or `draft`.
    pub fn edition(&self) -> Text {
        let version = self.version;
        if self.is_of_draft() { text!("draft", "草稿") } else { text!("v{version}", "v{version}") }
    }

    /// Refuses what is for runs of published versions only.
    pub fn refuse_test(&self) -> Result<()> {
        if self.mode == RunMode::Test { Err(draft_snapshot::refused()) } else { Ok(()) }
    }

    fn of_active(row: active_run::Model, slug: Slug) -> Result<Self> {
        let status = codes::status_of(row.status)?;
        let waits = row.not_before.filter(|opens| status == RunStatus::Queued && row.due_at == Some(*opens));
        let reason = waits.map(|opens| {
            // The last digits hold the priority.
            let opens = Time(opens - opens % 1000);
            text!(
                "Waits for the flow's window, which opens at {opens}.",
                "等候流程的時段，將於 {opens} 開始。"
            )
        });
        Ok(Self {
            id: RunId(row.id),
            flow: FlowId(row.flow),
            slug,
            version: row.version,
            status,
            trigger: codes::trigger_of(row.trigger_kind)?,
            mode: codes::mode_of(row.mode)?,
            created_at: Time(row.created_at),
            started_at: row.started_at.map(Time),
            finished_at: None,
            failure: None,
            handled_errors: 0,
            output: None,
            reason,
            key_root: RunId(row.key_root.unwrap_or(row.id)),
            origin: Origin::read(row.origin.as_deref())?,
            resumed_by: None,
            dismissed: false,
        })
    }

    fn of_finished(row: run::Model, slug: Slug) -> Result<Self> {
        Ok(Self {
            id: RunId(row.id),
            flow: FlowId(row.flow),
            slug,
            version: row.version,
            status: codes::status_of(row.status)?,
            trigger: codes::trigger_of(row.trigger_kind)?,
            mode: codes::mode_of(row.mode)?,
            created_at: Time(row.created_at),
            started_at: row.started_at.map(Time),
            finished_at: Some(Time(row.finished_at)),
            failure: json::parse_opt(row.failure.as_deref(), "failure of a run")?,
            handled_errors: u32::try_from(row.handled_errors).unwrap_or(u32::MAX),
            output: json::parse_opt(row.output.as_deref(), "output of a run")?,
            reason: json::parse_opt(row.reason.as_deref(), "reason of a run")?,
            key_root: RunId(row.key_root.unwrap_or(row.id)),
            origin: Origin::read(row.origin.as_deref())?,
            // A dismissed dead letter stands as resumed by itself.
            resumed_by: row.resumed_by.filter(|by| *by != row.id).map(RunId),
            dismissed: row.resumed_by == Some(row.id),
        })
    }
}

/// The code of a call of which it is not known whether it happened.
pub const IN_DOUBT: &str = "may_have_happened";

impl RunRecord {
    /// Whether the call that failed may have happened all the same.
    pub fn may_have_happened(&self) -> bool {
        self.failure.as_ref().is_some_and(|failure| failure.error.code == IN_DOUBT)
    }
}

impl Store {
    pub async fn run(&self, id: RunId) -> Result<RunRecord> {
        match self.finished(id).await? {
            Some(record) => Ok(record),
            None => self.run_under_way(id).await,
        }
    }

    async fn finished(&self, id: RunId) -> Result<Option<RunRecord>> {
        let row = run::Entity::find_by_id(id.0).one(&self.core.db.read).await?;
        let Some(row) = row else { return Ok(None) };
        let slug = self.slug_of(FlowId(row.flow)).await?;
        RunRecord::of_finished(row, slug).map(Some)
    }

    /// As `run`, at the least cost for one that is not finished.
    pub(crate) async fn run_under_way(&self, id: RunId) -> Result<RunRecord> {
        // It is gone from the one table only when it is in the other.
        if let Some(row) = active_run::Entity::find_by_id(id.0).one(&self.core.db.read).await? {
            let slug = self.slug_of(FlowId(row.flow)).await?;
            return RunRecord::of_active(row, slug);
        }
        self.finished(id).await?.ok_or_else(|| run::not_found(id))
    }

    /// Newest first, active and finished together.
    pub async fn runs(&self, filter: RunFilter) -> Result<Vec<RunRecord>> {
        Ok(self.list_runs(filter).await?.rows)
    }

    /// Newest first, active and finished together.
    pub async fn list_runs(&self, filter: RunFilter) -> Result<Page<RunRecord>> {
        let mut found = Vec::new();
        for row in self.active_rows(&filter).await? {
            let slug = self.slug_of(FlowId(row.flow)).await?;
            found.push(RunRecord::of_active(row, slug)?);
        }
        for row in self.finished_rows(&filter).await? {
            let slug = self.slug_of(FlowId(row.flow)).await?;
            found.push(RunRecord::of_finished(row, slug)?);
        }
        found.sort_by_key(|record| std::cmp::Reverse(record.id));
        found.dedup_by_key(|record| record.id);
        Ok(Page::of(found, filter.limit.clamp(1, MOST_ROWS)))
    }

    /// `trigger` as JSON text.
    pub async fn trigger_event(&self, id: RunId) -> Result<String> {
        let row = self
            .core
            .db
            .read
            .one("SELECT event FROM trigger_event WHERE run = $1", vec![id.0.into()])
            .await?;
        Ok(row.ok_or_else(|| run::not_found(id))?.try_get_by_index(0)?)
    }

    /// The trigger events of those of the runs in whose event the text stands somewhere, in letters of any size; others may be
    /// among them. JSON may write a letter in two ways, and both are looked for.
    pub async fn events_with(&self, runs: &[RunId], text: &str) -> Result<BTreeMap<RunId, String>> {
        let db = &self.core.db;
        let [plain, escaped] = json::spellings(text).map(|text| anywhere(&text));
        let find = Rows::ids(db.dialect, runs.iter().map(|run| run.0));
        let find = find.statement(vec![plain.into(), escaped.into()], |source| {
            format!(
                "SELECT run, event FROM trigger_event WHERE run IN (SELECT r.id FROM {source}) \
                 AND (LOWER(event) LIKE $1 ESCAPE '!' OR LOWER(event) LIKE $2 ESCAPE '!')"
            )
        });
        let mut found = BTreeMap::new();
        for row in db.read.query_all_raw(find).await? {
            found.insert(RunId(row.try_get_by_index(0)?), row.try_get_by_index(1)?);
        }
        Ok(found)
    }

    /// Marks a failed run as taken over by the run that resumes it, in the transaction that accepts that one. `run_not_failed`, `run_resumed_already`.
    pub async fn accept_resume(&self, failed: RunId, new: NewRun) -> Result<()> {
        self.take_dead_letter(failed, new.id).await?.accept(failed, new).await
    }

    /// Takes a failed run off the list of dead letters. `run_not_failed`, `run_resumed_already`.
    pub async fn dismiss(&self, failed: RunId, by: &str, reason: Option<String>) -> Result<()> {
        self.take_dead_letter(failed, failed).await?.done(failed, by, reason).await
    }

    /// How many runs the filter finds, up to `most`.
    pub async fn count_runs(&self, filter: &RunFilter, most: u64) -> Result<u64> {
        let (active, finished) = filter.counts(self.core.db.dialect, most);
        let mut count = 0;
        for (sql, values) in [active, finished].into_iter().flatten() {
            count += self.count(&sql, values).await?;
        }
        Ok(count.min(most))
    }

    async fn take_dead_letter(&self, failed: RunId, by: RunId) -> Result<Taken<'_>> {
        let tx = self.core.db.begin().await?;
        let taken = tx
            .run(
                format!("UPDATE run SET resumed_by = $2 WHERE id = $1 AND {}", run::DEAD_LETTER),
                vec![failed.0.into(), by.0.into()],
            )
            .await?;
        if taken == 0 {
            drop(tx);
            return Err(self.why_not_resumable(failed).await?);
        }
        Ok(Taken { store: self, tx })
    }

    async fn why_not_resumable(&self, id: RunId) -> Result<Error> {
        let record = self.run(id).await?;
        if record.mode == RunMode::Test {
            return Ok(draft_snapshot::refused());
        }
        if record.status == RunStatus::Failed {
            return Ok(Error::conflict(
                "run_resumed_already",
                causeway_model::text!(
                    "Run {id} was resumed, replayed with success or dismissed before.",
                    "執行 {id} 先前已被接續執行、重播成功或略過。"
                ),
            ));
        }
        let Text { en, zh_tw } = crate::words::status(record.status);
        Ok(Error::conflict(
            "run_not_failed",
            Text {
                en: format!("Only failed runs can be resumed; run {id} is {en}."),
                zh_tw: format!("只有失敗的執行可以接續；執行 {id} 的狀態為{zh_tw}。"),
            },
        ))
    }
}

/// A dead letter taken in an open transaction.
struct Taken<'a> {
    store: &'a Store,
    tx: sea_orm::DatabaseTransaction,
}

impl Taken<'_> {
    async fn accept(self, failed: RunId, new: NewRun) -> Result<()> {
        let effects = crate::batch::accept_in(&self.tx, &self.store.core, &new).await?;
        let (subject, by) = (failed.to_string(), new.origin.by.as_deref().unwrap_or("-"));
        let after = serde_json::json!({ "run": new.id, "version": new.version });
        let change = Change::new(by, "run.resumed", &subject).to(after);
        audit_entry::write(&self.tx, self.store.core.clock.now(), change).await?;
        self.tx.commit().await?;
        effects.publish(&self.store.core);
        Ok(())
    }

    async fn done(self, failed: RunId, by: &str, reason: Option<String>) -> Result<()> {
        dismissal::insert(&self.tx, self.store.core.clock.now(), failed, by, reason).await?;
        Ok(self.tx.commit().await?)
    }
}
