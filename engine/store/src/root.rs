//! The root secret: what one-time links, sealed tokens and the like derive from. It is random, made once, and kept
//! encrypted with the key, so that they outlive the key (docs/decisions/0009).

use chacha20poly1305::aead::Generate;
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use crate::key::{self, Key};
use crate::{Error, Result, setting};

const PURPOSE: &str = "root";

fn sealed(key: &Key, root: &[u8; 32]) -> String {
    hex::encode(key.seal(PURPOSE, PURPOSE, root))
}

/// Nothing where there is none yet.
pub(crate) async fn read<C: ConnectionTrait>(db: &C, key: &Key) -> Result<Option<[u8; 32]>> {
    let Some(text) = setting::get(db, setting::ROOT).await? else { return Ok(None) };
    let bytes = hex::decode(text).map_err(|_| Error::corrupt("setting root"))?;
    let root = key.unseal(PURPOSE, PURPOSE, &bytes).ok_or_else(key::wrong_key)?;
    root.try_into().map(Some).map_err(|_| Error::corrupt("setting root"))
}

/// Once for an installation. One from before there were roots has derived from its key until now, so that is its root:
/// nothing that is out already breaks.
pub(crate) async fn make(tx: &DatabaseTransaction, key: &Key, is_new: bool) -> Result<()> {
    let root = if is_new { <[u8; 32]>::generate() } else { key.0 };
    setting::put_first(tx, setting::ROOT, &sealed(key, &root)).await?;
    Ok(())
}

/// The same root under another key.
pub(crate) async fn seal_again(tx: &DatabaseTransaction, old: &Key, new: &Key) -> Result<()> {
    let root = read(tx, old).await?.ok_or_else(|| Error::corrupt("no setting root"))?;
    Ok(setting::put(tx, setting::ROOT, &sealed(new, &root)).await?)
}
