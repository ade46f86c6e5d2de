//! One feed for each run that anybody listens to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use causeway_model::RunId;
use tokio::sync::watch;

use crate::app::{App, Error, Result, RunState};

/// What the listeners of a run find.
#[derive(Clone, Debug)]
pub(super) enum Phase {
    Opening,
    Open(Arc<RunState>),
    /// It cannot be read.
    Broken(Error),
}

type Doors = Arc<Mutex<HashMap<RunId, Weak<Room>>>>;

pub(super) struct Rooms {
    app: App,
    doors: Doors,
}

/// Where the listeners of one run are.
pub(super) struct Room {
    run: RunId,
    doors: Doors,
    phase: watch::Receiver<Phase>,
}

impl Room {
    pub(super) fn phase(&self) -> watch::Receiver<Phase> {
        self.phase.clone()
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let mut doors = self.doors.lock().unwrap_or_else(PoisonError::into_inner);
        if doors.get(&self.run).is_some_and(|door| door.strong_count() == 0) {
            doors.remove(&self.run);
        }
    }
}

impl Rooms {
    pub(super) fn new(app: App) -> Self {
        Self { app, doors: Arc::default() }
    }

    /// The room of a run, once there is something to be seen. `run_not_found`.
    pub(super) async fn enter(&self, run: RunId) -> Result<Arc<Room>> {
        let room = self.door(run);
        let mut phase = room.phase();
        let opened = phase.wait_for(|phase| !matches!(phase, Phase::Opening)).await;
        match opened.map(|phase| phase.clone()) {
            Ok(Phase::Broken(error)) => Err(error),
            Ok(_) => Ok(room),
            Err(_) => Err(Error::bug("a feed ended before it began")),
        }
    }

    fn door(&self, run: RunId) -> Arc<Room> {
        let mut doors = self.doors.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(room) = doors.get(&run).and_then(Weak::upgrade) {
            return room;
        }
        let (sender, phase) = watch::channel(Phase::Opening);
        let room = Arc::new(Room { run, doors: Arc::clone(&self.doors), phase });
        doors.insert(run, Arc::downgrade(&room));
        tokio::spawn(follow(self.app.clone(), run, sender));
        room
    }
}

/// Until the run has ended or nobody listens.
async fn follow(app: App, run: RunId, sender: watch::Sender<Phase>) {
    let mut feed = match app.follow(run).await {
        Ok(feed) => feed,
        Err(error) => return drop(sender.send(Phase::Broken(error))),
    };
    loop {
        let state = feed.state().clone();
        let over = state.status().is_terminal();
        if sender.send(Phase::Open(state)).is_err() || over {
            return;
        }
        tokio::select! {
            () = sender.closed() => return,
            moved = feed.next() => if let Err(error) = moved {
                return drop(sender.send(Phase::Broken(error)));
            },
        }
    }
}
