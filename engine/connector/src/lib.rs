//! What a connector is: its catalogue entry, its operations, and the HTTP runtime that all HTTP connectors share.
//!
//! The only crate that names reqwest. It knows no connector by name: those live in the plugins, and the engine lends them
//! what they need as [`Services`].

mod account;
mod aside;
mod call;
mod catalogue;
mod consent;
mod credentials;
pub mod declared;
mod files;
mod gathered;
pub mod http;
mod incoming;
pub mod index;
mod mac;
pub mod openapi;
mod rehearsed;
pub mod schema;
mod trial;

pub(crate) use account::CONSENT_OVER;
pub use account::{Account, CONSENT_REVOKED, Limits, Observed, Obtain, Permit, Rate, Session};
pub use call::{Call, Connector, Services};
pub use catalogue::{Catalogue, Holder, Installed, Stock, Stored, clash, compare_versions};
pub use consent::{ConsentAsk, ConsentCode, ConsentGrant, ConsentPlace, Consents};
pub use credentials::{sealed_credential, with_credentials};
pub use files::{FileSink, Files, MemoryFiles, StreamSink};
pub use gathered::{Gathered, MAX_ITEMS, MOST_PAGES};
pub use incoming::{
    Challenge, EventMatch, EventPlace, HmacAlgorithm, HmacEncoding, HmacProof, Incoming, Poll, Proof, SINCE,
    SignedPart, SinceForm, TimestampPlace,
};
pub use mac::Mac;
pub use rehearsed::RehearsedAccount;
pub use trial::Trial;
