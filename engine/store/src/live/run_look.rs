//! Looking at a run that is followed: how it stands, and what its journal got since the last look.

use causeway_model::{Entry, RunId};

use crate::db::Ask;
use crate::{Result, RunRecord, Store, json, run};

/// What a look found.
#[derive(Debug)]
pub struct RunLook {
    pub run: RunRecord,
    /// Top-level entries since the last look, in order.
    pub entries: Vec<Entry>,
    /// Give it as `from` to the next look.
    pub next: i64,
}

impl Store {
    /// The run and its top-level entries from the journal number `from` on: 0, or what the look before said. Whatever a
    /// look shows as finished, its entries are whole. `run_not_found`.
    pub async fn look_at_run(&self, id: RunId, from: i64) -> Result<RunLook> {
        // The run first: what is finished gets no further entries.
        let record = self.run_under_way(id).await?;
        let rows = self
            .core
            .db
            .read
            .all(
                "SELECT seq, entries FROM run_journal WHERE run = $1 AND frame = '' AND seq >= $2 ORDER BY seq",
                vec![id.0.into(), from.into()],
            )
            .await?;
        let (mut entries, mut next) = (Vec::new(), from);
        for row in rows {
            let text: String = row.try_get_by_index(1)?;
            entries.extend(json::parse::<Vec<Entry>>(&text, "journal of a run")?);
            next = row.try_get_by_index::<i64>(0)? + 1;
        }
        if record.status.is_terminal() {
            let last = run::last_entries(&self.core.db.read, id).await?;
            entries.extend(last.into_iter().filter(|entry| entry.frame.is_top()));
        }
        Ok(RunLook { run: record, entries, next })
    }
}
