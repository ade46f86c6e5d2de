//! Making, changing and deleting connections, each with its audit entry. Values of credentials stand in no entry.

use std::collections::BTreeMap;

use causeway_model::{ConnectionId, Environment, Flow, Shared, Time, Value, text};
use sea_orm::{ActiveValue, DatabaseTransaction, EntityTrait, IntoActiveModel, Set};
use serde_json::json;

use super::{
    ActiveModel, Column, ConnectionRecord, Entity, Model, check_name, permits, record, row, session, values,
};
use crate::audit_entry::{self, Change};
use crate::{Error, Result, Store, json as text_of, setting, words};

/// A connection to be made. Whether its values fit the connector was found out before.
#[derive(Clone)]
pub struct NewConnection {
    pub name: String,
    pub connector: String,
    pub title: String,
    pub auth: Option<String>,
    pub shared: Shared,
    pub settings: BTreeMap<Environment, Value>,
    pub credentials: BTreeMap<Environment, BTreeMap<String, String>>,
}

/// What is `None`, or not named, stays.
#[derive(Clone, Debug, Default)]
pub struct ConnectionChange {
    pub title: Option<String>,
    pub shared: Option<Shared>,
    /// Another way to sign in takes the credentials of the one before away.
    pub auth: Option<Option<String>>,
    /// `None` takes those of an environment away.
    pub settings: BTreeMap<Environment, Option<Value>>,
}

const LONGEST_TITLE: usize = 200;
/// The largest settings or credentials of one environment, in bytes.
const LARGEST: usize = 64 * 1024;
/// Connections of one installation.
const MOST: u64 = 5000;

fn checked_title(title: &str, name: &str) -> Result<String> {
    let title = words::plain(title.trim());
    if title.chars().count() > LONGEST_TITLE || title.contains(char::is_control) {
        return Err(Error::invalid(
            "title_invalid",
            text!(
                "A title is one line of at most {LONGEST_TITLE} characters.",
                "標題為一行文字，最多 {LONGEST_TITLE} 個字。"
            ),
        ));
    }
    Ok(if title.is_empty() { name.to_owned() } else { title })
}

fn check_size(name: &str, bytes: usize) -> Result<()> {
    if bytes <= LARGEST {
        return Ok(());
    }
    let most = LARGEST / 1024;
    Err(Error::invalid(
        "connection_too_large",
        text!(
            "The connection {name} has settings or credentials of more than {most} kB.",
            "連線 {name} 的設定或憑證超過 {most} kB。"
        ),
    ))
}

fn size(credentials: &BTreeMap<String, String>) -> usize {
    credentials.iter().map(|(name, value)| name.len() + value.len()).sum()
}

/// `changed_meanwhile` unless it is the expected revision.
fn must_be(expected: Option<i64>, row: &Model) -> Result<()> {
    if expected.is_none_or(|expected| expected == row.revision) {
        return Ok(());
    }
    Err(Error::conflict(
        "changed_meanwhile",
        text!(
            "This was changed meanwhile. Load it again and repeat the change.",
            "內容在這段時間已被修改。請重新載入後再修改。"
        ),
    ))
}

/// Who changed it last, and its next revision.
pub(super) async fn note(tx: &DatabaseTransaction, old: &Model, by: &str, now: Time) -> Result<Model> {
    let change = ActiveModel {
        id: ActiveValue::Unchanged(old.id),
        revision: Set(old.revision + 1),
        changed_at: Set(now.millis()),
        changed_by: Set(by.to_owned()),
        ..<ActiveModel as Default>::default()
    };
    Ok(Entity::update(change).exec(tx).await?)
}

impl Store {
    /// `connection_exists`, `name_invalid`, `title_invalid`, `connection_too_large`, `too_many_connections`.
    pub async fn create_connection(&self, new: NewConnection, by: &str) -> Result<ConnectionRecord> {
        let name = new.name.as_str();
        check_name(name)?;
        let title = checked_title(&new.title, name)?;
        let now = self.core.clock.now();
        let made = Model {
            id: ConnectionId::new().0,
            name: name.to_owned(),
            connector: new.connector,
            title,
            auth: new.auth,
            owner: by.to_owned(),
            shared: new.shared.name().to_owned(),
            revision: 1,
            created_at: now.millis(),
            created_by: by.to_owned(),
            changed_at: now.millis(),
            changed_by: by.to_owned(),
            last_used_at: None,
            last_ok_at: None,
            last_error: None,
        };
        let id = ConnectionId(made.id);
        let tx = self.core.db.begin().await?;
        setting::raise_revision(&tx).await?;
        refuse_too_many(&tx).await?;
        let untouched = sea_orm::sea_query::OnConflict::column(Column::Name).do_nothing().to_owned();
        let insert = Entity::insert(made.clone().into_active_model()).on_conflict(untouched);
        if insert.exec_without_returning(&tx).await? == 0 {
            return Err(Error::conflict(
                "connection_exists",
                text!(
                    "There is a connection {name} already; choose another name.",
                    "已有名為 {name} 的連線，請使用其他名稱。"
                ),
            ));
        }
        for (environment, settings) in &new.settings {
            check_size(name, text_of::text(settings).len())?;
            values::put_settings(&tx, id, *environment, Some(settings), now).await?;
        }
        for (environment, credentials) in &new.credentials {
            check_size(name, size(credentials))?;
            values::put_credentials(&tx, &self.core.key, (id, *environment), credentials, now).await?;
        }
        let record = record(&tx, made).await?;
        let change = Change::new(by, "connection.created", name).to(record.shown());
        audit_entry::write(&tx, now, change).await?;
        tx.commit().await?;
        self.core.caches.forget();
        Ok(record)
    }

    /// Sessions that were begun with other values end. `expected`: the revision that the change was made on.
    pub async fn change_connection(
        &self,
        name: &str,
        change: ConnectionChange,
        expected: Option<i64>,
        by: &str,
    ) -> Result<ConnectionRecord> {
        let now = self.core.clock.now();
        let tx = self.core.db.begin().await?;
        setting::raise_revision(&tx).await?;
        let old = row(&tx, name).await?;
        must_be(expected, &old)?;
        let before = record(&tx, old.clone()).await?;
        let id = ConnectionId(old.id);
        let mut changed = note(&tx, &old, by, now).await?;
        let mut write =
            ActiveModel { id: ActiveValue::Unchanged(old.id), ..<ActiveModel as Default>::default() };
        if let Some(title) = &change.title {
            write.title = Set(checked_title(title, name)?);
        }
        if let Some(shared) = change.shared {
            write.shared = Set(shared.name().to_owned());
        }
        let other_auth = change.auth.filter(|auth| *auth != old.auth);
        if let Some(auth) = &other_auth {
            write.auth = Set(auth.clone());
            values::drop_credentials(&tx, id, now).await?;
        }
        if write.title.is_set() || write.shared.is_set() || write.auth.is_set() {
            changed = Entity::update(write).exec(&tx).await?;
        }
        for (environment, settings) in &change.settings {
            check_size(name, settings.as_ref().map_or(0, |settings| text_of::text(settings).len()))?;
            values::put_settings(&tx, id, *environment, settings.as_ref(), now).await?;
        }
        if other_auth.is_some() || !change.settings.is_empty() {
            session::end_all(&tx, id).await?;
            permits::close_breaker(&tx, id).await?;
        }
        let record = record(&tx, changed).await?;
        let entry = Change::new(by, "connection.changed", name).from(before.shown()).to(record.shown());
        audit_entry::write(&tx, now, entry).await?;
        tx.commit().await?;
        self.core.caches.forget();
        Ok(record)
    }

    /// Replaces all credentials of an environment; none takes them away. The sessions that were begun with others end.
    pub async fn set_credentials(
        &self,
        name: &str,
        environment: Environment,
        credentials: &BTreeMap<String, String>,
        expected: Option<i64>,
        by: &str,
    ) -> Result<ConnectionRecord> {
        check_size(name, size(credentials))?;
        let now = self.core.clock.now();
        let tx = self.core.db.begin().await?;
        setting::raise_revision(&tx).await?;
        let old = row(&tx, name).await?;
        must_be(expected, &old)?;
        let id = ConnectionId(old.id);
        let changed = note(&tx, &old, by, now).await?;
        values::put_credentials(&tx, &self.core.key, (id, environment), credentials, now).await?;
        session::end_all(&tx, id).await?;
        permits::close_breaker(&tx, id).await?;
        let fields: Vec<&String> = credentials.keys().collect();
        let told = json!({ "environment": environment, "credentials": fields });
        audit_entry::write(&tx, now, Change::new(by, "connection.credentials_set", name).to(told)).await?;
        let record = record(&tx, changed).await?;
        tx.commit().await?;
        self.core.caches.forget();
        Ok(record)
    }

    /// Sets one credential where it is not set yet; `false` where it is. Sessions and consents stay.
    pub async fn keep_credential(
        &self,
        name: &str,
        environment: Environment,
        (field, value): (&str, &str),
        by: &str,
    ) -> Result<bool> {
        let now = self.core.clock.now();
        let tx = self.core.db.begin().await?;
        // Of two that come at once the second waits, and then finds it set.
        setting::raise_revision(&tx).await?;
        let old = row(&tx, name).await?;
        let id = ConnectionId(old.id);
        let mut credentials = values::credentials(&tx, &self.core.key, (id, environment)).await?;
        if credentials.get(field).is_some_and(|set| !set.is_empty()) {
            return Ok(false);
        }
        credentials.insert(field.to_owned(), value.to_owned());
        check_size(name, size(&credentials))?;
        note(&tx, &old, by, now).await?;
        values::put_credentials(&tx, &self.core.key, (id, environment), &credentials, now).await?;
        let told = json!({ "environment": environment, "credentials": [field] });
        audit_entry::write(&tx, now, Change::new(by, "connection.credential_kept", name).to(told)).await?;
        tx.commit().await?;
        self.core.caches.forget();
        Ok(true)
    }

    /// `connection_in_use` where a published flow names it, as `names_it` finds in its document.
    pub async fn delete_connection(
        &self,
        name: &str,
        names_it: &(dyn Fn(&Flow) -> bool + Sync),
        by: &str,
    ) -> Result<()> {
        let tx = self.core.db.begin().await?;
        // Whoever publishes at the same time waits, and then finds it gone.
        setting::raise_revision(&tx).await?;
        let old = row(&tx, name).await?;
        let mut users = crate::mention::published(&tx, &super::mention_of(name)).await?;
        users.retain(|(_, document)| names_it(document));
        if !users.is_empty() {
            let most = 10;
            let mut list: Vec<&str> = users.iter().take(most).map(|(slug, _)| slug.as_str()).collect();
            if users.len() > most {
                list.push("...");
            }
            let list = list.join(", ");
            return Err(Error::conflict(
                "connection_in_use",
                text!(
                    "Published flows use the connection {name}: {list}. Publish them with another one, or archive them, first.",
                    "已發布的流程正在使用連線 {name}：{list}。請先讓這些流程改用其他連線並發布，或將其封存。"
                ),
            ));
        }
        let before = record(&tx, old.clone()).await?;
        Entity::delete_by_id(old.id).exec(&tx).await?;
        let change = Change::new(by, "connection.deleted", name).from(before.shown());
        audit_entry::write(&tx, self.core.clock.now(), change).await?;
        tx.commit().await?;
        self.core.caches.forget();
        Ok(())
    }
}

async fn refuse_too_many(tx: &DatabaseTransaction) -> Result<()> {
    if sea_orm::PaginatorTrait::count(Entity::find(), tx).await? < MOST {
        return Ok(());
    }
    Err(Error::conflict(
        "too_many_connections",
        text!(
            "There are {MOST} connections, which is the most. Delete some that nobody uses.",
            "已有 {MOST} 個連線，達到上限。請刪除不再使用的連線。"
        ),
    ))
}
