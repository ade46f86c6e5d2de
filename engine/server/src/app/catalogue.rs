//! What flows can be made of.

use std::sync::Arc;

use causeway_document::specs::connector_with;
use causeway_model::{ConnectorTriggerSpec, OperationSpec, Value, text};
use serde::Serialize;

use super::{App, Error, Result};

/// A trigger of a connector, and what a flow may say of it.
#[derive(Clone, Debug, Serialize)]
pub struct TriggerForm {
    #[serde(flatten)]
    pub spec: ConnectorTriggerSpec,
    /// JSON Schema (2020-12) of the trigger's `with`.
    pub with: Value,
}

impl App {
    pub async fn connector_trigger(&self, connector: &str, trigger: &str) -> Result<TriggerForm> {
        let spec = self.compiler_by_now().await?.catalogue.trigger(connector, trigger).ok_or_else(|| {
            Error::not_found(
                "trigger_not_found",
                text!(
                    "No connector here has the trigger `{connector}.{trigger}`; the catalogue lists those there are.",
                    "這裡沒有任何連接器提供觸發 `{connector}.{trigger}`；目錄列出所有可用的觸發。"
                ),
            )
        })?;
        Ok(TriggerForm { with: connector_with(&spec), spec: spec.as_ref().clone() })
    }

    /// An operation with its schemas.
    pub async fn operation(&self, connector: &str, operation: &str) -> Result<Arc<OperationSpec>> {
        self.compiler_by_now().await?.catalogue.operation(connector, operation).ok_or_else(|| {
            Error::not_found(
                "operation_not_found",
                text!(
                    "No connector here has the operation `{connector}.{operation}`; the catalogue lists those there are.",
                    "這裡沒有任何連接器提供操作 `{connector}.{operation}`；目錄列出所有可用的操作。"
                ),
            )
        })
    }
}
