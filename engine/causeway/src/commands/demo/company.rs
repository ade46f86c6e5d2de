//! The company in one process with a server: which hosts flows may call, its connections and flows, and who hears of what.

use std::net::SocketAddr;

use causeway_demo::{CHANNEL_SECRET, SECRET, Simulator, Simulators, Subscription, USER};
use causeway_document::Source;
use causeway_model::{Environment, Shared, Slug, text};
use causeway_server::app::{App, Class, ImportResult, on_the_machine};
use causeway_store::{ConnectionChange, NewConnection};
use serde_json::json;

use super::{fields, told};
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};

/// Signs what the first three systems send.
const HOOK_SECRET: &str = "demo-webhook-secret";

/// The company's flows, as they are shipped.
const FLOWS: &[&str] = &[
    "customer-to-erp",
    "quote-to-erp-order",
    "shipment-notice",
    "order-to-receivable",
    "payment-frees-credit",
    "overdue-reminder",
    "line-customer-history",
];

pub struct Company {
    pub systems: Simulators,
    /// Where the server is to listen.
    pub listen: SocketAddr,
}

/// One system, and the account with which flows call it.
struct Account<'a> {
    name: &'static str,
    connector: &'static str,
    title: &'static str,
    system: &'a Simulator,
    credentials: Vec<(&'static str, &'static str)>,
    hook_secret: &'static str,
}

impl Company {
    fn accounts(&self) -> [Account<'_>; 4] {
        let signed = ("webhook_secret", HOOK_SECRET);
        [
            Account {
                name: "crm",
                connector: "danlee-crm",
                title: "DanLee CRM (demo)",
                system: &self.systems.danlee,
                credentials: vec![("api_key", SECRET), signed],
                hook_secret: HOOK_SECRET,
            },
            Account {
                name: "erp",
                connector: "dinkoko-erp",
                title: "Dinkoko ERP (demo)",
                system: &self.systems.dinkoko,
                credentials: vec![("client_id", USER), ("client_secret", SECRET), signed],
                hook_secret: HOOK_SECRET,
            },
            Account {
                name: "accounting",
                connector: "tanjee-accounting",
                title: "TanJee (demo)",
                system: &self.systems.tanjee,
                credentials: vec![("user", USER), ("password", SECRET), signed],
                hook_secret: HOOK_SECRET,
            },
            Account {
                name: "line",
                connector: "line",
                title: "LINE (demo)",
                system: &self.systems.line,
                credentials: vec![("token", SECRET), ("channel_secret", CHANNEL_SECRET)],
                hook_secret: CHANNEL_SECRET,
            },
        ]
    }

    /// The hosts that flows may call although they are private addresses: these, with their ports, and no others.
    pub fn hosts(&self) -> Vec<String> {
        self.systems.addresses().iter().map(|(_, addr)| addr.to_string()).collect()
    }

    /// Makes the connections and flows that are missing; what somebody changed stays as it is.
    pub async fn move_in(&self, context: &Context, app: &App) -> Outcome {
        let by = context.by();
        for account in self.accounts() {
            connect(app, &account, &by).await?;
        }
        let mut sources = Vec::new();
        for slug in FLOWS {
            let text = causeway_workflows::document(slug).ok_or_else(|| broken(slug))?;
            let known = slug.parse::<Slug>().map_err(|_| broken(slug))?;
            match app.flow(&known).await {
                Ok(_) => {}
                Err(error) if error.class == Class::NotFound => {
                    sources.push(Source { path: format!("{slug}/flow.json"), text: Ok(text.to_owned()) });
                }
                Err(error) => return Err(error.into()),
            }
        }
        for report in app.import(sources, true, on_the_machine(&by)).await? {
            if report.result == ImportResult::Refused {
                let faults = report.faults.into_iter().map(|fault| (report.path.clone(), fault)).collect();
                return Err(Failure { faults, ..broken(&report.path) });
            }
        }
        Ok(())
    }

    /// The server is open: the systems tell it what happens, and the reader hears what to do.
    pub fn open(&self, context: &Context, server: SocketAddr) -> Outcome {
        for account in self.accounts() {
            let subscription = Subscription {
                url: format!("http://{server}/hooks/@{}", account.name),
                events: Vec::new(),
                secret: account.hook_secret.to_owned(),
            };
            account.system.subscribe(subscription).map_err(|_| broken(account.name))?;
        }
        told::tell(context, &self.systems, server)
    }
}

/// Where the system listens may be another place than the last time.
async fn connect(app: &App, account: &Account<'_>, by: &str) -> Outcome {
    let who = on_the_machine(by);
    let settings = json!({ "base_url": account.system.base_url() });
    match app.connection(account.name, who).await {
        Ok(record) => {
            let known = record.environments.get(&Environment::Production);
            if known.and_then(|values| values.settings.as_ref()) == Some(&settings) {
                return Ok(());
            }
            let change = ConnectionChange {
                settings: [(Environment::Production, Some(settings))].into(),
                ..ConnectionChange::default()
            };
            app.change_connection(account.name, change, Some(record.revision), who).await?;
        }
        Err(error) if error.class == Class::NotFound => {
            let new = NewConnection {
                name: account.name.to_owned(),
                connector: account.connector.to_owned(),
                title: account.title.to_owned(),
                settings: [(Environment::Production, settings)].into(),
                credentials: [(Environment::Production, fields(&account.credentials))].into(),
                auth: None,
                shared: Shared::default(),
            };
            app.create_connection(new, who).await?;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

fn broken(what: &str) -> Failure {
    Failure::new(
        Exit::Failed,
        "demo_broken",
        text!("The demo cannot set up `{what}`.", "展示環境無法設定 `{what}`。"),
    )
}
