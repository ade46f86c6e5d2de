//! `connection`: configured accounts of connectors. Their values stand in `values`, the sessions in use in `session`, and how
//! calls with them pass in `permits`, by the rules of `gate`.
//!
//! What fits a connector is known above; here is only kept what was found to fit.

mod change;
mod consent;
mod gate;
mod health;
mod permits;
mod session;
mod values;

use std::collections::BTreeMap;

use causeway_model::{ConnectionId, Environment, Shared, Text, Time, Value, text};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use crate::user_change::Actor;
use crate::{Error, Result, Store, json};

pub use change::{ConnectionChange, NewConnection};
pub(crate) use consent::sweep as sweep_consents;
pub use consent::{BegunConsent, CONSENT_LASTS, ConsentAsked, ConsentState, ConsentView, TakenConsent};
pub use gate::PermitRate;
pub use permits::{GateState, Permits, SLOT_LASTS};
pub use session::{KeptSession, SESSION_LEASE, SessionTurn};
pub(crate) use values::Kept;
pub(crate) use values::seal_again;
pub use values::{KeptConnection, KeptValues};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "connection")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub connector: String,
    pub title: String,
    pub auth: Option<String>,
    pub owner: String,
    pub shared: String,
    pub revision: i64,
    pub created_at: i64,
    pub created_by: String,
    pub changed_at: i64,
    pub changed_by: String,
    pub last_used_at: Option<i64>,
    pub last_ok_at: Option<i64>,
    pub last_error: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A connection with its values of one environment: what sessions and permits belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConnectionAt {
    pub connection: ConnectionId,
    pub environment: Environment,
}

/// A connection as people see it; of its credentials only which are set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConnectionRecord {
    pub id: ConnectionId,
    pub name: String,
    pub connector: String,
    pub title: String,
    /// Which of the connector's ways to sign in it uses.
    pub auth: Option<String>,
    /// Who made it, as the audit trail writes them.
    pub owner: String,
    pub shared: Shared,
    /// Raised with each change.
    pub revision: i64,
    pub environments: BTreeMap<Environment, ConnectionValues>,
    pub created_at: Time,
    pub created_by: String,
    pub changed_at: Time,
    pub changed_by: String,
    /// To ten seconds.
    pub last_used_at: Option<Time>,
    pub last_ok_at: Option<Time>,
    pub last_error: Option<ConnectionError>,
    /// Until when nobody calls, after failures in a row.
    pub paused_until: Option<Time>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ConnectionValues {
    pub settings: Option<Value>,
    pub settings_changed_at: Option<Time>,
    /// The names of those that are set.
    pub credentials: Vec<String>,
    pub credentials_changed_at: Option<Time>,
    /// When somebody consented, where the connection lives by that; and who asked them to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consented_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consented_by: Option<String>,
}

/// The last thing that went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionError {
    pub code: String,
    pub message: Text,
    pub at: Time,
}

impl ConnectionRecord {
    /// Whether somebody may see it and use it.
    pub fn is_for(&self, who: Actor<'_>) -> bool {
        self.owner == who.by || self.shared.reaches(who.most)
    }

    /// As the audit trail shows it.
    fn shown(&self) -> Value {
        let environments: BTreeMap<_, _> = self
            .environments
            .iter()
            .map(|(environment, values)| {
                let shown =
                    serde_json::json!({ "settings": values.settings, "credentials": values.credentials });
                (environment.name(), shown)
            })
            .collect();
        serde_json::json!({
            "connector": self.connector, "title": self.title, "auth": self.auth, "shared": self.shared,
            "environments": environments,
        })
    }
}

pub(crate) fn not_found(name: &str) -> Error {
    Error::not_found("connection_not_found", text!("There is no connection {name}.", "沒有連線 {name}。"))
}

/// What steps call it.
fn check_name(name: &str) -> Result<()> {
    let fits = (1..=64).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
        && name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    if fits {
        return Ok(());
    }
    Err(Error::invalid(
        "name_invalid",
        text!(
            "`{name}` cannot be a name: use 1 to 64 of a-z, 0-9, - and _, beginning with a letter or digit.",
            "「{name}」不能作為名稱：請使用 1 到 64 個 a-z、0-9、- 與 _，並以字母或數字開頭。"
        ),
    ))
}

fn environment_code(environment: Environment) -> i16 {
    match environment {
        Environment::Production => 0,
        Environment::Test => 1,
    }
}

fn environment_of(code: i16) -> Result<Environment> {
    let found = Environment::ALL.into_iter().find(|environment| environment_code(*environment) == code);
    found.ok_or_else(|| Error::newer(format!("environment {code}")))
}

fn shared_of(word: &str) -> Result<Shared> {
    word.parse().map_err(|_| Error::newer(format!("sharing with {word}")))
}

async fn row<C: ConnectionTrait>(db: &C, name: &str) -> Result<Model> {
    let found = Entity::find().filter(Column::Name.eq(name)).one(db).await?;
    found.ok_or_else(|| not_found(name))
}

/// `connection_missing` where one of these is gone.
pub(crate) async fn must_exist<C: ConnectionTrait>(db: &C, names: &[String]) -> Result<()> {
    for name in names {
        if Entity::find().filter(Column::Name.eq(name)).one(db).await?.is_none() {
            return Err(Error::conflict(
                "connection_missing",
                text!(
                    "The connection `{name}` was deleted meanwhile. Make it again, or name another.",
                    "連線「{name}」在這段時間已被刪除。請重新建立，或改用其他連線。"
                ),
            ));
        }
    }
    Ok(())
}

/// The rows with their values and pauses, in the same order.
pub(crate) async fn records<C: ConnectionTrait>(db: &C, rows: Vec<Model>) -> Result<Vec<ConnectionRecord>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut values = values::shown(db, &ids).await?;
    let pauses: BTreeMap<Uuid, i64> = permits::pauses(db, &ids).await?.into_iter().collect();
    rows.into_iter()
        .map(|row| {
            Ok(ConnectionRecord {
                id: ConnectionId(row.id),
                shared: shared_of(&row.shared)?,
                name: row.name,
                connector: row.connector,
                title: row.title,
                auth: row.auth,
                owner: row.owner,
                revision: row.revision,
                environments: values.remove(&row.id).unwrap_or_default(),
                created_at: Time(row.created_at),
                created_by: row.created_by,
                changed_at: Time(row.changed_at),
                changed_by: row.changed_by,
                last_used_at: row.last_used_at.map(Time),
                last_ok_at: row.last_ok_at.map(Time),
                last_error: json::parse_opt(row.last_error.as_deref(), "an error of a connection")?,
                paused_until: pauses.get(&row.id).copied().map(Time),
            })
        })
        .collect()
}

async fn record<C: ConnectionTrait>(db: &C, row: Model) -> Result<ConnectionRecord> {
    let name = row.name.clone();
    records(db, vec![row]).await?.pop().ok_or_else(|| not_found(&name))
}

impl Store {
    pub async fn connection(&self, name: &str) -> Result<ConnectionRecord> {
        let db = &self.core.db.read;
        record(db, row(db, name).await?).await
    }
}

/// How a stored document names the connection, whatever stands around it.
pub(crate) fn mention_of(name: &str) -> String {
    format!(r#""connection":"{name}""#)
}
