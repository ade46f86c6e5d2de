//! Declared connectors, from the catalogue to the system: on the sample company's systems, on systems that others wrote, and on
//! faulty ones, through the front door.

mod certificates;
mod consent;
mod demo;
mod desk;
mod ecpay;
mod faults;
mod graphql;
mod hooks;
mod line;
mod notion;
mod options;
mod peers;
mod polls;
mod recipes;
pub mod registry;
mod story;
mod stripe;
mod systems;
mod trading;
mod tryton;
mod vendors;

pub use systems::{Company, FLOWS};
