//! Users, their sessions, API tokens, and the audit trail.

use causeway_model::{TokenId, UserId, text};
use causeway_store::{
    Actor, AuditFilter, AuditRecord, Change, NewSession, NewToken, NewUser, Page, TokenFilter, TokenRecord,
    UserChange, UserFilter, UserRecord,
};

use super::{App, Error, Result};

impl App {
    pub async fn create_user(&self, new: NewUser, actor: Actor<'_>) -> Result<UserRecord> {
        actor.may_grant(new.role)?;
        let user = self.store().create_user(new, actor.by).await?;
        tracing::info!(user = %user.id, role = %user.role, by = actor.by, "user created");
        Ok(user)
    }

    /// The first user of an installation, signed in at once.
    pub async fn set_up(&self, new: NewUser, agent: &str) -> Result<NewSession> {
        let user = self.store().create_owner(new).await?;
        tracing::info!(user = %user.id, "the owner was created");
        self.session_of(user.id, agent).await
    }

    /// A session for somebody who has just shown who they are.
    async fn session_of(&self, user: UserId, agent: &str) -> Result<NewSession> {
        self.store().begin_session_of(user, agent).await?.ok_or_else(|| {
            Error::conflict(
                "account_changed",
                text!(
                    "The account was changed meanwhile; sign in again",
                    "帳號在這段時間已被變更，請重新登入"
                ),
            )
        })
    }

    /// Nothing where address, password or account are not right; the trail keeps that somebody tried.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        agent: &str,
        instead: Option<&str>,
    ) -> Result<Option<NewSession>> {
        let session = self.store().sign_in(email, password, agent, instead).await?;
        match &session {
            Some(session) => tracing::info!(user = %session.user.id, "signed in"),
            None => {
                // People type passwords into the wrong field: only what looks like an address is kept.
                let email = if email.contains('@') { email.trim() } else { "-" };
                self.store().note(Change::new("anonymous", "session.refused", email)).await?;
                tracing::warn!("a login was refused");
            }
        }
        Ok(session)
    }

    pub async fn user(&self, id: UserId) -> Result<UserRecord> {
        Ok(self.store().user(id).await?)
    }

    pub async fn change_user(&self, id: UserId, change: UserChange, actor: Actor<'_>) -> Result<UserRecord> {
        let user = self.store().change_user(id, change, actor).await?;
        tracing::info!(user = %id, by = actor.by, "user changed");
        Ok(user)
    }

    pub async fn reset_password(&self, id: UserId, new: &str, actor: Actor<'_>) -> Result<UserRecord> {
        let user = self.store().reset_password(id, new, actor).await?;
        tracing::info!(user = %id, by = actor.by, "password reset");
        Ok(user)
    }

    /// One's own; all sessions end, and a new one begins.
    pub async fn change_password(
        &self,
        id: UserId,
        (old, new): (&str, &str),
        by: &str,
        agent: &str,
    ) -> Result<NewSession> {
        self.store().change_password(id, old, new, by).await?;
        tracing::info!(user = %id, "password changed");
        self.session_of(id, agent).await
    }

    pub async fn delete_user(&self, id: UserId, actor: Actor<'_>) -> Result<()> {
        self.store().delete_user(id, actor).await?;
        tracing::info!(user = %id, by = actor.by, "user deleted");
        Ok(())
    }

    /// The token's text is given this once.
    pub async fn create_token(&self, new: NewToken, actor: Actor<'_>) -> Result<(TokenRecord, String)> {
        actor.may_grant(new.role)?;
        let (record, token) = self.store().create_token(new, actor.by).await?;
        tracing::info!(token = %record.id, role = %record.role, by = actor.by, "token created");
        Ok((record, token))
    }

    /// It counts no more from now on.
    pub async fn delete_token(&self, id: TokenId, actor: Actor<'_>) -> Result<()> {
        self.store().delete_token(id, actor).await?;
        tracing::info!(token = %id, by = actor.by, "token deleted");
        Ok(())
    }

    /// Newest first.
    pub async fn audit(&self, filter: AuditFilter) -> Result<Vec<AuditRecord>> {
        Ok(self.store().audit(filter).await?)
    }

    /// Newest first.
    pub async fn list_audit(&self, filter: AuditFilter) -> Result<Page<AuditRecord>> {
        Ok(self.store().list_audit(filter).await?)
    }

    pub async fn list_users(&self, filter: UserFilter) -> Result<Page<UserRecord>> {
        Ok(self.store().list_users(filter).await?)
    }

    pub async fn list_tokens(&self, filter: TokenFilter) -> Result<Page<TokenRecord>> {
        Ok(self.store().list_tokens(filter).await?)
    }
}
