//! Tests of the store; each runs on SQLite and on Postgres.

mod audit;
pub(crate) mod bed;
mod blobs;
mod connections;
mod connectors;
mod consents;
mod dedupe;
mod doubt;
mod flows;
mod handover;
mod idempotency;
mod keys;
mod life;
mod listening;
mod looking_on;
mod migrating;
mod newer;
mod people;
mod plans;
mod polls;
mod priorities;
mod recovery;
mod retention;
mod rotation;
mod signals;
mod slots;
mod testing;
