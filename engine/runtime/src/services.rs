//! What the engine works with.

use std::sync::Arc;

use causeway_connector::{Catalogue, http};
use causeway_document::{Plan, Plans};
use causeway_model::{ErrorClass, FlowId, StepError, text};
use causeway_script::Sealer;
use causeway_store::Store;

use crate::accounts::Accounts;
use crate::files::store_error;

/// A published version that this binary cannot make a plan of.
pub const VERSION_UNUSABLE: &str = "version_unusable";

/// Given by the binary; cheap to clone.
#[derive(Clone)]
pub struct Services {
    pub store: Store,
    pub plans: Plans,
    pub http: http::Client,
    pub accounts: Accounts,
}

impl Services {
    pub fn catalogue(&self) -> &Catalogue {
        &self.plans.compiler().catalogue
    }

    pub fn sealer(&self) -> &Sealer {
        self.plans.compiler().engine.sealer()
    }

    /// The compiled version of a flow.
    pub async fn plan(&self, flow: FlowId, version: i32) -> Result<Arc<Plan>, StepError> {
        let load = async { self.store.pinned_version(flow, version).await.map_err(store_error) };
        match self.plans.get(flow, version, load).await? {
            Ok(plan) => Ok(plan),
            Err(faults) => {
                let first = faults.first().map(|fault| fault.message.clone()).unwrap_or_default();
                let (en, zh) = (first.en, first.zh_tw);
                Err(StepError::new(
                    VERSION_UNUSABLE,
                    ErrorClass::Invalid,
                    text!(
                        "Version {version} of the flow does not compile here: {en}. Publish it again.",
                        "這裡無法編譯流程的第 {version} 版：{zh}。請重新發布。"
                    ),
                ))
            }
        }
    }
}
