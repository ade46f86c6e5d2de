//! Secrets and variables. How they may be named and how large they may be, the store says.

use std::collections::BTreeMap;

use causeway_model::Value;
use causeway_store::{Page, SecretRecord, VariableRecord};

use super::{App, Result};

impl App {
    pub async fn set_secret(&self, name: &str, value: &str, by: &str) -> Result<()> {
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
