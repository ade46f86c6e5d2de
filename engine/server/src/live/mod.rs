//! Live streams over HTTP: one feed for each run and one for all lists, however many listen, and who may listen.
//!
//! A listener holds a place in what was told, never a copy of what is to come: whoever reads slowly finds later what they
//! missed as it stands by then.

mod body;
mod guests;
mod lists;
mod rooms;
mod streams;

use std::sync::Arc;

use axum::http::Response;
use axum::http::request::Parts;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::auth::Principal;
use crate::problem::Problem;
use guests::{Guests, Ticket};
use lists::Lists;
use rooms::Rooms;

/// How many may listen at once.
#[derive(Clone, Copy, Debug)]
pub struct LiveLimits {
    /// In this process.
    pub listeners: usize,
    /// Each person, their tokens included.
    pub each: usize,
}

impl Default for LiveLimits {
    fn default() -> Self {
        Self { listeners: 2000, each: 50 }
    }
}

/// Ends the connection that a request came by.
#[derive(Clone, Debug)]
pub(crate) struct Cut(pub CancellationToken);

pub(crate) struct Live {
    rooms: Rooms,
    lists: Arc<Lists>,
    guests: Arc<Guests>,
    /// The server stops: streams end at once.
    pub stop: CancellationToken,
}

impl Live {
    pub(crate) fn new(app: &App, limits: LiveLimits) -> Self {
        let stop = CancellationToken::new();
        Self {
            rooms: Rooms::new(app.clone()),
            lists: Lists::new(app.store().clone(), stop.clone()),
            guests: Guests::new(app.store().clone(), limits, stop.clone()),
            stop,
        }
    }

    /// How many listen.
    pub(crate) fn listeners(&self) -> usize {
        self.guests.count()
    }

    fn enter(&self, who: &Principal, parts: &Parts) -> Result<Ticket, Problem> {
        let cut = parts.extensions.get::<Cut>().map(|cut| cut.0.clone());
        self.guests.enter(who, cut)
    }

    /// The events of a run, from where `last` says; nothing where nothing follows any more.
    pub(crate) async fn run(
        &self,
        who: &Principal,
        parts: &Parts,
        run: causeway_model::RunId,
        last: Option<&str>,
    ) -> Result<Option<Response<axum::body::Body>>, Problem> {
        let ticket = self.enter(who, parts)?;
        let room = self.rooms.enter(run).await?;
        Ok(streams::run(room, last, ticket, self.stop.clone()))
    }

    /// Which lists change, from where `last` says.
    pub(crate) async fn lists(
        &self,
        who: &Principal,
        parts: &Parts,
        last: Option<&str>,
    ) -> Result<Response<axum::body::Body>, Problem> {
        let ticket = self.enter(who, parts)?;
        let ticks = self.lists.enter().await?;
        Ok(streams::lists(ticks, last, who.role, ticket, self.stop.clone()))
    }
}
