//! The REST API: who may do what, and what it says.

mod access;
mod documents;
mod endpoints;
mod etags;
mod flows;
mod idempotency;
mod items;
mod letters;
mod lists;
mod people;
mod schedules;
mod schema;
mod watching;
