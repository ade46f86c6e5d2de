//! Following the audit trail: every change that a person, a program or a command makes stands in it, in the transaction of
//! the change itself.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use causeway_model::{FlowId, RunId};

use super::kind::{Dirt, ListKind};
use crate::Result;
use crate::core::Core;
use crate::db::Ask;

/// A transaction may become visible after one with a later number. This much later at the most.
const OUT_OF_ORDER: Duration = Duration::from_secs(20);
/// Where more entries come at once, everything has changed.
const MOST: i64 = 500;

/// How far the trail was read.
#[derive(Debug)]
pub(crate) struct Trail {
    /// Nothing more comes up to here.
    settled: i64,
    /// What was seen beyond, and when.
    seen: BTreeMap<i64, Instant>,
}

impl Trail {
    pub(crate) async fn begin(core: &Core) -> Result<Self> {
        let row = core.db.read.one("SELECT MAX(id) FROM audit_entry", vec![]).await?;
        let newest: Option<i64> = row.map(|row| row.try_get_by_index(0)).transpose()?.flatten();
        let mut trail = Self { settled: newest.unwrap_or(0).saturating_sub(MOST / 4), seen: BTreeMap::new() };
        // What is there already is no news.
        trail.look(core).await?;
        Ok(trail)
    }

    /// What the entries say that were not there at the last look.
    pub(crate) async fn look(&mut self, core: &Core) -> Result<Dirt> {
        let find = "SELECT id, action, name FROM audit_entry WHERE id > $1 ORDER BY id LIMIT $2";
        let rows = core.db.read.all(find, vec![self.settled.into(), MOST.into()]).await?;
        let (mut dirt, now) = (Dirt::default(), Instant::now());
        if i64::try_from(rows.len()).is_ok_and(|count| count == MOST) {
            *self = Box::pin(Self::begin(core)).await?;
            dirt.everything();
            return Ok(dirt);
        }
        for row in &rows {
            let id: i64 = row.try_get_by_index(0)?;
            if self.seen.contains_key(&id) {
                continue;
            }
            self.seen.insert(id, now);
            let (action, name): (String, String) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
            soil(core, &mut dirt, &action, &name).await;
        }
        while let Some((id, at)) = self.seen.first_key_value().map(|(id, at)| (*id, *at))
            && now.saturating_duration_since(at) > OUT_OF_ORDER
        {
            self.settled = id;
            self.seen.remove(&id);
        }
        Ok(dirt)
    }
}

/// Which lists the action changed.
async fn soil(core: &Core, dirt: &mut Dirt, action: &str, name: &str) {
    dirt.all(ListKind::AuditEntries);
    let (kind, what) = action.split_once('.').unwrap_or((action, ""));
    match kind {
        // It is not the flow that changes.
        "flow" if what == "tested" => {}
        "flow" => {
            match name.parse() {
                Ok(slug) => dirt.slug(slug),
                Err(_) => dirt.all(ListKind::Flows),
            }
            if !matches!(what, "draft_saved" | "imported" | "restored") {
                dirt.all(ListKind::Schedules);
            }
        }
        // What else is done to runs shows by their moving.
        "run" if matches!(what, "resumed" | "dismissed" | "undismissed") => match flow_of(core, name).await {
            Some(flow) => {
                dirt.flow(ListKind::DeadLetters, flow);
                dirt.flow(ListKind::Runs, flow);
            }
            None => {
                dirt.all(ListKind::DeadLetters);
                dirt.all(ListKind::Runs);
            }
        },
        "approval" => dirt.all(ListKind::Approvals),
        "connection" => dirt.all(ListKind::Connections),
        "secret" => dirt.all(ListKind::Secrets),
        "token" => dirt.all(ListKind::Tokens),
        "user" => {
            dirt.all(ListKind::Users);
            // They go with their owner, and never may more than they.
            dirt.all(ListKind::Tokens);
        }
        "variable" => dirt.all(ListKind::Variables),
        _ => {}
    }
}

async fn flow_of(core: &Core, run: &str) -> Option<FlowId> {
    let run: RunId = run.parse().ok()?;
    let row = core.db.read.one("SELECT flow FROM run WHERE id = $1", vec![run.0.into()]).await.ok()??;
    row.try_get_by_index(0).ok().map(FlowId)
}
