//! `session`: who is signed in, on which device. A session is known by the hash of what its cookie holds, and ends when
//! nobody used it for long, when its time is over, or when somebody ends it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use causeway_model::{SessionId, Span, Time, UserId, text};
use chacha20poly1305::aead::Generate;
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryOrder, QuerySelect};
use serde::Serialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::audit_entry::{self, Change};
use crate::db::{Ask, Dialect};
use crate::listing::Page;
use crate::user::{self, UserRecord};
use crate::{Error, Result, Store, key, password};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub digest: Vec<u8>,
    pub owner: Uuid,
    pub created_at: i64,
    pub last_seen_at: i64,
    pub expires_at: i64,
    pub agent: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

#[derive(Clone, Debug, Serialize)]
pub struct SessionRecord {
    pub id: SessionId,
    #[serde(skip)]
    pub user: UserId,
    pub created_at: Time,
    /// To the minute.
    pub last_seen_at: Time,
    /// The latest end; without use it ends sooner.
    pub expires_at: Time,
    /// What the browser called itself.
    pub agent: String,
}

impl SessionRecord {
    fn read(row: Model) -> Self {
        Self {
            id: SessionId(row.id),
            user: UserId(row.owner),
            created_at: Time(row.created_at),
            last_seen_at: Time(row.last_seen_at),
            expires_at: Time(row.expires_at),
            agent: row.agent,
        }
    }
}

/// A session just begun.
pub struct NewSession {
    pub record: SessionRecord,
    pub user: UserRecord,
    /// What the cookie holds; given this once.
    pub secret: String,
}

/// However much it is used.
pub const SESSION_LASTS: Span = Span::from_secs(14 * 86_400);
/// Without any use.
pub const SESSION_IDLE: Span = Span::from_secs(12 * 3600);
const SEEN_NOTED_EVERY: Span = Span::from_secs(60);
const LONGEST_AGENT: usize = 200;
/// A user's sessions beyond these end, the oldest first.
const MOST: u64 = 50;

fn digest(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// Ends all sessions of a user.
pub(crate) async fn end_all(tx: &DatabaseTransaction, owner: UserId) -> Result<()> {
    Entity::delete_many().filter(Column::Owner.eq(owner.0)).exec(tx).await?;
    Ok(())
}

pub(crate) async fn sweep<C: ConnectionTrait>(db: &C, now: Time) -> Result<u64> {
    let over = "DELETE FROM session WHERE expires_at <= $1 OR last_seen_at <= $2";
    Ok(db.run(over, vec![now.millis().into(), (now - SESSION_IDLE).millis().into()]).await?)
}

impl Store {
    /// Signs in, under a new id; the session that `instead` belongs to ends. `None` where the address, the password or
    /// the account is not right: which, nobody is told.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        agent: &str,
        instead: Option<&str>,
    ) -> Result<Option<NewSession>> {
        let found = match user::address(email) {
            Ok(email) => {
                user::Entity::find().filter(user::Column::Email.eq(email)).one(&self.core.db.main).await?
            }
            Err(_) => None,
        };
        let hash = found.as_ref().map(|row| row.password_hash.as_str());
        let fits = password::fits(&self.core, password, hash).await?;
        let Some(row) = found.filter(|row| fits && !row.disabled) else { return Ok(None) };
        self.begin_session(row, agent, instead).await
    }

    /// A session for somebody who has just shown who they are.
    pub async fn begin_session_of(&self, id: UserId, agent: &str) -> Result<Option<NewSession>> {
        let row = user::row(&self.core.db.main, id).await?;
        self.begin_session(row, agent, None).await
    }

    /// Nothing where the password was changed or the user disabled since `row` was read.
    async fn begin_session(
        &self,
        row: user::Model,
        agent: &str,
        instead: Option<&str>,
    ) -> Result<Option<NewSession>> {
        let secret = URL_SAFE_NO_PAD.encode(<[u8; 32]>::generate());
        let now = self.core.clock.now();
        let record = SessionRecord {
            id: SessionId::new(),
            user: UserId(row.id),
            created_at: now,
            last_seen_at: now,
            expires_at: now + SESSION_LASTS,
            agent: agent.chars().filter(|c| !c.is_control()).take(LONGEST_AGENT).collect(),
        };
        let tx = self.core.db.begin().await?;
        // Who changes the password at the same time waits, and then ends this session too.
        let lock = if tx.dialect() == Dialect::Postgres { " FOR SHARE" } else { "" };
        let begun = tx
            .run(
                format!(
                    "INSERT INTO session (id, digest, owner, created_at, last_seen_at, expires_at, agent) \
                 SELECT $1, $2, u.id, $3, $3, $4, $5 FROM \"user\" u \
                 WHERE u.id = $6 AND u.password_hash = $7 AND NOT u.disabled{lock}"
                ),
                vec![
                    record.id.0.into(),
                    digest(&secret).into(),
                    now.millis().into(),
                    record.expires_at.millis().into(),
                    record.agent.as_str().into(),
                    row.id.into(),
                    row.password_hash.as_str().into(),
                ],
            )
            .await?;
        if begun == 0 {
            return Ok(None);
        }
        if let Some(old) = instead {
            Entity::delete_many().filter(Column::Digest.eq(digest(old))).exec(&tx).await?;
        }
        let surplus = "DELETE FROM session WHERE owner = $1 AND id NOT IN \
             (SELECT id FROM session WHERE owner = $1 ORDER BY id DESC LIMIT $2)";
        tx.run(surplus, vec![row.id.into(), i64::try_from(MOST).unwrap_or(50).into()]).await?;
        let user = UserRecord::read(row)?;
        let by = format!("user:{}", user.email);
        audit_entry::write(&tx, now, Change::new(&by, "session.created", &user.email)).await?;
        tx.commit().await?;
        Ok(Some(NewSession { record, user, secret }))
    }

    /// Whose session this is, if it still is one.
    pub async fn session(&self, secret: &str) -> Result<Option<(SessionRecord, UserRecord)>> {
        if secret.len() != 43 {
            return Ok(None);
        }
        let found = Entity::find().filter(Column::Digest.eq(digest(secret))).one(&self.core.db.read).await?;
        let Some(row) = found else { return Ok(None) };
        let now = self.core.clock.now();
        let record = SessionRecord::read(row);
        if record.expires_at <= now || record.last_seen_at <= now - SESSION_IDLE {
            return Ok(None);
        }
        let user = user::Entity::find_by_id(record.user.0).one(&self.core.db.read).await?;
        let Some(user) = user.filter(|user| !user.disabled) else { return Ok(None) };
        if record.last_seen_at <= now - SEEN_NOTED_EVERY {
            self.note_seen(record.id, now).await;
        }
        Ok(Some((record, UserRecord::read(user)?)))
    }

    /// Best effort: a session works also while nothing can be written.
    async fn note_seen(&self, id: SessionId, now: Time) {
        let seen = "UPDATE session SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2";
        if let Err(error) = self.core.db.main.run(seen, vec![id.0.into(), now.millis().into()]).await {
            tracing::warn!(%error, "a session's last use was not noted");
        }
    }

    /// What unsafe requests of the session must bring along: only pages of our own can have read it.
    pub fn csrf_token(&self, id: SessionId) -> String {
        URL_SAFE_NO_PAD.encode(key::mac(&self.derived_key("csrf"), id.0.as_bytes()))
    }

    pub fn is_csrf_token(&self, id: SessionId, given: &str) -> bool {
        bool::from(given.as_bytes().ct_eq(self.csrf_token(id).as_bytes()))
    }

    /// Newest first, without those that are over; those older than `after`.
    pub async fn list_sessions(
        &self,
        owner: UserId,
        after: Option<SessionId>,
        limit: u64,
    ) -> Result<Page<SessionRecord>> {
        let now = self.core.clock.now();
        let mut find = Entity::find()
            .filter(Column::Owner.eq(owner.0))
            .filter(Column::ExpiresAt.gt(now.millis()))
            .filter(Column::LastSeenAt.gt((now - SESSION_IDLE).millis()))
            .order_by_desc(Column::Id)
            .limit(limit + 1);
        if let Some(after) = after {
            find = find.filter(Column::Id.lt(after.0));
        }
        let rows = find.all(&self.core.db.read).await?;
        Ok(Page::of(rows.into_iter().map(SessionRecord::read).collect(), limit))
    }

    /// Ends a session of this user. `session_not_found`.
    pub async fn end_session(&self, id: SessionId, owner: UserId, by: &str) -> Result<()> {
        let tx = self.core.db.begin().await?;
        let email = user::row(&tx, owner).await?.email;
        let ended = Entity::delete_many()
            .filter(Column::Id.eq(id.0))
            .filter(Column::Owner.eq(owner.0))
            .exec(&tx)
            .await?;
        if ended.rows_affected == 0 {
            return Err(Error::not_found(
                "session_not_found",
                text!("You have no session {id}.", "您沒有登入工作階段 {id}。"),
            ));
        }
        audit_entry::write(&tx, self.core.clock.now(), Change::new(by, "session.ended", &email)).await?;
        Ok(tx.commit().await?)
    }
}
