//! How many calls with a connection may be under way at once, in all processes together: slots are rows that this process
//! renews as long as it lives.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use causeway_model::StepError;
use causeway_store::{ConnectionAt, SLOT_LASTS, Store};
use uuid::Uuid;

use super::desk::{Desk, PATIENCE, rate_limited};
use crate::files::store_error;

pub struct Slots {
    store: Store,
    /// This process, as the rows name it.
    holder: Uuid,
    held: AtomicU64,
    beating: AtomicBool,
}

/// Pauses between looks whether a slot has come free elsewhere.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(400);

impl Slots {
    pub fn new(store: Store) -> Self {
        Self { store, holder: Uuid::now_v7(), held: AtomicU64::new(0), beating: AtomicBool::new(false) }
    }

    /// Waits for a slot, for a while.
    pub async fn take(
        self: &Arc<Self>,
        desk: &Arc<Desk>,
        name: &str,
        most: u32,
        came: Instant,
    ) -> Result<Slot, StepError> {
        // One asks for all of this process, in the order in which they came.
        let _turn = desk.slot_turn.lock().await;
        let mut pause = FIRST_PAUSE;
        loop {
            let freed = desk.slot_freed.notified();
            let taken = self.store.take_slot(desk.at, most, self.holder).await.map_err(store_error)?;
            if let Some(id) = taken {
                if pause > FIRST_PAUSE {
                    self.store.metrics().permits_waited.increment();
                }
                self.held.fetch_add(1, Ordering::AcqRel);
                self.beat();
                return Ok(Slot { slots: Arc::clone(self), desk: Arc::clone(desk), at: desk.at, id });
            }
            if came.elapsed() >= PATIENCE {
                self.store.metrics().permits_refused.increment();
                return Err(rate_limited(name, PATIENCE));
            }
            let _ = tokio::time::timeout(pause, freed).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Renews what is held until nothing is.
    fn beat(self: &Arc<Self>) {
        if !self.beating.swap(true, Ordering::AcqRel) {
            tokio::spawn(beat(Arc::downgrade(self)));
        }
    }
}

async fn beat(slots: Weak<Slots>) {
    loop {
        tokio::time::sleep(SLOT_LASTS / 3).await;
        let Some(slots) = slots.upgrade() else { return };
        if slots.held.load(Ordering::Acquire) == 0 {
            slots.beating.store(false, Ordering::Release);
            let none = slots.held.load(Ordering::Acquire) == 0;
            if none || slots.beating.swap(true, Ordering::AcqRel) {
                return;
            }
        }
        if let Err(error) = slots.store.renew_slots(slots.holder).await {
            tracing::warn!(%error, "slots of connections were not renewed");
        }
    }
}

/// A slot that is held; dropped, it is given back.
pub struct Slot {
    slots: Arc<Slots>,
    desk: Arc<Desk>,
    at: ConnectionAt,
    id: Uuid,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.slots.held.fetch_sub(1, Ordering::AcqRel);
        let (store, desk, at, id) = (self.slots.store.clone(), Arc::clone(&self.desk), self.at, self.id);
        // Without a runtime the process is ending; the slot comes back by itself.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(error) = store.give_slot_back(at, id).await {
                    tracing::debug!(%error, "a slot of a connection was not given back; it comes back by itself");
                }
                desk.slot_freed.notify_one();
            });
        }
    }
}
