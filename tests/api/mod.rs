//! The REST API: who may do what, and what it says.

mod abuse;
mod access;
mod documents;
mod endpoints;
mod etags;
mod expressions;
mod flows;
mod idempotency;
mod items;
mod letters;
mod listening;
mod lists;
mod people;
mod recipes;
mod schedules;
mod schema;
mod stats;
mod system_map;
mod throttle;
mod watching;
