//! Tests of the store; each runs on SQLite and on Postgres.

pub(crate) mod bed;
mod flows;
mod life;
mod listening;
