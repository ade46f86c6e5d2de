//! `schedule`: which flows start at fixed times, and when each did so last.

use causeway_model::{Flow, FlowId, Slug, Time, TriggerKind};
use sea_orm::ConnectionTrait;

use crate::bulk::{Columns, Kind, Rows};
use crate::db::Ask;
use crate::listing::Page;
use crate::{Error, Result, Store, codes, json};

/// A published, enabled flow that starts at fixed times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheduled {
    pub flow: FlowId,
    pub slug: Slug,
    pub version: i32,
    pub published_at: Time,
    /// When it was switched on last, where it ever was off.
    pub enabled_at: Option<Time>,
    /// The newest time that it fired for.
    pub fired_at: Option<Time>,
}

/// As many documents are read at once.
const BATCH: usize = 500;

impl Store {
    /// In the order of their slugs; without the documents.
    pub async fn scheduled(&self) -> Result<Vec<Scheduled>> {
        Ok(self.list_scheduled(None, i64::MAX.unsigned_abs() - 1).await?.rows)
    }

    /// In the order of their slugs, those after `after`; without the documents.
    pub async fn list_scheduled(&self, after: Option<&Slug>, limit: u64) -> Result<Page<Scheduled>> {
        let rows = self
            .core
            .db
            .read
            .all(
                "SELECT f.id, f.slug, v.version, v.published_at, s.fired_at, f.enabled_at FROM flow f \
                 JOIN flow_version v ON v.flow = f.id AND v.version = f.published \
                 LEFT JOIN schedule s ON s.flow = f.id WHERE f.enabled AND f.trigger_kind = $1 \
                 AND f.slug > $2 ORDER BY f.slug LIMIT $3",
                vec![
                    codes::trigger_code(TriggerKind::Schedule).into(),
                    after.map_or("", Slug::as_str).into(),
                    i64::try_from(limit + 1).unwrap_or(i64::MAX).into(),
                ],
            )
            .await?;
        let rows = rows
            .iter()
            .map(|row| {
                let slug: String = row.try_get_by_index(1)?;
                let fired_at: Option<i64> = row.try_get_by_index(4)?;
                let enabled_at: Option<i64> = row.try_get_by_index(5)?;
                Ok(Scheduled {
                    flow: FlowId(row.try_get_by_index(0)?),
                    slug: slug.parse().map_err(|_| Error::corrupt(format!("slug {slug}")))?,
                    version: row.try_get_by_index(2)?,
                    published_at: Time(row.try_get_by_index(3)?),
                    enabled_at: enabled_at.map(Time),
                    fired_at: fired_at.map(Time),
                })
            })
            .collect::<Result<_>>()?;
        Ok(Page::of(rows, limit))
    }

    /// The published documents of these flows, with their versions. What does not read is left out and told to the log.
    pub async fn published_documents(&self, flows: &[FlowId]) -> Result<Vec<(FlowId, i32, Flow)>> {
        let db = &self.core.db.read;
        let mut documents = Vec::with_capacity(flows.len());
        for flows in flows.chunks(BATCH) {
            let find = Rows::ids(self.core.db.dialect, flows.iter().map(|flow| flow.0)).statement(
                vec![],
                |source| {
                    format!(
                        "SELECT f.id, v.version, v.document FROM {source} JOIN flow f ON f.id = r.id \
                     JOIN flow_version v ON v.flow = f.id AND v.version = f.published"
                    )
                },
            );
            for row in db.query_all_raw(find).await? {
                let (flow, version) = (FlowId(row.try_get_by_index(0)?), row.try_get_by_index(1)?);
                let text: String = row.try_get_by_index(2)?;
                match json::parse(&text, "document of a version") {
                    Ok(document) => documents.push((flow, version, document)),
                    Err(error) => {
                        tracing::error!(%flow, version, %error, "a published document does not read")
                    }
                }
            }
        }
        Ok(documents)
    }

    /// Remembers the newest time that each of these flows fired for.
    pub async fn set_fired(&self, fired: &[(FlowId, Time)]) -> Result<()> {
        const COLUMNS: Columns = &[("flow", Kind::Uuid), ("at", Kind::Int)];
        if fired.is_empty() {
            return Ok(());
        }
        let mut rows = Rows::new(self.core.db.dialect, COLUMNS);
        // Two workers that keep time lock the rows in the same order.
        let mut fired = fired.to_vec();
        fired.sort_unstable();
        for (flow, at) in &fired {
            rows.uuid(flow.0).int(at.millis());
        }
        let write = rows.statement(vec![], |source| {
            format!(
                "INSERT INTO schedule (flow, fired_at) SELECT flow, MAX(at) FROM {source} GROUP BY flow \
                 ON CONFLICT (flow) DO UPDATE SET fired_at = excluded.fired_at"
            )
        });
        self.core.db.main.execute_raw(write).await?;
        Ok(())
    }
}
