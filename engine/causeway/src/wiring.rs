//! How the parts are put together. Everything that knows more than one of them stands here.

pub mod folder;

use std::net::SocketAddr;
use std::sync::Arc;

use causeway_connector::declared::package::MOST_PACKED_BYTES;
use causeway_connector::index::Index;
use causeway_connector::{Catalogue, Connector, http};
use causeway_document::{Compiler, Plans};
use causeway_model::text;
use causeway_runtime::{Keep, Keeps};
use causeway_script::{Engine, Limits, Sealer};
use causeway_server::app::App;
use causeway_store::{Store, SystemClock};

use crate::exit::{Exit, Failure, Outcome};
use crate::settings::Settings;

pub async fn open_store(settings: &Settings) -> Outcome<Store> {
    let config = causeway_store::Config {
        url: settings.database_url.clone(),
        data: settings.data.clone(),
        key: settings.key.clone(),
    };
    Ok(Store::open(config, Arc::new(SystemClock)).await?)
}

/// Checks documents without a store: nothing is evaluated, so the seal's key does not matter.
pub fn offline_compiler(settings: &Settings) -> Outcome<Compiler> {
    compiler(settings, Sealer::new([0; 32]))
}

/// The application services, as the server and the command line use them.
pub fn app(settings: &Settings, store: Store) -> Outcome<App> {
    let sealer = Sealer::new(store.derived_key("seal"));
    let app = App::new(store, Plans::new(compiler(settings, sealer)?));
    app.ship(causeway_workflows::ALL);
    if let Some(place) = &settings.connector_index {
        app.index_with(Index::new(place, package_client(settings)?));
    }
    Ok(app)
}

/// Whether there is a store to ask, without making one.
pub fn has_store(settings: &Settings) -> bool {
    settings.database_url.is_some() || settings.data.join("causeway.db").exists()
}

/// Says which folders of this machine hide connectors that others see.
pub async fn tell_clashes(app: &App) -> Outcome {
    let catalogue = &app.compiler_by_now().await?.catalogue;
    let stored = catalogue.stored();
    for name in catalogue.names() {
        let (built_in, installed) = (catalogue.built_in(&name).is_some(), stored.contains_key(&name));
        if catalogue.folder(&name).is_some() && (built_in || installed) {
            tracing::warn!(connector = %name, "a folder of the data folder hides this connector on this machine");
        }
    }
    Ok(())
}

/// `also_allowed`: hosts that flows may call beside those of the settings.
pub fn runtime_services(
    settings: &Settings,
    app: &App,
    also_allowed: impl IntoIterator<Item = String>,
) -> Outcome<causeway_runtime::Services> {
    let http = http_client(settings, also_allowed)?;
    let accounts = causeway_runtime::Accounts::new(app.store().clone());
    Ok(causeway_runtime::Services { store: app.store().clone(), plans: app.plans().clone(), http, accounts })
}

/// What calls go out by.
pub fn http_client(
    settings: &Settings,
    also_allowed: impl IntoIterator<Item = String>,
) -> Outcome<http::Client> {
    let config = http::Config {
        allow_hosts: settings.allow_hosts.iter().cloned().chain(also_allowed).collect(),
        connect_timeout: settings.connect_timeout,
        timeout: settings.call_timeout,
        max_response_bytes: settings.max_response_bytes,
        ..http::Config::default()
    };
    http::Client::new(config).map_err(|error| Failure::new(Exit::Usage, error.code, error.message))
}

/// What connectors are downloaded by.
pub fn package_client(settings: &Settings) -> Outcome<http::Client> {
    let config = http::Config {
        allow_hosts: settings.allow_hosts.clone(),
        connect_timeout: settings.connect_timeout,
        max_response_bytes: MOST_PACKED_BYTES as u64,
        ..http::Config::default()
    };
    http::Client::new(config).map_err(|error| Failure::new(Exit::Usage, error.code, error.message))
}

/// Lets the app try and authorise connections, which calls other systems from this process.
pub fn let_try(app: &App, services: &causeway_runtime::Services) {
    app.try_with(Arc::new(causeway_runtime::ConnectionTrial::new(services.clone())));
    app.consent_with(Arc::new(causeway_runtime::ConnectionConsents::new(services.clone())));
}

pub fn runtime_config(settings: &Settings, listen: SocketAddr) -> Outcome<causeway_runtime::Config> {
    Ok(causeway_runtime::Config {
        public_url: settings.reached_at(listen),
        capacity: settings.capacity,
        script_threads: settings.script_threads,
        keep: Keeps {
            runs: Keep { span: settings.keep, fixed: settings.is_told("keep") },
            audit: Keep { span: settings.audit_keep, fixed: settings.is_told("audit_keep") },
        },
        sweep_every: settings.sweep_every,
        slow_step: settings.slow_step,
        otlp: otlp(settings)?,
    })
}

/// A client of its own, since the collector stands in the own network mostly, where flows may not call.
fn otlp(settings: &Settings) -> Outcome<Option<causeway_runtime::Otlp>> {
    let Some(endpoint) = settings.otlp_endpoint.clone() else { return Ok(None) };
    let host = endpoint.split_once("://").map_or("", |(_, rest)| rest.split('/').next().unwrap_or_default());
    let config = http::Config {
        allow_hosts: vec![host.to_owned()],
        connect_timeout: settings.connect_timeout,
        max_redirects: 0,
        max_response_bytes: 64 * 1024,
        ..http::Config::default()
    };
    let http =
        http::Client::new(config).map_err(|error| Failure::new(Exit::Usage, error.code, error.message))?;
    Ok(Some(causeway_runtime::Otlp { endpoint, http }))
}

fn compiler(settings: &Settings, sealer: Sealer) -> Outcome<Compiler> {
    let limits =
        Limits { operations: settings.script_operations, time: settings.script_time, ..Limits::default() };
    let folders = folder::all(settings).into_iter();
    let folders = folders.map(|connector| Arc::new(connector) as Arc<dyn Connector>).collect();
    let catalogue = Catalogue::with_folders(causeway_plugins::all(), folders).map_err(|why| {
        Failure::new(
            Exit::Failed,
            "catalogue_broken",
            text!("The connectors do not fit together: {why}.", "連接器彼此衝突：{why}。"),
        )
    })?;
    Ok(Compiler { engine: Engine::new(limits, sealer), catalogue })
}
