//! Declared connectors: an OpenAPI document with `x-causeway-*` extensions, and nothing compiled.
//!
//! [`Declared`] is made of a [`Source`]. Its files are read when the connector is first asked for anything, and each operation
//! when that is first asked for, so that hundreds of connectors cost nothing until they are used. What the extensions say is
//! in [`extension`], how an input becomes a request in [`request`], and what an answer means in [`answer`].

mod answer;
mod body;
mod check;
mod extension;
mod fixtures;
mod naming;
mod new;
mod operation;
mod paging;
mod parameter;
mod request;
mod server;
mod signing;
mod source;
mod specs;
mod ways;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_trait::async_trait;
use causeway_model::{
    ConnectionSpec, ConnectorSpec, ErrorClass, OperationSpec, RecordSpec, StepError, Text, Value, text,
};
use serde_json::{Map, json};

pub use check::Finding;
pub use extension::schema;
pub use fixtures::Replayed;
pub use new::{Made, NewRequest, make};
pub use source::Source;

use crate::http::{Request, Response};
use crate::openapi::Document;
use crate::{Account, Call, Connector, Limits, Observed, Rate, Services, Session};
use extension::{Root, SessionSpec};
use naming::{Named, named};
use operation::{MAX_ITEMS, Operation, operation};
use paging::Next;
use ways::{Part, Way, ways};

/// Records of a list beyond this number are kept as a record stream while they come.
const MOST_IN_HAND: usize = 1000;
/// And beyond this many bytes.
const MOST_BYTES_IN_HAND: usize = 200 * 1024;

/// A connector that is a document.
pub struct Declared {
    name: String,
    load: Box<Load>,
    source: OnceLock<Result<Source, Text>>,
    read: OnceLock<Result<Arc<Read>, Text>>,
}

type Load = dyn Fn() -> Result<Source, Text> + Send + Sync;

/// A document that was read.
struct Read {
    document: Document,
    spec: ConnectorSpec,
    ways: Vec<Way>,
    limits: Limits,
    operations: Mutex<HashMap<String, Option<Arc<Operation>>>>,
}

impl Declared {
    /// The document is not looked at yet; [`Declared::check`] does that.
    pub fn new(source: Source) -> Self {
        let name = source.name.clone();
        Self::later(name, move || Ok(source.clone()))
    }

    /// Of files that are read when they are first needed. `name`: the folder's.
    pub fn later(
        name: impl Into<String>,
        load: impl Fn() -> Result<Source, Text> + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), load: Box::new(load), source: OnceLock::new(), read: OnceLock::new() }
    }

    pub fn source(&self) -> Result<&Source, Text> {
        self.source.get_or_init(|| (self.load)()).as_ref().map_err(Text::clone)
    }

    /// Everything that is wrong with it.
    pub fn check(&self) -> Vec<Finding> {
        match self.read().and_then(|read| Ok((read, self.source()?))) {
            Ok((read, source)) => check::check(&read.document, &read.spec, source),
            Err(why) => vec![Finding::error("", why)],
        }
    }

    fn read(&self) -> Result<Arc<Read>, Text> {
        self.read.get_or_init(|| Read::new(self.source()?).map(Arc::new)).clone()
    }

    fn ready(&self) -> Result<Arc<Read>, StepError> {
        self.read().map_err(|why| {
            let (name, en, zh) = (&self.name, why.en, why.zh_tw);
            StepError::new(
                "connector_broken",
                ErrorClass::Bug,
                text!("The connector `{name}` cannot be read: {en}", "無法讀取連接器 `{name}`：{zh}"),
            )
        })
    }
}

impl Read {
    fn new(source: &Source) -> Result<Self, Text> {
        let document = Document::read(source.document()?)?;
        let root: Root = extension::read(document.root(), "x-causeway")?.ok_or_else(|| {
            text!(
                "The document has no `x-causeway` with the connector's name, version and texts.",
                "文件沒有 `x-causeway`，其中應有連接器的名稱、版本與說明。"
            )
        })?;
        let ways = ways(&document)?;
        let spec = spec(&document, &root, &ways);
        let limits = Limits {
            rate: root.limits.rate.as_ref().map(|rate| Rate { calls: rate.calls, per: rate.per.to_std() }),
            concurrency: root.limits.concurrency,
        };
        Ok(Self { document, spec, ways, limits, operations: Mutex::default() })
    }

    /// An operation, made when it is first asked for.
    fn operation(&self, name: &str) -> Option<Arc<Operation>> {
        let mut made = self.operations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = made.get(name) {
            return known.clone();
        }
        if !self.spec.operations.iter().any(|known| known.name == name) {
            return None;
        }
        let found = named(&self.document).into_iter().find(|named| named.name == name);
        let ready = found.and_then(|named| operation(&self.document, &named).ok()).map(Arc::new);
        made.insert(name.to_owned(), ready.clone());
        ready
    }
}

fn spec(document: &Document, root: &Root, ways: &[Way]) -> ConnectorSpec {
    let needs_settings = server::settings(document, root);
    let connection = ConnectionSpec {
        settings: needs_settings,
        auth: ways.iter().map(|way| way.spec.clone()).collect(),
        test: root.test.clone(),
    };
    let summary = |named: &Named<'_>| {
        let idempotency = extension::read(named.place.operation, "x-causeway-idempotency").ok().flatten();
        specs::summary(named, idempotency.as_ref())
    };
    let records = root.record_types.iter().map(|(name, said)| {
        let said = said.clone();
        RecordSpec {
            name: name.clone(),
            title: said.title.into(),
            id: said.id,
            modified: said.modified,
            list: said.list,
            get: said.get,
            create: said.create,
            update: said.update,
            delete: said.delete,
            entity: said.entity,
        }
    });
    ConnectorSpec {
        name: root.name.clone(),
        version: root.version.clone(),
        title: root.title.clone().into(),
        description: root.description.clone().into(),
        connection: Some(connection),
        operations: named(document).iter().map(summary).collect(),
        // Webhooks are described, but no trigger is made of them yet.
        triggers: Vec::new(),
        records: records.collect(),
    }
}

#[async_trait]
impl Connector for Declared {
    fn spec(&self) -> &ConnectorSpec {
        static BROKEN: OnceLock<ConnectorSpec> = OnceLock::new();
        let _ = self.read();
        match self.read.get() {
            Some(Ok(read)) => &read.spec,
            _ => BROKEN.get_or_init(ConnectorSpec::default),
        }
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn operation(&self, name: &str) -> Option<Arc<OperationSpec>> {
        Some(self.read().ok()?.operation(name)?.spec.clone())
    }

    async fn call(&self, operation: &str, call: Call) -> Result<Value, StepError> {
        let exchange = self.exchange(operation, call)?;
        match &exchange.operation.paging {
            Some(paging) => exchange.list(paging).await,
            None => exchange.once().await,
        }
    }

    fn rehearse(&self, operation: &str, call: Call) -> Result<Option<Value>, StepError> {
        let exchange = self.exchange(operation, call)?;
        let mut request = exchange.request()?;
        if let Some(paging) = &exchange.operation.paging {
            paging::ask(paging, &Next::First, &mut request);
        }
        let services = exchange.signed(&mut request, None);
        services.http.rehearse(request, &services).map(|shown| Some(shown.into_value()))
    }
}

impl Declared {
    fn exchange(&self, operation: &str, call: Call) -> Result<Exchange, StepError> {
        let read = self.ready()?;
        let found = read.operation(operation).ok_or_else(|| {
            let name = &self.name;
            StepError::new(
                "operation_unknown",
                ErrorClass::Invalid,
                text!(
                    "The connector `{name}` has no operation `{operation}`",
                    "連接器 `{name}` 沒有操作 `{operation}`"
                ),
            )
        })?;
        let system = read.spec.title.en.clone();
        Ok(Exchange { read, operation: found, call, system })
    }
}

/// One call of an operation.
struct Exchange {
    read: Arc<Read>,
    operation: Arc<Operation>,
    call: Call,
    /// How messages name the other side.
    system: String,
}

impl Exchange {
    fn settings(&self) -> &Value {
        self.call.account.as_ref().map_or(&Value::Null, |account| account.settings())
    }

    fn base_url(&self) -> Result<String, StepError> {
        server::base_url(&self.read.document, self.operation.server.as_ref(), self.settings(), &self.system)
    }

    fn request(&self) -> Result<Request, StepError> {
        request::request(
            &self.operation,
            request::Asked {
                base_url: &self.base_url()?,
                settings: self.settings(),
                input: self.call.input.clone(),
                idempotency_key: &self.call.idempotency_key,
            },
        )
    }

    /// The way that the connection signs in, where the operation wants any.
    fn way(&self) -> Option<&Way> {
        let name = self.call.account.as_ref()?.auth()?;
        let way = self.read.ways.iter().find(|way| way.spec.name == name)?;
        // Who signs in has not signed in yet.
        (!self.operation.open && !self.signs_in(way)).then_some(way)
    }

    fn signs_in(&self, way: &Way) -> bool {
        way.parts.iter().any(|part| match part {
            Part::Session { session, .. } => session.operation == self.operation.spec.summary.name,
            _ => false,
        })
    }

    /// Adds what signing in adds, and gives the services that know it.
    fn signed(&self, request: &mut Request, session: Option<&Session>) -> Services {
        let Some(account) = &self.call.account else { return self.call.services.clone() };
        let way = self.way();
        let services = signing::with_credentials(&self.call.services, account.as_ref(), session, way);
        if let Some(way) = way {
            signing::sign(way, account.as_ref(), &services, request);
        }
        services
    }

    async fn once(&self) -> Result<Value, StepError> {
        let request = self.request()?;
        let response = self.send(request).await?;
        self.output(response)
    }

    fn output(&self, response: Response) -> Result<Value, StepError> {
        answer::output(&self.operation, &self.system, response)
    }

    /// Sends a request as the connection: with a permit, signed in, and once again where the session turns out to be over.
    async fn send(&self, request: Request) -> Result<Response, StepError> {
        let Some(account) = &self.call.account else {
            let services = &self.call.services;
            let outcome = services.http.send(request, services).await;
            return answer::meant(&self.operation, &self.system, outcome);
        };
        let account = account.as_ref();
        let session = self.session(account, None).await?;
        let outcome = self.attempt(account, request.clone(), session.as_ref()).await;
        let Some(session) = session.filter(|session| self.is_over(&outcome, session, account)) else {
            return outcome;
        };
        // It was refused, so nothing happened there.
        let renewed = self.session(account, Some(&session)).await?;
        self.attempt(account, request, renewed.as_ref()).await
    }

    /// Whether a session is what a call was refused for. A right that is missing looks alike in some systems (403), and must not
    /// make every call sign in: then a young session is not the reason.
    fn is_over(
        &self,
        outcome: &Result<Response, StepError>,
        session: &Session,
        account: &dyn Account,
    ) -> bool {
        let (class, status) = match outcome {
            Ok(response) => (answer::refusal(&self.operation, response), Some(response.status)),
            Err(error) => (Some(error.class), error.status),
        };
        class == Some(ErrorClass::Auth) && (status != Some(403) || signing::is_old(session, account.now()))
    }

    async fn attempt(
        &self,
        account: &dyn Account,
        mut request: Request,
        session: Option<&Session>,
    ) -> Result<Response, StepError> {
        let services = self.signed(&mut request, session);
        let permit = account.permit(&self.read.limits).await?;
        let outcome = services.http.send(request, &services).await;
        drop(permit);
        let outcome = answer::meant(&self.operation, &self.system, outcome);
        account.observe(match &outcome {
            Ok(response) => match answer::refusal(&self.operation, response) {
                Some(class) => Observed::Failed { class, retry_after_ms: None },
                None => Observed::Succeeded,
            },
            Err(error) => Observed::Failed { class: error.class, retry_after_ms: error.retry_after_ms },
        });
        outcome
    }

    async fn session(
        &self,
        account: &dyn Account,
        stale: Option<&Session>,
    ) -> Result<Option<Session>, StepError> {
        let part = self.way().and_then(|way| way.parts.iter().find(|part| part.needs_session()));
        let Some(part) = part else { return Ok(None) };
        let obtain: crate::Obtain<'_> = Box::new(move |before| {
            Box::pin(async move {
                match part {
                    Part::Oauth(oauth) => {
                        let base_url = self.base_url()?;
                        signing::oauth(oauth, &base_url, account, &self.call.services, before).await
                    }
                    Part::Session { session, .. } => self.log_in(session, account).await,
                    _ => unreachable!("only these need a session"),
                }
            })
        });
        account.session(stale, obtain).await.map(Some)
    }

    async fn log_in(&self, spec: &SessionSpec, account: &dyn Account) -> Result<Session, StepError> {
        let operation = self.read.operation(&spec.operation).ok_or_else(|| {
            let name = &spec.operation;
            StepError::new(
                "connector_broken",
                ErrorClass::Bug,
                text!(
                    "The operation `{name}`, which signs in, is not there",
                    "找不到負責登入的操作 `{name}`"
                ),
            )
        })?;
        let services = signing::with_credentials(&self.call.services, account, None, None);
        let mut request = request::request(
            &operation,
            request::Asked {
                base_url: &self.base_url()?,
                settings: self.settings(),
                input: signing::login_input(spec, account, &services),
                idempotency_key: &self.call.idempotency_key,
            },
        )?;
        request.answers_credentials = true;
        let outcome = services.http.send(request, &services).await;
        let response = answer::meant(&operation, &self.system, outcome)?;
        let answer = answer::output(&operation, &self.system, response)?;
        signing::login_session(spec, &answer, account)
    }

    /// All pages of a list: in hand while they are few, else a record stream.
    async fn list(&self, paging: &extension::Paging) -> Result<Value, StepError> {
        let most = self.call.input.get(MAX_ITEMS).and_then(Value::as_u64).unwrap_or(u64::MAX);
        let first = self.request()?;
        let base_url = self.base_url()?;
        let files = self.call.services.files.clone();
        let mut sink = None;
        let mut hand: Vec<Value> = Vec::new();
        let (mut bytes, mut count, mut seen, mut pages) = (0, 0_u64, 0_u64, 0_u64);
        let mut next = Some(Next::First);
        while let Some(now) = next.take() {
            let mut request = first.clone();
            paging::ask(paging, &now, &mut request);
            if let Next::Url(url) = &now {
                request.url = signing::absolute(url, &base_url);
                self.stays(&request, &base_url)?;
            }
            let mut response = self.send(request).await?;
            if answer::refusal(&self.operation, &response).is_some() {
                return self.output(response);
            }
            let mut items = paging::take_items(paging, &mut response.body, &self.system)?;
            let came = items.len();
            seen += came as u64;
            items.truncate(usize::try_from(most - count).unwrap_or(usize::MAX));
            count += items.len() as u64;
            if sink.is_none() {
                bytes += items.iter().map(|item| item.to_string().len()).sum::<usize>();
            }
            hand.extend(items);
            pages += 1;
            if paging::is_endless(pages) {
                return Err(paging::endless(&self.system));
            }
            if count < most {
                next = paging::after(paging, &now, &response, came, seen);
            }
            if sink.is_none() && (hand.len() > MOST_IN_HAND || bytes > MOST_BYTES_IN_HAND) {
                sink = Some(files.create_stream().await?);
            }
            if let Some(sink) = &mut sink {
                sink.push(std::mem::take(&mut hand)).await?;
            }
        }
        let items = match sink {
            None => Value::Array(hand),
            Some(sink) => json!({ "$stream": sink.finish().await? }),
        };
        let mut output = Map::new();
        output.insert("items".to_owned(), items);
        output.insert("count".to_owned(), json!(count));
        Ok(Value::Object(output))
    }

    /// A next page's address that a system gives must be its own: credentials go there.
    fn stays(&self, request: &Request, own: &str) -> Result<(), StepError> {
        let origin = |url: &str| Some(reqwest::Url::parse(url).ok()?.origin());
        if origin(&request.url).is_some_and(|asked| origin(own) == Some(asked)) {
            return Ok(());
        }
        let system = &self.system;
        Err(StepError::new(
            "next_page_elsewhere",
            ErrorClass::Invalid,
            text!(
                "{system} names a next page at another site than its own; it is not fetched, since the credentials would go there",
                "{system} 的下一頁指向另一個網站；為避免送出憑證，未予取得"
            ),
        ))
    }
}
