//! Trying a connection: what the server asks for, and the engine, which knows how to call with one, does.

use async_trait::async_trait;
use causeway_model::{Environment, StepError};

#[async_trait]
pub trait Trial: Send + Sync {
    /// Calls the operation that the connector names for it once, with the values of this environment; those of production
    /// where there are none for tests. What it answers is of no interest.
    async fn attempt(&self, connection: &str, environment: Environment) -> Result<(), StepError>;
}
