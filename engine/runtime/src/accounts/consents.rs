//! Consents, as the engine knows how to ask for them and to make tokens of them.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use causeway_connector::{Connector, ConsentAsk, ConsentGrant, ConsentPlace, Consents, MemoryFiles};
use causeway_model::{Environment, StepError};
use causeway_store::KeptSession;

use super::account::LiveAccount;
use crate::files::store_error;
use crate::services::Services;
use crate::steps::operation::{connector_of_connection, lend};

/// How often what a consent gave is tried to be kept.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_secs(1);

pub struct ConnectionConsents {
    services: Services,
}

impl ConnectionConsents {
    pub fn new(services: Services) -> Self {
        Self { services }
    }

    async fn account(
        &self,
        connection: &str,
        environment: Environment,
    ) -> Result<(Arc<dyn Connector>, Arc<LiveAccount>), StepError> {
        let services = &self.services;
        let record = services.store.connection(connection).await.map_err(store_error)?;
        let connector = connector_of_connection(services, &record.connector).await?;
        let account = services.accounts.own(connection, connector.spec(), environment).await?;
        Ok((connector, account))
    }
}

#[async_trait]
impl Consents for ConnectionConsents {
    async fn place(
        &self,
        connection: &str,
        environment: Environment,
        ask: &ConsentAsk,
    ) -> Result<ConsentPlace, StepError> {
        let (connector, account) = self.account(connection, environment).await?;
        connector.consent(&*account, ask)
    }

    async fn finish(&self, grant: ConsentGrant) -> Result<(), StepError> {
        let services = &self.services;
        let (connector, account) = self.account(&grant.connection, grant.environment).await?;
        let secrets = services.store.secrets().await.map_err(store_error)?;
        let lent = lend(services, Arc::new(MemoryFiles::default()), secrets);
        let session = connector.redeem(account, &lent, grant.code).await?;
        let kept = KeptSession {
            values: session.values,
            obtained_at: session.obtained_at,
            expires_at: session.expires_at,
        };
        // The code is used: what it gave is not let go of because the database is away for a moment.
        for _ in 1..TRIES {
            match services.store.keep_consented(grant.consent, &kept).await {
                Err(causeway_store::Error::Unavailable(_)) => tokio::time::sleep(PAUSE).await,
                kept => return kept.map_err(store_error),
            }
        }
        services.store.keep_consented(grant.consent, &kept).await.map_err(store_error)
    }
}
