//! Changing the key: everything that is encrypted with it gets the new one in one transaction (docs/decisions/0009).

use causeway_model::text;
use sea_orm::DatabaseTransaction;
use serde::Serialize;

use crate::audit_entry::{self, Change};
use crate::db::{Ask, Dialect};
use crate::key::{self, Key};
use crate::{Error, Result, Store, connection, key_file, root, secret, setting};

/// What a rotation did. The store still has the old key: open it anew.
#[derive(Clone, Debug, Serialize)]
pub struct Rotated {
    pub key_version: i16,
    /// How many were encrypted again.
    pub secrets: usize,
    /// How many sets of credentials and sessions of connections were.
    pub connections: usize,
    /// Whether the settings name the key, so that they must name the new one from now on.
    pub key_in_settings: bool,
}

impl Store {
    /// `new`: the new key as text; without it one is made, which needs a key that lives in the data folder.
    /// `workers_at_work`, `data_folder_in_use`, `new_key_needed`, `key_malformed`, `key_unchanged`.
    pub async fn rotate_key(&self, new: Option<&str>, by: &str) -> Result<Rotated> {
        let core = &self.core;
        let new = match new {
            Some(text) => Key::parse(text).ok_or_else(|| {
                Error::invalid(
                    "key_malformed",
                    text!(
                        "The new key is no key: give 32 bytes as 64 hex digits or as base64.",
                        "新金鑰的格式不正確：請提供 32 位元組，以 64 個十六進位數字或 base64 表示。"
                    ),
                )
            })?,
            None if core.key_given => return Err(new_key_needed()),
            None => Key::fresh(),
        };
        if new.check_value() == core.key.check_value() {
            return Err(Error::invalid(
                "key_unchanged",
                text!("The new key is the present one.", "新金鑰與目前的金鑰相同。"),
            ));
        }
        // On SQLite, nobody works in the folder as long as this is held.
        let _lock = match core.db.dialect {
            Dialect::Sqlite => Some(self.lock_folder().await?),
            Dialect::Postgres => None,
        };
        let tx = core.db.begin().await?;
        setting::raise_revision(&tx).await?;
        keep_workers_out(&tx).await?;
        let workers = match core.db.dialect {
            Dialect::Sqlite => 0,
            Dialect::Postgres => self.live_workers().await?.len(),
        };
        if workers > 0 {
            return Err(Error::conflict(
                "workers_at_work",
                text!(
                    "{workers} workers are at work on this database with the present key. Stop all causeway processes, then rotate the key.",
                    "有 {workers} 個工作者正以目前的金鑰使用此資料庫。請先停止所有 causeway 行程，再更換金鑰。"
                ),
            ));
        }
        key::still_fits(&tx, &core.key).await?;
        let version = key::version(&tx).await? + 1;
        if !core.key_given {
            key_file::write_next(&core.data, &new)?;
        }
        let secrets = secret::seal_again(&tx, &core.key, &new, version).await?;
        let connections = connection::seal_again(&tx, &core.key, &new, version).await?;
        root::seal_again(&tx, &core.key, &new).await?;
        setting::put(&tx, setting::KEY_VERSION, &version.to_string()).await?;
        setting::put(&tx, setting::KEY_CHECK, &new.check_value()).await?;
        let subject = version.to_string();
        audit_entry::write(&tx, core.clock.now(), Change::new(by, "key.rotated", &subject)).await?;
        tx.commit().await?;
        if !core.key_given {
            key_file::adopt_next(&core.data)?;
        }
        Ok(Rotated { key_version: version, secrets, connections, key_in_settings: core.key_given })
    }
}

/// Until the transaction ends, no worker can enlist; afterwards it is told that its key is the old one.
async fn keep_workers_out(tx: &DatabaseTransaction) -> Result<()> {
    if tx.dialect() == Dialect::Postgres {
        tx.run("LOCK TABLE worker IN SHARE ROW EXCLUSIVE MODE", vec![]).await?;
    }
    Ok(())
}

fn new_key_needed() -> Error {
    Error::invalid(
        "new_key_needed",
        text!(
            "The key stands in the settings, so the new one must come from you: make one (`openssl rand -hex 32`) and give it with --new-key-file.",
            "金鑰由設定提供，因此新金鑰也須由您提供：請產生一把（`openssl rand -hex 32`），並以 --new-key-file 指定。"
        ),
    )
}
