//! `connection_consent`: consents that were asked for, until they come back. A row is known by the digest of its state, taken by
//! one caller once, from whichever process, and says in the end what came of it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use causeway_model::{ConnectionId, Environment, SessionId, Span, Time, text};
use chacha20poly1305::aead::Generate;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, ConnectionTrait, DatabaseTransaction, IntoActiveModel, QueryFilter, Set};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    ConnectionAt, ConnectionError, KeptSession, change, environment_code, environment_of, permits, session,
};
use crate::audit_entry::{self, Change};
use crate::db::{Ask, Dialect};
use crate::key::{self, Key};
use crate::{Error, Result, Store, json, setting};

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "connection_consent")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub digest: Vec<u8>,
    pub connection: Uuid,
    pub environment: i16,
    /// Of the connection, when it was asked.
    pub revision: i64,
    pub session: Option<Uuid>,
    pub begun_by: String,
    pub sealed: Vec<u8>,
    pub created_at: i64,
    pub expires_at: i64,
    pub taken_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub error: Option<String>,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("connection_consent::Model").field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How long somebody may take to consent.
pub const CONSENT_LASTS: Span = Span::from_secs(600);
/// An exchange that takes longer was cut off: its process is gone.
const EXCHANGE_LASTS: Span = Span::from_secs(120);
/// What came of one can be asked for so long.
const KEPT: Span = Span::from_secs(86_400);
/// A connection's consents that nobody gave yet; older ones go for newer ones.
const MOST_OPEN: i64 = 20;
const PURPOSE: &str = "connection consents";
const SECRET_CHARS: usize = 43;

/// A consent to be asked for.
#[derive(Clone, Debug)]
pub struct ConsentAsked<'a> {
    pub connection: &'a str,
    pub environment: Environment,
    /// Whose browser session it must come back to; `None` where a program or the command line asks.
    pub session: Option<SessionId>,
    pub by: &'a str,
    pub redirect_uri: &'a str,
    /// Where to go on afterwards, on this site.
    pub return_to: Option<&'a str>,
}

/// A consent that is about to be asked for: what its address is made of.
#[derive(Clone, Debug)]
pub struct BegunConsent {
    pub id: Uuid,
    pub state: String,
    pub challenge: String,
    pub expires_at: Time,
    verifier: String,
}

/// What the row keeps for whoever finishes it.
#[derive(Clone, Serialize, Deserialize)]
struct Sealed {
    verifier: String,
    redirect_uri: String,
    return_to: Option<String>,
    origin: String,
    issuer: Option<String>,
}

/// A consent as whoever knows its state sees it.
#[derive(Clone, Debug)]
pub struct ConsentView {
    pub id: Uuid,
    pub connection: String,
    pub environment: Environment,
    pub session: Option<SessionId>,
    pub by: String,
    pub return_to: Option<String>,
    /// Where it was asked for, and what the system calls itself.
    pub origin: String,
    pub issuer: Option<String>,
    pub state: ConsentState,
}

/// How far a consent got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ConsentState {
    /// Nobody came back yet.
    Open,
    /// Its code is being exchanged.
    UnderWay,
    Given,
    Failed {
        error: ConnectionError,
    },
    /// Its time is over, or the process that had it is gone.
    Over,
}

/// A consent that came back: the caller alone may finish it. No `Debug`.
pub struct TakenConsent {
    pub id: Uuid,
    pub connection: String,
    pub environment: Environment,
    pub verifier: String,
    pub redirect_uri: String,
}

fn secret() -> String {
    URL_SAFE_NO_PAD.encode(<[u8; 32]>::generate())
}

fn digest(state: &str) -> Vec<u8> {
    Sha256::digest(state.as_bytes()).to_vec()
}

impl BegunConsent {
    fn new(now: Time) -> Self {
        let verifier = secret();
        Self {
            id: Uuid::now_v7(),
            state: secret(),
            challenge: URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())),
            expires_at: now + CONSENT_LASTS,
            verifier,
        }
    }
}

impl Model {
    fn unseal(&self, key: &Key) -> Result<Sealed> {
        let broken = || Error::corrupt(format!("the consent {}", self.id));
        let text = key.unseal(PURPOSE, &self.id.to_string(), &self.sealed).ok_or_else(broken)?;
        serde_json::from_slice(&text).map_err(|_| broken())
    }

    fn state(&self, now: Time) -> Result<ConsentState> {
        Ok(match (self.ended_at, json::parse_opt(self.error.as_deref(), "the error of a consent")?) {
            (Some(_), Some(error)) => ConsentState::Failed { error },
            (Some(_), None) => ConsentState::Given,
            (None, _) => match self.taken_at {
                Some(at) if Time(at) + EXCHANGE_LASTS > now => ConsentState::UnderWay,
                None if Time(self.expires_at) > now => ConsentState::Open,
                _ => ConsentState::Over,
            },
        })
    }
}

/// Of all connections.
pub(super) async fn end_all(tx: &DatabaseTransaction) -> Result<()> {
    tx.run("DELETE FROM connection_consent WHERE ended_at IS NULL", vec![]).await?;
    Ok(())
}

pub(crate) async fn sweep<C: ConnectionTrait>(db: &C, now: Time) -> Result<u64> {
    let over = "DELETE FROM connection_consent WHERE expires_at <= $1";
    Ok(db.run(over, vec![(now - KEPT).millis().into()]).await?)
}

fn outdated(connection: &str) -> Error {
    Error::conflict(
        "consent_outdated",
        text!(
            "The connection {connection} was changed while somebody consented. Authorise it again.",
            "授權進行時，連線 {connection} 已被修改。請重新授權。"
        ),
    )
}

fn used() -> Error {
    Error::conflict(
        "consent_used",
        text!(
            "This consent came back already, or its time is over. Authorise the connection again.",
            "這次授權已完成或已逾時。請重新授權連線。"
        ),
    )
}

impl Store {
    /// What the address of a consent is made of. Nothing is kept yet.
    pub fn new_consent(&self) -> BegunConsent {
        BegunConsent::new(self.core.clock.now())
    }

    /// Keeps a consent until it comes back. `origin`, `issuer`: whom the answer may come from. `revision`: of the connection
    /// that the address was made for.
    pub async fn begin_consent(
        &self,
        begun: &BegunConsent,
        asked: &ConsentAsked<'_>,
        (origin, issuer): (&str, Option<&str>),
        revision: i64,
    ) -> Result<()> {
        let (core, now) = (&self.core, self.core.clock.now());
        let sealed = Sealed {
            verifier: begun.verifier.clone(),
            redirect_uri: asked.redirect_uri.to_owned(),
            return_to: asked.return_to.map(str::to_owned),
            origin: origin.to_owned(),
            issuer: issuer.map(str::to_owned),
        };
        let tx = core.db.begin().await?;
        key::still_fits(&tx, &core.key).await?;
        let connection = super::row(&tx, asked.connection).await?;
        if connection.revision != revision {
            return Err(outdated(asked.connection));
        }
        let row = Model {
            id: begun.id,
            digest: digest(&begun.state),
            connection: connection.id,
            environment: environment_code(asked.environment),
            revision,
            session: asked.session.map(|session| session.0),
            begun_by: asked.by.to_owned(),
            sealed: core.key.seal(PURPOSE, &begun.id.to_string(), json::text(&sealed).as_bytes()),
            created_at: now.millis(),
            expires_at: begun.expires_at.millis(),
            taken_at: None,
            ended_at: None,
            error: None,
        };
        Entity::insert(row.into_active_model()).exec_without_returning(&tx).await?;
        let surplus = "DELETE FROM connection_consent WHERE connection = $1 AND taken_at IS NULL AND id NOT IN \
             (SELECT id FROM connection_consent WHERE connection = $1 AND taken_at IS NULL ORDER BY id DESC LIMIT $2)";
        tx.run(surplus, vec![connection.id.into(), MOST_OPEN.into()]).await?;
        let told = serde_json::json!({ "environment": asked.environment });
        let change = Change::new(asked.by, "connection.consent_asked", asked.connection).to(told);
        audit_entry::write(&tx, now, change).await?;
        Ok(tx.commit().await?)
    }

    /// The consent that a state stands for; `None` where it stands for none.
    pub async fn consent(&self, state: &str) -> Result<Option<ConsentView>> {
        if state.len() != SECRET_CHARS {
            return Ok(None);
        }
        let db = &self.core.db.main;
        let Some(row) = Entity::find().filter(Column::Digest.eq(digest(state))).one(db).await? else {
            return Ok(None);
        };
        let connection = super::Entity::find_by_id(row.connection).one(db).await?;
        let Some(connection) = connection else { return Ok(None) };
        let sealed = row.unseal(&self.core.key)?;
        Ok(Some(ConsentView {
            id: row.id,
            connection: connection.name,
            environment: environment_of(row.environment)?,
            session: row.session.map(SessionId),
            state: row.state(self.core.clock.now())?,
            by: row.begun_by,
            return_to: sealed.return_to,
            origin: sealed.origin,
            issuer: sealed.issuer,
        }))
    }

    /// How far a consent got; `None` where there is none any more.
    pub async fn consent_state(&self, id: Uuid) -> Result<Option<ConsentState>> {
        let row = Entity::find_by_id(id).one(&self.core.db.main).await?;
        row.map(|row| row.state(self.core.clock.now())).transpose()
    }

    /// Takes a consent that came back: of all who try, in whichever process, one gets it, once. `consent_used`;
    /// `consent_outdated` where the connection is not what it was, which ends it.
    pub async fn take_consent(&self, id: Uuid) -> Result<TakenConsent> {
        let (core, now) = (&self.core, self.core.clock.now());
        let tx = core.db.begin().await?;
        let take = "UPDATE connection_consent SET taken_at = $2 WHERE id = $1 AND taken_at IS NULL AND expires_at > $2";
        if tx.run(take, vec![id.into(), now.millis().into()]).await? == 0 {
            return Err(used());
        }
        let row = Entity::find_by_id(id).one(&tx).await?.ok_or_else(used)?;
        let connection = super::Entity::find_by_id(row.connection).one(&tx).await?.ok_or_else(used)?;
        tx.commit().await?;
        if connection.revision != row.revision {
            let error = outdated(&connection.name);
            self.fail_consent(id, &told(&error, now), false).await?;
            return Err(error);
        }
        let sealed = row.unseal(&core.key)?;
        Ok(TakenConsent {
            id,
            connection: connection.name,
            environment: environment_of(row.environment)?,
            verifier: sealed.verifier,
            redirect_uri: sealed.redirect_uri,
        })
    }

    /// Keeps the tokens that a taken consent gave as the connection's session, from which all processes go on.
    /// `consent_outdated` where the connection was changed meanwhile.
    pub async fn keep_consented(&self, id: Uuid, session: &KeptSession) -> Result<()> {
        let (core, now) = (&self.core, self.core.clock.now());
        let tx = core.db.begin().await?;
        setting::raise_revision(&tx).await?;
        let row =
            Entity::find_by_id(id).filter(Column::EndedAt.is_null()).one(&tx).await?.ok_or_else(used)?;
        let lock = if tx.dialect() == Dialect::Postgres { " FOR UPDATE" } else { "" };
        tx.one(format!("SELECT id FROM connection WHERE id = $1{lock}"), vec![row.connection.into()]).await?;
        let connection = super::Entity::find_by_id(row.connection).one(&tx).await?.ok_or_else(used)?;
        if connection.revision != row.revision {
            return Err(outdated(&connection.name));
        }
        let (by, environment) = (row.begun_by.clone(), environment_of(row.environment)?);
        let at = ConnectionAt::new(ConnectionId(row.connection), environment);
        // Other processes let go of the session that they know, since the connection is another one.
        change::note(&tx, &connection, &by, now).await?;
        session::put_consented(&tx, &core.key, at, session, &by).await?;
        permits::close_breaker(&tx, at.connection).await?;
        let well = "UPDATE connection SET last_ok_at = $2 WHERE id = $1";
        tx.run(well, vec![row.connection.into(), now.millis().into()]).await?;
        end(&tx, row.id, now, None).await?;
        let told = serde_json::json!({ "environment": environment });
        let change = Change::new(&by, "connection.authorised", &connection.name).to(told);
        audit_entry::write(&tx, now, change).await?;
        tx.commit().await?;
        core.caches.forget();
        Ok(())
    }

    /// Ends a consent that came to nothing. `of_system`: it says something of how the connection fares.
    pub async fn fail_consent(&self, id: Uuid, error: &ConnectionError, of_system: bool) -> Result<()> {
        let (core, now) = (&self.core, self.core.clock.now());
        let tx = core.db.begin().await?;
        end(&tx, id, now, Some(error)).await?;
        if of_system {
            let note = "UPDATE connection SET last_error = $2 WHERE id = (SELECT connection FROM connection_consent WHERE id = $1)";
            tx.run(note, vec![id.into(), json::text(error).into()]).await?;
        }
        Ok(tx.commit().await?)
    }
}

fn told(error: &Error, at: Time) -> ConnectionError {
    let (code, message) = match error {
        Error::Refused { code, text, .. } => ((*code).to_owned(), text.clone()),
        other => ("consent_failed".to_owned(), text!("{other}", "{other}")),
    };
    ConnectionError { code, message, at }
}

async fn end(tx: &DatabaseTransaction, id: Uuid, now: Time, error: Option<&ConnectionError>) -> Result<()> {
    let row = ActiveModel {
        id: ActiveValue::Unchanged(id),
        taken_at: Set(Some(now.millis())),
        ended_at: Set(Some(now.millis())),
        error: Set(json::opt_text(error)),
        ..<ActiveModel as Default>::default()
    };
    Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(id))
        .filter(Column::EndedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}
