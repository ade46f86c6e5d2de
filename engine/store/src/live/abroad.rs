//! Telling other processes which lists changed: what comes within a fifth of a second shares a notification, so that it
//! costs the same however many runs there are.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use causeway_model::FlowId;
use tokio::sync::Notify;
use uuid::Uuid;

use super::kind::{Dirt, ListKind};
use crate::core::Core;
use crate::db::Ask;

/// What comes within this time is told together.
const GATHER: Duration = Duration::from_millis(200);
const PREFIX: &str = "changed ";

/// What is to be told to others.
#[derive(Debug, Default)]
pub(crate) struct Abroad {
    dirt: Mutex<Dirt>,
    bell: Notify,
    /// Others answer requests, and this process tells them.
    on: AtomicBool,
}

impl Abroad {
    fn dirt(&self) -> MutexGuard<'_, Dirt> {
        self.dirt.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there is anybody to tell.
    pub(crate) fn turn(&self, on: bool) {
        self.on.store(on, Ordering::Relaxed);
    }

    pub(crate) fn soil(&self, how: impl Fn(&mut Dirt)) {
        if self.on.load(Ordering::Relaxed) {
            how(&mut self.dirt());
            self.bell.notify_one();
        }
    }
}

/// Tells until the store is gone.
pub(crate) async fn tell(core: Weak<Core>, channel: &'static str) {
    loop {
        let Some(strong) = core.upgrade().filter(|core| !core.workers.is_closed()) else { return };
        let heard = tokio::time::timeout(Duration::from_secs(1), strong.live.abroad.bell.notified()).await;
        if heard.is_err() {
            continue;
        }
        tokio::time::sleep(GATHER).await;
        say(&strong, channel).await;
    }
}

async fn say(core: &Arc<Core>, channel: &str) {
    let dirt = std::mem::take(&mut *core.live.abroad.dirt());
    if dirt.is_empty() {
        return;
    }
    let say = core.db.main.run("SELECT pg_notify($1, $2)", vec![channel.into(), payload(&dirt).into()]);
    if let Err(error) = say.await {
        tracing::debug!(%error, "other processes were not told of changed lists; they are told later");
        core.live.abroad.dirt().add(dirt);
        tokio::time::sleep(Duration::from_secs(1)).await;
        core.live.abroad.bell.notify_one();
    }
}

/// `changed approvals runs=<id>,<id>`: below the 8,000 bytes of Postgres, as the flows of each list are few.
fn payload(dirt: &Dirt) -> String {
    let words = dirt.by_id.iter().map(|(kind, flows)| match flows {
        None => kind.name().to_owned(),
        Some(flows) => {
            let ids: Vec<String> = flows.iter().map(|flow| URL_SAFE_NO_PAD.encode(flow.0)).collect();
            format!("{}={}", kind.name(), ids.join(","))
        }
    });
    format!("{PREFIX}{}", words.collect::<Vec<_>>().join(" "))
}

/// Reads what another process said of lists, where it did. What does not read is left out.
pub(crate) fn read(payload: &str) -> Option<Dirt> {
    let mut dirt = Dirt::default();
    for word in payload.strip_prefix(PREFIX)?.split(' ') {
        let (name, ids) = word.split_once('=').unwrap_or((word, ""));
        let Some(kind) = ListKind::from_name(name) else { continue };
        if ids.is_empty() {
            dirt.all(kind);
        }
        for id in ids.split(',').filter(|id| !id.is_empty()) {
            match URL_SAFE_NO_PAD.decode(id).ok().and_then(|bytes| Uuid::from_slice(&bytes).ok()) {
                Some(id) => dirt.flow(kind, FlowId(id)),
                None => dirt.all(kind),
            }
        }
    }
    Some(dirt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_reads_back_and_fits() {
        let mut dirt = Dirt::default();
        dirt.all(ListKind::Approvals);
        for _ in 0..40 {
            let flow = FlowId::new();
            dirt.flow(ListKind::Runs, flow);
            dirt.flow(ListKind::DeadLetters, flow);
        }
        let said = payload(&dirt);
        assert!(said.len() < 8000, "{}", said.len());
        assert_eq!(read(&said).expect("reads").by_id, dirt.by_id);
        assert!(read("wake").is_none() && read("AAAA,BBBB").is_none());
        assert!(read("changed somethings=x other").expect("reads").is_empty());
    }
}
