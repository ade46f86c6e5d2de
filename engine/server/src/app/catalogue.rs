//! What flows can be made of.

use std::sync::Arc;

use causeway_model::{OperationSpec, text};

use super::{App, Error, Result};

impl App {
    /// An operation with its schemas.
    pub fn operation(&self, connector: &str, operation: &str) -> Result<Arc<OperationSpec>> {
        self.compiler().catalogue.operation(connector, operation).ok_or_else(|| {
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
