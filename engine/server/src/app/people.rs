//! Users and API tokens.

use causeway_model::{Role, TokenId, text};
use causeway_store::{TokenRecord, UserRecord};

use super::{App, Error, Result};

/// The shortest password, in characters.
const SHORTEST_PASSWORD: usize = 10;

impl App {
    pub async fn create_user(&self, email: &str, password: &str, role: Role) -> Result<UserRecord> {
        let email = email.trim();
        let (name, domain) = email.rsplit_once('@').unwrap_or_default();
        if name.is_empty()
            || domain.is_empty()
            || email.len() > 254
            || email.chars().any(|c| c.is_whitespace() || c.is_control())
        {
            return Err(Error::invalid(
                "email_invalid",
                text!(
                    "`{email}` is no mail address; write it as name@example.com",
                    "「{email}」不是電子郵件地址，請寫成 name@example.com 的格式"
                ),
            ));
        }
        if password.chars().count() < SHORTEST_PASSWORD || password.len() > 1024 {
            return Err(Error::invalid(
                "password_too_short",
                text!(
                    "The password needs at least {SHORTEST_PASSWORD} characters (and at most 1,024 bytes)",
                    "密碼至少需要 {SHORTEST_PASSWORD} 個字元（最多 1,024 位元組）"
                ),
            ));
        }
        let user = self.store().create_user(email, password, role).await?;
        tracing::info!(user = %user.id, %role, "user created");
        Ok(user)
    }

    pub async fn users(&self) -> Result<Vec<UserRecord>> {
        Ok(self.store().users().await?)
    }

    /// The token's text is given this once.
    pub async fn create_token(&self, name: &str, role: Role) -> Result<(TokenRecord, String)> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
            return Err(Error::invalid(
                "name_invalid",
                text!(
                    "A token needs a name of 1 to 100 characters that says what it is for",
                    "權杖需要 1 到 100 個字的名稱，說明它的用途"
                ),
            ));
        }
        let (record, token) = self.store().create_token(name, role).await?;
        tracing::info!(token = %record.id, %role, "token created");
        Ok((record, token))
    }

    pub async fn token(&self, id: TokenId) -> Result<TokenRecord> {
        let mut tokens = self.store().tokens().await?.into_iter();
        tokens.find(|token| token.id == id).ok_or_else(|| {
            Error::not_found("token_not_found", text!("There is no token {id}", "沒有權杖 {id}"))
        })
    }

    /// It counts no more from now on.
    pub async fn delete_token(&self, id: TokenId, by: &str) -> Result<()> {
        self.store().delete_token(id, by).await?;
        tracing::info!(token = %id, by, "token deleted");
        Ok(())
    }

    pub async fn tokens(&self) -> Result<Vec<TokenRecord>> {
        Ok(self.store().tokens().await?)
    }
}
