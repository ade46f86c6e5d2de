//! The commands: one file per area, each with its arguments and what they do.

pub mod approval;
pub mod audit;
pub mod completions;
pub mod connection;
pub mod connector;
pub mod dead_letter;
pub mod demo;
pub mod flow;
mod input;
pub mod key;
pub mod migrate;
pub mod openapi;
mod pages;
pub mod poll;
pub mod run;
pub mod sample;
pub mod schedule;
pub mod schema;
pub mod secret;
pub mod serve;
pub mod status;
pub mod token;
pub mod user;
pub mod variable;
