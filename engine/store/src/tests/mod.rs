//! Tests of the store; each runs on SQLite and on Postgres.

pub(crate) mod bed;
mod blobs;
mod dedupe;
mod flows;
mod handover;
mod keys;
mod life;
mod listening;
mod priorities;
mod recovery;
mod retention;
mod signals;
mod slots;
