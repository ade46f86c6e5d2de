//! Which runs a list holds. Both tables of runs are asked with the same conditions.

use causeway_model::{FlowId, RunId, RunMode, RunStatus, StepId, Time, TriggerKind};
use uuid::Uuid;

use super::Conditions;
use crate::db::Dialect;
use crate::{Result, Store, active_run, codes, run};

#[derive(Clone, Debug, Default)]
pub struct RunFilter {
    pub flow: Option<FlowId>,
    /// A version of the flow.
    pub version: Option<i32>,
    pub status: Option<RunStatus>,
    pub mode: Option<RunMode>,
    pub trigger: Option<TriggerKind>,
    /// Made at this time or later.
    pub from: Option<Time>,
    /// Made before this time.
    pub to: Option<Time>,
    /// The run whose trigger event it was, and its replays and resumes.
    pub trigger_event: Option<RunId>,
    pub resumed_from: Option<RunId>,
    pub replayed_from: Option<RunId>,
    /// The code of the error that failed it.
    pub error_code: Option<String>,
    /// The step that failed it.
    pub failed_step: Option<StepId>,
    /// Digits that stand next to each other in its id; see [`id_digits`].
    pub id_digits: Option<String>,
    /// Failed runs that wait for a person: none took over, nobody dismissed them. Test runs are none.
    pub dead_letters: bool,
    /// Failed runs that somebody dismissed.
    pub dismissed: bool,
    /// Failed runs that another one took over: a resume, or a replay that succeeded.
    pub taken_over: bool,
    /// Neither a resume nor a replay: the first run of its trigger event.
    pub originals: bool,
    /// Only these.
    pub ids: Option<Vec<RunId>>,
    /// This one, or older ones: those that were there when somebody looked.
    pub newest: Option<RunId>,
    /// Runs older than this one: the cursor.
    pub before: Option<RunId>,
    /// 1 to 1,000.
    pub limit: u64,
}

/// The hexadecimal digits of an id or a part of one, dashes left out; nothing where it can be no part of an id.
pub fn id_digits(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| *c != '-').collect::<String>().to_ascii_lowercase();
    let fits = (4..=32).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_hexdigit());
    fits.then_some(digits)
}

/// Ids tell the time of their making by the clock of the machine, and `created_at` is by the clock of the server: within
/// this they are believed to agree.
const CLOCKS_DIFFER_MS: i64 = 3_600_000;

/// The least id of that millisecond.
fn least_id(at: i64) -> Uuid {
    let millis = u64::try_from(at).unwrap_or(0).min((1 << 48) - 1);
    Uuid::from_u128(u128::from(millis) << 80)
}

/// The code of a failure, which its text holds first. As the index over it is written.
fn error_code(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "substr(failure, instr(failure, '\"code\":\"') + 8, \
             instr(substr(failure, instr(failure, '\"code\":\"') + 8), '\"') - 1)"
        }
        Dialect::Postgres => "substring(failure from '\"code\":\"([^\"]*)\"')",
    }
}

impl RunFilter {
    fn of_active(&self) -> bool {
        !self.of_failed() && self.status.is_none_or(|status| !status.is_terminal())
    }

    /// Only failed runs have what is asked for.
    fn of_failed(&self) -> bool {
        self.dead_letters
            || self.dismissed
            || self.taken_over
            || self.error_code.is_some()
            || self.failed_step.is_some()
    }

    fn of_finished(&self) -> bool {
        self.status.is_none_or(RunStatus::is_terminal)
    }

    fn conditions(&self, dialect: Dialect) -> Conditions {
        let mut wanted = Conditions::default();
        if let Some(flow) = self.flow {
            wanted.with("flow = ?", flow.0);
        }
        if let Some(version) = self.version {
            wanted.with("version = ?", version);
        }
        if let Some(mode) = self.mode {
            wanted.and(format!("mode = {}", codes::mode_code(mode)));
            if mode != RunMode::Normal {
                wanted.and("mode <> 0");
            }
        }
        if let Some(trigger) = self.trigger {
            wanted.with("trigger_kind = ?", codes::trigger_code(trigger));
        }
        if let Some(from) = self.from {
            wanted.with("created_at >= ?", from.millis());
            wanted.with("id >= ?", least_id(from.millis().saturating_sub(CLOCKS_DIFFER_MS)));
        }
        if let Some(to) = self.to {
            wanted.with("created_at < ?", to.millis());
            wanted.with("id < ?", least_id(to.millis().saturating_add(CLOCKS_DIFFER_MS)));
        }
        let origin = "substr(origin, 1, 4) = '{\"re' AND substr(origin, 1, 54)";
        if let Some(first) = self.trigger_event {
            let [id, resumed, replayed] = [
                wanted.number(first.0),
                wanted.number(resumed_text(first)),
                wanted.number(replayed_text(first)),
            ];
            wanted.and(format!("(id = {id} OR ({origin} IN ({resumed}, {replayed})))"));
        }
        if let Some(first) = self.resumed_from {
            wanted.with(&format!("{origin} = ?"), resumed_text(first));
        }
        if let Some(first) = self.replayed_from {
            wanted.with(&format!("{origin} = ?"), replayed_text(first));
        }
        if self.originals {
            wanted.and("(origin IS NULL OR substr(origin, 1, 4) <> '{\"re')");
        }
        if let Some(ids) = &self.ids {
            let numbers: Vec<_> = ids.iter().map(|id| wanted.number(id.0)).collect();
            let list = if numbers.is_empty() { "NULL".to_owned() } else { numbers.join(", ") };
            wanted.and(format!("id IN ({list})"));
        }
        if let Some(digits) = &self.id_digits {
            match digits.parse::<Uuid>() {
                Ok(id) => wanted.with("id = ?", id),
                Err(_) => wanted.with(
                    match dialect {
                        Dialect::Sqlite => "LOWER(HEX(id)) LIKE ?",
                        Dialect::Postgres => "REPLACE(id::text, '-', '') LIKE ?",
                    },
                    format!("%{digits}%"),
                ),
            };
        }
        if let Some(newest) = self.newest {
            wanted.with("id <= ?", newest.0);
        }
        if let Some(before) = self.before {
            wanted.with("id < ?", before.0);
        }
        wanted
    }

    /// How to count what is active and what is finished, up to `most` of each.
    pub(crate) fn counts(&self, dialect: Dialect, most: u64) -> (Option<Counted>, Option<Counted>) {
        let count = |table: &str, wanted: Conditions| {
            let rows = format!("SELECT 1 FROM {table} {}", wanted.among(most));
            (format!("SELECT COUNT(*) FROM ({rows}) AS found"), wanted.into_values())
        };
        let active = self.of_active().then(|| count("active_run", self.active_conditions(dialect)));
        let finished = self.of_finished().then(|| count("run", self.finished_conditions(dialect)));
        (active, finished)
    }

    fn active_conditions(&self, dialect: Dialect) -> Conditions {
        let mut wanted = self.conditions(dialect);
        if let Some(status) = self.status {
            wanted.with("status = ?", status.code());
        }
        wanted
    }

    /// What only finished runs have.
    pub(crate) fn finished_conditions(&self, dialect: Dialect) -> Conditions {
        let mut wanted = self.conditions(dialect);
        let failed = self.of_failed();
        if let Some(status) = self.status {
            wanted.and(format!("status = {}", status.code()));
        }
        if failed {
            wanted.and("status = 4");
        }
        // SQLite takes a partial index only where its condition is said, and the wrong one of several: so only that of the
        // index that fits best.
        let by_index_of_its_own = self.dismissed
            || self.taken_over
            || self.error_code.is_some()
            || (self.dead_letters && self.flow.is_none());
        let badly = failed || self.status.is_some_and(|status| status != RunStatus::Succeeded);
        if badly && !by_index_of_its_own {
            wanted.and("status <> 3");
        }
        if self.dead_letters {
            wanted.and(run::DEAD_LETTER);
        }
        if self.dismissed {
            wanted.and("resumed_by = id");
        }
        if self.taken_over {
            wanted.and("resumed_by <> id");
        }
        if let Some(code) = &self.error_code {
            wanted.with(&format!("{} = ?", error_code(dialect)), code.as_str());
        }
        if let Some(step) = &self.failed_step {
            let begins = failed_at(step);
            wanted.with(&format!("substr(failure, 1, {}) = ?", begins.len()), begins);
        }
        wanted
    }
}

/// A statement and its values.
pub(crate) type Counted = (String, Vec<sea_orm::Value>);

/// How the text of a failure begins that is of this step.
fn failed_at(step: &StepId) -> String {
    format!("{{\"step\":\"{step}\",")
}

fn resumed_text(first: RunId) -> String {
    format!("{{\"resumed_from\":\"{first}\"")
}

/// Without the last quotation mark, so that it is as long as the other.
fn replayed_text(first: RunId) -> String {
    format!("{{\"replayed_from\":\"{first}")
}

impl Store {
    pub(crate) async fn active_rows(&self, filter: &RunFilter) -> Result<Vec<active_run::Model>> {
        if !filter.of_active() {
            return Ok(Vec::new());
        }
        let db = &self.core.db.read;
        let wanted = filter.active_conditions(self.core.db.dialect);
        wanted.rows::<active_run::Entity>(db, &[], "id DESC", filter.limit).await
    }

    pub(crate) async fn finished_rows(&self, filter: &RunFilter) -> Result<Vec<run::Model>> {
        if !filter.of_finished() {
            return Ok(Vec::new());
        }
        let db = &self.core.db.read;
        let wanted = filter.finished_conditions(self.core.db.dialect);
        // A list does not show the journals.
        wanted.rows::<run::Entity>(db, &[("entries", "NULL")], "id DESC", filter.limit).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_ids_are_known() {
        assert_eq!(id_digits("0198-ABCD").as_deref(), Some("0198abcd"));
        for bad in ["", "019", "xyz1", "0198abcd0198abcd0198abcd0198abcd0"] {
            assert_eq!(id_digits(bad), None, "{bad}");
        }
    }

    #[test]
    fn both_origins_are_as_long() {
        let id = RunId::new();
        assert_eq!((resumed_text(id).len(), replayed_text(id).len()), (54, 54));
        let resumed = crate::Origin { resumed_from: Some(id), ..Default::default() };
        assert!(resumed.text().is_some_and(|text| text.starts_with(&resumed_text(id))));
        let replayed = crate::Origin { replayed_from: Some(id), by: Some("x".into()), ..Default::default() };
        assert!(replayed.text().is_some_and(|text| text.starts_with(&replayed_text(id))));
    }

    #[test]
    fn failures_begin_with_their_step() {
        let step: StepId = "create".parse().expect("a step");
        let error = causeway_model::StepError::new(
            "http_status",
            causeway_model::ErrorClass::Server,
            causeway_model::Text::default(),
        );
        let failure = causeway_model::RunFailure { step: Some(step.clone()), error };
        assert!(crate::json::text(&failure).starts_with(&failed_at(&step)));
    }

    #[test]
    fn ids_begin_with_their_time() {
        let now =
            i64::try_from(RunId::new().0.get_timestamp().expect("a time").to_unix().0).unwrap_or(0) * 1000;
        assert!(least_id(now) <= RunId::new().0 && RunId::new().0 < least_id(now + 2000));
    }
}
