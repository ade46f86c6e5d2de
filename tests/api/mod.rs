//! The REST API: who may do what, and what it says.

mod abuse;
mod access;
mod documents;
mod endpoints;
mod flows;
mod items;
mod people;
mod schedules;
mod throttle;
mod watching;
