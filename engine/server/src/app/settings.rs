//! Secrets and variables: named by a rule, bounded, and never shown again (secrets).

use std::collections::BTreeMap;

use causeway_model::{Time, Value, text};
use causeway_store::{Page, SecretRecord, VariableRecord};

use super::{App, Error, Result};

/// The longest value of a secret, in bytes.
const LONGEST_SECRET: usize = 64 * 1024;
/// The longest value of a variable, in bytes of JSON.
const LONGEST_VARIABLE: usize = 64 * 1024;

/// Names are identifiers, so that expressions can say `secret.x` and `vars.x`.
fn check_name(name: &str) -> Result<()> {
    let first = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    if first && name.len() <= 64 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Ok(());
    }
    Err(Error::invalid(
        "name_invalid",
        text!(
            "`{name}` is no name: use 1 to 64 of A-Z, a-z, 0-9 and _, and begin with a letter",
            "「{name}」不能作為名稱：請用 1 到 64 個英文字母、數字或底線，並以字母開頭"
        ),
    ))
}

fn check_size(code: &'static str, name: &str, size: usize, limit: usize) -> Result<()> {
    if size <= limit {
        return Ok(());
    }
    let (size, limit) = (size / 1024, limit / 1024);
    Err(Error::invalid(
        code,
        text!(
            "The value of `{name}` has {size} kB; at most {limit} kB are kept",
            "「{name}」的內容有 {size} kB，最多只能存 {limit} kB"
        ),
    ))
}

impl App {
    pub async fn set_secret(&self, name: &str, value: &str, by: &str) -> Result<()> {
        check_name(name)?;
        check_size("secret_too_large", name, value.len(), LONGEST_SECRET)?;
        if value.is_empty() {
            return Err(Error::invalid(
                "secret_empty",
                text!("The secret `{name}` has no value; give one", "密鑰「{name}」沒有內容，請提供內容"),
            ));
        }
        self.store().set_secret(name, value, by).await?;
        self.changed();
        tracing::info!(secret = name, by, "secret set");
        Ok(())
    }

    pub async fn delete_secret(&self, name: &str, by: &str) -> Result<()> {
        self.store().delete_secret(name, by).await?;
        self.changed();
        tracing::info!(secret = name, by, "secret deleted");
        Ok(())
    }

    /// Names and when each was set.
    pub async fn secrets(&self) -> Result<Vec<(String, Time)>> {
        Ok(self.store().secret_names().await?)
    }

    pub async fn list_secrets(
        &self,
        text: Option<&str>,
        after: Option<String>,
        limit: u64,
    ) -> Result<Page<SecretRecord>> {
        Ok(self.store().list_secrets(text, after, limit).await?)
    }

    pub async fn list_variables(
        &self,
        text: Option<&str>,
        after: Option<String>,
        limit: u64,
    ) -> Result<Page<VariableRecord>> {
        Ok(self.store().list_variables(text, after, limit).await?)
    }

    pub async fn variable(&self, name: &str) -> Result<VariableRecord> {
        Ok(self.store().variable(name).await?)
    }

    pub async fn set_variable(&self, name: &str, value: &Value, by: &str) -> Result<()> {
        self.set_variable_if(name, value, None, by).await.map(drop)
    }

    /// Only while it is as `expected` says.
    pub async fn set_variable_if(
        &self,
        name: &str,
        value: &Value,
        expected: Option<&str>,
        by: &str,
    ) -> Result<VariableRecord> {
        check_name(name)?;
        check_size("variable_too_large", name, value.to_string().len(), LONGEST_VARIABLE)?;
        let record = self.store().set_variable_if(name, value, expected, by).await?;
        self.changed();
        tracing::info!(variable = name, by, "variable set");
        Ok(record)
    }

    pub async fn delete_variable(&self, name: &str, by: &str) -> Result<()> {
        self.store().delete_variable(name, by).await?;
        self.changed();
        tracing::info!(variable = name, by, "variable deleted");
        Ok(())
    }

    pub async fn variables(&self) -> Result<BTreeMap<String, Value>> {
        Ok(self.store().variables().await?.as_ref().clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_identifiers() {
        for good in ["erp", "_a", "Crm2", "LINE_TOKEN"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        for bad in ["", "2a", "a-b", "a b", "密鑰", &"a".repeat(65)] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }
}
