//! `connector_package`: the zips of connectors, each once, by checksum.

use sea_orm::ConnectionTrait;
use sha2::{Digest, Sha256};

use crate::db::Ask;
use crate::{Error, Result};

/// Keeps a zip; gives its checksum.
pub(super) async fn put<C: ConnectionTrait>(db: &C, content: &[u8]) -> Result<String> {
    let checksum = checksum(content);
    let insert =
        "INSERT INTO connector_package (checksum, content) VALUES ($1, $2) ON CONFLICT (checksum) DO NOTHING";
    db.run(insert, vec![checksum.as_str().into(), content.into()]).await?;
    Ok(checksum)
}

pub(super) fn checksum(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}

pub(super) async fn get<C: ConnectionTrait>(db: &C, checksum: &str) -> Result<Vec<u8>> {
    let find = "SELECT content FROM connector_package WHERE checksum = $1";
    let row = db.one(find, vec![checksum.into()]).await?;
    Ok(row.ok_or_else(|| Error::corrupt(format!("no connector package {checksum}")))?.try_get_by_index(0)?)
}

/// Drops those that no version needs.
pub(super) async fn tidy<C: ConnectionTrait>(db: &C) -> Result<()> {
    let drop = "DELETE FROM connector_package WHERE checksum NOT IN (SELECT checksum FROM connector_version)";
    db.run(drop, vec![]).await?;
    Ok(())
}
