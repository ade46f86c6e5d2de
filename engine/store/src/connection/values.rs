//! `connection_values`: a connection's settings, in the clear, and its credentials, sealed, for each environment.

use std::collections::BTreeMap;
use std::sync::Arc;

use causeway_model::{ConnectionId, Environment, Shared, Time, Value};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryFilter};

use super::{ConnectionValues, consent, environment_code, environment_of, session};
use crate::db::Ask;
use crate::key::{self, Key};
use crate::{Error, Result, Store, caches, json};

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "connection_values")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub connection: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub environment: i16,
    pub settings: Option<String>,
    pub settings_at: Option<i64>,
    /// Which key sealed the credentials.
    pub key_version: i16,
    /// Nonce and ciphertext.
    pub sealed: Option<Vec<u8>>,
    /// The names of the credentials that are set.
    pub fields: String,
    pub credentials_at: Option<i64>,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("connection_values::Model")
            .field("connection", &self.connection)
            .finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// All connections in the clear, by name.
pub(crate) type Kept = BTreeMap<String, Arc<KeptConnection>>;

/// A connection in the clear; for calling with it only.
pub struct KeptConnection {
    pub id: ConnectionId,
    pub connector: String,
    pub auth: Option<String>,
    pub owner: String,
    pub shared: Shared,
    /// Another after each change.
    pub revision: i64,
    pub environments: BTreeMap<Environment, KeptValues>,
}

pub struct KeptValues {
    /// An object.
    pub settings: Value,
    pub credentials: BTreeMap<String, String>,
}

impl KeptConnection {
    /// The values of an environment; those of production where there are none for tests.
    pub fn values(&self, wanted: Environment) -> Option<(Environment, &KeptValues)> {
        [wanted, Environment::Production]
            .into_iter()
            .find_map(|environment| Some((environment, self.environments.get(&environment)?)))
    }
}

/// Whose values they are is authenticated with them, so that they cannot change places.
pub(super) fn place(connection: Uuid, environment: i16) -> String {
    format!("{connection}/{environment}")
}

const PURPOSE: &str = "connections";

fn seal(key: &Key, place: &str, credentials: &BTreeMap<String, String>) -> Vec<u8> {
    key.seal(PURPOSE, place, json::text(credentials).as_bytes())
}

fn unseal(key: &Key, row: &Model) -> Result<BTreeMap<String, String>> {
    let Some(sealed) = &row.sealed else { return Ok(BTreeMap::new()) };
    let broken = || Error::corrupt(format!("credentials of connection {}", row.connection));
    let text = key.unseal(PURPOSE, &place(row.connection, row.environment), sealed).ok_or_else(broken)?;
    // What does not read is not repeated.
    serde_json::from_slice(&text).map_err(|_| broken())
}

fn empty() -> Value {
    Value::Object(serde_json::Map::new())
}

fn settings_of(row: &Model) -> Result<Option<Value>> {
    json::parse_opt(row.settings.as_deref(), "the settings of a connection")
}

/// What people see of the values of these connections.
pub(super) async fn shown<C: ConnectionTrait>(
    db: &C,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, BTreeMap<Environment, ConnectionValues>>> {
    let mut found: BTreeMap<Uuid, BTreeMap<Environment, ConnectionValues>> = BTreeMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    for row in Entity::find().filter(Column::Connection.is_in(ids.iter().copied())).all(db).await? {
        let shown = ConnectionValues {
            settings: settings_of(&row)?,
            settings_changed_at: row.settings_at.map(Time),
            credentials: json::parse(&row.fields, "the fields of a connection")?,
            credentials_changed_at: row.credentials_at.map(Time),
            ..ConnectionValues::default()
        };
        found.entry(row.connection).or_default().insert(environment_of(row.environment)?, shown);
    }
    for given in session::consents(db, ids).await? {
        let values = found.get_mut(&given.connection).and_then(|of| of.get_mut(&given.environment));
        if let Some(values) = values {
            (values.consented_at, values.consented_by) = (Some(given.at), Some(given.by));
        }
    }
    Ok(found)
}

async fn touch(tx: &DatabaseTransaction, connection: ConnectionId, environment: Environment) -> Result<()> {
    let make = "INSERT INTO connection_values (connection, environment, key_version, fields) VALUES ($1, $2, 0, '[]') \
         ON CONFLICT (connection, environment) DO NOTHING";
    tx.run(make, vec![connection.0.into(), environment_code(environment).into()]).await?;
    Ok(())
}

/// Nothing left is as nothing there: test runs use production's values then.
async fn tidy(tx: &DatabaseTransaction, connection: ConnectionId) -> Result<()> {
    let empty = "DELETE FROM connection_values WHERE connection = $1 AND settings IS NULL AND sealed IS NULL";
    tx.run(empty, vec![connection.0.into()]).await?;
    Ok(())
}

/// `None` takes them away.
pub(super) async fn put_settings(
    tx: &DatabaseTransaction,
    connection: ConnectionId,
    environment: Environment,
    settings: Option<&Value>,
    now: Time,
) -> Result<()> {
    touch(tx, connection, environment).await?;
    let put = "UPDATE connection_values SET settings = $3, settings_at = $4 WHERE connection = $1 AND environment = $2";
    let values = vec![
        connection.0.into(),
        environment_code(environment).into(),
        json::opt_text(settings).into(),
        now.millis().into(),
    ];
    tx.run(put, values).await?;
    tidy(tx, connection).await
}

/// Those of an environment, in the clear.
pub(super) async fn credentials<C: ConnectionTrait>(
    db: &C,
    key: &Key,
    (connection, environment): (ConnectionId, Environment),
) -> Result<BTreeMap<String, String>> {
    let row = Entity::find_by_id((connection.0, environment_code(environment))).one(db).await?;
    row.map_or(Ok(BTreeMap::new()), |row| unseal(key, &row))
}

/// All of an environment; none takes them away.
pub(super) async fn put_credentials(
    tx: &DatabaseTransaction,
    key: &Key,
    (connection, environment): (ConnectionId, Environment),
    credentials: &BTreeMap<String, String>,
    now: Time,
) -> Result<()> {
    // Another process may have rotated the key since this one read it.
    key::still_fits(tx, key).await?;
    touch(tx, connection, environment).await?;
    let code = environment_code(environment);
    let sealed = (!credentials.is_empty()).then(|| seal(key, &place(connection.0, code), credentials));
    let fields: Vec<&String> = credentials.keys().collect();
    let put = "UPDATE connection_values SET sealed = $3, fields = $4, key_version = $5, credentials_at = $6 \
         WHERE connection = $1 AND environment = $2";
    let values = vec![
        connection.0.into(),
        code.into(),
        sealed.into(),
        json::text(&fields).into(),
        key::version(tx).await?.into(),
        now.millis().into(),
    ];
    tx.run(put, values).await?;
    tidy(tx, connection).await
}

/// Takes the credentials of every environment away, since they belong to another way to sign in.
pub(super) async fn drop_credentials(
    tx: &DatabaseTransaction,
    connection: ConnectionId,
    now: Time,
) -> Result<()> {
    let gone = "UPDATE connection_values SET sealed = NULL, fields = '[]', credentials_at = $2 \
         WHERE connection = $1 AND sealed IS NOT NULL";
    tx.run(gone, vec![connection.0.into(), now.millis().into()]).await?;
    tidy(tx, connection).await
}

/// Seals all credentials and sessions with another key, under its version; how many.
pub(crate) async fn seal_again(
    tx: &DatabaseTransaction,
    old: &Key,
    new: &Key,
    version: i16,
) -> Result<usize> {
    let rows = Entity::find().filter(Column::Sealed.is_not_null()).all(tx).await?;
    let count = rows.len();
    for row in rows {
        let sealed = seal(new, &place(row.connection, row.environment), &unseal(old, &row)?);
        let put = "UPDATE connection_values SET sealed = $3, key_version = $4 WHERE connection = $1 AND environment = $2";
        let values = vec![row.connection.into(), row.environment.into(), sealed.into(), version.into()];
        tx.run(put, values).await?;
    }
    // Nobody is about who could finish one.
    consent::end_all(tx).await?;
    Ok(count + session::seal_again(tx, old, new).await?)
}

impl Store {
    /// All of them in the clear, cached by revision; for calling with them only.
    pub async fn connections(&self) -> Result<Arc<Kept>> {
        self.by_revision(|caches: &caches::Caches| &caches.connections, async {
            let db = &self.core.db.read;
            let mut environments: BTreeMap<Uuid, BTreeMap<Environment, KeptValues>> = BTreeMap::new();
            for row in Entity::find().all(db).await? {
                let values = KeptValues {
                    settings: settings_of(&row)?.unwrap_or_else(empty),
                    credentials: unseal(&self.core.key, &row)?,
                };
                let environment = environment_of(row.environment)?;
                environments.entry(row.connection).or_default().insert(environment, values);
            }
            let rows = super::Entity::find().all(db).await?;
            let kept = rows.into_iter().map(|row| {
                let kept = KeptConnection {
                    id: ConnectionId(row.id),
                    shared: super::shared_of(&row.shared)?,
                    owner: row.owner,
                    connector: row.connector,
                    auth: row.auth,
                    revision: row.revision,
                    environments: environments.remove(&row.id).unwrap_or_default(),
                };
                Ok((row.name, Arc::new(kept)))
            });
            kept.collect()
        })
        .await
    }
}
