//! `run_journal`: the entries of runs, one row for each commit and frame. The entries of the last commit stand in `run`.

use causeway_model::{Entry, Frame, RunId};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryOrder};
use serde::{Deserialize, Serialize};

use crate::accept::NewRun;
use crate::bulk::{Columns, Kind, Rows};
use crate::db::Ask;
use crate::{Result, Store, json, run};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "run_journal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub run: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub frame: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub entries: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The entries cut where the frame changes, without those of frames that are dropped in the same commit.
pub(crate) fn parts_of<'a>(entries: &'a [Entry], dropped: &[Frame]) -> Vec<&'a [Entry]> {
    entries
        .chunk_by(|one, next| one.frame == next.frame)
        .filter(|part| !dropped.iter().any(|frame| part[0].frame.is_within(frame)))
        .collect()
}

/// Journal rows on their way into the table.
pub(crate) struct Writing(Rows);

impl Writing {
    pub(crate) fn new(tx: &DatabaseTransaction) -> Self {
        const COLUMNS: Columns =
            &[("run", Kind::Uuid), ("frame", Kind::Text), ("seq", Kind::Int), ("entries", Kind::Text)];
        Self(Rows::new(tx.dialect(), COLUMNS))
    }

    /// Adds the parts, numbered from `seq`.
    pub(crate) fn add(&mut self, run: RunId, seq: i64, parts: &[&[Entry]]) {
        for (seq, part) in (seq..).zip(parts) {
            self.0.uuid(run.0).text(part[0].frame.as_str()).int(seq).text(&json::text(part));
        }
    }

    pub(crate) async fn write(self, tx: &DatabaseTransaction) -> Result<()> {
        if !self.0.is_empty() {
            let insert = self.0.statement(vec![], |source| {
                format!(
                    "INSERT INTO run_journal (run, frame, seq, entries) SELECT run, frame, seq, entries FROM {source}"
                )
            });
            tx.execute_raw(insert).await?;
        }
        Ok(())
    }
}

/// What resumed runs begin with.
pub(crate) async fn insert_first(tx: &DatabaseTransaction, runs: &[&NewRun]) -> Result<()> {
    let mut writing = Writing::new(tx);
    for run in runs {
        writing.add(run.id, 0, &parts_of(&run.journal, &[]));
    }
    writing.write(tx).await
}

/// Deletes the journal of frames, and of those inside them.
pub(crate) async fn drop_frames(tx: &DatabaseTransaction, frames: &[(RunId, &Frame)]) -> Result<()> {
    const COLUMNS: Columns =
        &[("gone", Kind::Uuid), ("own", Kind::Text), ("inner_from", Kind::Text), ("inner_to", Kind::Text)];
    let mut rows = Rows::new(tx.dialect(), COLUMNS);
    for (run, frame) in frames {
        // What begins with `frame/` sorts from there up to `frame0`, since `0` follows `/`.
        rows.uuid(run.0).text(frame.as_str()).text(&format!("{frame}/")).text(&format!("{frame}0"));
    }
    if !rows.is_empty() {
        let delete = rows.statement(vec![], |source| match tx.dialect() {
            crate::db::Dialect::Postgres => format!(
                "DELETE FROM run_journal USING {source} WHERE run = r.gone AND (frame = r.own OR (frame >= r.inner_from AND frame < r.inner_to))"
            ),
            crate::db::Dialect::Sqlite => format!(
                "DELETE FROM run_journal WHERE rowid IN (SELECT j.rowid FROM {source} CROSS JOIN run_journal j \
                 WHERE j.run = r.gone AND (j.frame = r.own OR (j.frame >= r.inner_from AND j.frame < r.inner_to)))"
            ),
        });
        tx.execute_raw(delete).await?;
    }
    Ok(())
}

/// The journals of active runs, in order; each part reads or not.
pub(crate) async fn of_active(
    tx: &DatabaseTransaction,
    runs: Vec<Uuid>,
) -> Result<Vec<(RunId, Result<Vec<Entry>>)>> {
    if runs.is_empty() {
        return Ok(Vec::new());
    }
    let load = Rows::ids(tx.dialect(), runs).statement(vec![], |source| {
        format!(
            "SELECT j.run, j.entries FROM {source} JOIN run_journal j ON j.run = r.id ORDER BY j.run, j.seq"
        )
    });
    let mut journals = Vec::new();
    for row in tx.query_all_raw(load).await? {
        let text: String = row.try_get_by_index(1)?;
        journals.push((RunId(row.try_get_by_index(0)?), json::parse(&text, "journal of a run")));
    }
    Ok(journals)
}

/// How far somebody has read a run's journal: so many entries of the row of that number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalPlace(i64, usize);

/// The number that stands for the last commit's entries, which come after all rows.
const LAST: i64 = i64::MAX;

/// A part of a run's journal.
#[derive(Clone, Debug)]
pub struct JournalPage {
    pub entries: Vec<Entry>,
    /// Where the next part begins; absent at the end.
    pub next: Option<JournalPlace>,
}

impl JournalPage {
    /// Adds what is left of a row until the page has `limit` entries. Whether there is more in the row.
    fn fill(&mut self, number: i64, row: Vec<Entry>, from: Option<JournalPlace>, limit: usize) -> bool {
        let read = from.filter(|from| from.0 == number).map_or(0, |from| from.1);
        let taken = limit.saturating_sub(self.entries.len()).min(row.len().saturating_sub(read));
        let more = row.len() > read + taken;
        self.entries.extend(row.into_iter().skip(read).take(taken));
        if more {
            self.next = Some(JournalPlace(number, read + taken));
        }
        more
    }
}

impl Store {
    /// At most `limit` entries of the run's journal in order, and no more rows than they stand in. Top-level entries only
    /// unless `frames`. `run_not_found`.
    pub async fn journal_page(
        &self,
        id: RunId,
        frames: bool,
        from: Option<JournalPlace>,
        limit: usize,
    ) -> Result<JournalPage> {
        // The run first: what is finished gets no further entries.
        let finished = self.run(id).await?.status.is_terminal();
        let own = if frames { "" } else { "AND frame = ''" };
        let find = format!(
            "SELECT seq, entries FROM run_journal WHERE run = $1 {own} AND seq >= $2 ORDER BY seq LIMIT $3"
        );
        // No row is empty; one more shows that something follows.
        let most = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let first = from.map_or(0, |from| from.0);
        let mut page = JournalPage { entries: Vec::new(), next: None };
        for row in self.core.db.read.all(find, vec![id.0.into(), first.into(), most.into()]).await? {
            let number = row.try_get_by_index(0)?;
            if page.entries.len() == limit {
                page.next = Some(JournalPlace(number, 0));
                return Ok(page);
            }
            let text: String = row.try_get_by_index(1)?;
            if page.fill(number, json::parse(&text, "journal of a run")?, from, limit) {
                return Ok(page);
            }
        }
        if finished {
            let mut last = run::last_entries(&self.core.db.read, id).await?;
            last.retain(|entry| frames || entry.frame.is_top());
            page.fill(LAST, last, from, limit);
        }
        Ok(page)
    }

    /// Top-level entries only unless `frames`.
    pub async fn journal(&self, id: RunId, frames: bool) -> Result<Vec<Entry>> {
        let last = run::last_entries(&self.core.db.read, id).await?;
        let mut find = Entity::find().filter(Column::Run.eq(id.0)).order_by_asc(Column::Seq);
        if !frames {
            find = find.filter(Column::Frame.eq(""));
        }
        let rows = find.all(&self.core.db.read).await?;
        let mut journal: Vec<Entry> = Vec::new();
        for row in rows {
            journal.extend(json::parse::<Vec<Entry>>(&row.entries, "journal of a run")?);
        }
        // It finished between the two reads where both have it: then the rows came first.
        journal.extend(last.into_iter().filter(|entry| frames || entry.frame.is_top()));
        Ok(journal)
    }
}

#[cfg(test)]
mod tests {
    use causeway_model::{Event, Time};

    use super::*;

    fn entry(frame: &str) -> Entry {
        Entry { frame: Frame::from(frame.to_owned()), at: Time(1), event: Event::Recovered }
    }

    #[test]
    fn entries_are_cut_by_frame_and_dropped_ones_left_out() {
        let entries =
            [entry(""), entry("a[1]"), entry("a[1]"), entry("a[1]/b[0]"), entry("a[10]"), entry("")];
        let shape = |dropped: &[Frame]| -> Vec<(String, usize)> {
            parts_of(&entries, dropped).iter().map(|part| (part[0].frame.to_string(), part.len())).collect()
        };
        assert_eq!(
            shape(&[]),
            [("", 1), ("a[1]", 2), ("a[1]/b[0]", 1), ("a[10]", 1), ("", 1)].map(|(f, n)| (f.to_owned(), n))
        );
        assert_eq!(
            shape(&[Frame::from("a[1]".to_owned())]),
            [("", 1), ("a[10]", 1), ("", 1)].map(|(f, n)| (f.to_owned(), n))
        );
    }
}
