//! The HTTP runtime: one client, outbound safety, secrets resolved on sending and masked in answers.
//!
//! A [`Request`] comes in with sealed tokens; [`Client::send`] reveals them only to send, follows redirects hop by hop with every
//! hop checked, and reads the answer in bounded memory into a [`Response`]. What goes wrong is a `StepError` that never shows a
//! secret, a query or a password.

mod answer;
mod charset;
mod client;
mod failure;
mod identity;
mod mask;
mod outbound;
mod payload;
mod prepare;
mod read;
mod redirect;
mod request;
mod resolve;
mod shown;
mod sign;
mod splitter;
mod status;
mod tls;

pub use answer::Response;
pub use client::{Client, Config, OwnHost};
pub use identity::Identity;
pub use mask::Masker;
pub(crate) use prepare::url as checked_url;
pub use request::{Auth, Body, Part, PartContent, Request};
pub use resolve::{Resolver, SystemResolver};
pub use shown::Shown;
pub use sign::{Outgoing, Signature, Signer};
pub(crate) use status::LONGEST_WAIT_MS;
pub use status::{StatusSet, classify};
