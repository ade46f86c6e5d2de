//! From an input to a request and from an answer to what is read of it, with the connector's own functions in between.

use std::sync::Arc;

use causeway_model::{ErrorClass, StepError, Time, Value, text};

use super::operation::Operation;
use super::paging::{self, Next};
use super::script::Moment;
use super::shape::Shaper;
use super::ways::{KeyAt, Part};
use super::{Exchange, request, signing};
use crate::Services;
use crate::aside::aside;
use crate::http::{Request, Response};

impl Exchange {
    fn asked<'a>(&'a self, base_url: &'a str, input: Value) -> request::Asked<'a> {
        let (settings, idempotency_key) = (self.settings(), &self.call.idempotency_key);
        request::Asked { base_url, settings, input, idempotency_key }
    }

    /// The request, shaped, in its steps: what is made of the input, and what the connector's function makes of that.
    pub(super) fn drafting(
        &self,
        operation: &Arc<Operation>,
        input: Value,
    ) -> Result<impl Fn() -> Result<Request, StepError> + Send + use<>, StepError> {
        let shaper = match &operation.shape.request {
            Some(function) => Some((self.shaper(function, false)?, input.clone())),
            None => None,
        };
        let draft = request::draft(operation, self.asked(&self.base_url()?, input))?;
        let operation = operation.clone();
        Ok(move || {
            let draft = match &shaper {
                Some((shaper, input)) => shaper.request(draft.clone(), input)?,
                None => draft.clone(),
            };
            draft.request(&operation)
        })
    }

    pub(super) async fn request(&self) -> Result<Request, StepError> {
        self.has_path_keys()?;
        let input = self.call.input.clone();
        if self.operation.shape.request.is_some() {
            return aside(self.drafting(&self.operation, input)?).await;
        }
        request::request(&self.operation, self.asked(&self.base_url()?, input))
    }

    /// What is sent first, and what it is sent with; nobody signs in for it.
    pub(super) fn first_request(&self) -> Result<(Request, Services), StepError> {
        self.has_path_keys()?;
        let mut request = self.drafting(&self.operation, self.call.input.clone())?()?;
        if let Some(paging) = &self.operation.paging {
            paging::ask(paging, &Next::First, &mut request);
        }
        let services = self.signed(&mut request, None)?;
        Ok((request, services))
    }

    /// A function of the connector. `credentials`: whether it is given those.
    fn shaper(&self, function: &str, credentials: bool) -> Result<Shaper, StepError> {
        let account = self.call.account.as_deref().filter(|_| credentials);
        Ok(Shaper {
            script: self.read.script()?,
            function: function.to_owned(),
            settings: self.settings().clone(),
            credentials: account.map(signing::in_the_clear),
            moment: self.moment(),
        })
    }

    pub(super) fn moment(&self) -> Moment {
        let now = self.call.account.as_ref().map_or(Time(0), |account| account.now());
        Moment::new(now, &self.call.idempotency_key)
    }

    /// What came of sending, as the connector's function reads it.
    pub(super) async fn unwrapped(
        &self,
        operation: &Operation,
        outcome: Result<Response, StepError>,
    ) -> Result<Response, StepError> {
        match self.unwrapper(operation)? {
            Some(shaper) => shaper.response_aside(outcome).await,
            None => outcome,
        }
    }

    pub(super) fn unwrapper(&self, operation: &Operation) -> Result<Option<Shaper>, StepError> {
        let shape = &operation.shape;
        shape.response.as_ref().map(|function| self.shaper(function, shape.credentials)).transpose()
    }

    /// Whether the connection signs in with what the address needs: no call may go out with a gap in it.
    fn has_path_keys(&self) -> Result<(), StepError> {
        let parts = self.way().map(|way| way.parts.as_slice()).unwrap_or_default();
        let has = |wanted: &String| {
            parts.iter().any(|part| matches!(part, Part::Key { at: KeyAt::Path, name, .. } if name == wanted))
        };
        let Some(name) = self.operation.path_keys.iter().find(|name| !has(name)) else { return Ok(()) };
        Err(StepError::new(
            "credential_missing",
            ErrorClass::Auth,
            text!(
                "The address has to hold the credential `{name}`, but the connection signs in another way",
                "網址中需要憑證 `{name}`，但此連線使用其他登入方式"
            ),
        ))
    }
}
