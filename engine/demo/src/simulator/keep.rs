//! What a simulator had is written to a file and read at its next start, so that it goes on where it was.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::task::JoinHandle;

use super::System;

/// How long a change may wait until it is written.
const PAUSE: Duration = Duration::from_secs(1);
/// Events that may have been sent after the last writing: their numbers are not given again.
const GAP: u64 = 1000;

/// Writes what changes, until it is closed.
pub(crate) struct Keeper {
    path: PathBuf,
    system: Arc<dyn System>,
    task: JoinHandle<()>,
}

impl Keeper {
    /// Reads the file, where there is one, and writes it from now on.
    pub async fn start(path: PathBuf, system: Arc<dyn System>) -> io::Result<Self> {
        match tokio::fs::read(&path).await {
            Ok(bytes) => {
                let saved: Value = serde_json::from_slice(&bytes)
                    .map_err(|error| io::Error::other(format!("{}: {error}", path.display())))?;
                system.load(&saved);
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let (to, of) = (path.clone(), system.clone());
        let task = tokio::spawn(async move {
            loop {
                tokio::time::sleep(PAUSE).await;
                if of.core().take_change() && write(&to, of.save()).await.is_err() {
                    of.core().changed();
                }
            }
        });
        Ok(Self { path, system, task })
    }

    /// Writes the rest.
    pub async fn close(self) -> io::Result<()> {
        self.task.abort();
        write(&self.path, self.system.save()).await
    }
}

/// Whole or not at all.
async fn write(path: &Path, saved: Value) -> io::Result<()> {
    let beside = path.with_extension("json.new");
    let bytes = serde_json::to_vec(&saved).map_err(io::Error::other)?;
    tokio::fs::write(&beside, bytes).await?;
    tokio::fs::rename(&beside, path).await
}

/// The number after which events are counted on.
pub(crate) fn events_after(saved: &Value) -> u64 {
    saved["events"].as_u64().map_or(0, |latest| latest.saturating_add(GAP))
}
