//! Connections: who may see, use and change which, whether their values fit their connector, which flows name them, and
//! trying one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use causeway_connector::{Connector, Trial};
use causeway_document::{
    NamedConnection, Plan, PlanTrigger, StepReady, StepReport, TriggerReport, credential_faults,
    named_connections, settings_faults,
};
use causeway_model::{
    AuthSpec, ConnectionSpec, Environment, ErrorClass, Fault, Flow, Role, Slug, StepId, Text, text,
};
use causeway_store::{
    Actor, ConnectionChange, ConnectionFilter, ConnectionRecord, KeptConnection, NewConnection, Page,
};
use serde::Serialize;

use super::keeping::kept_by;
use super::{App, Class, Error, Result};

/// What came of trying a connection.
#[derive(Clone, Debug, Serialize)]
pub struct TestedConnection {
    pub ok: bool,
    pub took_ms: u64,
    /// For people.
    pub message: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ConnectionFault>,
}

/// Why it did not work; without what the system answered.
#[derive(Clone, Debug, Serialize)]
pub struct ConnectionFault {
    pub code: String,
    pub class: ErrorClass,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    pub message: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

/// Which flows name a connection.
#[derive(Clone, Debug, Serialize)]
pub struct ConnectionUsage {
    pub flows: Vec<FlowUsage>,
    /// There are more flows than are listed.
    pub more: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct FlowUsage {
    pub slug: Slug,
    pub name: String,
    /// The published version that names it; absent where none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i32>,
    /// Whether the draft names it.
    pub draft: bool,
    /// The steps that do, in either; the trigger is none.
    pub steps: BTreeSet<StepId>,
}

/// Flows that a connection's usage lists.
const MOST_FLOWS: u64 = 200;

impl App {
    /// Lets connections be tried, by whoever knows how to call with one.
    pub fn try_with(&self, trial: Arc<dyn Trial>) {
        let _ = self.inner.trial.set(trial);
    }

    /// Those that somebody may see.
    pub async fn list_connections(
        &self,
        filter: ConnectionFilter,
        who: Actor<'_>,
    ) -> Result<Page<ConnectionRecord>> {
        Ok(self.store().list_connections(filter, who).await?)
    }

    /// For who may not see it, there is none.
    pub async fn connection(&self, name: &str, who: Actor<'_>) -> Result<ConnectionRecord> {
        let record = self.store().connection(name).await?;
        if record.is_for(who) { Ok(record) } else { Err(not_found(name)) }
    }

    /// Without a way to sign in, the connector's first one is taken.
    pub async fn create_connection(
        &self,
        mut new: NewConnection,
        who: Actor<'_>,
    ) -> Result<ConnectionRecord> {
        let connector = self.connector_of(&new.connector).await?;
        let spec = form_of(&*connector)?;
        if new.auth.is_none() {
            new.auth = spec.auth.first().map(|auth| auth.name.clone());
        }
        let auth = auth_of(spec, new.auth.as_deref())?;
        let mut faults = Vec::new();
        for (environment, settings) in &new.settings {
            faults.extend(settings_faults(spec, settings, &format!("/settings/{environment}")));
        }
        for (environment, credentials) in &new.credentials {
            let at = format!("/credentials/{environment}");
            match auth {
                Some(auth) => faults.extend(credential_faults(auth, credentials, &at)),
                None if credentials.is_empty() => {}
                None => return Err(no_credentials(&new.connector)),
            }
        }
        refuse(faults)?;
        let record = self.store().create_connection(new, who.by).await?;
        tracing::info!(connection = %record.name, connector = %record.connector, by = who.by, "connection created");
        Ok(record)
    }

    /// `expected`: the revision that the change was made on.
    pub async fn change_connection(
        &self,
        name: &str,
        change: ConnectionChange,
        expected: Option<i64>,
        who: Actor<'_>,
    ) -> Result<ConnectionRecord> {
        let record = self.connection(name, who).await?;
        let connector = self.known_connector(&record.connector).await?;
        let spec = form_of(&*connector)?;
        if let Some(auth) = &change.auth {
            auth_of(spec, auth.as_deref())?;
        }
        let mut faults = Vec::new();
        for (environment, settings) in &change.settings {
            if let Some(settings) = settings {
                faults.extend(settings_faults(spec, settings, &format!("/settings/{environment}")));
            }
        }
        refuse(faults)?;
        let record = self.store().change_connection(name, change, expected, who.by).await?;
        tracing::info!(connection = name, by = who.by, "connection changed");
        Ok(record)
    }

    /// Sets the credentials that are given, takes those away that are given as nothing, and keeps the others.
    pub async fn set_credentials(
        &self,
        name: &str,
        environment: Environment,
        given: BTreeMap<String, Option<String>>,
        expected: Option<i64>,
        who: Actor<'_>,
    ) -> Result<ConnectionRecord> {
        let record = self.connection(name, who).await?;
        let connector = self.known_connector(&record.connector).await?;
        let spec = form_of(&*connector)?;
        let Some(auth) = auth_of(spec, record.auth.as_deref())? else {
            return Err(no_credentials(&record.connector));
        };
        let mut credentials = self
            .kept_connections()
            .await?
            .get(name)
            .and_then(|kept| kept.environments.get(&environment))
            .map(|values| values.credentials.clone())
            .unwrap_or_default();
        for (field, value) in given {
            match value {
                Some(value) => credentials.insert(field, value),
                None => credentials.remove(&field),
            };
        }
        if !credentials.is_empty() {
            refuse(credential_faults(auth, &credentials, "/credentials"))?;
        }
        // What is kept must not have changed since it was read.
        let expected = expected.or(Some(record.revision));
        let record = self.store().set_credentials(name, environment, &credentials, expected, who.by).await?;
        tracing::info!(connection = name, %environment, by = who.by, "credentials of a connection set");
        Ok(record)
    }

    /// `connection_in_use` where a published flow names it.
    pub async fn delete_connection(&self, name: &str, by: &str) -> Result<()> {
        let names_it = |flow: &Flow| named_connections(flow).iter().any(|named| named.connection == name);
        self.store().delete_connection(name, &names_it, by).await?;
        tracing::info!(connection = name, by, "connection deleted");
        Ok(())
    }

    /// Calls the operation that the connector names for it.
    pub async fn test_connection(
        &self,
        name: &str,
        environment: Environment,
        who: Actor<'_>,
    ) -> Result<TestedConnection> {
        let record = self.connection(name, who).await?;
        form_of(&*self.known_connector(&record.connector).await?)?;
        let trial = self.inner.trial.get().ok_or_else(|| Error::bug("nothing here calls connectors"))?;
        let began = Instant::now();
        let tried = trial.attempt(name, environment).await;
        let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(match tried {
            Ok(()) => {
                let message = text!("The connection works ({took_ms} ms).", "連線正常（{took_ms} 毫秒）。");
                TestedConnection { ok: true, took_ms, message, error: None }
            }
            Err(error) if error.code == "connection_untestable" => {
                return Err(Error::new(Class::Conflict, error.code, error.message));
            }
            Err(error) => TestedConnection {
                ok: false,
                took_ms,
                message: advice(error.class, &error.message),
                error: Some(ConnectionFault {
                    code: error.code,
                    class: error.class,
                    status: error.status,
                    message: error.message,
                    retry_after_ms: error.retry_after_ms,
                }),
            },
        })
    }

    pub async fn connection_usage(&self, name: &str, who: Actor<'_>) -> Result<ConnectionUsage> {
        self.connection(name, who).await?;
        let mentions = self.store().connection_mentions(name, MOST_FLOWS).await?;
        let naming = |flow: &Flow| -> Vec<NamedConnection> {
            named_connections(flow).into_iter().filter(|named| named.connection == name).collect()
        };
        let mut flows = Vec::new();
        for mention in mentions.rows {
            let draft = naming(&mention.draft);
            let published = mention.published.map(|(version, document)| (version, naming(&document)));
            let version =
                published.as_ref().filter(|(_, named)| !named.is_empty()).map(|(version, _)| *version);
            if draft.is_empty() && version.is_none() {
                continue;
            }
            let named = draft.iter().chain(published.iter().flat_map(|(_, named)| named));
            flows.push(FlowUsage {
                slug: mention.slug,
                name: mention.name,
                version,
                draft: !draft.is_empty(),
                steps: named.filter_map(|named| named.step.clone()).collect(),
            });
        }
        Ok(ConnectionUsage { flows, more: mentions.more })
    }

    /// What is wrong with the connections that a document names, for somebody who wants to publish or test it.
    pub(super) async fn connection_faults(&self, document: &Flow, who: Actor<'_>) -> Result<Vec<Fault>> {
        let named = named_connections(document);
        if named.is_empty() {
            return Ok(Vec::new());
        }
        let kept = self.kept_connections().await?;
        let takes = |connector: &str| {
            let known = self.compiler().catalogue.connector(connector);
            known.is_some_and(|known| known.spec().connection.is_some())
        };
        Ok(named
            .iter()
            .filter_map(|named| {
                let known = kept.get(&named.connection).map(|kept| &**kept);
                fault_of(named, known, takes(&named.connector), who)
            })
            .collect())
    }

    /// What keeps the events of a flow from coming in, though it can be published.
    pub(super) async fn trigger_warnings(&self, plan: &Plan) -> Result<Vec<Fault>> {
        let PlanTrigger::Connector(trigger) = &plan.trigger else { return Ok(Vec::new()) };
        let kept = self.kept_connections().await?;
        let connector = self.compiler().catalogue.connector(&trigger.connector);
        let incoming = connector.as_ref().and_then(|connector| {
            connector.incoming().iter().find(|incoming| incoming.trigger == trigger.trigger)
        });
        let Some(incoming) = incoming else { return Ok(Vec::new()) };
        let values =
            kept.get(&trigger.connection).and_then(|kept| kept.environments.get(&Environment::Production));
        let is_set = |field: &str| values.is_some_and(|values| values.credentials.contains_key(field));
        let missing = incoming.proof.credentials().into_iter().filter(|field| !is_set(field));
        let name = &trigger.connection;
        Ok(missing
            .map(|field| {
                let message = text!(
                    "The connection `{name}` has no `{field}`, so that its events cannot be verified and are refused.",
                    "連線 `{name}` 沒有 `{field}`，無法驗證事件，因此會拒絕接收。"
                );
                let fix = match kept_by(incoming) {
                    Some(kept) if kept == field => text!(
                        "Set its webhook up in the system, which then sends it.",
                        "請在系統中設定 webhook，系統會隨即送來。"
                    ),
                    _ => text!(
                        "Set it: `causeway connection set {name} --secret {field}`.",
                        "請設定：`causeway connection set {name} --secret {field}`。"
                    ),
                };
                Fault::warning("webhook_secret_missing", "/trigger/connection", message).with_fix(fix)
            })
            .collect())
    }

    /// Says of the trigger and the steps of an import which of the connections that they need are there.
    pub(super) async fn settle_connections(
        &self,
        trigger: Option<&mut TriggerReport>,
        steps: &mut [StepReport],
    ) -> Result<()> {
        let needs = |ready: &StepReady| matches!(ready, StepReady::NeedsConnection { .. });
        let trigger = trigger.filter(|trigger| needs(&trigger.ready));
        if trigger.is_none() && !steps.iter().any(|step| needs(&step.ready)) {
            return Ok(());
        }
        let kept = self.kept_connections().await?;
        let settle = |use_: &str, ready: &mut StepReady| {
            if let StepReady::NeedsConnection { connection } = ready
                && let (Some((connector, _)), Some(known)) = (use_.split_once('.'), kept.get(connection))
                && known.connector == connector
            {
                *ready = StepReady::Ready;
            }
        };
        if let Some(trigger) = trigger {
            settle(&trigger.use_, &mut trigger.ready);
        }
        for step in steps {
            settle(&step.use_, &mut step.ready);
        }
        Ok(())
    }

    /// As they are now, whoever changed them.
    pub(super) async fn kept_connections(&self) -> Result<Arc<BTreeMap<String, Arc<KeptConnection>>>> {
        self.store().forget_revision();
        Ok(self.store().connections().await?)
    }

    /// One that connections may be made of.
    async fn connector_of(&self, name: &str) -> Result<Arc<dyn Connector>> {
        self.compiler_by_now().await?.catalogue.connector(name).ok_or_else(|| no_connector(name))
    }

    /// That of a connection there is, which may be disabled.
    async fn known_connector(&self, name: &str) -> Result<Arc<dyn Connector>> {
        self.compiler_by_now().await?.catalogue.known(name).ok_or_else(|| no_connector(name))
    }
}

fn no_connector(name: &str) -> Error {
    Error::invalid(
        "connector_unknown",
        text!(
            "There is no connector {name} here; the catalogue lists those there are.",
            "這裡沒有連接器 {name}；目錄列出所有可用的連接器。"
        ),
    )
}

fn fault_of(
    named: &NamedConnection,
    known: Option<&KeptConnection>,
    takes_one: bool,
    who: Actor<'_>,
) -> Option<Fault> {
    let (name, wanted) = (&named.connection, &named.connector);
    let (code, message, fix) = match known {
        None => (
            "connection_missing",
            text!("There is no connection `{name}`.", "沒有連線 `{name}`。"),
            if takes_one {
                text!(
                    "Make a connection of `{wanted}` with this name, or name one that there is.",
                    "請以此名稱建立 `{wanted}` 的連線，或改用現有的連線。"
                )
            } else {
                text!(
                    "Remove `connection`: `{wanted}` needs none.",
                    "請移除 `connection`：`{wanted}` 不需要連線。"
                )
            },
        ),
        Some(known) if known.connector != *wanted => {
            let theirs = &known.connector;
            (
                "connection_wrong_connector",
                text!(
                    "The connection `{name}` is one of `{theirs}`, not of `{wanted}`.",
                    "連線 `{name}` 屬於 `{theirs}`，而非 `{wanted}`。"
                ),
                text!("Name a connection of `{wanted}`.", "請改用 `{wanted}` 的連線。"),
            )
        }
        Some(known) if known.owner != who.by && !known.shared.reaches(who.most) => (
            "connection_not_shared",
            text!("The connection `{name}` is not shared with you.", "連線 `{name}` 沒有分享給您。"),
            text!(
                "Ask its owner or an admin to share it, or to publish the flow.",
                "請洽其擁有者或管理員分享此連線，或代為發布流程。"
            ),
        ),
        Some(_) => return None,
    };
    let fault = Fault::error(code, &named.pointer, message).with_fix(fix);
    Some(match &named.step {
        Some(step) => fault.at_step(step),
        None => fault,
    })
}

fn form_of(connector: &dyn Connector) -> Result<&ConnectionSpec> {
    let spec = connector.spec();
    spec.connection.as_ref().ok_or_else(|| {
        let name = &spec.name;
        Error::invalid(
            "connector_takes_no_connection",
            text!("The connector {name} needs no connection.", "連接器 {name} 不需要連線。"),
        )
    })
}

/// `None` where the connector signs in in no way.
fn auth_of<'s>(spec: &'s ConnectionSpec, auth: Option<&str>) -> Result<Option<&'s AuthSpec>> {
    let Some(auth) = auth else { return Ok(None) };
    let found = spec.auth.iter().find(|one| one.name == auth);
    found.map(Some).ok_or_else(|| {
        let known: Vec<&str> = spec.auth.iter().map(|auth| auth.name.as_str()).collect();
        let known = known.join(", ");
        Error::invalid(
            "auth_unknown",
            text!(
                "The connector does not sign in by `{auth}`; it knows: {known}.",
                "連接器沒有登入方式 `{auth}`；可用的有：{known}。"
            ),
        )
    })
}

fn no_credentials(connector: &str) -> Error {
    Error::invalid(
        "no_credentials_needed",
        text!(
            "The connection signs in at {connector} in no way, so it has no credentials.",
            "此連線不需登入 {connector}，因此沒有憑證。"
        ),
    )
}

fn not_found(name: &str) -> Error {
    Error::not_found("connection_not_found", text!("There is no connection {name}.", "沒有連線 {name}。"))
}

/// All faults at once, under the code of the first.
fn refuse(faults: Vec<Fault>) -> Result<()> {
    let Some(first) = faults.first() else { return Ok(()) };
    let count = faults.len();
    let text = if count == 1 {
        let (pointer, Text { en, zh_tw }) = (&first.pointer, &first.message);
        text!("{pointer}: {en}", "{pointer}：{zh_tw}")
    } else {
        text!(
            "{count} of the values do not fit the connector; correct them and try again",
            "有 {count} 項內容不符合連接器的要求，請修正後再試"
        )
    };
    Err(Error { faults: faults.clone(), ..Error::new(Class::Invalid, first.code.clone(), text) })
}

/// What somebody can do about it, in front of what happened.
fn advice(class: ErrorClass, message: &Text) -> Text {
    let (en, zh_tw) = (&message.en, &message.zh_tw);
    match class {
        ErrorClass::Auth => text!(
            "The system does not accept the credentials; check them. ({en})",
            "系統不接受這組憑證，請檢查憑證。（{zh_tw}）"
        ),
        ErrorClass::Connect => text!(
            "The system cannot be reached; check the address and the network. ({en})",
            "無法連上系統，請檢查網址與網路。（{zh_tw}）"
        ),
        ErrorClass::Timeout => text!(
            "The system did not answer in time; try again later. ({en})",
            "系統未在時限內回應，請稍後再試。（{zh_tw}）"
        ),
        ErrorClass::Limit => text!(
            "No call is free just now; try again later. ({en})",
            "目前沒有可用的呼叫次數，請稍後再試。（{zh_tw}）"
        ),
        ErrorClass::Server => text!(
            "The system was reached, but failed; try again later. ({en})",
            "已連上系統，但系統發生錯誤，請稍後再試。（{zh_tw}）"
        ),
        _ => text!("The connection does not work: {en}", "連線無法使用：{zh_tw}"),
    }
}

/// Whoever has the machine has everything.
pub fn on_the_machine(by: &str) -> Actor<'_> {
    Actor { by, most: Role::Owner }
}
