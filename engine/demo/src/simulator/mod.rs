//! What all simulators share: the server around a system, faults on demand, webhooks, paging, checks, and the page.
//!
//! A [`System`] keeps records and answers its own API; everything else about being reachable stands here.

mod asked;
mod clock;
mod config;
mod control;
mod core;
mod faults;
mod fields;
mod given;
mod handle;
mod keep;
mod money;
mod page;
mod post_office;
mod rate;
mod refusal;
pub(crate) mod roc;
mod serve;
mod show;
mod sign;
mod system;
mod table;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod tokens;
mod webhooks;
mod wire;

pub use config::{CHANNEL_SECRET, Config, SECRET, USER};
pub use faults::Faults;
pub use handle::Simulator;
pub use webhooks::{Delivery, Subscription};

pub(crate) use self::core::{Core, Link};
pub(crate) use asked::{Asked, Sent};
pub(crate) use clock::{at_work, day};
pub(crate) use fields::{Field, Rule, check, may, may_not_be_null, moment, must, put};
pub(crate) use given::Given;
pub(crate) use keep::{Keeper, events_after};
pub(crate) use money::Money;
pub(crate) use page::{Action, Kind, Visit, escape, frame};
pub(crate) use rate::Rate;
pub(crate) use refusal::Refusal;
pub(crate) use sign::Written;
#[cfg(test)]
pub(crate) use sign::signature;
pub(crate) use system::System;
pub(crate) use table::{Answers, Table, since};
pub(crate) use tokens::Tokens;
pub(crate) use webhooks::{Event, Form, routes as webhook_routes};
