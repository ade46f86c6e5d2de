//! Dead letters that a later run made good: once a replay, or a resume of one, succeeds, the failed runs that it goes back to
//! wait for nobody. That it is so is written at the failed run when the later one ends, so that lists read nothing more.

use causeway_model::{FlowId, RunId};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use crate::accept::Origin;
use crate::batch::Effects;
use crate::bulk::{Columns, Kind, Rows};
use crate::db::{Ask, Dialect};
use crate::{Result, run};

/// A replay of a resume of a replay ... goes back so far.
const DEEPEST: usize = 16;

/// `good`: runs that succeeded, each with the run that it resumed or replayed.
pub(crate) async fn settle(
    tx: &DatabaseTransaction,
    good: Vec<(RunId, RunId)>,
    effects: &mut Effects,
) -> Result<()> {
    let mut good = good;
    for _ in 0..DEEPEST {
        if good.is_empty() {
            return Ok(());
        }
        take(tx, &good, effects).await?;
        good = older(tx, &good).await?;
    }
    Ok(())
}

fn rows(tx: &DatabaseTransaction, good: &[(RunId, RunId)]) -> Rows {
    const COLUMNS: Columns = &[("newer", Kind::Uuid), ("older", Kind::Uuid)];
    let mut rows = Rows::new(tx.dialect(), COLUMNS);
    for (newer, older) in good {
        rows.uuid(newer.0).uuid(older.0);
    }
    rows
}

/// Takes those that are dead letters off the list.
async fn take(tx: &DatabaseTransaction, good: &[(RunId, RunId)], effects: &mut Effects) -> Result<()> {
    let letters = run::DEAD_LETTER;
    let update = rows(tx, good).statement(vec![], |source| match tx.dialect() {
        Dialect::Sqlite => format!(
            "UPDATE run SET resumed_by = newer FROM {source} WHERE id = older AND {letters} RETURNING id, flow"
        ),
        // Whoever holds one resumes or dismisses it at this moment, and may wait for what this transaction holds.
        Dialect::Postgres => format!(
            "WITH free AS (SELECT id AS found, newer FROM {source} JOIN run ON id = older WHERE {letters} \
             FOR UPDATE OF run SKIP LOCKED) \
             UPDATE run SET resumed_by = newer FROM free WHERE id = found RETURNING id, flow"
        ),
    });
    for row in tx.query_all_raw(update).await? {
        let (id, flow) = (RunId(row.try_get_by_index(0)?), FlowId(row.try_get_by_index(1)?));
        effects.moves.run(id, flow);
        effects.moves.letters(flow);
    }
    Ok(())
}

/// What the older runs came from in their turn.
async fn older(tx: &DatabaseTransaction, good: &[(RunId, RunId)]) -> Result<Vec<(RunId, RunId)>> {
    let find = rows(tx, good).statement(vec![], |source| {
        format!("SELECT newer, origin FROM {source} JOIN run ON id = older WHERE origin IS NOT NULL")
    });
    let mut found = Vec::new();
    for row in tx.query_all_raw(find).await? {
        let origin: String = row.try_get_by_index(1)?;
        // What does not read ends the way back, and nothing else.
        let origin = Origin::read(Some(&origin)).unwrap_or_default();
        if let Some(before) = origin.replayed_from.or(origin.resumed_from) {
            found.push((RunId(row.try_get_by_index(0)?), before));
        }
    }
    Ok(found)
}
