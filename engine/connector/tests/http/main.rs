//! The HTTP runtime, and the declared connectors that run on it, against real servers on this machine.

mod answers;
mod bodies;
mod declared;
mod faults;
mod identity;
mod limits;
mod outbound;
mod redirects;
mod secrets;
mod tls;
mod world;
