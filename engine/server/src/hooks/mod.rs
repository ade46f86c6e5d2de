//! Inbound webhooks: `/hooks/<path>` with any method.
//!
//! The way of a call: route -> who is it ([`verify`]) -> body ([`body`]) -> trigger event ([`trigger`]) -> run
//! ([`admission`]), durable (the store) -> answer ([`reply`]). What a connected system sends to `/hooks/@<connection>` is [`connection`]'s. No lock is held on the way, and a body of JSON is kept as the text it came as.

mod admission;
mod answer;
mod body;
mod call;
mod caller;
mod connection;
mod cors;
mod dedupe;
mod json;
mod known;
mod listener;
mod multipart;
mod prepared;
mod records;
mod reply;
mod routes;
mod table;
mod trigger;
mod verify;

#[cfg(test)]
mod tests;

pub(crate) use body::payload;
pub(crate) use call::call;
pub(crate) use caller::{Believed, address};
pub(crate) use connection::Receivers;
pub(crate) use table::Tables;
