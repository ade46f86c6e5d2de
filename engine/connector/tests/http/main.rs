//! The HTTP runtime against real servers on this machine.

mod answers;
mod bodies;
mod faults;
mod limits;
mod outbound;
mod redirects;
mod secrets;
mod tls;
mod world;
