//! Trying a connection: what the server asks for, and the engine, which knows how to call with one, does.

use async_trait::async_trait;
use causeway_model::{Environment, StepError, Value};

#[async_trait]
pub trait Trial: Send + Sync {
    /// Calls the operation that the connector names for it once, with the values of this environment; those of production
    /// where there are none for tests. What it answers is of no interest.
    async fn attempt(&self, connection: &str, environment: Environment) -> Result<(), StepError>;

    /// Calls an operation that only reads once, with the values of production, and gives the records of the list that it answers,
    /// up to `most`. Other operations are refused.
    async fn look(
        &self,
        connection: &str,
        operation: &str,
        input: Value,
        most: u64,
    ) -> Result<Vec<Value>, StepError>;
}
