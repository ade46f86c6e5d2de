//! Running one run without a server: `causeway run start --wait`.

use std::sync::Arc;
use std::time::Duration;

use causeway_model::{Event, RunId, Wait, WaitKind};
use causeway_store::{Result, RunRecord};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::drive::{self, Shared};
use crate::{Config, Services};

/// Drives one run, and those that it calls, to its end. Other runs are left alone.
pub async fn run_alone(services: Services, config: Config, run: RunId) -> Result<RunRecord> {
    let worker = services.store.enlist().await?;
    let store = services.store.clone();
    let shared = Arc::new(crate::shared(services, &config, None, CancellationToken::new()));
    let record = tend(&shared, worker, run).await;
    shared.pool.close();
    store.retire(worker).await?;
    record
}

async fn tend(shared: &Arc<Shared>, worker: causeway_model::WorkerId, run: RunId) -> Result<RunRecord> {
    let store = &shared.services.store;
    loop {
        if let Some(claimed) = store.claim_run(worker, run).await? {
            let (inbox, receiver) = mpsc::unbounded_channel();
            let driven = drive::drive(Arc::clone(shared), claimed, None, receiver);
            tokio::pin!(driven);
            // Signals (a cancel from another terminal) reach it meanwhile.
            let mut passed = std::collections::HashSet::new();
            loop {
                tokio::select! {
                    () = &mut driven => break,
                    () = tokio::time::sleep(Duration::from_millis(200)) => {}
                }
                for signal in store.signals(worker).await?.into_iter().filter(|signal| signal.run == run) {
                    if passed.insert(signal.id) {
                        let _ = inbox.send(signal);
                    }
                }
            }
        }
        let record = store.run(run).await?;
        if record.status.is_terminal() {
            return Ok(record);
        }
        for entry in store.journal(run, true).await? {
            if let Event::StepWaiting { wait: Wait { kind: WaitKind::Run { run: called }, .. }, .. } =
                entry.event
            {
                Box::pin(tend(shared, worker, called)).await?;
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
