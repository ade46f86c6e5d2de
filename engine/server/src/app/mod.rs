//! The application services behind both the HTTP API and the command line: no HTTP and no terminal here.
//!
//! Each file owns one concern and speaks documents, runs and records; permission is the caller's work, except for
//! approvals, whose approvers stand in the flow.

mod addresses;
mod approvals;
mod bulk;
mod calendar;
mod catalogue;
mod connections;
mod consents;
mod dead_letters;
mod edits;
mod error;
mod evaluate;
mod flow_stats;
mod flows;
mod history;
mod import;
mod installation;
mod items;
mod keeping;
mod listening;
mod live;
mod options;
mod overview;
mod people;
mod polls;
mod publish;
mod recipes;
mod registry;
mod replay;
mod resume;
mod run_search;
mod runs;
mod samples;
mod schedules;
mod settings;
mod start;
mod system_map;
mod test_data;
mod testing;
mod trigger_events;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use causeway_connector::index::Index;
use causeway_connector::{Consents, Trial};
use causeway_document::{Compiler, Plan, Plans};
use causeway_model::{FlowId, Time};
use causeway_script::Sealer;
use causeway_store::Store;
use tokio::sync::Semaphore;

pub use addresses::{ConnectionAddresses, Reachable};
pub use approvals::{ApprovalPage, Decider};
pub use bulk::{BulkAction, BulkDone, BulkPreview, BulkRequest, BulkResult, EffectCount, FlowCount};
pub use catalogue::TriggerForm;
pub use connections::{ConnectionFault, ConnectionUsage, FlowUsage, TestedConnection, on_the_machine};
pub(crate) use consents::used as consent_used;
pub use consents::{CONSENT_PATH, ConsentAnswer, ConsentRequest, StartedConsent};
pub use dead_letters::{DeadLetter, DeadLetterView, LetterState};
pub use error::{Class, Error, Result};
pub use evaluate::{ScopeRequest, Tried, ValueRequest};
pub use flow_stats::{FlowDay, FlowStats, LastRunView, MOST_DAYS};
pub use flows::{DraftSaved, FlowView, Person, SavedDraft};
pub use history::Edition;
pub use import::{ImportReport, ImportResult};
pub(crate) use installation::span;
pub use installation::{SettingSource, SettingView};
pub use items::{ItemPage, ItemQuery, ItemStatus, RunningItem};
pub use listening::{HeardView, StartedListening};
pub use live::{
    LiveRun, LiveStep, LoopProgress, Position, RunEnd, RunEvent, RunFeed, RunSnapshot, RunState, Told,
};
pub use options::{OptionView, OptionsRequest};
pub use overview::{
    FailingFlow, Overview, OverviewBefore, OverviewLatency, OverviewRuns, OverviewSlot, SlowFlow,
};
pub use publish::Published;
pub(crate) use publish::{connection_of, routes as webhook_routes};
pub use recipes::{Recipe, RecipeSample, RecipeView, Shipped, Stage};
pub use registry::{
    ConnectorSummary, FlowFit, FlowUpdate, IndexEntry, InstallRequest, InstalledConnector, VersionView,
    WhichFlows, connector_summaries,
};
pub use replay::{RepeatedEffect, ReplayPreview, ReplayRequest};
pub use resume::{ResumeRequest, Resumed};
pub use run_search::FoundRuns;
pub use runs::{ItemSteps, Rehearsed, RunView, TestView};
pub use samples::{SampleRequest, SavedSample};
pub use schedules::{PreviewRequest, SchedulePage, SchedulePreview, ScheduleView};
pub use start::{StartRequest, Started};
pub(crate) use start::{kept_key, new_run};
pub use system_map::{EdgeFlow, EdgeView, SystemMap, SystemView};
pub use testing::{StartedTest, TestRequest};
pub use trigger_events::{EventBody, TriggerEventRecord, TriggerEventView};

/// Everything that people and programs do with flows and runs. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    plans: Plans,
    /// Raised with each change made by this process that routing must see at once.
    generation: AtomicU64,
    /// Tries connections.
    trial: OnceLock<Arc<dyn Trial>>,
    /// Asks for consents and makes tokens of them.
    consents: OnceLock<Arc<dyn Consents>>,
    /// What can be installed.
    index: OnceLock<Index>,
    /// Flows to begin with.
    shipped: OnceLock<&'static [Shipped]>,
    recipes: OnceLock<Vec<RecipeView>>,
    /// The map of systems, as flows draw it.
    drawing: system_map::Drawing,
    /// Turns at evaluating what somebody writes.
    evaluations: Arc<Semaphore>,
}

impl App {
    pub fn new(store: Store, plans: Plans) -> Self {
        plans.compiler().catalogue.stock_with(Arc::new(registry::StoreStock::new(store.clone())));
        Self {
            inner: Arc::new(Inner {
                store,
                plans,
                generation: AtomicU64::new(0),
                trial: OnceLock::new(),
                consents: OnceLock::new(),
                index: OnceLock::new(),
                shipped: OnceLock::new(),
                recipes: OnceLock::new(),
                drawing: system_map::Drawing::default(),
                evaluations: Arc::new(Semaphore::new(evaluate::AT_ONCE)),
            }),
        }
    }

    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    pub fn plans(&self) -> &Plans {
        &self.inner.plans
    }

    pub fn compiler(&self) -> &Compiler {
        self.inner.plans.compiler()
    }

    pub fn sealer(&self) -> &Sealer {
        self.compiler().engine.sealer()
    }

    pub fn now(&self) -> Time {
        self.store().clock().now()
    }

    /// The plan of a published version.
    pub async fn plan(&self, flow: FlowId, version: i32) -> Result<Arc<Plan>> {
        let load = async { Ok::<_, Error>(self.store().pinned_version(flow, version).await?) };
        self.plans().get(flow, version, load).await?.map_err(Error::document)
    }

    /// Tells the caches of this process that flows, secrets or variables are not what they were.
    pub(crate) fn changed(&self) {
        self.inner.generation.fetch_add(1, Ordering::Release);
    }

    pub(crate) fn generation(&self) -> u64 {
        self.inner.generation.load(Ordering::Acquire)
    }
}
