//! The words of Causeway: ids, flow documents, runs, journal events, values and errors.
//!
//! Everything here is plain data with serde. No IO, no clock, no async, no rules beyond what one
//! value can know about itself.

mod clock;
mod connection;
mod connector;
mod credential;
mod duration;
mod error;
mod event;
mod fault;
mod flow;
mod frame;
mod id;
pub mod metrics;
mod reply;
mod role;
mod run;
mod testing;
mod text;
mod time;
mod trigger;
mod value;

pub use clock::Clock;
pub use connection::{Environment, Shared};
pub use connector::{
    AuthKind, AuthSpec, ConnectionSpec, ConnectorCategory, ConnectorSpec, ConnectorTriggerSpec, Idempotency,
    OperationSpec, OperationSummary, RecordSpec, TriggerSummary, TriggerWay,
};
pub use credential::is_credential;
pub use duration::{ParseSpanError, Span};
pub use error::{ErrorClass, StepError};
pub use event::{Entry, Event, FORMAT, LoopTally, NEWER_FORMAT, Outcome, Wait, WaitKind};
pub use fault::{Fault, Severity};
pub use flow::{
    Concurrency, DOCUMENT_VERSION, Flow, Join, OnDoubt, OnLimit, Priority, Retry, RetryBackoff, Settings,
    Step, TriggerSpec, Window,
};
pub use frame::Frame;
pub use id::{
    ApprovalId, BlobId, ConnectionId, FlowId, InvalidName, RunId, SessionId, Slug, StepId, TokenId, UserId,
    WorkerId,
};
pub use reply::Reply;
pub use role::Role;
pub use run::{RunFailure, RunMode, RunStatus, StepStatus};
pub use testing::{GivenOutput, KnownFrom, Rehearsal, Sample, TEST_KEEP, TestPart, TestPlan};
pub use text::{Locale, Text};
pub use time::Time;
pub use trigger::TriggerKind;
pub use value::{FileRef, INLINE_LIMIT, StreamRef, Value};
