//! `user`: people with an account. Passwords are kept as argon2id hashes; changes stand in `user_change`.

use causeway_model::{Locale, Role, Time, UserId, Value, text};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, IntoActiveModel, PaginatorTrait};
use serde::Serialize;
use serde_json::json;

use crate::audit_entry::{self, Change};
use crate::{Error, Result, Store, codes, password, setting};

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub email: String,
    pub password_hash: String,
    pub role: i16,
    pub created_at: i64,
    pub name: String,
    pub locale: Option<String>,
    pub disabled: bool,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("user::Model").field("email", &self.email).finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

#[derive(Clone, Debug, Serialize)]
pub struct UserRecord {
    pub id: UserId,
    pub email: String,
    /// Empty where none was given.
    pub name: String,
    pub role: Role,
    pub locale: Option<Locale>,
    /// Signs in no more; sessions and tokens do not count either.
    pub disabled: bool,
    pub created_at: Time,
}

impl UserRecord {
    pub(crate) fn read(row: Model) -> Result<Self> {
        Ok(Self {
            id: UserId(row.id),
            email: row.email,
            name: row.name,
            role: codes::role_of(row.role)?,
            locale: row.locale.as_deref().map(locale_of).transpose()?,
            disabled: row.disabled,
            created_at: Time(row.created_at),
        })
    }

    /// As the audit trail shows it.
    pub(crate) fn shown(&self) -> Value {
        json!({ "name": self.name, "role": self.role, "locale": self.locale, "disabled": self.disabled })
    }
}

/// An account to be made.
#[derive(Clone)]
pub struct NewUser {
    pub email: String,
    pub password: String,
    pub name: String,
    pub role: Role,
    pub locale: Option<Locale>,
}

const LONGEST_NAME: usize = 100;

pub(crate) fn locale_text(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "en",
        Locale::ZhTw => "zh-TW",
    }
}

fn locale_of(text: &str) -> Result<Locale> {
    match text {
        "en" => Ok(Locale::En),
        "zh-TW" => Ok(Locale::ZhTw),
        other => Err(Error::corrupt(format!("locale {other}"))),
    }
}

/// Addresses differ in more than case.
pub(crate) fn address(email: &str) -> Result<String> {
    let email = email.trim().to_lowercase();
    let parts = email.split_once('@');
    let plausible =
        parts.is_some_and(|(name, host)| !name.is_empty() && host.len() > 1 && !host.contains('@'));
    if !plausible || email.len() > 254 || email.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Error::invalid(
            "email_invalid",
            text!(
                "`{email}` is no mail address; write it as name@example.com.",
                "「{email}」不是電子郵件地址，請寫成 name@example.com 的格式。"
            ),
        ));
    }
    Ok(email)
}

pub(crate) fn check_name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.chars().count() <= LONGEST_NAME && !name.contains(char::is_control) {
        return Ok(name.to_owned());
    }
    Err(Error::invalid(
        "name_invalid",
        text!("A person's name has at most {LONGEST_NAME} characters.", "姓名最多 {LONGEST_NAME} 個字。"),
    ))
}

pub(crate) fn not_found(who: &str) -> Error {
    Error::not_found("user_not_found", text!("There is no user {who}.", "沒有使用者 {who}。"))
}

impl Store {
    /// `user_exists` where the address has an account.
    pub async fn create_user(&self, new: NewUser, by: &str) -> Result<UserRecord> {
        self.insert_user(new, Some(by)).await
    }

    /// Makes the owner of an installation that has nobody yet; of several who try at once, one is first. `already_set_up`.
    pub async fn create_owner(&self, new: NewUser) -> Result<UserRecord> {
        self.insert_user(NewUser { role: Role::Owner, ..new }, None).await
    }

    /// Without `by`, only where there is nobody, who then made themselves.
    async fn insert_user(&self, new: NewUser, by: Option<&str>) -> Result<UserRecord> {
        if by.is_none() && !self.owner_needed().await? {
            return Err(already_set_up());
        }
        let email = address(&new.email)?;
        let now = self.core.clock.now();
        let row = Model {
            id: UserId::new().0,
            email: email.clone(),
            name: check_name(&new.name)?,
            password_hash: password::hash(&self.core, &new.password).await?,
            role: codes::role_code(new.role),
            created_at: now.millis(),
            locale: new.locale.map(|locale| locale_text(locale).to_owned()),
            disabled: false,
        };
        let tx = self.core.db.begin().await?;
        setting::raise_revision(&tx).await?;
        if by.is_none() && Entity::find().count(&tx).await? > 0 {
            return Err(already_set_up());
        }
        let untouched = sea_orm::sea_query::OnConflict::column(Column::Email).do_nothing().to_owned();
        let insert = Entity::insert(row.clone().into_active_model()).on_conflict(untouched);
        if insert.exec_without_returning(&tx).await? == 0 {
            return Err(Error::conflict(
                "user_exists",
                text!("{email} has an account already.", "{email} 已有帳號。"),
            ));
        }
        let record = UserRecord::read(row)?;
        let itself = format!("user:{email}");
        let change = Change::new(by.unwrap_or(&itself), "user.created", &email).to(record.shown());
        audit_entry::write(&tx, now, change).await?;
        tx.commit().await?;
        self.core.caches.forget();
        Ok(record)
    }

    /// Whether nobody has an account yet.
    pub async fn owner_needed(&self) -> Result<bool> {
        Ok(Entity::find().one(&self.core.db.main).await?.is_none())
    }

    pub async fn user(&self, id: UserId) -> Result<UserRecord> {
        UserRecord::read(row(&self.core.db.read, id).await?)
    }

    pub async fn user_by_email(&self, email: &str) -> Result<UserRecord> {
        let found = Entity::find().filter(Column::Email.eq(email.trim().to_lowercase()));
        let found = found.one(&self.core.db.read).await?;
        UserRecord::read(found.ok_or_else(|| not_found(email))?)
    }
}

pub(crate) async fn row<C: ConnectionTrait>(db: &C, id: UserId) -> Result<Model> {
    Entity::find_by_id(id.0).one(db).await?.ok_or_else(|| not_found(&id.to_string()))
}

fn already_set_up() -> Error {
    Error::conflict(
        "already_set_up",
        text!(
            "This installation has its owner already. Sign in, or ask an admin for an account.",
            "此系統已有擁有者，請登入，或請管理員為您建立帳號。"
        ),
    )
}
