//! The connectors there are, by name and version, as they are just now: those of the binary, those of this machine's folder,
//! and those that are installed, which come and go while the process runs.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use async_trait::async_trait;
use causeway_model::{ConnectorTriggerSpec, OperationSpec, StepError, Text, text};

use crate::Connector;

/// Every connector by name. Clones share what they know, so that each sees what is installed later.
#[derive(Clone, Default)]
pub struct Catalogue {
    shelf: Arc<Shelf>,
    /// The versions that a view is bound to, by name.
    fixed: Arc<BTreeMap<String, Fixed>>,
}

#[derive(Default)]
struct Shelf {
    built_in: BTreeMap<String, Arc<dyn Connector>>,
    folders: BTreeMap<String, Arc<dyn Connector>>,
    stored: RwLock<Arc<Stored>>,
    stock: OnceLock<Arc<dyn Stock>>,
}

/// What is installed, by name.
pub type Stored = BTreeMap<String, Vec<Installed>>;

/// One installed version of a connector.
#[derive(Clone)]
pub struct Installed {
    pub version: String,
    pub checksum: String,
    /// Whether flows may be published with it.
    pub enabled: bool,
    pub connector: Arc<dyn Connector>,
}

#[derive(Clone)]
enum Fixed {
    There(Arc<dyn Connector>),
    /// The version that is not here.
    Missing(String),
}

/// Who knows what is installed.
#[async_trait]
pub trait Stock: Send + Sync {
    /// Brings the catalogue up to what is installed; cheap where nothing changed. `now`: what is believed for a moment is
    /// asked for again.
    async fn renew(&self, catalogue: &Catalogue, now: bool) -> Result<(), StepError>;
}

/// Where a version stands, and so who keeps it.
pub enum Holder {
    /// Rust in the binary: there is no other version than its own.
    Native,
    /// A document in the binary.
    BuiltIn(Arc<dyn Connector>),
    /// A folder of this machine.
    Folder(Arc<dyn Connector>),
    Installed,
}

/// What a user should hear of a name that stands in several places.
pub fn clash(in_folder: bool, built_in: bool, installed: bool) -> Option<Text> {
    match (in_folder, built_in, installed) {
        (true, true, _) => Some(text!(
            "The folder in this machine's data folder hides the connector that comes with Causeway.",
            "這台機器資料資料夾中的資料夾，遮蔽了 Causeway 內建的連接器。"
        )),
        (true, false, true) => Some(text!(
            "The folder in this machine's data folder hides the installed versions.",
            "這台機器資料資料夾中的資料夾，遮蔽了已安裝的版本。"
        )),
        (false, true, true) => Some(text!(
            "A connector of this name was installed, and one comes with Causeway: the newest version counts.",
            "此名稱的連接器既有安裝的，也有 Causeway 內建的：以最新版本為準。"
        )),
        _ => None,
    }
}

impl Catalogue {
    /// Those of the binary; refuses two of one name.
    pub fn new(connectors: Vec<Arc<dyn Connector>>) -> Result<Self, String> {
        Self::with_folders(connectors, Vec::new())
    }

    /// With those of this machine's folder, which hide all others of their names.
    pub fn with_folders(
        built_in: Vec<Arc<dyn Connector>>,
        folders: Vec<Arc<dyn Connector>>,
    ) -> Result<Self, String> {
        let shelf = Shelf { built_in: by_name(built_in)?, folders: by_name(folders)?, ..Shelf::default() };
        Ok(Self { shelf: Arc::new(shelf), fixed: Arc::default() })
    }

    /// The one that is published with: the folder's, else the newest that is enabled.
    pub fn connector(&self, name: &str) -> Option<Arc<dyn Connector>> {
        match self.fixed.get(name) {
            Some(Fixed::There(connector)) => return Some(Arc::clone(connector)),
            Some(Fixed::Missing(_)) => return None,
            None => {}
        }
        if let Some(folder) = self.shelf.folders.get(name) {
            return Some(Arc::clone(folder));
        }
        let built_in = self.shelf.built_in.get(name);
        let stored = self.stored();
        let Some(rows) = stored.get(name).filter(|rows| !rows.is_empty()) else { return built_in.cloned() };
        let of_binary = built_in.map(|connector| (connector.spec().version.clone(), connector));
        let mut found: Vec<(&str, &Arc<dyn Connector>)> = rows
            .iter()
            .filter(|row| row.enabled)
            .map(|row| match &of_binary {
                Some((version, connector)) if *version == row.version => (version.as_str(), *connector),
                _ => (row.version.as_str(), &row.connector),
            })
            .collect();
        if let Some((version, connector)) = &of_binary
            && !rows.iter().any(|row| row.version == *version)
        {
            found.push((version.as_str(), *connector));
        }
        found
            .into_iter()
            .max_by(|one, other| compare_versions(one.0, other.0))
            .map(|(_, one)| Arc::clone(one))
    }

    /// The one that is published with; where every version is disabled, the newest there is. What was published goes on with
    /// a disabled connector, and so do its connections.
    pub fn known(&self, name: &str) -> Option<Arc<dyn Connector>> {
        if self.fixed.contains_key(name) {
            return self.connector(name);
        }
        self.connector(name).or_else(|| self.versions(name).into_iter().next())
    }

    /// The one that takes the webhooks of connections: the known one, or the newest with webhooks where that has none. Flows
    /// may listen that were published with an older version.
    pub fn receiving(&self, name: &str) -> Option<Arc<dyn Connector>> {
        let receives = |one: &Arc<dyn Connector>| !one.incoming().is_empty();
        self.known(name).filter(receives).or_else(|| self.versions(name).into_iter().find(receives))
    }

    /// All that stands under a name, enabled or not, newest first.
    fn versions(&self, name: &str) -> Vec<Arc<dyn Connector>> {
        let here = [self.shelf.folders.get(name), self.shelf.built_in.get(name)];
        let mut versions: Vec<(String, Arc<dyn Connector>)> = Vec::new();
        for one in here.into_iter().flatten() {
            versions.push((one.spec().version.clone(), Arc::clone(one)));
        }
        for row in self.stored().get(name).into_iter().flatten() {
            if !versions.iter().any(|(version, _)| *version == row.version) {
                versions.push((row.version.clone(), Arc::clone(&row.connector)));
            }
        }
        versions.sort_by(|one, other| compare_versions(&other.0, &one.0));
        versions.into_iter().map(|(_, one)| one).collect()
    }

    /// A version, enabled or not. Of two copies, the folder's counts, then the binary's.
    pub fn connector_at(&self, name: &str, version: &str) -> Option<Arc<dyn Connector>> {
        let here = [self.shelf.folders.get(name), self.shelf.built_in.get(name)];
        let here = here.into_iter().flatten().find(|one| is_native(one) || one.spec().version == version);
        if let Some(connector) = here {
            return Some(Arc::clone(connector));
        }
        let stored = self.stored();
        let row = stored.get(name)?.iter().find(|row| row.version == version)?;
        Some(Arc::clone(&row.connector))
    }

    /// Who keeps a version that is published with.
    pub fn holder(&self, name: &str, version: &str) -> Holder {
        let is_it = |one: &&Arc<dyn Connector>| one.spec().version == version;
        if let Some(connector) = self.shelf.folders.get(name).filter(is_it) {
            return Holder::Folder(Arc::clone(connector));
        }
        match self.shelf.built_in.get(name) {
            Some(connector) if is_native(connector) => Holder::Native,
            Some(connector) if is_it(&connector) => Holder::BuiltIn(Arc::clone(connector)),
            _ => Holder::Installed,
        }
    }

    pub fn operation(&self, connector: &str, operation: &str) -> Option<Arc<OperationSpec>> {
        self.connector(connector)?.operation(operation)
    }

    pub fn trigger(&self, connector: &str, trigger: &str) -> Option<Arc<ConnectorTriggerSpec>> {
        self.connector(connector)?.trigger(trigger)
    }

    /// The names that anything stands under, enabled or not.
    pub fn names(&self) -> BTreeSet<String> {
        let stored = self.stored();
        let known = self.shelf.built_in.keys().chain(self.shelf.folders.keys());
        known.chain(stored.keys()).cloned().collect()
    }

    /// Those that are published with, by name.
    pub fn connectors(&self) -> Vec<Arc<dyn Connector>> {
        self.names().iter().filter_map(|name| self.connector(name)).collect()
    }

    pub fn built_in(&self, name: &str) -> Option<&Arc<dyn Connector>> {
        self.shelf.built_in.get(name)
    }

    pub fn folder(&self, name: &str) -> Option<&Arc<dyn Connector>> {
        self.shelf.folders.get(name)
    }

    pub fn stored(&self) -> Arc<Stored> {
        Arc::clone(&self.shelf.stored.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces all that is known of what is installed.
    pub fn put_stored(&self, stored: Stored) {
        *self.shelf.stored.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(stored);
    }

    /// Says whom to ask what is installed; only the first counts.
    pub fn stock_with(&self, stock: Arc<dyn Stock>) {
        _ = self.shelf.stock.set(stock);
    }

    /// Learns what is installed by now.
    pub async fn renew(&self, now: bool) -> Result<(), StepError> {
        match self.shelf.stock.get() {
            Some(stock) => stock.renew(self, now).await,
            None => Ok(()),
        }
    }

    /// A view that is bound to these versions, by name; of other names it knows what this one does.
    pub fn pinned(&self, versions: &BTreeMap<String, String>) -> Self {
        let fix = |(name, version): (&String, &String)| {
            let found = self.connector_at(name, version);
            (name.clone(), found.map_or_else(|| Fixed::Missing(version.clone()), Fixed::There))
        };
        let mut fixed = self.fixed.as_ref().clone();
        fixed.extend(versions.iter().map(fix));
        Self { shelf: Arc::clone(&self.shelf), fixed: Arc::new(fixed) }
    }

    /// [`Catalogue::pinned`] after learning what is installed; twice where one of them is not known yet.
    pub async fn pinned_by_now(&self, versions: &BTreeMap<String, String>) -> Result<Self, StepError> {
        self.renew(false).await?;
        let view = self.pinned(versions);
        if versions.keys().all(|name| view.missing(name).is_none()) {
            return Ok(view);
        }
        self.renew(true).await?;
        Ok(self.pinned(versions))
    }

    /// A view in which a name means this connector, which need not be installed.
    pub fn trying(&self, connector: Arc<dyn Connector>) -> Self {
        let mut fixed = self.fixed.as_ref().clone();
        fixed.insert(connector.name().to_owned(), Fixed::There(connector));
        Self { shelf: Arc::clone(&self.shelf), fixed: Arc::new(fixed) }
    }

    /// The version that this view is bound to and that is not here.
    pub fn missing(&self, name: &str) -> Option<&str> {
        match self.fixed.get(name)? {
            Fixed::Missing(version) => Some(version),
            Fixed::There(_) => None,
        }
    }
}

fn is_native(connector: &Arc<dyn Connector>) -> bool {
    connector.source().is_none()
}

fn by_name(connectors: Vec<Arc<dyn Connector>>) -> Result<BTreeMap<String, Arc<dyn Connector>>, String> {
    let mut by_name = BTreeMap::new();
    for connector in connectors {
        let name = connector.name().to_owned();
        if by_name.insert(name.clone(), connector).is_some() {
            return Err(format!("two connectors are named `{name}`"));
        }
    }
    Ok(by_name)
}

/// Versions such as `1.10.0`, compared number by number; what is none comes first.
pub fn compare_versions(one: &str, other: &str) -> Ordering {
    let numbers = |version: &str| version.split('.').map(|part| part.parse::<u32>().ok()).collect::<Vec<_>>();
    numbers(one).cmp(&numbers(other)).then_with(|| one.cmp(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::{Declared, Source};

    fn connector(name: &str, version: &str) -> Arc<dyn Connector> {
        let document = serde_json::json!({
            "openapi": "3.1.0", "info": { "title": "T", "version": "1" }, "paths": {},
            "x-causeway": { "name": name, "version": version, "title": { "en": "T", "zh-TW": "T" },
                "description": { "en": "T", "zh-TW": "T" } },
        });
        Arc::new(Declared::new(Source::new(name).with("openapi.json", document.to_string().into_bytes())))
    }

    fn row(name: &str, version: &str, enabled: bool) -> Installed {
        Installed {
            version: version.to_owned(),
            checksum: String::new(),
            enabled,
            connector: connector(name, version),
        }
    }

    fn version(catalogue: &Catalogue, name: &str) -> Option<String> {
        catalogue.connector(name).map(|connector| connector.spec().version.clone())
    }

    #[test]
    fn the_newest_enabled_version_counts_and_a_folder_hides_all() {
        let catalogue =
            Catalogue::with_folders(vec![connector("crm", "1.1.0")], vec![connector("own", "0.1.0")]);
        let catalogue = catalogue.expect("names differ");
        assert_eq!(version(&catalogue, "crm").as_deref(), Some("1.1.0"));
        let stored = |crm: Vec<Installed>| {
            Stored::from([("crm".to_owned(), crm), ("own".to_owned(), vec![row("own", "9.0.0", true)])])
        };
        catalogue.put_stored(stored(vec![row("crm", "1.10.0", true), row("crm", "1.9.0", true)]));
        assert_eq!(version(&catalogue, "crm").as_deref(), Some("1.10.0"));
        catalogue.put_stored(stored(vec![row("crm", "1.10.0", false), row("crm", "1.0.0", true)]));
        assert_eq!(version(&catalogue, "crm").as_deref(), Some("1.1.0"), "the binary's own");
        catalogue.put_stored(stored(vec![row("crm", "1.1.0", false), row("crm", "1.0.0", true)]));
        assert_eq!(version(&catalogue, "crm").as_deref(), Some("1.0.0"), "that one is disabled");
        assert_eq!(version(&catalogue, "own").as_deref(), Some("0.1.0"));
        catalogue.put_stored(stored(vec![row("crm", "1.1.0", false), row("crm", "1.10.0", false)]));
        assert_eq!(version(&catalogue, "crm"), None, "all are disabled");
        let known = catalogue.known("crm").map(|known| known.spec().version.clone());
        assert_eq!(known.as_deref(), Some("1.10.0"), "the newest there is");
        catalogue.put_stored(stored(vec![row("crm", "1.1.0", false), row("crm", "1.0.0", true)]));
        assert!(catalogue.connector_at("own", "9.0.0").is_some(), "flows that pin it go on");
        assert!(catalogue.connector_at("crm", "1.1.0").is_some(), "and those of a disabled one");
    }

    #[test]
    fn a_view_knows_the_versions_that_it_is_bound_to() {
        let catalogue = Catalogue::new(vec![connector("crm", "2.0.0"), connector("erp", "1.0.0")]);
        let catalogue = catalogue.expect("names differ");
        catalogue.put_stored(Stored::from([("crm".to_owned(), vec![row("crm", "1.0.0", true)])]));
        let pins = |version: &str| BTreeMap::from([("crm".to_owned(), version.to_owned())]);
        let view = catalogue.pinned(&pins("1.0.0"));
        assert_eq!(version(&view, "crm").as_deref(), Some("1.0.0"));
        assert_eq!(version(&view, "erp").as_deref(), Some("1.0.0"));
        let gone = catalogue.pinned(&pins("0.9.0"));
        assert_eq!((version(&gone, "crm"), gone.missing("crm")), (None, Some("0.9.0")));
        let tried = gone.trying(connector("crm", "3.0.0"));
        assert_eq!(version(&tried, "crm").as_deref(), Some("3.0.0"));
        // Whatever is installed later is seen by views too.
        catalogue.put_stored(Stored::from([("new".to_owned(), vec![row("new", "1.0.0", true)])]));
        assert_eq!(version(&view, "new").as_deref(), Some("1.0.0"));
    }

    #[test]
    fn versions_are_numbers() {
        assert_eq!(compare_versions("1.10.0", "1.9.9"), Ordering::Greater);
        assert_eq!(compare_versions("2.0.0", "2.0.0"), Ordering::Equal);
        assert_eq!(compare_versions("x", "0.0.1"), Ordering::Less);
    }
}
