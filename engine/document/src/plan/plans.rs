//! Compiled versions, kept at hand.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use causeway_model::{Fault, Flow, FlowId, StepError};
use tokio::sync::OnceCell;

use super::Plan;
use crate::Compiler;

type Compiled = Result<Arc<Plan>, Vec<Fault>>;
type Key = (FlowId, i32);

/// Which version of each connector a flow was published with; others are what there is.
pub type ConnectorVersions = BTreeMap<String, String>;

/// What a document is told where a connector is not installed; one day it may be.
const LACKING: [&str; 2] = ["unknown_connector", "connector_version_missing"];

/// How many plans are kept.
const CAPACITY: usize = 1000;

/// Compiled versions, shared by everything in the process: a version never changes, so neither does its plan.
#[derive(Clone)]
pub struct Plans {
    compiler: Arc<Compiler>,
    kept: Arc<Mutex<Kept>>,
    capacity: usize,
}

#[derive(Default)]
struct Kept {
    plans: HashMap<Key, Slot>,
    /// Counts uses, so that the least used can leave.
    uses: u64,
}

struct Slot {
    cell: Arc<OnceCell<Compiled>>,
    used: u64,
}

impl Plans {
    pub fn new(compiler: Compiler) -> Self {
        Self::with_capacity(compiler, CAPACITY)
    }

    pub fn with_capacity(compiler: Compiler, capacity: usize) -> Self {
        Self { compiler: Arc::new(compiler), kept: Arc::default(), capacity: capacity.max(1) }
    }

    pub fn compiler(&self) -> &Compiler {
        &self.compiler
    }

    /// The plan of a version, compiled from what `load` gives when it is not at hand, with the connector versions that it was
    /// published with. Bounded; the least used leaves.
    ///
    /// Many who ask for one version at the same time load and compile it once. What fails to load is asked again next time, and
    /// so is what lacks a connector.
    pub async fn get<E: From<StepError>>(
        &self,
        flow: FlowId,
        version: i32,
        load: impl Future<Output = Result<(Flow, ConnectorVersions), E>>,
    ) -> Result<Result<Arc<Plan>, Vec<Fault>>, E> {
        let cell = self.cell((flow, version));
        let compiled = cell
            .get_or_try_init(|| async {
                let (document, connectors) = load.await?;
                let catalogue = self.compiler.catalogue.pinned_by_now(&connectors).await?;
                let compiler = Compiler { engine: self.compiler.engine.clone(), catalogue };
                if version < 0 {
                    // Of a draft: a test of a part begins where other parts have faults.
                    let (plan, faults) = compiler.compile_unfinished(&document);
                    return Ok::<_, E>(plan.map(Arc::new).ok_or(faults));
                }
                Ok(compiler.compile(&document).map(Arc::new))
            })
            .await?
            .clone();
        let lacks = |fault: &Fault| LACKING.contains(&fault.code.as_str());
        if compiled.as_ref().is_err_and(|faults| faults.iter().any(lacks)) {
            self.kept.lock().unwrap_or_else(PoisonError::into_inner).plans.remove(&(flow, version));
        }
        Ok(compiled)
    }

    fn cell(&self, key: Key) -> Arc<OnceCell<Compiled>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.uses += 1;
        let used = kept.uses;
        if let Some(slot) = kept.plans.get_mut(&key) {
            slot.used = used;
            return slot.cell.clone();
        }
        if kept.plans.len() >= self.capacity
            && let Some(least) = kept.plans.iter().min_by_key(|(_, slot)| slot.used).map(|(key, _)| *key)
        {
            kept.plans.remove(&least);
        }
        let cell = Arc::new(OnceCell::new());
        kept.plans.insert(key, Slot { cell: cell.clone(), used });
        cell
    }
}
