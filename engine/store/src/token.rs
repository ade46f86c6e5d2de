//! `token`: API tokens, known by the hash of their text. They have a role, perhaps a narrower scope, an owner, and an end.

use std::collections::HashMap;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use causeway_model::{Role, Slug, Time, TokenId, UserId, Value, text};
use chacha20poly1305::aead::Generate;
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, IntoActiveModel};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::audit_entry::{self, Change};
use crate::db::Ask;
use crate::user_change::Actor;
use crate::{Error, Result, Store, codes, json, setting, user};

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
    pub owner: Option<Uuid>,
    pub read_only: bool,
    pub flows: Option<String>,
    pub expires_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

#[derive(Clone, Debug, Serialize)]
pub struct TokenRecord {
    pub id: TokenId,
    pub name: String,
    /// Never more than its owner's.
    pub role: Role,
    /// Whose it is; absent where the command line made it. It goes with its owner.
    pub owner: Option<UserId>,
    /// It changes nothing.
    pub read_only: bool,
    /// Only these flows, and their runs; absent means all.
    pub flows: Option<Vec<Slug>>,
    /// From then on it counts no more.
    pub expires_at: Option<Time>,
    pub created_at: Time,
    pub last_used_at: Option<Time>,
}

/// A token to be made.
#[derive(Clone, Debug)]
pub struct NewToken {
    pub name: String,
    pub role: Role,
    pub owner: Option<UserId>,
    pub read_only: bool,
    pub flows: Option<Vec<Slug>>,
    pub expires_at: Option<Time>,
}

impl NewToken {
    /// Without a narrower scope, owner or end.
    pub fn plain(name: &str, role: Role) -> Self {
        Self { name: name.to_owned(), role, owner: None, read_only: false, flows: None, expires_at: None }
    }
}

impl TokenRecord {
    pub(crate) fn read(row: Model) -> Result<Self> {
        Ok(Self {
            id: TokenId(row.id),
            name: row.name,
            role: codes::role_of(row.role)?,
            owner: row.owner.map(UserId),
            read_only: row.read_only,
            flows: row.flows.map(|flows| json::parse(&flows, "flows of a token")).transpose()?,
            expires_at: row.expires_at.map(Time),
            created_at: Time(row.created_at),
            last_used_at: row.last_used_at.map(Time),
        })
    }

    /// As the audit trail shows it.
    fn shown(&self) -> Value {
        serde_json::json!({
            "id": self.id, "role": self.role, "read_only": self.read_only, "flows": self.flows,
            "expires_at": self.expires_at,
        })
    }
}

/// The tokens go with their owner.
pub(crate) async fn delete_of(tx: &DatabaseTransaction, owner: UserId) -> Result<()> {
    Entity::delete_many().filter(Column::Owner.eq(owner.0)).exec(tx).await?;
    Ok(())
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
const MOST_FLOWS: usize = 100;

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

impl Store {
    /// The token's text is given once and kept only as a hash.
    pub async fn create_token(&self, new: NewToken, by: &str) -> Result<(TokenRecord, String)> {
        let name = new.name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME || name.contains(char::is_control) {
            return Err(Error::invalid(
                "name_invalid",
                text!(
                    "A token needs a name of 1 to {LONGEST_NAME} characters that says what it is for.",
                    "權杖需要 1 到 {LONGEST_NAME} 個字的名稱，說明它的用途。"
                ),
            ));
        }
        let now = self.core.clock.now();
        if new.expires_at.is_some_and(|at| at <= now) {
            return Err(Error::invalid(
                "expiry_invalid",
                text!("The token's end must lie in the future.", "權杖的到期時間必須在未來。"),
            ));
        }
        if new.flows.as_ref().is_some_and(|flows| flows.is_empty() || flows.len() > MOST_FLOWS) {
            return Err(Error::invalid(
                "flows_invalid",
                text!(
                    "Name 1 to {MOST_FLOWS} flows, or leave them out for all.",
                    "請指定 1 到 {MOST_FLOWS} 個流程，或省略以表示全部。"
                ),
            ));
        }
        let token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(<[u8; 32]>::generate()));
        let row = Model {
            id: TokenId::new().0,
            name: name.to_owned(),
            role: codes::role_code(new.role),
            digest: digest(&token).to_vec(),
            created_at: now.millis(),
            last_used_at: None,
            owner: new.owner.map(|owner| owner.0),
            read_only: new.read_only,
            flows: json::opt_text(new.flows.as_ref()),
            expires_at: new.expires_at.map(Time::millis),
        };
        let tx = self.core.db.begin().await?;
        Entity::insert(row.clone().into_active_model()).exec_without_returning(&tx).await?;
        let record = TokenRecord::read(row)?;
        let change = Change::new(by, "token.created", &record.name).to(record.shown());
        audit_entry::write(&tx, now, change).await?;
        tx.commit().await?;
        Ok((record, token))
    }

    /// The token stops working within a second, on every node.
    pub async fn delete_token(&self, id: TokenId, actor: Actor<'_>) -> Result<()> {
        let tx = self.core.db.begin().await?;
        setting::raise_revision(&tx).await?;
        let row = Entity::find_by_id(id.0).one(&tx).await?.ok_or_else(|| {
            Error::not_found("token_not_found", text!("There is no token {id}.", "沒有權杖 {id}。"))
        })?;
        let record = TokenRecord::read(row)?;
        actor.may_grant(record.role)?;
        Entity::delete_by_id(id.0).exec(&tx).await?;
        let change = Change::new(actor.by, "token.deleted", &record.name).from(record.shown());
        audit_entry::write(&tx, self.core.clock.now(), change).await?;
        tx.commit().await?;
        self.core.caches.forget();
        Ok(())
    }

    /// `token_expired` where its time is over; nothing where there is none, or its owner may not sign in.
    pub async fn authenticate(&self, token: &str) -> Result<Option<TokenRecord>> {
        if !token.starts_with(PREFIX) || token.len() > 100 {
            return Ok(None);
        }
        let digest = digest(token);
        let revision = self.recent_revision().await?;
        let known = self.known_token(revision, &digest);
        let (record, noted) = match known {
            Some((record, noted)) => (record, noted),
            None => match self.read_token(&digest, revision).await? {
                Some(record) => (record, None),
                None => return Ok(None),
            },
        };
        if record.expires_at.is_some_and(|at| at <= self.core.clock.now()) {
            return Err(Error::forbidden(
                "token_expired",
                text!(
                    "The time of this token is over; make another with `causeway token create`",
                    "此權杖已過期，請以 `causeway token create` 建立新的權杖"
                ),
            ));
        }
        if noted.is_none_or(|at| at.elapsed() >= USE_NOTED_EVERY) {
            self.note_use(&digest, &record).await;
        }
        Ok(Some(record))
    }

    /// With what its owner may do, which the revision stands for too.
    async fn read_token(&self, digest: &[u8; 32], revision: i64) -> Result<Option<TokenRecord>> {
        let row = Entity::find().filter(Column::Digest.eq(digest.to_vec())).one(&self.core.db.read).await?;
        let Some(row) = row else { return Ok(None) };
        let mut record = TokenRecord::read(row)?;
        if let Some(owner) = record.owner {
            let owner = user::Entity::find_by_id(owner.0).one(&self.core.db.read).await?;
            let Some(owner) = owner.filter(|owner| !owner.disabled) else { return Ok(None) };
            record.role = record.role.min(codes::role_of(owner.role)?);
        }
        let mut known = self.core.caches.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if known.revision == revision {
            known.tokens.insert(*digest, (record.clone(), None));
        }
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
