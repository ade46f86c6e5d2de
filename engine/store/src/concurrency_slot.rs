//! `concurrency_slot`: how many runs of a key are under way and how many wait for their turn.
//!
//! A transaction locks the slots that it touches in the order of their keys, changes the counts here in memory, and
//! `settle` hands free slots to the oldest blocked runs and writes the counts back.

use std::collections::BTreeMap;

use causeway_model::{FlowId, OnLimit};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use sha2::{Digest, Sha256};

use crate::Result;
use crate::bulk::{Columns, Kind, Rows};
use crate::db::Ask;

/// The row's key: the flow's own, and short whatever the key's text.
pub(crate) fn key_of(flow: FlowId, key: &str) -> String {
    let fits = key.len() <= 100 && !key.contains('\0');
    if fits {
        format!("{flow}/{key}")
    } else {
        format!("{flow}#{}", hex::encode(Sha256::digest(key.as_bytes())))
    }
}

/// What a new run finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Held,
    Blocked,
    Skipped,
}

#[derive(Debug)]
struct Counts {
    running: i64,
    blocked: i64,
    cap: i64,
}

/// The locked slots of one transaction.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    slots: BTreeMap<String, Counts>,
}

impl Desk {
    /// Locks the slots of these keys, making those that are missing; a limit that is given becomes theirs.
    pub(crate) async fn lock(tx: &DatabaseTransaction, keys: BTreeMap<String, Option<i64>>) -> Result<Self> {
        const COLUMNS: Columns = &[("key", Kind::Text), ("cap", Kind::Int)];
        let mut desk = Self::default();
        if keys.is_empty() {
            return Ok(desk);
        }
        let mut rows = Rows::new(tx.dialect(), COLUMNS);
        for (key, cap) in &keys {
            rows.text(key).int(cap.unwrap_or(0));
        }
        let lock = rows.statement(vec![], |source| {
            format!(
                "INSERT INTO concurrency_slot (key, running, blocked, cap) SELECT key, 0, 0, cap FROM {source} WHERE TRUE \
                 ON CONFLICT (key) DO UPDATE SET cap = CASE WHEN excluded.cap > 0 THEN excluded.cap ELSE concurrency_slot.cap END \
                 RETURNING key, running, blocked, cap"
            )
        });
        for row in tx.query_all_raw(lock).await? {
            let counts = Counts {
                running: row.try_get_by_index(1)?,
                blocked: row.try_get_by_index(2)?,
                cap: row.try_get_by_index(3)?,
            };
            desk.slots.insert(row.try_get_by_index(0)?, counts);
        }
        Ok(desk)
    }

    /// Finds a place for a new run; those who wait already come before it.
    pub(crate) fn admit(&mut self, key: &str, limit: i64, on_limit: OnLimit) -> Place {
        let Some(slot) = self.slots.get_mut(key) else { return Place::Held };
        slot.cap = limit;
        if slot.blocked == 0 && slot.running < slot.cap {
            slot.running += 1;
            return Place::Held;
        }
        if on_limit == OnLimit::Skip {
            return Place::Skipped;
        }
        slot.blocked += 1;
        Place::Blocked
    }

    /// A run gives its slot back.
    pub(crate) fn release(&mut self, key: &str) {
        if let Some(slot) = self.slots.get_mut(key) {
            slot.running = (slot.running - 1).max(0);
        }
    }

    /// A run that gave its slot back stands in line again.
    pub(crate) fn block(&mut self, key: &str) {
        if let Some(slot) = self.slots.get_mut(key) {
            slot.blocked += 1;
        }
    }

    /// A blocked run leaves the line without having had a slot.
    pub(crate) fn leave(&mut self, key: &str) {
        if let Some(slot) = self.slots.get_mut(key) {
            slot.blocked = (slot.blocked - 1).max(0);
        }
    }

    /// Hands free slots to the oldest blocked runs and writes the counts. Whether any run became due.
    pub(crate) async fn settle(mut self, tx: &DatabaseTransaction) -> Result<bool> {
        const COLUMNS: Columns =
            &[("slot", Kind::Text), ("now", Kind::Int), ("line", Kind::Int), ("most", Kind::Int)];
        if self.slots.is_empty() {
            return Ok(false);
        }
        let mut promoted = false;
        for (key, slot) in &mut self.slots {
            let free = slot.cap - slot.running;
            if slot.blocked == 0 || free <= 0 {
                continue;
            }
            let taken = tx
                .run(
                    "UPDATE active_run SET slot_state = 1, due_at = COALESCE(not_before, priority) WHERE id IN \
                     (SELECT id FROM active_run WHERE slot_key = $1 AND slot_state = 2 ORDER BY id LIMIT $2)",
                    vec![key.as_str().into(), free.into()],
                )
                .await?;
            let taken = i64::try_from(taken).unwrap_or(0);
            slot.running += taken;
            slot.blocked = if taken < free { 0 } else { (slot.blocked - taken).max(0) };
            promoted |= taken > 0;
        }
        let mut rows = Rows::new(tx.dialect(), COLUMNS);
        for (key, slot) in &self.slots {
            rows.text(key).int(slot.running).int(slot.blocked).int(slot.cap);
        }
        let write = rows.statement(vec![], |source| {
            format!(
                "UPDATE concurrency_slot SET running = r.now, blocked = r.line, cap = r.most FROM {source} WHERE key = r.slot"
            )
        });
        tx.execute_raw(write).await?;
        Ok(promoted)
    }
}

/// Forgets slots that nobody holds or waits for.
pub(crate) async fn sweep(tx: &DatabaseTransaction) -> Result<u64> {
    Ok(tx
        .run(
            "DELETE FROM concurrency_slot WHERE running = 0 AND blocked = 0 AND NOT EXISTS \
             (SELECT 1 FROM active_run WHERE slot_key = key)",
            vec![],
        )
        .await?)
}
