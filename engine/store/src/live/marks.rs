//! Marks in the database that move when runs and what hangs on them change, each a look at the end of an index: they find
//! what nobody told.

use uuid::Uuid;

use super::kind::{Dirt, ListKind};
use crate::core::Core;
use crate::db::Ask;
use crate::{Error, Result};

/// Where the tables end.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    /// The newest trigger event, and the ends of both kinds of finished runs.
    runs: (Option<Uuid>, Option<i64>, Option<i64>),
    approvals: Option<Uuid>,
    schedules: Option<i64>,
    /// Runs moved, and nobody has told of it yet: word may be on its way.
    suspected: bool,
}

const ASK: &str = "SELECT (SELECT run FROM trigger_event ORDER BY run DESC LIMIT 1), \
    (SELECT MAX(expires_at) FROM run WHERE NOT kept), (SELECT MAX(expires_at) FROM run WHERE kept), \
    (SELECT id FROM approval ORDER BY id DESC LIMIT 1), (SELECT MAX(fired_at) FROM schedule)";

impl Marks {
    pub(crate) async fn take(core: &Core) -> Result<Self> {
        let row = core.db.read.one(ASK, vec![]).await?;
        let row = row.ok_or_else(|| Error::corrupt("marks without a row"))?;
        Ok(Self {
            runs: (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?),
            approvals: row.try_get_by_index(3)?,
            schedules: row.try_get_by_index(4)?,
            suspected: false,
        })
    }

    /// Takes newer marks over; what changed between. `told`: somebody told of runs meanwhile, and by their flows.
    pub(crate) fn compare(&mut self, newer: Self, told: bool) -> Dirt {
        let mut dirt = Dirt::default();
        let moved = self.runs != newer.runs;
        if self.suspected && !told {
            dirt.all(ListKind::Runs);
            dirt.all(ListKind::DeadLetters);
        }
        let suspected = moved && !told;
        if self.approvals != newer.approvals {
            dirt.all(ListKind::Approvals);
        }
        if self.schedules != newer.schedules {
            dirt.all(ListKind::Schedules);
        }
        *self = Self { suspected, ..newer };
        dirt
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(finished: i64) -> Marks {
        Marks { runs: (None, Some(finished), None), ..Marks::default() }
    }

    #[test]
    fn what_is_told_is_not_told_again_and_what_is_not_is_found() {
        let mut known = marks(1);
        assert!(known.compare(marks(1), false).is_empty());
        assert!(known.compare(marks(2), true).is_empty(), "it was told");
        assert!(known.compare(marks(2), false).is_empty());
        assert!(known.compare(marks(3), false).is_empty(), "word may be on its way");
        assert!(known.compare(marks(3), true).is_empty(), "it came");
        assert!(known.compare(marks(4), false).is_empty());
        let dirt = known.compare(marks(4), false);
        assert!(dirt.by_id.contains_key(&ListKind::Runs) && dirt.by_id.contains_key(&ListKind::DeadLetters));
        assert!(known.compare(marks(4), false).is_empty(), "once");
    }
}
