//! The store on SQLite and Postgres. One file per table; functions speak the domain and return model types.
//!
//! The only crate (with the migrations) that names sea_orm.

#![expect(clippy::todo, reason = "skeleton")]
#![expect(unused_variables, reason = "skeleton")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use causeway_model::{
    ApprovalId, BlobId, Clock, Entry, FileRef, Flow, FlowId, Frame, LoopTally, OnLimit, Reply, Role,
    RunFailure, RunId, RunMode, RunStatus, Slug, Span, StepId, StreamRef, Text, Time, TokenId, TriggerKind,
    UserId, Value, WorkerId,
};
use serde::{Deserialize, Serialize};

pub struct Config {
    /// `DATABASE_URL`; absent means SQLite at `<data>/causeway.db`.
    pub url: Option<String>,
    /// The data folder; made (0700) if missing.
    pub data: PathBuf,
    /// `CAUSEWAY_KEY`: 32 bytes as hex or base64; absent means `<data>/key`, made (0600) at the first start of an empty store.
    pub key: Option<String>,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Store {}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the database is not reachable: {0}")]
    Unavailable(String),
    /// Shown to the user as it is.
    #[error("{text}")]
    Refused { code: &'static str, class: RefusedClass, text: Text },
    #[error("the database answered: {0}")]
    Database(String),
    #[error("stored data does not read: {0}")]
    Corrupt(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusedClass {
    NotFound,
    Conflict,
    Invalid,
    /// Too much is under way; come back.
    Busy,
}

pub type Result<T> = std::result::Result<T, Error>;

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Time {
        todo!()
    }
}

// ---- opening and migrating ------------------------------------------------------------------------------------------

#[derive(Clone, Debug, Serialize)]
pub struct MigrationPlan {
    pub backend: String,
    pub applied: Vec<String>,
    pub pending: Vec<String>,
}

impl Store {
    /// Connects; makes an empty database file. Refuses a database that needs a newer binary (`min_binary`), and another key.
    pub async fn open(config: Config, clock: Arc<dyn Clock>) -> Result<Store> {
        todo!()
    }

    pub async fn migration_plan(&self) -> Result<MigrationPlan> {
        todo!()
    }

    /// Applies what is pending, under an advisory lock on Postgres, after copying the SQLite file to `<data>/backup/`.
    pub async fn migrate(&self) -> Result<MigrationPlan> {
        todo!()
    }

    /// A cheap query on the write path: whether work can be taken.
    pub async fn ping(&self) -> Result<()> {
        todo!()
    }

    pub fn clock(&self) -> &Arc<dyn Clock> {
        todo!()
    }

    /// 32 bytes for one purpose, derived from the installation's key.
    pub fn derived_key(&self, purpose: &str) -> [u8; 32] {
        todo!()
    }

    /// Raised with each change that caches must see: flows published, enabled or archived; secrets; variables.
    pub async fn revision(&self) -> Result<i64> {
        todo!()
    }

    /// Waits until everything given to the writer is committed, and stops it.
    pub async fn close(&self) {
        todo!()
    }
}

// ---- flows ----------------------------------------------------------------------------------------------------------

#[derive(Clone, Debug, Serialize)]
pub struct FlowRecord {
    pub id: FlowId,
    pub slug: Slug,
    pub name: String,
    pub description: String,
    pub tags: Vec<String>,
    pub enabled: bool,
    /// The newest published version; absent when none is.
    pub published: Option<i32>,
    /// Raised with each save of the draft.
    pub draft_revision: i64,
    /// Whether the draft differs from the published version.
    pub changed: bool,
    pub created_at: Time,
    pub updated_at: Time,
}

#[derive(Clone, Debug, Serialize)]
pub struct VersionRecord {
    pub version: i32,
    pub published_at: Time,
    pub published_by: String,
    pub note: Option<String>,
}

/// How a published flow is reached by webhooks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WebhookRoute {
    pub flow: FlowId,
    pub version: i32,
    /// Without a leading slash, `{name}` for one segment.
    pub path: String,
    /// Upper case; `*` for any.
    pub method: String,
}

/// What publishing writes beside the version.
pub struct Publish {
    pub document: Flow,
    pub trigger: TriggerKind,
    /// `(path, method)`; empty for other triggers. A clash with another flow (same path shape, same method or `*`) is refused
    /// with `webhook_path_taken`, in the same transaction.
    pub routes: Vec<(String, String)>,
    /// Flows and tags whose failures start this one; `None` for other triggers.
    pub watches: Option<Watches>,
    pub by: String,
    pub note: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watches {
    pub flows: Vec<Slug>,
    pub tags: Vec<String>,
    pub all: bool,
}

impl Store {
    /// Makes the flow, or replaces its draft. `expected`: the draft revision that the change was made on; `draft_changed` if it is another by now.
    pub async fn save_draft(
        &self,
        slug: &Slug,
        document: &Flow,
        expected: Option<i64>,
        by: &str,
    ) -> Result<FlowRecord> {
        todo!()
    }

    pub async fn flows(&self) -> Result<Vec<FlowRecord>> {
        todo!()
    }

    pub async fn flow(&self, slug: &Slug) -> Result<FlowRecord> {
        todo!()
    }

    pub async fn flow_by_id(&self, id: FlowId) -> Result<FlowRecord> {
        todo!()
    }

    pub async fn draft(&self, id: FlowId) -> Result<Flow> {
        todo!()
    }

    /// Makes the next version, immutable. A draft equal to the newest version makes none and gives that one's number.
    pub async fn publish(&self, id: FlowId, publish: Publish) -> Result<i32> {
        todo!()
    }

    pub async fn versions(&self, id: FlowId) -> Result<Vec<VersionRecord>> {
        todo!()
    }

    pub async fn version(&self, id: FlowId, version: i32) -> Result<Flow> {
        todo!()
    }

    /// Off: no trigger starts it (webhooks answer 503 with the reason); runs under way go on.
    pub async fn set_enabled(&self, id: FlowId, enabled: bool, by: &str) -> Result<()> {
        todo!()
    }

    /// Every webhook route of published, enabled flows.
    pub async fn webhook_routes(&self) -> Result<Vec<WebhookRoute>> {
        todo!()
    }

    /// Published, enabled flows with a `flow_failed` trigger.
    pub async fn failure_watchers(&self) -> Result<Vec<(FlowId, i32, Watches)>> {
        todo!()
    }

    /// Published, enabled flows with a trigger of this kind.
    pub async fn flows_with_trigger(&self, kind: TriggerKind) -> Result<Vec<(FlowId, i32)>> {
        todo!()
    }
}

// ---- accepting and running ------------------------------------------------------------------------------------------

/// A run to be made, with its trigger event.
#[derive(Clone, Debug)]
pub struct NewRun {
    pub id: RunId,
    pub flow: FlowId,
    pub version: i32,
    pub trigger: TriggerKind,
    /// `trigger` as expressions see it, as JSON text.
    pub event: String,
    pub received_at: Time,
    /// `(key, window)`: an equal key of the same flow inside the window gives the first run's id.
    pub dedupe: Option<(String, Span)>,
    pub concurrency: Option<Slot>,
    pub origin: Origin,
    pub mode: RunMode,
    /// Wall-clock end.
    pub deadline_at: Option<Time>,
    /// Journal entries that the run begins with (kept outcomes and edited inputs of a resumed run).
    pub journal: Vec<Entry>,
    /// Loop tallies that a resumed run begins with.
    pub loops: Vec<(Frame, StepId, LoopTally)>,
    /// How long it is kept once finished.
    pub keep: Option<Span>,
    /// The root of its idempotency keys: its own id, or that of the run it resumes.
    pub key_root: RunId,
}

/// The concurrency slot that a run needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    pub key: String,
    pub limit: u32,
    pub on_limit: OnLimit,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resumed_from: Option<RunId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replayed_from: Option<RunId>,
    /// The step that called this run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<Parent>,
    /// How many calls deep.
    pub depth: i16,
    /// Who started it, where a person did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    pub run: RunId,
    pub frame: Frame,
    pub step: StepId,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepted {
    New,
    Duplicate {
        first: RunId,
    },
    /// Kept as a cancelled run, since the limit was reached and `on_limit` is `skip`.
    Skipped,
}

/// An active run as a worker holds it.
#[derive(Clone, Debug)]
pub struct ActiveRun {
    pub id: RunId,
    pub flow: FlowId,
    pub slug: Slug,
    pub version: i32,
    /// Before the claim.
    pub status: RunStatus,
    pub epoch: i64,
    pub trigger: TriggerKind,
    pub mode: RunMode,
    pub key_root: RunId,
    pub origin: Origin,
    pub created_at: Time,
    pub deadline_at: Option<Time>,
    /// Active time used up before this claim.
    pub active_ms: i64,
    pub keep: Option<Span>,
    /// Whether a worker died while it held it.
    pub recovered: bool,
}

/// A run with all that is needed to go on with it.
#[derive(Debug)]
pub struct Claimed {
    pub run: ActiveRun,
    /// `trigger` as JSON text.
    pub event: String,
    pub journal: Vec<Entry>,
    pub loops: Vec<(Frame, StepId, LoopTally)>,
    pub signals: Vec<Signal>,
}

/// Something from outside that a run must take notice of.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    pub id: i64,
    pub run: RunId,
    pub at: Time,
    pub kind: SignalKind,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SignalKind {
    Cancel {
        by: String,
        reason: Option<String>,
    },
    /// A call of a wait's one-time URL.
    Callback {
        frame: Frame,
        step: StepId,
        payload: Value,
    },
    Decision {
        frame: Frame,
        step: StepId,
        approved: bool,
        by: String,
        comment: Option<String>,
    },
    /// A run that a `call_flow` step started is done.
    RunFinished {
        frame: Frame,
        step: StepId,
        run: RunId,
        status: RunStatus,
        output: Option<Value>,
        failure: Option<RunFailure>,
    },
}

/// What one grouped commit writes for one run. All of it or nothing.
#[derive(Debug)]
pub struct Commit {
    pub run: RunId,
    pub epoch: i64,
    pub entries: Vec<Entry>,
    pub loops: Vec<LoopWrite>,
    /// Frames whose journal is no longer needed, since their item is settled in a loop write.
    pub dropped: Vec<Frame>,
    pub children: Vec<NewRun>,
    pub approvals: Vec<NewApproval>,
    /// Signals that the entries stand for.
    pub consumed: Vec<i64>,
    pub next: Next,
}

#[derive(Debug)]
pub struct LoopWrite {
    pub frame: Frame,
    pub step: StepId,
    pub tally: LoopTally,
    /// Appended to the tally's results stream (made with the first write).
    pub results: Vec<Value>,
}

#[derive(Debug)]
pub enum Next {
    /// The worker goes on with it.
    Go,
    /// It leaves memory until `due_at` (or a signal).
    Wait {
        due_at: Option<Time>,
        hold_slot: bool,
        active_ms: i64,
    },
    /// Handed back, for any worker to take up now.
    Release {
        active_ms: i64,
    },
    Finish(Box<Finished>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finished {
    pub status: RunStatus,
    pub at: Time,
    pub failure: Option<RunFailure>,
    /// The output of the last top-level step in document order that succeeded and is no branch.
    pub output: Option<Value>,
    pub handled_errors: u32,
    pub reason: Option<Text>,
}

#[derive(Clone, Debug)]
pub struct NewApproval {
    pub id: ApprovalId,
    pub frame: Frame,
    pub step: StepId,
    pub message: String,
    /// `user:<email>`, `role:<role>`, `link:<name>`.
    pub approvers: Vec<String>,
    pub expires_at: Option<Time>,
}

/// Why a commit was not made.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Another worker has taken the run over (or it is finished): stop working on it.
    #[error("the lease on the run was lost")]
    Lost,
    #[error(transparent)]
    Store(#[from] Error),
}

/// What those who wait for a run hear.
#[derive(Clone, Debug)]
pub enum News {
    Replied(Reply),
    /// It began to wait for a time, a person or a call.
    Waiting,
    Finished(Box<Finished>),
}

/// Hears of one run, once it is asked for. Made before the run is.
pub struct Listener {}

impl Listener {
    /// The next news of the run, from this process or another.
    pub async fn next(&mut self) -> Result<News> {
        todo!()
    }
}

impl Store {
    /// Answers once the event is durable. Many callers share one transaction.
    pub async fn accept(&self, run: NewRun) -> Result<Accepted> {
        todo!()
    }

    pub fn listen(&self, run: RunId) -> Listener {
        todo!()
    }

    /// Registers a worker; from now on it heartbeats by itself until dropped or `retire`d.
    pub async fn enlist(&self) -> Result<WorkerId> {
        todo!()
    }

    pub async fn retire(&self, worker: WorkerId) -> Result<()> {
        todo!()
    }

    /// Workers with a fresh heartbeat.
    pub async fn live_workers(&self) -> Result<Vec<WorkerId>> {
        todo!()
    }

    /// Takes up to `limit` runs that are due: queued, waiting with `due_at` past, or held by a dead worker.
    pub async fn claim(&self, worker: WorkerId, limit: usize) -> Result<Vec<Claimed>> {
        todo!()
    }

    /// Takes one run if it is due (`run start --wait` without a server).
    pub async fn claim_run(&self, worker: WorkerId, run: RunId) -> Result<Option<Claimed>> {
        todo!()
    }

    /// When the next waiting run is due.
    pub async fn next_due(&self) -> Result<Option<Time>> {
        todo!()
    }

    /// Grouped: many runs' commits share one transaction, and one that fails, fails alone.
    pub async fn commit(&self, commit: Commit) -> std::result::Result<(), CommitError> {
        todo!()
    }

    /// Resolves when runs may have become due or signals have come: from this process at once, from others within 200 ms by polling.
    pub async fn woken(&self) {
        todo!()
    }

    /// Unconsumed signals of the runs that this worker holds.
    pub async fn signals(&self, worker: WorkerId) -> Result<Vec<Signal>> {
        todo!()
    }

    /// Cancel of an active run. `run_finished` when it is finished already.
    pub async fn request_cancel(&self, run: RunId, by: &str, reason: Option<String>) -> Result<()> {
        todo!()
    }

    /// A call of a one-time URL. `link_used` the second time; `run_finished` when the run is.
    pub async fn call_back(&self, run: RunId, frame: Frame, step: StepId, payload: Value) -> Result<()> {
        todo!()
    }
}

// ---- looking at runs ------------------------------------------------------------------------------------------------

#[derive(Clone, Debug, Serialize)]
pub struct RunRecord {
    pub id: RunId,
    pub flow: FlowId,
    pub slug: Slug,
    pub version: i32,
    pub status: RunStatus,
    pub trigger: TriggerKind,
    pub mode: RunMode,
    pub created_at: Time,
    pub started_at: Option<Time>,
    pub finished_at: Option<Time>,
    pub failure: Option<RunFailure>,
    pub handled_errors: u32,
    pub output: Option<Value>,
    pub reason: Option<Text>,
    pub key_root: RunId,
    #[serde(flatten)]
    pub origin: Origin,
    /// The run that resumed this failed one; a failed run without one is a dead letter.
    pub resumed_by: Option<RunId>,
}

#[derive(Clone, Debug, Default)]
pub struct RunFilter {
    pub flow: Option<FlowId>,
    pub status: Option<RunStatus>,
    /// Failed runs that nobody resumed or dismissed.
    pub dead_letters: bool,
    /// Runs older than this one: the cursor.
    pub before: Option<RunId>,
    /// 1 to 200.
    pub limit: u64,
}

impl Store {
    pub async fn run(&self, id: RunId) -> Result<RunRecord> {
        todo!()
    }

    /// Newest first, active and finished together.
    pub async fn runs(&self, filter: RunFilter) -> Result<Vec<RunRecord>> {
        todo!()
    }

    /// Top-level entries only unless `frames`.
    pub async fn journal(&self, id: RunId, frames: bool) -> Result<Vec<Entry>> {
        todo!()
    }

    pub async fn loops(&self, id: RunId) -> Result<Vec<(Frame, StepId, LoopTally)>> {
        todo!()
    }

    /// `trigger` as JSON text.
    pub async fn trigger_event(&self, id: RunId) -> Result<String> {
        todo!()
    }

    /// Marks a failed run as taken over by the run that resumes it, in the transaction that accepts that one. `run_not_failed`, `run_resumed_already`.
    pub async fn accept_resume(&self, failed: RunId, run: NewRun) -> Result<()> {
        todo!()
    }

    /// Deletes finished runs whose time is over, in small batches, with their files; gives space back. How many.
    pub async fn sweep(&self, default_keep: Span) -> Result<u64> {
        todo!()
    }
}

// ---- approvals ------------------------------------------------------------------------------------------------------

#[derive(Clone, Debug, Serialize)]
pub struct ApprovalRecord {
    pub id: ApprovalId,
    pub run: RunId,
    pub flow: FlowId,
    pub slug: Slug,
    pub frame: Frame,
    pub step: StepId,
    pub message: String,
    pub approvers: Vec<String>,
    /// `open`, `approved`, `rejected`, `timed_out`, `closed` (the run ended first).
    pub status: String,
    pub created_at: Time,
    pub expires_at: Option<Time>,
    pub decided_at: Option<Time>,
    pub decided_by: Option<String>,
    pub comment: Option<String>,
}

impl Store {
    pub async fn approvals(&self, open_only: bool, limit: u64) -> Result<Vec<ApprovalRecord>> {
        todo!()
    }

    pub async fn approval(&self, id: ApprovalId) -> Result<ApprovalRecord> {
        todo!()
    }

    /// The approval of a step of a run, for one-time links.
    pub async fn approval_of(
        &self,
        run: RunId,
        frame: &Frame,
        step: &StepId,
    ) -> Result<Option<ApprovalRecord>> {
        todo!()
    }

    /// Writes the decision and its signal in one transaction. `approval_decided` when it is not open.
    pub async fn decide(
        &self,
        id: ApprovalId,
        approved: bool,
        by: &str,
        comment: Option<String>,
    ) -> Result<()> {
        todo!()
    }
}

// ---- one-time links -------------------------------------------------------------------------------------------------

/// What a one-time URL stands for. The token is a function of it and the installation's key, so it can be made again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Link {
    Callback { run: RunId, frame: Frame, step: StepId },
    Approval { run: RunId, frame: Frame, step: StepId, who: String },
}

impl Store {
    /// A URL-safe token: the link itself and a MAC.
    pub fn sign_link(&self, link: &Link) -> String {
        todo!()
    }

    /// `None` where the MAC does not fit.
    pub fn read_link(&self, token: &str) -> Option<Link> {
        todo!()
    }
}

// ---- files and streams ----------------------------------------------------------------------------------------------

/// Writes a file part by part.
pub struct FileWriter {}

impl FileWriter {
    pub async fn write(&mut self, part: Bytes) -> Result<()> {
        todo!()
    }

    pub async fn finish(self) -> Result<FileRef> {
        todo!()
    }
}

impl Store {
    pub async fn create_file(&self, owner: RunId, name: &str, media_type: &str) -> Result<FileWriter> {
        todo!()
    }

    pub async fn read_file(&self, id: BlobId, offset: u64) -> Result<Bytes> {
        todo!()
    }

    pub async fn file(&self, id: BlobId) -> Result<FileRef> {
        todo!()
    }

    /// A stream from an iterator of records, in bounded memory.
    pub async fn create_stream(
        &self,
        owner: RunId,
        records: &mut (dyn Iterator<Item = Value> + Send),
    ) -> Result<StreamRef> {
        todo!()
    }

    pub async fn read_stream(&self, id: BlobId, from: u64, limit: u64) -> Result<Vec<Value>> {
        todo!()
    }
}

// ---- secrets, variables, people, tokens -----------------------------------------------------------------------------

#[derive(Clone, Debug, Serialize)]
pub struct UserRecord {
    pub id: UserId,
    pub email: String,
    pub role: Role,
    pub created_at: Time,
}

#[derive(Clone, Debug, Serialize)]
pub struct TokenRecord {
    pub id: TokenId,
    pub name: String,
    pub role: Role,
    pub created_at: Time,
    pub last_used_at: Option<Time>,
}

impl Store {
    pub async fn set_secret(&self, name: &str, value: &str, by: &str) -> Result<()> {
        todo!()
    }

    pub async fn delete_secret(&self, name: &str, by: &str) -> Result<()> {
        todo!()
    }

    /// Names and when each was set; never values.
    pub async fn secret_names(&self) -> Result<Vec<(String, Time)>> {
        todo!()
    }

    /// All of them in the clear, cached by revision; for sending and verifying only.
    pub async fn secrets(&self) -> Result<Arc<BTreeMap<String, String>>> {
        todo!()
    }

    pub async fn set_variable(&self, name: &str, value: &Value, by: &str) -> Result<()> {
        todo!()
    }

    /// Cached by revision.
    pub async fn variables(&self) -> Result<Arc<BTreeMap<String, Value>>> {
        todo!()
    }

    pub async fn create_user(&self, email: &str, password: &str, role: Role) -> Result<UserRecord> {
        todo!()
    }

    pub async fn users(&self) -> Result<Vec<UserRecord>> {
        todo!()
    }

    /// The token's text is given once and kept only as a hash.
    pub async fn create_token(&self, name: &str, role: Role) -> Result<(TokenRecord, String)> {
        todo!()
    }

    pub async fn tokens(&self) -> Result<Vec<TokenRecord>> {
        todo!()
    }

    pub async fn authenticate(&self, token: &str) -> Result<Option<TokenRecord>> {
        todo!()
    }
}
