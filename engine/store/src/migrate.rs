//! Bringing the schema up to date: what would happen, a copy of the SQLite file first, one process at a time.

use std::path::PathBuf;

use causeway_migrations::Migrator;
use causeway_model::{Time, text};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use sea_orm_migration::MigratorTrait;
use serde::Serialize;

use crate::core::Core;
use crate::db::{Ask, Db, Dialect};
use crate::{Error, Result, Store, key, root, setting};

/// How many copies of the SQLite file stay in `<data>/backup/`.
const BACKUPS_KEPT: usize = 3;
/// The advisory lock that migrating processes take on Postgres.
const LOCK: i64 = 0x0063_6175_7365_7761;

#[derive(Clone, Debug, Serialize)]
pub struct MigrationPlan {
    pub backend: String,
    pub applied: Vec<String>,
    pub pending: Vec<String>,
}

impl Store {
    pub async fn migration_plan(&self) -> Result<MigrationPlan> {
        let plan = plan(&self.core.db).await?;
        // This process or another one may have migrated since the store was opened.
        if plan.pending.is_empty() && self.core.root.get().is_none() {
            let root = root::read(&self.core.db.main, &self.core.key).await?;
            let _ = self.core.root.set(root.ok_or_else(|| Error::corrupt("setting root"))?);
        }
        Ok(plan)
    }

    /// Applies what is pending, under an advisory lock on Postgres, after copying the SQLite file to `<data>/backup/`.
    /// Gives the plan as it stands afterwards.
    pub async fn migrate(&self) -> Result<MigrationPlan> {
        let before = self.migration_plan().await?;
        if !before.pending.is_empty() {
            if !before.applied.is_empty() {
                back_up(&self.core).await?;
            }
            let is_new = before.applied.is_empty();
            let tx = self.core.db.begin().await?;
            if self.core.db.dialect == Dialect::Postgres {
                tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
            }
            Migrator::up(&tx, None).await?;
            need(&tx, OLDEST_FITTING_BINARY).await?;
            let check = self.core.key.check_value();
            if setting::put_first(&tx, setting::KEY_CHECK, &check).await? != check {
                return Err(key::wrong_key());
            }
            root::make(&tx, &self.core.key, is_new).await?;
            tx.commit().await?;
        }
        self.migration_plan().await
    }
}

/// The schema of this binary is understood from this version on.
const OLDEST_FITTING_BINARY: &str = "0.1.0";

pub(crate) async fn applied(db: &Db) -> Result<Vec<String>> {
    let table = match db.dialect {
        Dialect::Sqlite => "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'seaql_migrations'",
        Dialect::Postgres => "SELECT 1 WHERE to_regclass('seaql_migrations') IS NOT NULL",
    };
    if db.main.one(table, vec![]).await?.is_none() {
        return Ok(Vec::new());
    }
    let rows = db.main.all("SELECT version FROM seaql_migrations ORDER BY version", vec![]).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

async fn plan(db: &Db) -> Result<MigrationPlan> {
    let applied = applied(db).await?;
    let pending = Migrator::migrations()
        .iter()
        .map(|migration| migration.name().to_owned())
        .filter(|name| !applied.contains(name))
        .collect();
    Ok(MigrationPlan { backend: db.dialect.name().to_owned(), applied, pending })
}

/// Says that the database needs a binary of this version at least.
async fn need(tx: &DatabaseTransaction, version: &str) -> Result<()> {
    let known = setting::get(tx, setting::MIN_BINARY).await?;
    if known.is_none_or(|known| self::version(&known) < self::version(version)) {
        setting::put(tx, setting::MIN_BINARY, version).await?;
    }
    Ok(())
}

/// Whether migrations were applied that this binary does not know: a newer one has been here.
pub(crate) async fn has_unknown(db: &Db) -> Result<bool> {
    let known: Vec<String> = Migrator::migrations().iter().map(|known| known.name().to_owned()).collect();
    Ok(applied(db).await?.iter().any(|name| !known.contains(name)))
}

/// Whether a version is a later one than that of this binary.
pub(crate) fn is_newer(other: &str) -> bool {
    version(other) > version(env!("CARGO_PKG_VERSION"))
}

/// Refuses a database that needs a newer binary than this one.
pub(crate) fn check_binary(needed: &str) -> Result<()> {
    if is_newer(needed) { Err(outgrown(needed)) } else { Ok(()) }
}

fn outgrown(needed: &str) -> Error {
    let own = env!("CARGO_PKG_VERSION");
    Error::invalid(
        "newer_binary_needed",
        text!(
            "This database needs causeway {needed} or newer; this is {own}. Update the program.",
            "此資料庫需要 causeway {needed} 或更新版本；目前是 {own}。請更新程式。"
        ),
    )
}

/// Takes notice of the binary that the database needs now. Once it is a newer one, this process does not begin again.
pub(crate) fn notice(core: &Core, needed: Option<&str>) {
    let Some(needed) = needed.filter(|needed| is_newer(needed)) else { return };
    core.outgrown.send_if_modified(|known| {
        let changed = known.as_deref() != Some(needed);
        if changed {
            *known = Some(needed.to_owned());
        }
        changed
    });
}

impl Store {
    /// The version that the database has come to need, where this binary is older: it takes no work any more.
    pub fn outgrown(&self) -> Option<String> {
        self.core.outgrown.borrow().clone()
    }

    /// Why nothing more is taken, where the database has come to need a newer binary.
    pub fn check_outgrown(&self) -> Result<()> {
        self.core.outgrown.borrow().as_deref().map_or(Ok(()), |needed| Err(outgrown(needed)))
    }

    /// Resolves when the database has come to need a newer binary.
    pub async fn until_outgrown(&self) -> String {
        let mut outgrown = self.core.outgrown.subscribe();
        let needed = outgrown.wait_for(Option::is_some).await.ok().and_then(|needed| needed.clone());
        match needed {
            Some(needed) => needed,
            None => std::future::pending().await,
        }
    }
}

fn version(text: &str) -> [u64; 3] {
    let mut numbers = text.split(['.', '-', '+']).map(|part| part.parse().unwrap_or(0));
    std::array::from_fn(|_| numbers.next().unwrap_or(0))
}

/// Copies the SQLite file to `<data>/backup/causeway-<time>.db`; nothing on Postgres.
async fn back_up(core: &Core) -> Result<Option<PathBuf>> {
    if core.db.dialect != Dialect::Sqlite {
        return Ok(None);
    }
    let folder = core.data.join("backup");
    let fault = |error: std::io::Error| {
        let (shown, why) = (folder.display(), error.to_string());
        Error::invalid(
            "backup_failed",
            text!(
                "No backup could be made in {shown}, so nothing was migrated: {why}",
                "無法在 {shown} 建立備份，因此未進行遷移：{why}"
            ),
        )
    };
    std::fs::create_dir_all(&folder).map_err(fault)?;
    let file = folder.join(file_name(core.clock.now()));
    core.db.main.run("VACUUM INTO $1", vec![file.display().to_string().into()]).await?;
    let mut copies: Vec<PathBuf> = std::fs::read_dir(&folder)
        .map_err(fault)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "db"))
        .collect();
    copies.sort();
    for old in copies.iter().rev().skip(BACKUPS_KEPT) {
        let _ = std::fs::remove_file(old);
    }
    Ok(Some(file))
}

fn file_name(now: Time) -> String {
    format!("causeway-{}.db", now.to_datetime().format("%Y%m%dT%H%M%S%3fZ"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_database_is_refused() {
        assert!(check_binary("0.1.0").is_ok());
        assert!(check_binary("0.0.9").is_ok());
        let error = check_binary("999.0.1").expect_err("is refused");
        assert_eq!(error.code(), Some("newer_binary_needed"));
        assert!(version("1.10.0") > version("1.9.9"));
        assert!(is_newer("0.1.1") && !is_newer("0.1.0-rc.1") && !is_newer("nonsense"));
    }
}
