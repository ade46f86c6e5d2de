//! From the first migration to the newest: the SQLite file is copied before, and what derived from the key still does.

use causeway_migrations::Migrator;
use sea_orm_migration::MigratorTrait;

use crate::Store;
use crate::db::Ask;
use crate::tests::bed::{Bed, both};
use crate::{Link, setting};

both!(an_older_database_is_backed_up_and_migrated);

/// Back to what the first version made: its tables, its key check, no root.
async fn as_the_first_version(bed: &Bed) -> Store {
    let db = &bed.store.core.db.main;
    let tables: &[&str] = &["session", "audit_entry", "token", "\"user\""];
    for table in tables {
        db.run(format!("DROP TABLE {table}"), vec![]).await.expect("drops");
    }
    if !bed.is_sqlite() {
        db.run("DROP FUNCTION audit_entry_fixed", vec![]).await.expect("drops");
    }
    let (uuid, bytes, int, small) = if bed.is_sqlite() {
        ("BLOB", "BLOB", "INTEGER", "INTEGER")
    } else {
        ("UUID", "BYTEA", "BIGINT", "SMALLINT")
    };
    for table in [
        format!(
            "CREATE TABLE \"user\" (id {uuid} NOT NULL PRIMARY KEY, email TEXT NOT NULL UNIQUE, password_hash TEXT NOT NULL, role {small} NOT NULL, created_at {int} NOT NULL)"
        ),
        format!(
            "CREATE TABLE token (id {uuid} NOT NULL PRIMARY KEY, name TEXT NOT NULL, role {small} NOT NULL, digest {bytes} NOT NULL UNIQUE, created_at {int} NOT NULL, last_used_at {int})"
        ),
    ] {
        db.run(table, vec![]).await.expect("creates");
    }
    let later = "DELETE FROM seaql_migrations WHERE version NOT LIKE '%_first'";
    db.run(later, vec![]).await.expect("forgets");
    db.run("DELETE FROM setting WHERE name = $1", vec![setting::ROOT.into()]).await.expect("deletes");
    bed.another().await
}

async fn an_older_database_is_backed_up_and_migrated(bed: &Bed) {
    bed.store.set_secret("erp", "kept", "ada").await.expect("sets");
    let old = as_the_first_version(bed).await;
    let plan = old.migration_plan().await.expect("plans");
    assert_eq!(plan.applied.len(), 1);
    assert_eq!(plan.pending.len(), Migrator::migrations().len() - 1, "{plan:?}");
    assert!(!bed.data.join("backup").exists(), "looking makes no backup");
    let link = Link::Callback {
        run: causeway_model::RunId::new(),
        frame: causeway_model::Frame::top(),
        step: "wait".parse().expect("a step"),
    };
    let (signed, sealing) = (old.sign_link(&link), old.derived_key("seal"));

    let plan = old.migrate().await.expect("migrates");
    assert!(plan.pending.is_empty(), "{plan:?}");
    assert_eq!(old.read_link(&signed), Some(link.clone()), "what is out already still counts");
    assert_eq!(old.derived_key("seal"), sealing);
    let other = bed.another().await;
    assert_eq!(other.read_link(&signed), Some(link));
    assert_eq!(other.secrets().await.expect("reads")["erp"], "kept");
    other.close().await;
    if bed.is_sqlite() {
        let copies: Vec<_> = std::fs::read_dir(bed.data.join("backup"))
            .expect("a folder")
            .flatten()
            .map(|entry| entry.path())
            .collect();
        assert_eq!(copies.len(), 1, "{copies:?}");
        let url = format!("sqlite://{}", copies[0].display());
        let config = crate::Config { url: Some(url), ..bed.config() };
        let copy = Store::open(config, bed.clock.clone()).await.expect("the copy opens");
        let plan = copy.migration_plan().await.expect("plans");
        assert_eq!(plan.applied.len(), 1, "it is as it was before");
        copy.close().await;
    } else {
        assert!(!bed.data.join("backup").exists());
    }
    old.close().await;
}
