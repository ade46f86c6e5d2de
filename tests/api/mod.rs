//! The REST API: who may do what, and what it says.

mod access;
mod documents;
mod endpoints;
mod flows;
mod items;
mod people;
mod schedules;
mod watching;
