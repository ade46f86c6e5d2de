//! `connector_package`: the zips of connectors, each once, by checksum.

use std::collections::BTreeMap;

use sea_orm::ConnectionTrait;
use sha2::{Digest, Sha256};

use crate::Result;
use crate::bulk::{Columns, Kind, Rows};
use crate::db::Ask;

/// Zips of one query: each has up to 16 MB.
const AT_ONCE: usize = 16;

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

/// Those there are of some checksums.
pub(super) async fn all<C: ConnectionTrait>(db: &C, checksums: &[&str]) -> Result<BTreeMap<String, Vec<u8>>> {
    const COLUMNS: Columns = &[("checksum", Kind::Text)];
    let mut packages = BTreeMap::new();
    for checksums in checksums.chunks(AT_ONCE) {
        let mut rows = Rows::new(db.dialect(), COLUMNS);
        for checksum in checksums {
            rows.text(checksum);
        }
        let find = rows.statement(vec![], |source| {
            format!(
                "SELECT p.checksum, p.content FROM {source} JOIN connector_package p ON p.checksum = r.checksum"
            )
        });
        for row in db.query_all_raw(find).await? {
            packages.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        }
    }
    Ok(packages)
}

/// Drops those that no version needs.
pub(super) async fn tidy<C: ConnectionTrait>(db: &C) -> Result<()> {
    let drop = "DELETE FROM connector_package WHERE checksum NOT IN (SELECT checksum FROM connector_version)";
    db.run(drop, vec![]).await?;
    Ok(())
}
