//! `run`: the history. A run comes here once, when it finishes, and never changes its status again.

use causeway_model::{Entry, RunId, RunStatus, text};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use crate::accept::NewRun;
use crate::bulk::{Columns, Kind, Rows};
use crate::commit::{Finished, Gone};
use crate::db::Ask;
use crate::{Error, Result, codes, json};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "run")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub flow: Uuid,
    pub version: i32,
    pub trigger_kind: i16,
    pub mode: i16,
    pub status: i16,
    pub epoch: i64,
    pub created_at: i64,
    pub started_at: Option<i64>,
    pub finished_at: i64,
    pub failure: Option<String>,
    pub handled_errors: i64,
    pub output: Option<String>,
    pub reason: Option<String>,
    pub key_root: Option<Uuid>,
    pub origin: Option<String>,
    pub resumed_by: Option<Uuid>,
    /// Whether the flow says how long it is kept; otherwise `expires_at` is when it finished, and the installation says.
    pub kept: bool,
    pub expires_at: i64,
    /// The journal's last entries.
    pub entries: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A finished run on its way into the table.
pub(crate) struct History<'a> {
    pub(crate) gone: Gone,
    pub(crate) finished: &'a Finished,
    pub(crate) entries: Option<String>,
}

impl<'a> History<'a> {
    /// A run that was never active.
    pub(crate) fn skipped(new: &NewRun, finished: &'a Finished) -> Self {
        Self { gone: Gone::never_active(new), finished, entries: None }
    }
}

pub(crate) async fn insert(tx: &DatabaseTransaction, runs: Vec<History<'_>>) -> Result<()> {
    const COLUMNS: Columns = &[
        ("id", Kind::Uuid),
        ("flow", Kind::Uuid),
        ("version", Kind::Int),
        ("trigger_kind", Kind::Int),
        ("mode", Kind::Int),
        ("status", Kind::Int),
        ("epoch", Kind::Int),
        ("created_at", Kind::Int),
        ("started_at", Kind::Int),
        ("finished_at", Kind::Int),
        ("failure", Kind::Text),
        ("handled_errors", Kind::Int),
        ("output", Kind::Text),
        ("reason", Kind::Text),
        ("key_root", Kind::Uuid),
        ("origin", Kind::Text),
        ("expires_at", Kind::Int),
        ("entries", Kind::Text),
        ("kept", Kind::Int),
    ];
    if runs.is_empty() {
        return Ok(());
    }
    let mut rows = Rows::new(tx.dialect(), COLUMNS);
    for History { gone, finished, entries } in runs {
        let ended = finished.at.millis();
        rows.uuid(gone.id)
            .uuid(gone.flow)
            .int(gone.version.into())
            .int(gone.trigger_kind.into())
            .int(gone.mode.into())
            .int(finished.status.code().into())
            .int(gone.epoch)
            .int(gone.created_at)
            .opt_int(gone.started_at)
            .int(ended)
            .opt_text(json::opt_text(finished.failure.as_ref()).as_deref())
            .int(finished.handled_errors.into())
            .opt_text(json::opt_text(finished.output.as_ref()).as_deref())
            .opt_text(json::opt_text(finished.reason.as_ref()).as_deref())
            .opt_uuid(gone.key_root)
            .opt_text(gone.origin.as_deref())
            .int(ended.saturating_add(gone.keep_ms.unwrap_or(0)))
            .opt_text(entries.as_deref())
            .int(gone.keep_ms.is_some().into());
    }
    let insert = rows.statement(vec![], |source| {
        let plain: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).filter(|name| *name != "kept").collect();
        let plain = plain.join(", ");
        format!("INSERT INTO run ({plain}, kept) SELECT {plain}, kept <> 0 FROM {source}")
    });
    tx.execute_raw(insert).await?;
    Ok(())
}

/// Failed runs of published versions that no other run took over and nobody dismissed. As the index over them is written,
/// and more.
pub(crate) const DEAD_LETTER: &str = "status = 4 AND resumed_by IS NULL AND mode = 0";

pub(crate) fn not_found(id: RunId) -> Error {
    Error::not_found("run_not_found", text!("There is no run {id}.", "沒有執行 {id}。"))
}

/// The status of a finished run.
pub(crate) async fn status_of<C: ConnectionTrait>(db: &C, id: RunId) -> Result<Option<RunStatus>> {
    let row = db.one("SELECT status FROM run WHERE id = $1", vec![id.0.into()]).await?;
    row.map(|row| codes::status_of(row.try_get_by_index(0)?)).transpose()
}

/// The entries of the last commit of a finished run.
pub(crate) async fn last_entries<C: ConnectionTrait>(db: &C, id: RunId) -> Result<Vec<Entry>> {
    let row = db.one("SELECT entries FROM run WHERE id = $1", vec![id.0.into()]).await?;
    let text: Option<String> = match row {
        Some(row) => row.try_get_by_index(0)?,
        None => None,
    };
    Ok(json::parse_opt(text.as_deref(), "journal of a run")?.unwrap_or_default())
}
