//! Declared connectors: an OpenAPI document with `x-causeway-*` extensions, and nothing compiled.
//!
//! [`Declared`] is made of a [`Source`]. Its files are read when the connector is first asked for anything, and each operation
//! when that is first asked for, so that hundreds of connectors cost nothing until they are used. What the extensions say is
//! in [`extension`], how an input becomes a request in [`request`], and what an answer means in [`answer`].

mod answer;
mod body;
mod check;
mod consent;
mod drafting;
mod extension;
mod fixtures;
mod naming;
mod new;
mod operation;
pub mod package;
mod paging;
mod parameter;
mod place;
mod poll;
mod request;
mod script;
mod server;
mod shape;
mod sign;
mod signing;
mod source;
mod specs;
mod token;
mod triggers;
mod ways;
mod webhook;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_trait::async_trait;
use causeway_model::{
    ConnectionSpec, ConnectorSpec, ConnectorTriggerSpec, ErrorClass, OperationSpec, RecordSpec, StepError,
    Text, Value, text,
};
use causeway_script::CompileError;

pub use check::Finding;
pub use extension::schema;
pub use fixtures::Replayed;
pub use new::{Made, NewRequest, make};
pub use source::Source;

use crate::aside::aside;
use crate::http::{Request, Response, Shown};
use crate::openapi::Document;
use crate::{
    Account, CONSENT_OVER, Call, Connector, ConsentAsk, ConsentCode, ConsentPlace, Gathered, Incoming,
    Limits, MAX_ITEMS, MOST_PAGES, Observed, Poll, Rate, Services, Session,
};
use extension::{Root, SessionSpec};
use naming::{Named, named};
use operation::{Operation, operation};
use paging::Next;
use script::Script;
use triggers::{Triggers, triggers};
use ways::{Part, Way, ways};

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
    triggers: Triggers,
    operations: Mutex<HashMap<String, Option<Arc<Operation>>>>,
    /// The source of its functions, and they themselves once one is called.
    written: Option<String>,
    script: OnceLock<Option<Result<Script, CompileError>>>,
}

impl Declared {
    /// The document is not looked at yet; [`Declared::check`] does that.
    pub fn new(source: Source) -> Self {
        let files = Self::later(source.name.clone(), || unreachable!("its files are there already"));
        let _ = files.source.set(Ok(source));
        files
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
            Ok((read, source)) => check::check(&read.document, &read.spec, &read.triggers, source),
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
        let mut ways = ways(&document)?;
        let operations = named(&document);
        let triggers = triggers(&document, &operations);
        triggers::add_credentials(&root, &triggers.incoming, &mut ways);
        let spec = spec(&document, &root, &operations, &ways, &triggers);
        let limits = Limits {
            rate: root.limits.rate.as_ref().map(|rate| Rate { calls: rate.calls, per: rate.per.to_std() }),
            concurrency: root.limits.concurrency,
        };
        let written = source.text(script::FILE).map(str::to_owned);
        let (operations, script) = (Mutex::default(), OnceLock::new());
        Ok(Self { document, spec, ways, limits, triggers, operations, written, script })
    }

    /// Its functions, compiled when one is called for the first time.
    fn script(&self) -> Result<Script, StepError> {
        let name = &self.spec.name;
        let compile = || self.written.as_ref().map(|written| Script::compile(name, written));
        match self.script.get_or_init(compile) {
            Some(Ok(script)) => Ok(script.clone()),
            Some(Err(why)) => Err(script::broken(name, Some(why))),
            None => Err(script::broken(name, None)),
        }
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

fn spec(
    document: &Document,
    root: &Root,
    operations: &[Named<'_>],
    ways: &[Way],
    triggers: &Triggers,
) -> ConnectorSpec {
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
        category: root.category,
        connection: Some(connection),
        operations: operations.iter().map(summary).collect(),
        triggers: triggers.summaries.clone(),
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

    fn trigger(&self, name: &str) -> Option<Arc<ConnectorTriggerSpec>> {
        let read = self.read().ok()?;
        read.triggers.spec(&read.document, name, |operation| read.operation(operation))
    }

    fn incoming(&self) -> &[Incoming] {
        let _ = self.read();
        match self.read.get() {
            Some(Ok(read)) => &read.triggers.incoming,
            _ => &[],
        }
    }

    fn poll(&self, trigger: &str) -> Option<&Poll> {
        let _ = self.read();
        let read = self.read.get()?.as_ref().ok()?;
        read.triggers.polls.iter().find(|poll| poll.trigger == trigger)
    }

    async fn call(&self, operation: &str, call: Call) -> Result<Value, StepError> {
        let mut exchange = self.exchange(operation, call)?;
        exchange.learn().await?;
        match &exchange.operation.paging {
            Some(paging) => exchange.list(paging).await,
            None => exchange.once().await,
        }
    }

    fn source(&self) -> Option<Result<&Source, Text>> {
        Some(self.source())
    }

    fn rehearse(&self, operation: &str, call: Call) -> Result<Option<Value>, StepError> {
        let (request, services) = self.exchange(operation, call)?.first_request()?;
        services.http.rehearse(request, &services).map(|shown| Some(shown.into_value()))
    }

    fn consent(&self, account: &dyn Account, ask: &ConsentAsk) -> Result<ConsentPlace, StepError> {
        self.place_of(account, ask)
    }

    async fn redeem(
        &self,
        account: Arc<dyn Account>,
        services: &Services,
        code: ConsentCode,
    ) -> Result<Session, StepError> {
        self.session_of(account, services, code).await
    }
}

impl Declared {
    /// The request to its last byte, signed: for accounts whose credentials are no secret.
    fn made(&self, operation: &str, call: Call) -> Result<Shown, StepError> {
        let (request, services) = self.exchange(operation, call)?.first_request()?;
        services.http.made(request, &services)
    }

    fn exchange(&self, operation: &str, mut call: Call) -> Result<Exchange, StepError> {
        let read = self.ready()?;
        // Whatever hosts its document names: private ones only where its connection says so.
        call.services.http = server::within(&call.services.http, call.account.as_deref());
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
        Ok(Exchange { read, operation: found, call, system, lent: Mutex::default(), learned: None })
    }
}

fn status_of(outcome: &Result<Response, StepError>) -> Option<u16> {
    outcome.as_ref().map_or_else(|error| error.status, |response| Some(response.status))
}

/// One call of an operation.
struct Exchange {
    read: Arc<Read>,
    operation: Arc<Operation>,
    call: Call,
    /// How messages name the other side.
    system: String,
    /// What is lent with the credentials of one session: the same for all its pages and attempts.
    lent: Mutex<Option<(Option<Session>, Services)>>,
    /// The settings with those that signing in told.
    learned: Option<Value>,
}

impl Exchange {
    /// Takes up what signing in told, such as where this account's part of the system is.
    async fn learn(&mut self) -> Result<(), StepError> {
        let Some(account) = self.call.account.clone().filter(|_| self.way().is_some_and(Way::tells)) else {
            return Ok(());
        };
        let session = self.session(account.as_ref(), None).await?;
        self.learned =
            session.map(|session| consent::settings_with(&session, account.settings(), &self.read.document));
        Ok(())
    }

    fn settings(&self) -> &Value {
        if let Some(learned) = &self.learned {
            return learned;
        }
        self.call.account.as_ref().map_or(&Value::Null, |account| account.settings())
    }

    fn base_url(&self) -> Result<String, StepError> {
        server::base_url(&self.read.document, self.operation.server.as_ref(), self.settings(), &self.system)
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
    fn signed(&self, request: &mut Request, session: Option<&Session>) -> Result<Services, StepError> {
        let Some(account) = &self.call.account else { return Ok(self.call.services.clone()) };
        let services = self.lent(account.as_ref(), session);
        if let Some(way) = self.way() {
            let with = signing::Signing { script: &|| self.read.script(), moment: &|| self.moment() };
            signing::sign(way, account.as_ref(), &services, &with, request)?;
        }
        Ok(services)
    }

    fn lent(&self, account: &dyn Account, session: Option<&Session>) -> Services {
        let mut lent = self.lent.lock().unwrap_or_else(PoisonError::into_inner);
        match &*lent {
            Some((of, services)) if of.as_ref() == session => services.clone(),
            _ => {
                let services = signing::with_credentials(&self.call.services, account, session, self.way());
                *lent = Some((session.cloned(), services.clone()));
                services
            }
        }
    }

    async fn once(&self) -> Result<Value, StepError> {
        let request = self.request().await?;
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
            let outcome = self.unwrapped(&self.operation, outcome).await;
            return answer::meant(&self.operation, &self.system, outcome);
        };
        let account = account.as_ref();
        let session = self.session(account, None).await?;
        let outcome = self.attempt(account, request.clone(), session.as_ref()).await;
        let Some(session) = session.filter(|session| self.is_over(&outcome, session, account)) else {
            return outcome;
        };
        // It was refused, so nothing happened there.
        match self.session(account, Some(&session)).await {
            // Where nothing can be renewed, a right that is missing is told as what it is.
            Err(error) if error.code == CONSENT_OVER && status_of(&outcome) == Some(403) => outcome,
            renewed => self.attempt(account, request, renewed?.as_ref()).await,
        }
    }

    /// Whether a session is what a call was refused for. A right that is missing looks alike in some systems (403), and must not
    /// make every call sign in: then a young session is not the reason.
    fn is_over(
        &self,
        outcome: &Result<Response, StepError>,
        session: &Session,
        account: &dyn Account,
    ) -> bool {
        let class = match outcome {
            Ok(response) => answer::refusal(&self.operation, response),
            Err(error) => Some(error.class),
        };
        class == Some(ErrorClass::Auth)
            && (status_of(outcome) != Some(403) || signing::is_old(session, account.now()))
    }

    async fn attempt(
        &self,
        account: &dyn Account,
        mut request: Request,
        session: Option<&Session>,
    ) -> Result<Response, StepError> {
        let services = self.signed(&mut request, session)?;
        let permit = account.permit(&self.read.limits).await?;
        let outcome = services.http.send(request, &services).await;
        drop(permit);
        let outcome = self.unwrapped(&self.operation, outcome).await;
        let outcome = answer::meant(&self.operation, &self.system, outcome);
        account.observe(match &outcome {
            Ok(response) => match answer::refusal(&self.operation, response) {
                Some(class) => {
                    let retry_after_ms = answer::wait(&self.operation.errors, &response.body);
                    Observed::Failed { class, retry_after_ms }
                }
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
                        let (place, services) = (self.read.place(account), &self.call.services);
                        let identity = signing::identity(self.way(), account, services);
                        let endpoint = token::Endpoint { oauth, place: &place, account, services, identity };
                        endpoint.sign_in(before).await
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
        let input = signing::login_input(spec, account, &services);
        let mut request = aside(self.drafting(&operation, input)?).await?;
        request.answers_credentials = true;
        request.identity = signing::identity(self.way(), account, &services);
        let outcome = services.http.send(request, &services).await;
        let outcome = self.unwrapped(&operation, outcome).await;
        let response = answer::meant(&operation, &self.system, outcome)?;
        let answer = answer::output(&operation, &self.system, response)?;
        signing::login_session(spec, &answer, account)
    }

    /// All pages of a list: in hand while they are few, else a record stream.
    async fn list(&self, paging: &extension::Paging) -> Result<Value, StepError> {
        let most = self.call.input.get(MAX_ITEMS).and_then(Value::as_u64).unwrap_or(u64::MAX);
        let first = self.request().await?;
        let base_url = self.base_url()?;
        let mut gathered = Gathered::new(&*self.call.services.files, most);
        let (mut seen, mut pages) = (0_u64, 0_u64);
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
            let items = paging::take_items(paging, &mut response.body, &self.system)?;
            let came = paging::Came::new(paging, &items, seen, &first);
            seen = came.seen;
            pages += 1;
            if pages >= MOST_PAGES {
                return Err(paging::endless(&self.system));
            }
            gathered.take(items).await?;
            if !gathered.is_full() {
                next = paging::after(paging, &now, &response, &came);
            }
        }
        gathered.finish().await
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
