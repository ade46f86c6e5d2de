//! `dismissal`: why, by whom and when a dead letter was taken off the list. That it was stands in its run.

use causeway_model::{RunId, Time, text};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde::Serialize;
use serde_json::json;

use crate::audit_entry::{self, Change};
use crate::bulk::Rows;
use crate::db::Ask;
use crate::{Error, Result, Store, words};

#[derive(Clone, Debug, Serialize)]
pub struct Dismissal {
    pub at: Time,
    pub by: String,
    pub reason: Option<String>,
}

const LONGEST_REASON: usize = 1000;

fn checked(reason: Option<String>) -> Result<Option<String>> {
    let reason = reason.map(|text| words::plain(&text).trim().to_owned()).filter(|text| !text.is_empty());
    if reason.as_ref().is_none_or(|text| text.chars().count() <= LONGEST_REASON) {
        return Ok(reason);
    }
    Err(Error::invalid(
        "reason_too_long",
        text!("A reason has at most {LONGEST_REASON} characters.", "原因最多 {LONGEST_REASON} 個字。"),
    ))
}

pub(crate) async fn insert(
    tx: &DatabaseTransaction,
    at: Time,
    run: RunId,
    by: &str,
    reason: Option<String>,
) -> Result<()> {
    let reason = checked(reason)?;
    let insert = "INSERT INTO dismissal (run, at, \"by\", reason) VALUES ($1, $2, $3, $4)";
    tx.run(insert, vec![run.0.into(), at.millis().into(), by.into(), reason.clone().into()]).await?;
    let subject = run.to_string();
    let change = Change::new(by, "run.dismissed", &subject).to(json!({ "reason": reason }));
    audit_entry::write(tx, at, change).await
}

impl Store {
    /// Those of these runs that are known, in no order.
    pub async fn dismissals(&self, runs: &[RunId]) -> Result<Vec<(RunId, Dismissal)>> {
        if runs.is_empty() {
            return Ok(Vec::new());
        }
        let ids = Rows::ids(self.core.db.dialect, runs.iter().map(|run| run.0));
        let find = ids.statement(vec![], |source| {
            format!("SELECT d.run, d.at, d.\"by\", d.reason FROM {source} JOIN dismissal d ON d.run = r.id")
        });
        let rows = self.core.db.read.query_all_raw(find).await?;
        rows.iter()
            .map(|row| {
                let dismissal = Dismissal {
                    at: Time(row.try_get_by_index(1)?),
                    by: row.try_get_by_index(2)?,
                    reason: row.try_get_by_index(3)?,
                };
                Ok((RunId(row.try_get_by_index(0)?), dismissal))
            })
            .collect()
    }

    /// Puts a dismissed run back onto the dead letters. `run_not_dismissed`.
    pub async fn undismiss(&self, run: RunId, by: &str) -> Result<()> {
        let tx = self.core.db.begin().await?;
        let back = "UPDATE run SET resumed_by = NULL WHERE id = $1 AND status = 4 AND resumed_by = id";
        if tx.run(back, vec![run.0.into()]).await? == 0 {
            drop(tx);
            self.run(run).await?;
            return Err(Error::conflict(
                "run_not_dismissed",
                text!("Run {run} is not dismissed.", "執行 {run} 未被略過。"),
            ));
        }
        tx.run("DELETE FROM dismissal WHERE run = $1", vec![run.0.into()]).await?;
        let subject = run.to_string();
        audit_entry::write(&tx, self.core.clock.now(), Change::new(by, "run.undismissed", &subject)).await?;
        Ok(tx.commit().await?)
    }
}
