//! What a connector is: its catalogue entry, its operations, and the HTTP runtime that all HTTP connectors share.
//!
//! The only crate that names reqwest.

#![expect(clippy::todo, reason = "skeleton")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use causeway_model::{ConnectorSpec, FileRef, OperationSpec, StepError, StreamRef, Value};
use causeway_script::{Sealer, Secrets};

/// A connector: a catalogue entry and what its operations do.
#[async_trait]
pub trait Connector: Send + Sync {
    fn spec(&self) -> &ConnectorSpec;

    /// Runs one operation once. Retries, timeouts and cancelling are the engine's work: the future may be dropped at any point.
    async fn call(&self, operation: &str, call: Call) -> Result<Value, StepError>;
}

/// One attempt of an operation.
pub struct Call {
    /// The resolved input; secrets in it are sealed tokens.
    pub input: Value,
    /// Equal for every repeat of the same effect.
    pub idempotency_key: String,
    pub services: Services,
}

/// What the engine lends to an operation.
#[derive(Clone)]
pub struct Services {
    pub http: http::Client,
    pub files: Arc<dyn Files>,
    pub sealer: Sealer,
    pub secrets: Arc<Secrets>,
}

/// Files and record streams of the store, as operations reach them.
#[async_trait]
pub trait Files: Send + Sync {
    /// The next part of a file from `offset`; empty at its end. A part is at most 256 kB.
    async fn read(&self, file: &FileRef, offset: u64) -> Result<Bytes, StepError>;
    /// Keeps bytes as a file of the run.
    async fn write(&self, name: &str, media_type: &str, bytes: Bytes) -> Result<FileRef, StepError>;
    /// Keeps records as a stream of the run.
    async fn write_stream(&self, records: Vec<Value>) -> Result<StreamRef, StepError>;
    /// Up to `limit` records from `from`.
    async fn read_stream(&self, stream: &StreamRef, from: u64, limit: u64) -> Result<Vec<Value>, StepError>;
}

/// Every connector by name.
#[derive(Clone, Default)]
pub struct Catalogue {
    connectors: Arc<BTreeMap<String, Arc<dyn Connector>>>,
}

impl Catalogue {
    /// Refuses two of one name.
    pub fn new(connectors: Vec<Arc<dyn Connector>>) -> Result<Self, String> {
        let mut by_name = BTreeMap::new();
        for connector in connectors {
            let name = connector.spec().name.clone();
            if by_name.insert(name.clone(), connector).is_some() {
                return Err(format!("two connectors are named `{name}`"));
            }
        }
        Ok(Self { connectors: Arc::new(by_name) })
    }

    pub fn connector(&self, name: &str) -> Option<&Arc<dyn Connector>> {
        self.connectors.get(name)
    }

    pub fn operation(&self, connector: &str, operation: &str) -> Option<&OperationSpec> {
        self.connector(connector)?.spec().operations.iter().find(|spec| spec.name == operation)
    }

    pub fn connectors(&self) -> impl Iterator<Item = &Arc<dyn Connector>> {
        self.connectors.values()
    }
}

/// The HTTP runtime: one client, outbound safety, secrets resolved on sending and masked in answers.
pub mod http {
    use super::*;

    /// Limits and permissions of outbound calls.
    #[derive(Clone, Debug)]
    pub struct Config {
        /// `host`, `host:port` or CIDR that may be reached although private (`CAUSEWAY_ALLOW_HOSTS`).
        pub allow_hosts: Vec<String>,
        pub connect_timeout: Duration,
        /// Bound of a whole attempt when the step says none.
        pub timeout: Duration,
        pub max_redirects: usize,
        /// Larger answers fail.
        pub max_response_bytes: u64,
    }

    impl Default for Config {
        fn default() -> Self {
            Self {
                allow_hosts: Vec::new(),
                connect_timeout: Duration::from_secs(10),
                timeout: Duration::from_secs(60),
                max_redirects: 5,
                max_response_bytes: 100 * 1024 * 1024,
            }
        }
    }

    #[derive(Clone)]
    pub struct Client {}

    impl Client {
        pub fn new(_config: Config) -> Result<Self, StepError> {
            todo!()
        }
    }
}
