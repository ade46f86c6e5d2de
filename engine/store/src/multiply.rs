//! A long history in minutes, for measuring: copies of the finished runs that are there.
//!
//! Only with the feature `measuring`; the product never copies a run.

use std::ops::Range;

use crate::db::{Ask, Dialect};
use crate::{Result, Store};

impl Store {
    /// Copies every finished run and its trigger event once for each of `copies` (below 65,536); copies are not copied again.
    /// Leaves the database as housekeeping would: vacuumed, analysed, checkpointed.
    pub async fn multiply_history(&self, copies: Range<u16>) -> Result<()> {
        let db = &self.core.db;
        if db.dialect == Dialect::Sqlite {
            // Copies go between the originals, so every page is written again for each of them.
            db.main.all("PRAGMA cache_size = -2000000", vec![]).await?;
        }
        for (table, id) in [("run", "id"), ("trigger_event", "run")] {
            let columns = self.columns(table).await?;
            let original = original(db.dialect, id);
            // A table of their own, so that each copy reads the originals and not all the copies before it.
            let originals = format!("measuring_{table}");
            let sql = format!("CREATE TABLE {originals} AS SELECT * FROM {table} WHERE {original}");
            db.main.run(sql, vec![]).await?;
            for copy in copies.clone() {
                let own =
                    |name: &String| if name == id { copied(db.dialect, id, copy) } else { name.clone() };
                let (all, values) =
                    (columns.join(", "), columns.iter().map(own).collect::<Vec<_>>().join(", "));
                let sql = format!(
                    "INSERT INTO {table} ({all}) SELECT {values} FROM {originals} WHERE true ON CONFLICT DO NOTHING"
                );
                db.main.run(sql, vec![]).await?;
            }
            db.main.run(format!("DROP TABLE {originals}"), vec![]).await?;
        }
        let tidy: &[&str] = match db.dialect {
            Dialect::Sqlite => &["PRAGMA wal_checkpoint(TRUNCATE)"],
            Dialect::Postgres => &["VACUUM (ANALYZE) run", "VACUUM (ANALYZE) trigger_event", "CHECKPOINT"],
        };
        for sql in tidy {
            db.main.all(*sql, vec![]).await?;
        }
        Ok(())
    }

    async fn columns(&self, table: &str) -> Result<Vec<String>> {
        let db = &self.core.db;
        let sql = match db.dialect {
            Dialect::Sqlite => "SELECT name FROM pragma_table_info($1)",
            Dialect::Postgres => {
                "SELECT column_name::text AS name FROM information_schema.columns \
                 WHERE table_schema = current_schema() AND table_name = $1"
            }
        };
        let rows = db.main.all(sql, vec![table.into()]).await?;
        Ok(rows.iter().map(|row| row.try_get("", "name")).collect::<Result<_, _>>()?)
    }
}

/// A copy's id: version 8 instead of 7, and the copy's number at its end. The time in front stays.
fn copied(dialect: Dialect, id: &str, copy: u16) -> String {
    match dialect {
        Dialect::Sqlite => {
            format!("unhex(substr(hex({id}), 1, 12) || '8' || substr(hex({id}), 14, 15) || '{copy:04X}')")
        }
        Dialect::Postgres => {
            format!("overlay(overlay({id}::text placing '8' from 15) placing '{copy:04x}' from 33)::uuid")
        }
    }
}

fn original(dialect: Dialect, id: &str) -> String {
    match dialect {
        Dialect::Sqlite => format!("substr(hex({id}), 13, 1) = '7'"),
        Dialect::Postgres => format!("substr({id}::text, 15, 1) = '7'"),
    }
}
