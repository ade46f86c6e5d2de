//! Webhooks through the front door, over a real store.

mod bodies;
mod dedupe;
mod replies;
mod routing;
mod verifying;
