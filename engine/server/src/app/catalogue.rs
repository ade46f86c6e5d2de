//! What flows can be made of.

use std::sync::Arc;

use causeway_connector::Connector;
use causeway_document::specs::connector_with;
use causeway_model::{ConnectorTriggerSpec, OperationSpec, Text, Value, text};
use serde::Serialize;

use super::registry::unknown;
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

    async fn connector(&self, name: &str) -> Result<Arc<dyn Connector>> {
        self.compiler_by_now().await?.catalogue.connector(name).ok_or_else(|| unknown(name))
    }

    /// Its drawing, as SVG.
    pub async fn connector_icon(&self, name: &str) -> Result<Vec<u8>> {
        let connector = self.connector(name).await?;
        let source = connector.source().and_then(std::result::Result::ok);
        source.and_then(|source| source.files.get("icon.svg")).map(|icon| icon.to_vec()).ok_or_else(|| {
            Error::not_found(
                "icon_not_found",
                text!("The connector `{name}` has no icon.", "連接器 `{name}` 沒有圖示。"),
            )
        })
    }

    /// What it says of itself, as Markdown.
    pub async fn connector_readme(&self, name: &str) -> Result<Option<Text>> {
        let connector = self.connector(name).await?;
        let Some(Ok(source)) = connector.source() else { return Ok(None) };
        Ok(source.text("README.md").map(|en| Text {
            en: en.to_owned(),
            zh_tw: source.text("README.zh-TW.md").unwrap_or(en).to_owned(),
        }))
    }
}
