//! From the first migration to the newest: the SQLite file is copied before, and what derived from the key still does.

use std::path::PathBuf;

use causeway_migrations::Migrator;
use sea_orm::ConnectionTrait;
use sea_orm_migration::MigratorTrait;

use crate::Store;
use crate::db::Ask;
use crate::tests::bed::{Bed, both};
use crate::{Config, Link, secret, setting};

both!(an_older_database_is_backed_up_and_migrated);

/// The data folder of the older installation.
fn older(bed: &Bed) -> PathBuf {
    bed.data.join("older")
}

async fn open(bed: &Bed, url: Option<String>) -> Store {
    let config = Config { url, data: older(bed), key: None };
    Store::open(config, bed.clock.clone()).await.expect("opens")
}

/// A database as the first version made it, with a secret in it.
async fn of_the_first_version(bed: &Bed) -> Store {
    if !bed.is_sqlite() {
        let empty = "DROP SCHEMA public CASCADE; CREATE SCHEMA public";
        bed.store.core.db.main.execute_unprepared(empty).await.expect("empties it");
    }
    let new = open(bed, bed.url.clone()).await;
    let db = &new.core.db.main;
    Migrator::up(db, Some(1)).await.expect("makes the first tables");
    let check = new.core.key.check_value();
    setting::put_first(db, setting::KEY_CHECK, &check).await.expect("is kept");
    let sealed = secret::seal(&new.core.key, "erp", "kept");
    db.run(
        "INSERT INTO secret (name, key_version, sealed, set_at, set_by) VALUES ('erp', 1, $1, 0, 'ada')",
        vec![sealed.into()],
    )
    .await
    .expect("is kept");
    new.close().await;
    open(bed, bed.url.clone()).await
}

async fn an_older_database_is_backed_up_and_migrated(bed: &Bed) {
    let old = of_the_first_version(bed).await;
    let plan = old.migration_plan().await.expect("plans");
    assert_eq!(plan.applied.len(), 1);
    assert_eq!(plan.pending.len(), Migrator::migrations().len() - 1, "{plan:?}");
    assert!(!older(bed).join("backup").exists(), "looking makes no backup");
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
    let other = open(bed, bed.url.clone()).await;
    assert_eq!(other.read_link(&signed), Some(link));
    assert_eq!(other.secrets().await.expect("reads")["erp"], "kept");
    other.close().await;
    if bed.is_sqlite() {
        let copies: Vec<_> = std::fs::read_dir(older(bed).join("backup"))
            .expect("a folder")
            .flatten()
            .map(|entry| entry.path())
            .collect();
        assert_eq!(copies.len(), 1, "{copies:?}");
        let url = format!("sqlite://{}", copies[0].display());
        let copy = open(bed, Some(url)).await;
        let plan = copy.migration_plan().await.expect("plans");
        assert_eq!(plan.applied.len(), 1, "it is as it was before");
        copy.close().await;
    } else {
        assert!(!older(bed).join("backup").exists());
    }
    old.close().await;
}
