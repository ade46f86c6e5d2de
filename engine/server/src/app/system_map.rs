//! The map of systems: which of them the published flows join and in which direction, and what people add by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use causeway_connector::Catalogue;
use causeway_document::{all_steps, named_connections};
use causeway_model::{Flow, FlowId, Slug, Text, text};
use causeway_store::{HandOver, MapSystem, Outcomes};
use serde::Serialize;

use super::{App, Error, Result, calendar};

/// Webhooks come from here: nobody knows who calls.
const WEBHOOK: &str = "webhook";
/// Runs of so many hours are counted.
const HOURS: i64 = 7 * 24;
const LONGEST_TITLE: usize = 200;
const LONGEST_NOTE: usize = 2000;

#[derive(Clone, Debug, Serialize)]
pub struct SystemMap {
    pub systems: Vec<SystemView>,
    pub edges: Vec<EdgeView>,
}

#[derive(Clone, Debug, Serialize)]
pub struct SystemView {
    pub id: String,
    pub title: Text,
    /// `None` for systems without one.
    pub connector: Option<String>,
    /// Those that the flows name.
    pub connections: Vec<String>,
    /// Whether somebody added it: no flow reaches it.
    pub manual: bool,
    /// Where somebody put it.
    pub x: Option<i64>,
    pub y: Option<i64>,
}

/// What goes from one system to another.
#[derive(Clone, Debug, Serialize)]
pub struct EdgeView {
    pub id: String,
    pub from: String,
    pub to: String,
    pub flows: Vec<EdgeFlow>,
    /// Of the flows, in seven days.
    pub runs: u64,
    pub failed: u64,
    /// Whether people carry it.
    pub manual: bool,
    pub note: Option<String>,
    pub how: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct EdgeFlow {
    pub slug: Slug,
    pub name: String,
}

/// What published flows say of systems; made anew when something was published.
#[derive(Debug, Default)]
struct Drawn {
    /// With the connections that are named.
    systems: BTreeMap<String, BTreeSet<String>>,
    edges: BTreeMap<(String, String), Vec<FlowId>>,
}

/// The newest drawing, with the revision that it is of.
#[derive(Default)]
pub(super) struct Drawing(Mutex<Option<(i64, Arc<Drawn>)>>);

impl App {
    pub async fn system_map(&self) -> Result<SystemMap> {
        let catalogue = &self.compiler_by_now().await?.catalogue;
        let drawn = self.drawn().await?;
        let store = self.store();
        let (placed, hand_overs) = futures::try_join!(store.map_systems(), store.hand_overs())?;
        let end = calendar::next_hour(self.now());
        let told = store.runs_by_flow(end - HOURS, end).await?;
        let names: BTreeMap<FlowId, EdgeFlow> = store
            .flow_names()
            .await?
            .into_iter()
            .map(|flow| (flow.id, EdgeFlow { slug: flow.slug, name: flow.name }))
            .collect();
        let mut edges: Vec<EdgeView> = drawn
            .edges
            .iter()
            .map(|((from, to), flows)| {
                let mut sum = Outcomes::default();
                flows.iter().filter_map(|flow| told.get(flow)).for_each(|told| sum.merge(&told.outcomes));
                let mut flows: Vec<EdgeFlow> =
                    flows.iter().filter_map(|flow| names.get(flow).cloned()).collect();
                flows.sort_by(|one, other| one.slug.as_str().cmp(other.slug.as_str()));
                EdgeView {
                    id: format!("{from}->{to}"),
                    from: from.clone(),
                    to: to.clone(),
                    flows,
                    runs: sum.total(),
                    failed: sum.failed,
                    manual: false,
                    note: None,
                    how: None,
                }
            })
            .collect();
        let systems = systems(catalogue, &drawn, placed);
        let known = |id: &Slug| systems.iter().any(|system| system.id == id.as_str());
        // What leads to a system that flows do not reach any more is kept, and not shown.
        edges.extend(hand_overs.into_iter().filter(|one| known(&one.from) && known(&one.to)).map(by_hand));
        Ok(SystemMap { systems, edges })
    }

    /// Adds a system, names one, or puts one somewhere.
    pub async fn set_map_system(&self, system: MapSystem, by: &str) -> Result<()> {
        if let Some(title) = &system.title {
            within("title", &title.en, LONGEST_TITLE)?;
            within("title", &title.zh_tw, LONGEST_TITLE)?;
        } else if !self.drawn().await?.systems.contains_key(system.id.as_str()) {
            let id = &system.id;
            return Err(Error::invalid(
                "title_missing",
                text!(
                    "No flow reaches a system `{id}`; give it a `title` to add it",
                    "沒有流程用到系統「{id}」；要新增它請提供 `title`"
                ),
            ));
        }
        Ok(self.store().set_map_system(&system, by).await?)
    }

    /// A system that flows reach stays, without its place and title.
    pub async fn delete_map_system(&self, id: &Slug, by: &str) -> Result<()> {
        let reached = self.drawn().await?.systems.contains_key(id.as_str());
        Ok(self.store().delete_map_system(id, !reached, by).await?)
    }

    pub async fn set_hand_over(&self, hand_over: HandOver, by: &str) -> Result<()> {
        within("how", hand_over.how.as_deref().unwrap_or("-"), LONGEST_TITLE)?;
        within("note", hand_over.note.as_deref().unwrap_or("-"), LONGEST_NOTE)?;
        let (drawn, added) = (self.drawn().await?, self.store().map_systems().await?);
        for id in [&hand_over.from, &hand_over.to] {
            let is_added = added.iter().any(|system| system.id == *id && system.title.is_some());
            if !is_added && !drawn.systems.contains_key(id.as_str()) {
                return Err(Error::invalid(
                    "system_unknown",
                    text!(
                        "There is no system `{id}` on the map; add it first",
                        "系統圖上沒有「{id}」，請先新增"
                    ),
                ));
            }
        }
        Ok(self.store().set_hand_over(&hand_over, by).await?)
    }

    pub async fn delete_hand_over(&self, id: &Slug, by: &str) -> Result<()> {
        Ok(self.store().delete_hand_over(id, by).await?)
    }

    /// Each published document is read once for each revision.
    async fn drawn(&self) -> Result<Arc<Drawn>> {
        let held = |drawing: &Drawing| drawing.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let revision = self.store().revision().await?;
        if let Some((of, drawn)) = held(&self.inner.drawing)
            && of == revision
        {
            return Ok(drawn);
        }
        let catalogue = &self.compiler_by_now().await?.catalogue;
        let (mut drawn, mut after) = (Drawn::default(), None);
        loop {
            let documents = self.store().documents_after(after).await?;
            let Some((last, _)) = documents.last() else { break };
            after = Some(*last);
            for (flow, document) in documents {
                // One that a newer process published says nothing here.
                if let Ok(document) = serde_json::from_str::<Flow>(&document) {
                    drawn.add(flow, &document, catalogue);
                }
            }
        }
        let drawn = Arc::new(drawn);
        *self.inner.drawing.0.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((revision, Arc::clone(&drawn)));
        Ok(drawn)
    }
}

impl Drawn {
    fn add(&mut self, id: FlowId, flow: &Flow, catalogue: &Catalogue) {
        let Joined { systems, edges } = joined(flow, catalogue);
        for system in systems {
            self.systems.entry(system).or_default();
        }
        for named in named_connections(flow) {
            self.systems.entry(named.connector).or_default().insert(named.connection);
        }
        for edge in edges {
            self.edges.entry(edge).or_default().push(id);
        }
    }
}

/// What one flow joins.
#[derive(Debug, Default)]
struct Joined {
    systems: BTreeSet<String>,
    edges: BTreeSet<(String, String)>,
}

/// What comes in goes to each system in which the flow changes something. What it only reads elsewhere goes there too; and where
/// it changes nothing, back to who asked.
fn joined(flow: &Flow, catalogue: &Catalogue) -> Joined {
    let origin = match flow.trigger.use_.split_once('.') {
        Some((connector, _)) => Some(connector),
        None if flow.trigger.use_ == WEBHOOK => Some(WEBHOOK),
        None => None,
    };
    let (mut read, mut changed) = (BTreeSet::new(), BTreeSet::new());
    for step in all_steps(flow) {
        let Some((connector, operation)) = step.use_.split_once('.') else { continue };
        let found = catalogue.connector(connector);
        let only_reads = found.is_some_and(|connector| {
            connector.spec().operations.iter().any(|one| one.name == operation && one.read_only)
        });
        if only_reads { &mut read } else { &mut changed }.insert(connector.to_owned());
    }
    let systems: BTreeSet<String> =
        read.iter().chain(&changed).cloned().chain(origin.map(str::to_owned)).collect();
    let mut edges = BTreeSet::new();
    let mut join = |from: &str, to: &str| {
        if from != to {
            edges.insert((from.to_owned(), to.to_owned()));
        }
    };
    for to in &changed {
        origin.iter().for_each(|from| join(from, to));
        read.iter().filter(|from| !changed.contains(*from)).for_each(|from| {
            if origin != Some(from.as_str()) {
                join(from, to);
            }
        });
    }
    if let (Some(asker), true) = (origin, changed.is_empty()) {
        read.iter().for_each(|from| join(from, asker));
    }
    Joined { systems, edges }
}

fn systems(catalogue: &Catalogue, drawn: &Drawn, placed: Vec<MapSystem>) -> Vec<SystemView> {
    let mut systems: BTreeMap<String, SystemView> = drawn
        .systems
        .iter()
        .map(|(id, connections)| {
            let connector = catalogue.connector(id).filter(|_| id != WEBHOOK);
            let title = match &connector {
                Some(connector) => connector.spec().title.clone(),
                None if id == WEBHOOK => text!("Webhook callers", "Webhook 呼叫端"),
                None => text!("{id}", "{id}"),
            };
            let view = SystemView {
                id: id.clone(),
                title,
                connector: (id != WEBHOOK).then(|| id.clone()),
                connections: connections.iter().cloned().collect(),
                manual: false,
                x: None,
                y: None,
            };
            (id.clone(), view)
        })
        .collect();
    for MapSystem { id, title, x, y } in placed {
        match (systems.get_mut(id.as_str()), title) {
            (Some(system), title) => {
                (system.x, system.y) = (x, y);
                if let Some(title) = title {
                    system.title = title;
                }
            }
            (None, Some(title)) => {
                let id = id.to_string();
                let connections = Vec::new();
                let added =
                    SystemView { id: id.clone(), title, connector: None, connections, manual: true, x, y };
                systems.insert(id, added);
            }
            // Only the place of a system that flows do not reach any more.
            (None, None) => {}
        }
    }
    systems.into_values().collect()
}

fn by_hand(hand_over: HandOver) -> EdgeView {
    let HandOver { id, from, to, how, note } = hand_over;
    EdgeView {
        id: id.to_string(),
        from: from.to_string(),
        to: to.to_string(),
        flows: Vec::new(),
        runs: 0,
        failed: 0,
        manual: true,
        note,
        how,
    }
}

fn within(field: &str, words: &str, most: usize) -> Result<()> {
    if words.trim().is_empty() || words.chars().count() > most {
        return Err(Error::invalid(
            "text_invalid",
            text!("`{field}` has 1 to {most} characters", "`{field}` 需為 1 到 {most} 個字"),
        ));
    }
    Ok(())
}
