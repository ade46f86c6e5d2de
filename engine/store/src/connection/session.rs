//! `connection_session`: the session in use of a connection, sealed, and the lease of whoever is just getting a new one.
//! A lease that nobody extends is over by itself.

use std::collections::BTreeMap;
use std::time::Duration;

use causeway_model::{ConnectionId, Environment, Time};
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult};
use uuid::Uuid;

use super::{ConnectionAt, environment_code, environment_of, values};
use crate::db::Ask;
use crate::key::{self, Key};
use crate::presence::clock;
use crate::{Error, Result, Store, json};

/// How long nobody else gets a new session, from when the lease was taken or extended.
pub const SESSION_LEASE: Duration = Duration::from_secs(20);
const PURPOSE: &str = "connection sessions";

/// A session as it is kept. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptSession {
    pub values: BTreeMap<String, String>,
    pub obtained_at: Time,
    pub expires_at: Option<Time>,
}

/// What somebody who needs a new session finds.
pub enum SessionTurn {
    /// There is a usable one.
    Kept(KeptSession),
    /// It is the caller's to get one, until [`SESSION_LEASE`] is over; with the one before.
    Yours(Option<KeptSession>),
    /// Somebody else is getting one.
    Busy,
}

const COLUMNS: &str = "sealed, obtained_at, expires_at";

fn key_of(at: ConnectionAt) -> Vec<sea_orm::Value> {
    vec![at.connection.0.into(), environment_code(at.environment).into()]
}

fn lease() -> i64 {
    i64::try_from(SESSION_LEASE.as_millis()).unwrap_or(i64::MAX)
}

fn seal(key: &Key, place: &str, values: &BTreeMap<String, String>) -> Vec<u8> {
    key.seal(PURPOSE, place, json::text(values).as_bytes())
}

fn unseal(key: &Key, place: &str, sealed: &[u8]) -> Result<BTreeMap<String, String>> {
    let broken = || Error::corrupt(format!("session of connection {place}"));
    serde_json::from_slice(&key.unseal(PURPOSE, place, sealed).ok_or_else(broken)?).map_err(|_| broken())
}

fn place(at: ConnectionAt) -> String {
    values::place(at.connection.0, environment_code(at.environment))
}

fn read(key: &Key, at: ConnectionAt, row: &QueryResult) -> Result<Option<KeptSession>> {
    let Some(sealed) = row.try_get_by_index::<Option<Vec<u8>>>(0)? else { return Ok(None) };
    Ok(Some(KeptSession {
        values: unseal(key, &place(at), &sealed)?,
        obtained_at: Time(row.try_get_by_index::<Option<i64>>(1)?.unwrap_or_default()),
        expires_at: row.try_get_by_index::<Option<i64>>(2)?.map(Time),
    }))
}

/// That somebody consented.
pub(super) struct Consented {
    pub connection: Uuid,
    pub environment: Environment,
    pub at: Time,
    pub by: String,
}

/// The consents that these connections live by.
pub(super) async fn consents<C: ConnectionTrait>(db: &C, connections: &[Uuid]) -> Result<Vec<Consented>> {
    let named: Vec<String> = (1..=connections.len()).map(|at| format!("${at}")).collect();
    let find = format!(
        "SELECT connection, environment, consented_at, consented_by FROM connection_session \
         WHERE consented_at IS NOT NULL AND connection IN ({})",
        named.join(", ")
    );
    let rows = db.all(find, connections.iter().map(|&id| id.into()).collect()).await?;
    rows.iter()
        .map(|row| {
            Ok(Consented {
                connection: row.try_get_by_index(0)?,
                environment: environment_of(row.try_get_by_index(1)?)?,
                at: Time(row.try_get_by_index(2)?),
                by: row.try_get_by_index::<Option<String>>(3)?.unwrap_or_default(),
            })
        })
        .collect()
}

/// What a consent gave takes the place of the session there was. Whoever is getting one keeps it for themselves.
pub(super) async fn put_consented(
    tx: &DatabaseTransaction,
    key: &Key,
    at: ConnectionAt,
    session: &KeptSession,
    by: &str,
) -> Result<()> {
    key::still_fits(tx, key).await?;
    let put = "INSERT INTO connection_session (connection, environment, sealed, obtained_at, expires_at, leased_until, consented_at, consented_by) \
         VALUES ($1, $2, $3, $4, $5, 0, $4, $6) ON CONFLICT (connection, environment) DO UPDATE SET sealed = $3, obtained_at = $4, \
         expires_at = $5, holder = NULL, leased_until = 0, consented_at = $4, consented_by = $6";
    let mut values = key_of(at);
    values.extend([
        seal(key, &place(at), &session.values).into(),
        session.obtained_at.millis().into(),
        session.expires_at.map(Time::millis).into(),
        by.into(),
    ]);
    tx.run(put, values).await?;
    Ok(())
}

/// Whoever is getting one for it keeps it for themselves.
pub(super) async fn end_all(tx: &DatabaseTransaction, connection: ConnectionId) -> Result<()> {
    tx.run("DELETE FROM connection_session WHERE connection = $1", vec![connection.0.into()]).await?;
    Ok(())
}

pub(super) async fn seal_again(tx: &DatabaseTransaction, old: &Key, new: &Key) -> Result<usize> {
    let find = "SELECT connection, environment, sealed FROM connection_session WHERE sealed IS NOT NULL";
    let rows = tx.all(find, vec![]).await?;
    for row in &rows {
        let (connection, environment): (Uuid, i16) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let (place, sealed) = (values::place(connection, environment), row.try_get_by_index::<Vec<u8>>(2)?);
        let again = seal(new, &place, &unseal(old, &place, &sealed)?);
        let put = "UPDATE connection_session SET sealed = $3 WHERE connection = $1 AND environment = $2";
        tx.run(put, vec![connection.into(), environment.into(), again.into()]).await?;
    }
    Ok(rows.len())
}

impl Store {
    pub async fn connection_session(&self, at: ConnectionAt) -> Result<Option<KeptSession>> {
        let find =
            format!("SELECT {COLUMNS} FROM connection_session WHERE connection = $1 AND environment = $2");
        let row = self.core.db.main.one(find, key_of(at)).await?;
        Ok(row.map(|row| read(&self.core.key, at, &row)).transpose()?.flatten())
    }

    /// Of all who ask at once, in whichever process, one gets the lease. `usable` says which session needs no new one.
    pub async fn session_turn(
        &self,
        at: ConnectionAt,
        holder: Uuid,
        usable: impl Fn(&KeptSession) -> bool,
    ) -> Result<SessionTurn> {
        let core = &self.core;
        let tx = core.db.begin().await?;
        let now = clock(tx.dialect());
        let take = format!(
            "INSERT INTO connection_session (connection, environment, leased_until) VALUES ($1, $2, 0) \
             ON CONFLICT (connection, environment) DO UPDATE SET leased_until = connection_session.leased_until \
             RETURNING {COLUMNS}, leased_until > {now}"
        );
        let row = tx.one(take, key_of(at)).await?;
        let row = row.ok_or_else(|| Error::corrupt("the session of a connection"))?;
        let session = read(&core.key, at, &row)?;
        if let Some(session) = session.clone().filter(|session| usable(session)) {
            tx.rollback().await?;
            return Ok(SessionTurn::Kept(session));
        }
        if row.try_get_by_index::<bool>(3)? {
            tx.rollback().await?;
            return Ok(SessionTurn::Busy);
        }
        let lease_it = format!(
            "UPDATE connection_session SET holder = $3, leased_until = {now} + $4 WHERE connection = $1 AND environment = $2"
        );
        let mut values = key_of(at);
        values.extend([holder.into(), lease().into()]);
        tx.run(lease_it, values).await?;
        tx.commit().await?;
        Ok(SessionTurn::Yours(session))
    }

    /// Whether the lease is still the holder's.
    pub async fn extend_session_turn(&self, at: ConnectionAt, holder: Uuid) -> Result<bool> {
        let db = &self.core.db.main;
        let extend = format!(
            "UPDATE connection_session SET leased_until = {} + $4 WHERE connection = $1 AND environment = $2 AND holder = $3",
            clock(db.dialect())
        );
        let mut values = key_of(at);
        values.extend([holder.into(), lease().into()]);
        Ok(db.run(extend, values).await? > 0)
    }

    /// Gives the lease back without a session, so that the next may try.
    pub async fn leave_session_turn(&self, at: ConnectionAt, holder: Uuid) -> Result<()> {
        let leave = "UPDATE connection_session SET holder = NULL, leased_until = 0 \
             WHERE connection = $1 AND environment = $2 AND holder = $3";
        let mut values = key_of(at);
        values.push(holder.into());
        self.core.db.main.run(leave, values).await?;
        Ok(())
    }

    /// Keeps what the holder of the lease got. `false`: the lease was lost, or the connection was changed meanwhile.
    pub async fn keep_session(&self, at: ConnectionAt, holder: Uuid, session: &KeptSession) -> Result<bool> {
        let core = &self.core;
        let tx = core.db.begin().await?;
        key::still_fits(&tx, &core.key).await?;
        let keep = "UPDATE connection_session SET sealed = $4, obtained_at = $5, expires_at = $6, holder = NULL, \
             leased_until = 0 WHERE connection = $1 AND environment = $2 AND holder = $3";
        let mut values = key_of(at);
        values.extend([
            holder.into(),
            seal(&core.key, &place(at), &session.values).into(),
            session.obtained_at.millis().into(),
            session.expires_at.map(Time::millis).into(),
        ]);
        let kept = tx.run(keep, values).await? > 0;
        tx.commit().await?;
        Ok(kept)
    }
}
