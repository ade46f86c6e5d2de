//! Flow documents: reading, checking, compiling, comparing, importing and exporting them; and the specs of step and
//! trigger kinds.
//!
//! What a run does with a plan is the runtime's; where documents are kept is the store's.

mod canonical;
mod cidr;
mod compile;
mod connections;
pub mod cron;
mod diff;
mod faults;
mod graph;
mod limits;
mod parse;
mod plan;
mod resume;
mod schema;
pub mod specs;
mod transfer;
mod views;

pub use canonical::canonical;
pub use cidr::Cidr;
pub use compile::{Compiler, StepCx, TriggerCx};
pub use connections::{
    NamedConnection, all_steps, credential_faults, lacks, named_connections, needs_connection,
    settings_faults,
};
pub use diff::{Diff, FieldChange, StepChange, StepChangeKind, diff};
pub use limits::{MAX_DEPTH, MAX_DOCUMENT_BYTES, MAX_LOOPS, MAX_STEPS};
pub use parse::{locate, parse};
pub use plan::{
    Action, Admission, Body, ConnectorTrigger, ConnectorVersions, ConnectorWay, Cors, Dedupe, Edge, ForEach,
    HmacAlgorithm, HmacEncoding, Jwt, JwtAlgorithm, JwtKey, Missed, Plan, PlanConcurrency, PlanStep,
    PlanTrigger, PlanWindow, Plans, PollFrom, Readiness, ReplyMode, Schedule, Scope, Settled, Verify,
    Webhook,
};
pub use resume::{Resume, reopen, resume};
pub use schema::{InputSchema, schema};
pub use transfer::{
    ImportError, Imported, Source, StepReady, StepReport, TriggerReport, export_folder, export_zip,
    from_folder, from_path, from_zip, import,
};
pub use views::{AttemptView, StepFold, StepView, step_views};
