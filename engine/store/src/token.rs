//! `token`: API tokens, known by the hash of their text.

use std::collections::HashMap;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use causeway_model::{Role, Time, TokenId, text};
use chacha20poly1305::aead::Generate;
use sea_orm::ActiveValue::Set;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::db::Ask;
use crate::{Error, Result, Store, codes, setting};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "token")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub role: i16,
    pub digest: Vec<u8>,
    pub created_at: i64,
    pub last_used_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

#[derive(Clone, Debug, Serialize)]
pub struct TokenRecord {
    pub id: TokenId,
    pub name: String,
    pub role: Role,
    pub created_at: Time,
    pub last_used_at: Option<Time>,
}

impl TokenRecord {
    fn read(row: Model) -> Result<Self> {
        Ok(Self {
            id: TokenId(row.id),
            name: row.name,
            role: codes::role_of(row.role)?,
            created_at: Time(row.created_at),
            last_used_at: row.last_used_at.map(Time),
        })
    }
}

/// Tokens that were seen lately, of one revision.
#[derive(Default)]
pub(crate) struct Known {
    revision: i64,
    tokens: HashMap<[u8; 32], (TokenRecord, Option<Instant>)>,
}

const PREFIX: &str = "cw_";
/// `last_used_at` is written at most this often.
const USE_NOTED_EVERY: Duration = Duration::from_secs(60);
const LONGEST_NAME: usize = 100;

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

impl Store {
    /// The token's text is given once and kept only as a hash.
    pub async fn create_token(&self, name: &str, role: Role) -> Result<(TokenRecord, String)> {
        let name = name.trim();
        if name.is_empty() || name.len() > LONGEST_NAME || name.contains(char::is_control) {
            return Err(Error::invalid(
                "name_invalid",
                text!(
                    "A token's name has 1 to {LONGEST_NAME} bytes.",
                    "權杖名稱的長度須為 1 至 {LONGEST_NAME} 位元組。"
                ),
            ));
        }
        let token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(<[u8; 32]>::generate()));
        let row = Model {
            id: TokenId::new().0,
            name: name.to_owned(),
            role: codes::role_code(role),
            digest: digest(&token).to_vec(),
            created_at: self.core.clock.now().millis(),
            last_used_at: None,
        };
        let new = ActiveModel {
            id: Set(row.id),
            name: Set(row.name.clone()),
            role: Set(row.role),
            digest: Set(row.digest.clone()),
            created_at: Set(row.created_at),
            last_used_at: Set(None),
        };
        let tx = self.core.db.begin().await?;
        Entity::insert(new).exec_without_returning(&tx).await?;
        tx.commit().await?;
        Ok((TokenRecord::read(row)?, token))
    }

    pub async fn tokens(&self) -> Result<Vec<TokenRecord>> {
        let rows = Entity::find().order_by_asc(Column::Id).all(&self.core.db.read).await?;
        rows.into_iter().map(TokenRecord::read).collect()
    }

    /// The token stops working within a second, on every node.
    pub async fn delete_token(&self, id: TokenId, by: &str) -> Result<()> {
        let tx = self.core.db.begin().await?;
        setting::raise_revision(&tx).await?;
        if Entity::delete_by_id(id.0).exec(&tx).await?.rows_affected == 0 {
            return Err(Error::not_found(
                "token_not_found",
                text!("There is no token {id}.", "沒有權杖 {id}。"),
            ));
        }
        tx.commit().await?;
        self.core.caches.forget();
        tracing::info!(token = %id, by, "token deleted");
        Ok(())
    }

    pub async fn authenticate(&self, token: &str) -> Result<Option<TokenRecord>> {
        if !token.starts_with(PREFIX) || token.len() > 100 {
            return Ok(None);
        }
        let digest = digest(token);
        let revision = self.recent_revision().await?;
        if let Some((record, noted)) = self.known_token(revision, &digest) {
            if noted.is_none_or(|at| at.elapsed() >= USE_NOTED_EVERY) {
                self.note_use(&digest, &record).await;
            }
            return Ok(Some(record));
        }
        let row = Entity::find().filter(Column::Digest.eq(digest.to_vec())).one(&self.core.db.read).await?;
        let Some(row) = row else { return Ok(None) };
        let record = TokenRecord::read(row)?;
        {
            let mut known = self.core.caches.tokens.lock().unwrap_or_else(PoisonError::into_inner);
            known.tokens.insert(digest, (record.clone(), None));
        }
        self.note_use(&digest, &record).await;
        Ok(Some(record))
    }

    fn known_token(&self, revision: i64, digest: &[u8; 32]) -> Option<(TokenRecord, Option<Instant>)> {
        let mut known = self.core.caches.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if known.revision != revision {
            known.revision = revision;
            known.tokens.clear();
        }
        known.tokens.get(digest).cloned()
    }

    /// Best effort: a token works also while nothing can be written.
    async fn note_use(&self, digest: &[u8; 32], record: &TokenRecord) {
        {
            let mut known = self.core.caches.tokens.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((_, noted)) = known.tokens.get_mut(digest) {
                *noted = Some(Instant::now());
            }
        }
        let now = self.core.clock.now().millis();
        let lately = now - i64::try_from(USE_NOTED_EVERY.as_millis()).unwrap_or(60_000);
        let written = self
            .core
            .db
            .main
            .run(
                "UPDATE token SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $3)",
                vec![record.id.0.into(), now.into(), lately.into()],
            )
            .await;
        if let Err(error) = written {
            tracing::warn!(%error, "a token's last use was not noted");
        }
    }
}
