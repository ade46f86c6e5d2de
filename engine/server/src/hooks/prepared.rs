//! A webhook ready to be called: its plan, and its verification with the secrets in the clear. Made at the first call
//! after its flow, a secret or a variable changed.

use std::sync::Arc;

use axum::http::StatusCode;
use causeway_document::{Plan, PlanTrigger, Webhook};
use causeway_model::{FlowId, Value, text};
use causeway_script::{Context, RevealError, Scope, Template};

use super::admission::Taker;
use super::verify::Verifier;
use crate::app::App;
use crate::problem::Problem;

pub(super) struct Prepared {
    pub taker: Taker,
    pub verifier: Verifier,
}

/// Why a webhook cannot be called just now; told to the log, not to the caller.
enum Unusable {
    Secret(String),
    Template(String),
}

impl Prepared {
    pub(super) async fn load(app: &App, flow: FlowId, version: i32) -> Result<Self, Problem> {
        let plan = app.plan(flow, version).await.map_err(|error| {
            if error.code != "document_invalid" {
                return Problem::from(error);
            }
            let fault = error.faults.first().map(|fault| fault.code.as_str()).unwrap_or_default();
            unusable(flow, version, fault)
        })?;
        Self::of(app, (flow, version), plan).await
    }

    pub(super) async fn of(
        app: &App,
        (flow, version): (FlowId, i32),
        plan: Arc<Plan>,
    ) -> Result<Self, Problem> {
        let PlanTrigger::Webhook(webhook) = &plan.trigger else {
            return Err(unusable(flow, version, "the trigger is no webhook"));
        };
        let vars = app.store().variables().await?;
        let vars = Value::Object(vars.iter().map(|(name, value)| (name.clone(), value.clone())).collect());
        let secrets = app.store().secrets().await?;
        let context = Context { now: app.now(), seed: [0; 32], links: None };
        let verifier = Verifier::new(&webhook.verify, |template: &Template| {
            let mut scope = Scope::new(&Value::Null, &vars, &Value::Null);
            let value = template
                .resolve(&mut scope, &context)
                .map_err(|error| Unusable::Template(format!("{}: {}", error.code, error.message)))?;
            let text = value.as_str().ok_or_else(|| Unusable::Template("a secret is no text".to_owned()))?;
            let revealed = app.sealer().reveal(text, &secrets).map_err(|error| match error {
                RevealError::UnknownSecret(name) => Unusable::Secret(name),
                RevealError::Invalid(cause) => Unusable::Template(cause),
            })?;
            if revealed.text.is_empty() {
                return Err(Unusable::Template("a secret is empty".to_owned()));
            }
            Ok(revealed.text)
        });
        let verifier = match verifier {
            Ok(Ok(verifier)) => verifier,
            Ok(Err(cause)) => return Err(unusable(flow, version, cause)),
            Err(Unusable::Template(cause)) => return Err(unusable(flow, version, &cause)),
            Err(Unusable::Secret(name)) => {
                return Err(unusable(flow, version, &format!("the secret `{name}` is not set")));
            }
        };
        Ok(Self { verifier, taker: Taker::new(flow, version, plan) })
    }

    pub(super) fn webhook(&self) -> &Webhook {
        match &self.taker.plan.trigger {
            PlanTrigger::Webhook(webhook) => webhook,
            _ => unreachable!("checked when it was loaded"),
        }
    }
}

fn unusable(flow: FlowId, version: i32, cause: &str) -> Problem {
    tracing::warn!(%flow, version, cause, "a webhook cannot be called");
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "webhook_unusable",
        text!(
            "This webhook is not set up completely; its owner finds the cause in the server's log",
            "此 Webhook 的設定不完整，請擁有者查看伺服器記錄以了解原因"
        ),
    )
    .with_header("retry-after", "60")
}
