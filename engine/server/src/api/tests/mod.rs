//! The API through the front door, over a real store; and the OpenAPI document against it.

mod connections;
mod connectors;
mod disabled;
mod document;
mod flows;
mod people;
mod roles;
mod runs;
mod scopes;
mod sessions;
