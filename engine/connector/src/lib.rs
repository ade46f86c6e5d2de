//! What a connector is: its catalogue entry, its operations, and the HTTP runtime that all HTTP connectors share.
//!
//! The only crate that names reqwest. It knows no connector by name: those live in the plugins, and the engine lends them
//! what they need as [`Services`].

mod account;
mod call;
mod catalogue;
pub mod declared;
mod files;
pub mod http;
pub mod openapi;
mod rehearsed;
pub mod schema;
mod trial;

pub use account::{Account, Limits, Observed, Obtain, Permit, Rate, Session};
pub use call::{Call, Connector, Services};
pub use catalogue::Catalogue;
pub use files::{FileSink, Files, MemoryFiles, StreamSink};
pub use rehearsed::RehearsedAccount;
pub use trial::Trial;
