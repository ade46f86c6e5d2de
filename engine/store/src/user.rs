//! `user`: people with an account. Passwords are kept as argon2id hashes.

use argon2::Argon2;
use argon2::password_hash::PasswordHasher;
use causeway_model::{Role, Time, UserId, text};
use sea_orm::ActiveValue::Set;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::{Error, Result, Store, codes};

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub email: String,
    pub password_hash: String,
    pub role: i16,
    pub created_at: i64,
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
    pub role: Role,
    pub created_at: Time,
}

impl UserRecord {
    fn read(row: Model) -> Result<Self> {
        Ok(Self {
            id: UserId(row.id),
            email: row.email,
            role: codes::role_of(row.role)?,
            created_at: Time(row.created_at),
        })
    }
}

const SHORTEST_PASSWORD: usize = 10;
const LONGEST_PASSWORD: usize = 1024;

impl Store {
    /// `user_exists` where the address has an account; addresses differ in more than case.
    pub async fn create_user(&self, email: &str, password: &str, role: Role) -> Result<UserRecord> {
        let email = email.trim().to_lowercase();
        check(&email, password)?;
        let row = Model {
            id: UserId::new().0,
            email: email.clone(),
            password_hash: hash(password.to_owned()).await?,
            role: codes::role_code(role),
            created_at: self.core.clock.now().millis(),
        };
        let new = ActiveModel {
            id: Set(row.id),
            email: Set(row.email.clone()),
            password_hash: Set(row.password_hash.clone()),
            role: Set(row.role),
            created_at: Set(row.created_at),
        };
        let tx = self.core.db.begin().await?;
        let untouched = sea_orm::sea_query::OnConflict::column(Column::Email).do_nothing().to_owned();
        if Entity::insert(new).on_conflict(untouched).exec_without_returning(&tx).await? == 0 {
            return Err(Error::conflict(
                "user_exists",
                text!("{email} has an account already.", "{email} 已有帳號。"),
            ));
        }
        tx.commit().await?;
        UserRecord::read(row)
    }

    pub async fn users(&self) -> Result<Vec<UserRecord>> {
        let rows = Entity::find().order_by_asc(Column::Email).all(&self.core.db.read).await?;
        rows.into_iter().map(UserRecord::read).collect()
    }
}

fn check(email: &str, password: &str) -> Result<()> {
    let parts = email.split_once('@');
    let plausible =
        parts.is_some_and(|(name, host)| !name.is_empty() && host.len() > 1 && !host.contains('@'));
    if !plausible || email.len() > 254 || email.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Error::invalid(
            "email_invalid",
            text!("`{email}` is no e-mail address.", "「{email}」不是電子郵件地址。"),
        ));
    }
    if !(SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&password.len()) {
        return Err(Error::invalid(
            "password_invalid",
            text!(
                "A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} bytes.",
                "密碼長度須為 {SHORTEST_PASSWORD} 至 {LONGEST_PASSWORD} 位元組。"
            ),
        ));
    }
    Ok(())
}

/// Takes tens of milliseconds of CPU, by design: apart from the async threads.
async fn hash(password: String) -> Result<String> {
    let hashed = tokio::task::spawn_blocking(move || {
        Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string())
    });
    match hashed.await {
        Ok(Ok(hash)) => Ok(hash),
        _ => Err(Error::corrupt("the password could not be hashed")),
    }
}
