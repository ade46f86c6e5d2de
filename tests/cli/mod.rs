//! The command line: on a running server's store, and without one.

mod alone;
mod connections;
mod connectors;
mod flows;
mod following;
mod keys;
mod letters;
mod people;
mod store;
