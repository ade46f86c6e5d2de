//! `run_loop`: how far the loops of runs are.

use causeway_model::{Frame, LoopTally, RunId, StepId, StreamRef, Value};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryOrder};

use crate::accept::NewRun;
use crate::bulk::{Columns, Kind, Rows};
use crate::commit::LoopWrite;
use crate::db::Ask;
use crate::{Error, Result, Store, blob, json};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "run_loop")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub run: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub frame: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub step: String,
    pub tally: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A loop of a run and how far it is.
pub(crate) type Loop = (Frame, StepId, LoopTally);

impl Model {
    fn read(self) -> Result<Loop> {
        let step = self.step.parse().map_err(|_| Error::corrupt(format!("loop step {}", self.step)))?;
        Ok((Frame::from(self.frame), step, json::parse(&self.tally, "tally of a loop")?))
    }
}

/// One loop's row: run, frame, step, tally, items.
type Row<'a> = (RunId, &'a Frame, &'a StepId, String, Option<String>);

async fn put(tx: &DatabaseTransaction, rows: Vec<Row<'_>>) -> Result<()> {
    const COLUMNS: Columns = &[
        ("run", Kind::Uuid),
        ("frame", Kind::Text),
        ("step", Kind::Text),
        ("tally", Kind::Text),
        ("items", Kind::Text),
    ];
    let mut all = Rows::new(tx.dialect(), COLUMNS);
    for (run, frame, step, tally, items) in rows {
        all.uuid(run.0).text(frame.as_str()).text(step.as_str()).text(&tally).opt_text(items.as_deref());
    }
    if !all.is_empty() {
        let write = all.statement(vec![], |source| {
            format!(
                "INSERT INTO run_loop (run, frame, step, tally, items) SELECT run, frame, step, tally, items FROM {source} \
                 WHERE TRUE ON CONFLICT (run, frame, step) DO UPDATE SET tally = excluded.tally, \
                 items = COALESCE(excluded.items, run_loop.items)"
            )
        });
        tx.execute_raw(write).await?;
    }
    Ok(())
}

/// What resumed runs begin with.
pub(crate) async fn insert_first(tx: &DatabaseTransaction, runs: &[&NewRun]) -> Result<()> {
    let rows = runs.iter().flat_map(|run| {
        run.loops.iter().map(|(frame, step, tally)| (run.id, frame, step, json::text(tally), None))
    });
    put(tx, rows.collect()).await
}

/// Writes tallies, and appends results to their streams.
pub(crate) async fn write(
    tx: &DatabaseTransaction,
    now: causeway_model::Time,
    writes: &[(RunId, &LoopWrite)],
) -> Result<()> {
    let mut rows = Vec::new();
    for (run, write) in writes {
        let mut tally = write.tally.clone();
        if tally.results.is_some() || !write.results.is_empty() {
            let stream = match tally.results {
                Some(stream) => stream.id,
                None => known_stream(tx, *run, write).await?.unwrap_or_else(causeway_model::BlobId::new),
            };
            let count = blob::append(tx, now, *run, stream, &write.results).await?;
            tally.results = Some(StreamRef { id: stream, count });
        }
        rows.push((
            *run,
            &write.frame,
            &write.step,
            json::text(&tally),
            write.items.as_ref().map(json::text),
        ));
    }
    put(tx, rows).await
}

/// The stream of an earlier write, for callers that do not carry it.
async fn known_stream(
    tx: &DatabaseTransaction,
    run: RunId,
    write: &LoopWrite,
) -> Result<Option<causeway_model::BlobId>> {
    let key = (run.0, write.frame.as_str().to_owned(), write.step.as_str().to_owned());
    let Some(row) = Entity::find_by_id(key).one(tx).await? else { return Ok(None) };
    let (_, _, tally) = row.read()?;
    Ok(tally.results.map(|stream| stream.id))
}

pub(crate) async fn of_active(
    tx: &DatabaseTransaction,
    runs: Vec<Uuid>,
) -> Result<Vec<(RunId, Result<Loop>)>> {
    if runs.is_empty() {
        return Ok(Vec::new());
    }
    let rows = Entity::find().filter(Column::Run.is_in(runs)).all(tx).await?;
    Ok(rows.into_iter().map(|row| (RunId(row.run), row.read())).collect())
}

impl Store {
    /// Those that are in no other loop, however many there are inside of them.
    pub async fn top_loops(&self, id: RunId) -> Result<Vec<(Frame, StepId, LoopTally)>> {
        let find = Entity::find().filter(Column::Run.eq(id.0)).filter(Column::Frame.eq(""));
        find.all(&self.core.db.read).await?.into_iter().map(Model::read).collect()
    }

    /// What a loop inside of another goes through: a list, or the stream it is read from. A column that only this reads, since
    /// lists may be long.
    pub async fn loop_items(&self, id: RunId, frame: &Frame, step: &StepId) -> Result<Option<Value>> {
        let find = "SELECT items FROM run_loop WHERE run = $1 AND frame = $2 AND step = $3";
        let key = vec![id.0.into(), frame.as_str().into(), step.as_str().into()];
        let Some(row) = self.core.db.read.one(find, key).await? else { return Ok(None) };
        let items: Option<String> = row.try_get_by_index(0)?;
        items.map(|items| json::parse(&items, "items of a loop")).transpose()
    }

    /// In the order of frame and step.
    pub async fn loops(&self, id: RunId) -> Result<Vec<(Frame, StepId, LoopTally)>> {
        let rows = Entity::find()
            .filter(Column::Run.eq(id.0))
            .order_by_asc(Column::Frame)
            .order_by_asc(Column::Step)
            .all(&self.core.db.read)
            .await?;
        rows.into_iter().map(Model::read).collect()
    }
}
