//! What waits for somebody: counted, with the names of a few.

use std::collections::BTreeMap;
use std::sync::Arc;

use causeway_model::{Flow, FlowId, Span};
use serde::Serialize;

use crate::db::Ask;
use crate::{ConnectionError, Result, Store, caches, json, run};

/// How many are named.
const NAMED: usize = 5;
/// Runs that a worker might have taken for so long are late.
const LATE: Span = Span::from_secs(60);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AttentionKind {
    /// Failed runs that wait for a person.
    DeadLetters,
    /// Questions that wait for an answer.
    Approvals,
    /// Connections whose last call went wrong.
    Connections,
    /// Flows whose last poll went wrong.
    Polls,
    /// Runs that are due for more than a minute, and that no worker takes.
    LateRuns,
}

#[derive(Clone, Debug, Serialize)]
pub struct Attention {
    pub kind: AttentionKind,
    pub count: u64,
    /// The flows or connections with most of them, up to 5.
    pub names: Vec<String>,
}

impl Store {
    /// What there is of each kind, and nothing of kinds of which there is none.
    pub async fn attention(&self) -> Result<Vec<Attention>> {
        let dead = format!("SELECT flow, COUNT(*) AS n FROM run WHERE {} GROUP BY flow", run::DEAD_LETTER);
        let open = "SELECT flow, COUNT(*) AS n FROM approval WHERE status = 0 GROUP BY flow".to_owned();
        let polls = "SELECT p.flow, 1 AS n FROM poll p, flow f WHERE f.id = p.flow AND f.enabled AND f.published = p.version \
                     AND p.failures > 0"
            .to_owned();
        let until = (self.core.clock.now() - LATE).millis();
        let late = format!(
            "SELECT flow, COUNT(*) AS n FROM active_run WHERE due_at <= {until} AND worker IS NULL AND \
             CASE WHEN due_at > 0 THEN due_at WHEN started_at IS NULL THEN created_at END <= {until} GROUP BY flow"
        );
        let found = [
            self.flows_of(AttentionKind::DeadLetters, &dead).await?,
            self.flows_of(AttentionKind::Approvals, &open).await?,
            self.broken_connections().await?,
            self.flows_of(AttentionKind::Polls, &polls).await?,
            self.flows_of(AttentionKind::LateRuns, &late).await?,
        ];
        Ok(found.into_iter().filter(|one| one.count > 0).collect())
    }

    /// `by_flow` gives flows and how many each has.
    async fn flows_of(&self, kind: AttentionKind, by_flow: &str) -> Result<Attention> {
        let ask = format!(
            "SELECT f.name, CAST(c.n AS BIGINT), CAST(SUM(c.n) OVER () AS BIGINT) FROM ({by_flow}) c LEFT JOIN flow f ON f.id = c.flow \
             ORDER BY 2 DESC, 1 LIMIT {NAMED}"
        );
        let mut found = Attention { kind, count: 0, names: Vec::new() };
        for row in self.core.db.read.all(ask, vec![]).await? {
            found.count = u64::try_from(row.try_get_by_index::<i64>(2)?).unwrap_or(0);
            found.names.extend(row.try_get_by_index::<Option<String>>(0)?);
        }
        Ok(found)
    }

    async fn broken_connections(&self) -> Result<Attention> {
        let ask =
            "SELECT name, last_ok_at, last_error FROM connection WHERE last_error IS NOT NULL ORDER BY name";
        let mut names: Vec<String> = Vec::new();
        for row in self.core.db.read.all(ask, vec![]).await? {
            let (ok, error): (Option<i64>, Option<String>) =
                (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
            let error: Option<ConnectionError> =
                json::parse_opt(error.as_deref(), "an error of a connection")?;
            if error.is_some_and(|error| ok.is_none_or(|ok| ok < error.at.millis())) {
                names.push(row.try_get_by_index(0)?);
            }
        }
        let count = names.len() as u64;
        names.truncate(NAMED);
        Ok(Attention { kind: AttentionKind::Connections, count, names })
    }

    /// What each run that succeeds saves somebody, by flow, as the published versions say; flows that say nothing are left out.
    pub async fn minutes_saved(&self) -> Result<Arc<BTreeMap<FlowId, f64>>> {
        self.by_revision(|caches: &caches::Caches| &caches.minutes_saved, async {
            // Documents are kept as they are written, so that most are passed over without being read.
            let ask = "SELECT f.id, v.document FROM flow f, flow_version v WHERE v.flow = f.id AND v.version = f.published \
                       AND v.document LIKE '%\"minutes_saved\"%'";
            let mut saved = BTreeMap::new();
            for row in self.core.db.read.all(ask, vec![]).await? {
                let document: String = row.try_get_by_index(1)?;
                let document: Flow = json::parse(&document, "document of a version")?;
                let minutes = document.settings.minutes_saved.and_then(|minutes| minutes.as_f64());
                let flow = FlowId(row.try_get_by_index(0)?);
                saved.extend(minutes.map(|minutes| (flow, minutes)));
            }
            Ok(saved)
        })
        .await
    }
}
