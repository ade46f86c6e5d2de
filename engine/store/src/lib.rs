//! The store on SQLite and Postgres. One file per table; functions speak the domain and return model types.
//!
//! The only crate (with the migrations) that names sea_orm. A table's file holds its entity and what the store does with
//! it; `accept`, `commit` and `claim` are the path of every run, and `writer` groups what many callers write.

mod accept;
mod active_run;
mod approval;
mod attention;
mod audit_entry;
mod batch;
mod bell;
mod blob;
mod bulk;
mod caches;
mod claim;
mod clock;
mod codes;
mod commit;
mod concurrency_slot;
mod config;
mod connection;
mod connector;
mod core;
mod db;
mod dedupe_key;
mod difference;
mod dismissal;
mod draft_snapshot;
mod error;
mod flow;
mod flow_archive;
mod flow_version;
mod handover;
mod idempotency_key;
mod json;
mod kept;
mod key;
mod key_file;
mod link;
mod listening;
mod listing;
mod live;
mod login_try;
mod mention;
mod migrate;
#[cfg(feature = "measuring")]
mod multiply;
mod news;
mod password;
mod poll;
mod presence;
mod retention;
mod root;
mod rotate;
mod run;
mod run_hour;
mod run_journal;
mod run_loop;
mod run_signal;
mod runs;
mod sample;
mod schedule;
mod secret;
mod session;
mod setting;
mod standing;
mod stream;
mod sweep;
mod system_map;
mod tag;
mod taken_over;
mod token;
mod tunable;
mod user;
mod user_change;
mod variable;
mod vitals;
mod wake;
mod web_node;
mod webhook_route;
mod words;
mod worker;
mod writer;

#[cfg(test)]
mod tests;

pub use accept::{Accepted, NewRun, Origin, Parent, Slot};
pub use active_run::ActiveRun;
pub use approval::{ApprovalRecord, NewApproval};
pub use attention::{Attention, AttentionKind};
pub use audit_entry::{AuditFilter, AuditRecord, Change};
pub use blob::FileWriter;
pub use claim::Claimed;
pub use clock::SystemClock;
pub use commit::{Commit, CommitError, Finished, LoopWrite, Next};
pub use config::Config;
pub use connection::{
    BegunConsent, CONSENT_LASTS, ConnectionAt, ConnectionChange, ConnectionError, ConnectionRecord,
    ConnectionValues, ConsentAsked, ConsentState, ConsentView, GateState, KeptConnection, KeptSession,
    KeptValues, NewConnection, PermitRate, Permits, SESSION_LEASE, SLOT_LASTS, SessionTurn, TakenConsent,
};
pub use connector::{ConnectorOrigin, ConnectorVersion, Held, NewConnector, Pin, PinnedFlow};
pub use core::Store;
pub use dismissal::Dismissal;
pub use error::{Error, RefusedClass, Result, WRITTEN_BY_NEWER};
pub use flow::{FlowName, FlowRecord, Starter, Watches};
pub use flow_version::{Publish, VersionRecord};
pub use handover::{Birth, Handed};
pub use idempotency_key::{Begun, KeptAnswer, KeyAttempt, KeyedRequest};
pub use link::Link;
pub use listening::{Heard, Listening};
pub use listing::{
    ApprovalFilter, ConnectionFilter, FlowFilter, FlowOrder, FlowPlace, FlowState, MOST_ROWS, Page,
    RunFilter, SecretRecord, TokenFilter, TokenState, UserFilter, UserState, VariableRecord, id_digits,
};
pub use live::{ChangeWatch, Changed, Flows, ListKind, RunLook, RunWatch};
pub use login_try::Allowance;
pub use mention::Mention;
pub use migrate::MigrationPlan;
pub use news::{Listener, News};
pub use poll::{POLL_LEASE, PollDone, PollError, PollRecord, PollTurn, Polled, PolledFlow};
pub use retention::{Retention, Swept};
pub use rotate::Rotated;
pub use run_hour::{FlowRuns, HOUR_MS, HourSlots, LastRun, Latencies, Outcomes};
pub use run_journal::{JournalPage, JournalPlace};
pub use run_signal::{Signal, SignalKind};
pub use runs::{IN_DOUBT, RunRecord};
pub use sample::{SAMPLES_KEPT, SampleRecord};
pub use schedule::Scheduled;
pub use session::{NewSession, SESSION_IDLE, SESSION_LASTS, SessionRecord};
pub use stream::StreamWriter;
pub use system_map::{HandOver, MapSystem};
pub use tag::tag_of;
pub use token::{NewToken, TokenRecord};
pub use tunable::{TunableChange, Tunables};
pub use user::{NewUser, UserRecord};
pub use user_change::{Actor, UserChange};
pub use vitals::{Active, Finished as FinishedLately, Status, Vitals, WebNodeRecord, WorkerRecord};
pub use web_node::WebNode;
pub use webhook_route::WebhookRoute;
