//! How the parts are put together. Everything that knows more than one of them stands here.

use std::sync::Arc;

use causeway_connector::Catalogue;
use causeway_document::Compiler;
use causeway_model::text;
use causeway_script::{Engine, Limits, Sealer};
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

fn compiler(settings: &Settings, sealer: Sealer) -> Outcome<Compiler> {
    let limits =
        Limits { operations: settings.script_operations, time: settings.script_time, ..Limits::default() };
    let catalogue = Catalogue::new(Vec::new()).map_err(|why| {
        Failure::new(
            Exit::Failed,
            "catalogue_broken",
            text!("The connectors do not fit together: {why}.", "連接器彼此衝突：{why}。"),
        )
    })?;
    Ok(Compiler { engine: Engine::new(limits, sealer), catalogue })
}
