//! Every integration test, in one binary: the real server and command line, on SQLite and Postgres.

mod api;
mod cli;
mod connectors;
mod drafts;
mod fuzz;
mod live;
mod meta;
mod runs;
mod workflows;
