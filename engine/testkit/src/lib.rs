//! What tests need: the real binary on a fresh database, sinks that stand for other systems, and faults.
//!
//! A dev-dependency only. Nothing here knows the inside of the engine: HTTP, the command line and the process are all it touches.

mod answer;
mod app;
mod binary;
mod both;
mod cases;
mod cli;
mod database;
mod flows;
mod live;
mod options;
mod page;
mod port;
mod process;
mod runs;
mod sink;
mod subset;
mod wait;

pub use answer::Answer;
pub use app::TestApp;
pub use binary::{binary, root};
pub use both::{both, both_with, on};
pub use cases::{Case, During, shipped_cases, shipped_flows};
pub use cli::CliOutput;
pub use database::{Backend, Database, PrivatePostgres, psql};
pub use flows::{flow, hook_flow, http_step, script_step, step};
pub use live::{EventStream, LiveEvent};
pub use options::Options;
pub use page::{PASSWORD, Page};
pub use port::free_port;
pub use process::{Memory, Process, cpu_seconds};
pub use runs::{rows, timeline, timeline_of};
pub use sink::{Call, Reaction, Sink};
pub use subset::missing;
pub use wait::{eventually, eventually_within};
