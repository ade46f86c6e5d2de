//! What every command is given: the settings, the console, and the store once it is asked for.

use causeway_connector::Catalogue;
use causeway_model::{FlowId, Slug, Text, text};
use causeway_server::app::App;
use causeway_store::Store;
use tokio::sync::OnceCell;

use crate::exit::{Failure, Outcome};
use crate::output::Console;
use crate::settings::{Settings, environment};
use crate::wiring;

pub struct Context {
    pub settings: Settings,
    pub console: Console,
    store: OnceCell<Store>,
    app: OnceCell<App>,
}

impl Context {
    pub fn new(settings: Settings, console: Console) -> Self {
        Self { settings, console, store: OnceCell::new(), app: OnceCell::new() }
    }

    /// The store, ready for use: an empty one is made; one of an older binary is refused until it is migrated.
    pub async fn store(&self) -> Outcome<&Store> {
        self.store.get_or_try_init(|| self.ready_store()).await
    }

    /// The application services on the store.
    pub async fn app(&self) -> Outcome<&App> {
        self.app.get_or_try_init(|| async { wiring::app(&self.settings, self.store().await?.clone()) }).await
    }

    /// The connectors: those of the binary and of this machine, and what is installed where there is a store already.
    pub async fn catalogue(&self) -> Outcome<Catalogue> {
        if wiring::has_store(&self.settings) {
            return Ok(self.app().await?.compiler_by_now().await?.catalogue.clone());
        }
        Ok(wiring::offline_compiler(&self.settings)?.catalogue)
    }

    /// The flow that a filter names, if any.
    pub async fn flow_id(&self, slug: Option<&Slug>) -> Outcome<Option<FlowId>> {
        let Some(slug) = slug else { return Ok(None) };
        Ok(Some(self.app().await?.flow(slug).await?.id))
    }

    async fn ready_store(&self) -> Outcome<Store> {
        let store = wiring::open_store(&self.settings).await?;
        let plan = store.migration_plan().await?;
        if plan.pending.is_empty() {
            return Ok(store);
        }
        if !plan.applied.is_empty() {
            let count = plan.pending.len();
            return Err(Failure::refused(
                "database_not_migrated",
                text!(
                    "The database is {count} migrations behind this binary.",
                    "資料庫比這個執行檔少了 {count} 個遷移。"
                ),
            )
            .with_fix(text!(
                "Run `causeway migrate` (it backs the SQLite file up first), or start `causeway serve`.",
                "請執行 `causeway migrate`（會先備份 SQLite 檔案），或啟動 `causeway serve`。"
            )));
        }
        store.migrate().await?;
        self.console.note(&self.made(&plan.backend));
        Ok(store)
    }

    fn made(&self, backend: &str) -> Text {
        let data = self.settings.data.display();
        if self.settings.database_url.is_some() {
            text!("Prepared an empty {backend} database.", "已準備好空的 {backend} 資料庫。")
        } else {
            text!("Made a new store in {data}.", "已在 {data} 建立新的儲存庫。")
        }
    }

    /// Who does it, for the record.
    pub fn by(&self) -> String {
        match environment("USER").or_else(|| environment("LOGNAME")) {
            Some(user) => format!("cli:{user}"),
            None => "cli".to_owned(),
        }
    }

    /// Writes what is under way, and lets go of the store.
    pub async fn close(&self) {
        if let Some(store) = self.store.get() {
            store.close().await;
        }
    }
}
