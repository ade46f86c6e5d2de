//! Changing accounts: all changes of people stand in a row behind the revision, so that the last owner stays one
//! whatever happens at once. Nobody changes somebody who has more than they have.

use causeway_model::{Locale, Role, UserId, text};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, DatabaseTransaction, IntoActiveModel, PaginatorTrait};

use crate::audit_entry::{self, Change};
use crate::user::{self, Column, Entity, Model, UserRecord};
use crate::{Error, Result, Store, codes, password, session, setting, tag, token};

/// Who changes, and the most that they may give or take.
#[derive(Clone, Copy, Debug)]
pub struct Actor<'a> {
    pub by: &'a str,
    pub most: Role,
}

/// What is left out stays.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    pub name: Option<String>,
    pub role: Option<Role>,
    pub locale: Option<Locale>,
    pub disabled: Option<bool>,
    /// The [`tag_of`](crate::tag_of) the record that the change was made on, or `*` for any; `changed_meanwhile` if it is
    /// another by now.
    pub expected: Option<String>,
}

impl Actor<'_> {
    /// Nobody hands out, or takes away, more than they have.
    pub fn may_grant(&self, role: Role) -> Result<()> {
        let own = self.most;
        if role <= own {
            return Ok(());
        }
        Err(Error::forbidden(
            "role_too_high",
            text!(
                "You are {own}, so the role {role} is not yours to give or take; ask somebody who has it",
                "您的角色是 {own}，無法授予或撤銷 {role} 角色，請洽具有該角色的人"
            ),
        ))
    }
}

impl Store {
    /// Disabling ends the user's sessions. `last_owner`, `role_too_high`.
    pub async fn change_user(&self, id: UserId, change: UserChange, actor: Actor<'_>) -> Result<UserRecord> {
        let (tx, old) = self.open_user(id, actor).await?;
        let mut row = old.clone();
        tag::must_be(change.expected.as_deref(), Some(&UserRecord::read(old.clone())?))?;
        if let Some(name) = &change.name {
            row.name = user::check_name(name)?;
        }
        if let Some(role) = change.role {
            if codes::role_code(role) != old.role {
                actor.may_grant(role)?;
            }
            row.role = codes::role_code(role);
        }
        if let Some(locale) = change.locale {
            row.locale = Some(user::locale_text(locale).to_owned());
        }
        row.disabled = change.disabled.unwrap_or(row.disabled);
        if row == old {
            return UserRecord::read(row);
        }
        update(&tx, &row).await?;
        if row.disabled && !old.disabled {
            session::end_all(&tx, id).await?;
        }
        keep_an_owner(&tx, &old).await?;
        let (before, after) = (UserRecord::read(old)?, UserRecord::read(row)?);
        let entry =
            Change::new(actor.by, "user.changed", &after.email).from(before.shown()).to(after.shown());
        self.close_user(tx, entry).await?;
        Ok(after)
    }

    /// Somebody else's password; ends all their sessions.
    pub async fn reset_password(&self, id: UserId, new: &str, actor: Actor<'_>) -> Result<UserRecord> {
        let hash = password::hash(&self.core, new).await?;
        let (tx, old) = self.open_user(id, actor).await?;
        update(&tx, &Model { password_hash: hash, ..old.clone() }).await?;
        session::end_all(&tx, id).await?;
        let record = UserRecord::read(old)?;
        self.close_user(tx, Change::new(actor.by, "user.password_reset", &record.email)).await?;
        Ok(record)
    }

    /// One's own password; ends all one's sessions. `password_wrong`.
    pub async fn change_password(&self, id: UserId, old: &str, new: &str, by: &str) -> Result<()> {
        let known = user::row(&self.core.db.read, id).await?.password_hash;
        if !password::fits(&self.core, old, Some(&known)).await? {
            return Err(Error::forbidden(
                "password_wrong",
                text!("The present password is not right; try again.", "目前的密碼不正確，請再試一次。"),
            ));
        }
        let hash = password::hash(&self.core, new).await?;
        let (tx, row) = self.open_user(id, Actor { by, most: Role::Owner }).await?;
        if row.password_hash != known {
            return Err(Error::conflict(
                "password_changed",
                text!("The password was changed meanwhile.", "密碼在這段時間已被變更。"),
            ));
        }
        let email = row.email.clone();
        update(&tx, &Model { password_hash: hash, ..row }).await?;
        session::end_all(&tx, id).await?;
        self.close_user(tx, Change::new(by, "user.password_changed", &email)).await
    }

    /// With their sessions and tokens. `last_owner`, `role_too_high`.
    pub async fn delete_user(&self, id: UserId, actor: Actor<'_>) -> Result<()> {
        let (tx, row) = self.open_user(id, actor).await?;
        session::end_all(&tx, id).await?;
        token::delete_of(&tx, id).await?;
        Entity::delete_by_id(id.0).exec(&tx).await?;
        keep_an_owner(&tx, &row).await?;
        let record = UserRecord::read(row)?;
        let entry = Change::new(actor.by, "user.deleted", &record.email).from(record.shown());
        self.close_user(tx, entry).await
    }

    async fn open_user(&self, id: UserId, actor: Actor<'_>) -> Result<(DatabaseTransaction, Model)> {
        let tx = self.core.db.begin().await?;
        setting::raise_revision(&tx).await?;
        let row = user::row(&tx, id).await?;
        actor.may_grant(codes::role_of(row.role)?)?;
        Ok((tx, row))
    }

    async fn close_user(&self, tx: DatabaseTransaction, entry: Change<'_>) -> Result<()> {
        audit_entry::write(&tx, self.core.clock.now(), entry).await?;
        tx.commit().await?;
        self.core.caches.forget();
        Ok(())
    }
}

async fn update(tx: &DatabaseTransaction, row: &Model) -> Result<()> {
    let mut change = row.clone().into_active_model().reset_all();
    change.id = ActiveValue::Unchanged(row.id);
    Entity::update(change).exec(tx).await?;
    Ok(())
}

/// `old`: how somebody was before the change.
async fn keep_an_owner(tx: &DatabaseTransaction, old: &Model) -> Result<()> {
    let owner = codes::role_code(Role::Owner);
    if old.role != owner || old.disabled {
        return Ok(());
    }
    let owners = Entity::find().filter(Column::Role.eq(owner)).filter(Column::Disabled.eq(false));
    if owners.count(tx).await? > 0 {
        return Ok(());
    }
    Err(Error::conflict(
        "last_owner",
        text!(
            "This is the last owner, who cannot be deleted, disabled or given another role. Make somebody else an owner first.",
            "這是最後一位擁有者，無法刪除、停用或變更角色。請先指定另一位擁有者。"
        ),
    ))
}
