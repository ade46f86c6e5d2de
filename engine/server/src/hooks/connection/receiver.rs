//! What one connection's calls are verified with, its secrets in the clear: made at the first call after the connection
//! changed, and kept until it changes again.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use axum::http::StatusCode;
use causeway_connector::{Challenge, Connector, Incoming, Proof};
use causeway_model::{Environment, text};
use causeway_store::KeptConnection;

use super::super::verify::Verifier;
use crate::app::App;
use crate::problem::Problem;

/// Triggers that are verified in one way.
struct Group {
    /// `None`: a credential is missing.
    verifier: Option<Verifier>,
    /// Places in the connector's list.
    members: Vec<usize>,
}

pub(super) struct Receiver {
    kept: Arc<KeptConnection>,
    connector: Arc<dyn Connector>,
    groups: Vec<Group>,
}

/// The receivers in use. One per server.
#[derive(Default)]
pub(crate) struct Receivers {
    known: RwLock<HashMap<String, Arc<Receiver>>>,
}

impl Receivers {
    pub(super) async fn find(&self, app: &App, connection: &str) -> Result<Arc<Receiver>, Problem> {
        let mut kept = app.store().connections().await?;
        if !kept.contains_key(connection) {
            // Another process may just have made it.
            app.store().forget_revision();
            kept = app.store().connections().await?;
        }
        let Some(found) = kept.get(connection) else { return Err(unknown(connection)) };
        let connector = app.compiler_by_now().await?.catalogue.receiving(&found.connector);
        let connector = connector.ok_or_else(|| unknown(connection))?;
        let same = |known: &Arc<Receiver>| {
            (known.kept.id, known.kept.revision) == (found.id, found.revision)
                && Arc::ptr_eq(&known.connector, &connector)
        };
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).get(connection).cloned();
        if let Some(known) = known.filter(same) {
            return Ok(known);
        }
        let made = Arc::new(Receiver::new(connection, Arc::clone(found), connector));
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.retain(|name, _| kept.contains_key(name));
        known.insert(connection.to_owned(), Arc::clone(&made));
        Ok(made)
    }
}

impl Receiver {
    fn new(name: &str, kept: Arc<KeptConnection>, connector: Arc<dyn Connector>) -> Self {
        let values = kept.environments.get(&Environment::Production);
        let credential =
            |field: &str| values.and_then(|values| values.credentials.get(field)).map(String::as_str);
        let mut proofs: Vec<(&Proof, Vec<usize>)> = Vec::new();
        for (place, incoming) in connector.incoming().iter().enumerate() {
            match proofs.iter_mut().find(|(proof, _)| **proof == incoming.proof) {
                Some((_, members)) => members.push(place),
                None => proofs.push((&incoming.proof, vec![place])),
            }
        }
        let groups = proofs.into_iter().map(|(proof, members)| {
            let verifier = Verifier::of_proof(proof, credential);
            if let Err(cause) = &verifier {
                tracing::warn!(connection = name, cause, "webhooks of a connection cannot be verified");
            }
            Group { verifier: verifier.ok(), members }
        });
        let groups = groups.collect();
        Self { groups, kept, connector }
    }

    pub(super) fn connector(&self) -> &str {
        self.connector.name()
    }

    pub(super) fn takes(&self, method: &str) -> bool {
        self.connector.incoming().iter().any(|incoming| incoming.method == method)
    }

    pub(super) fn methods(&self) -> Vec<String> {
        let mut methods: Vec<String> =
            self.connector.incoming().iter().map(|incoming| incoming.method.clone()).collect();
        methods.sort_unstable();
        methods.dedup();
        methods
    }

    /// The ways to verify calls by this method.
    pub(super) fn verifiers(&self, method: &str) -> impl Iterator<Item = (usize, Option<&Verifier>)> {
        self.groups.iter().enumerate().filter_map(move |(place, group)| {
            let fits = self.of_group(place).any(|incoming| incoming.method == method);
            fits.then_some((place, group.verifier.as_ref()))
        })
    }

    /// What a call by this method may set, since nothing verifies it yet: where it stands in the body, and the credential.
    pub(super) fn keeps(&self, method: &str) -> Vec<(&str, &str)> {
        let unset = self.all().filter(|(incoming, verifier)| verifier.is_none() && incoming.method == method);
        let mut keeps: Vec<(&str, &str)> = unset
            .filter_map(|(incoming, _)| match &incoming.challenge {
                Some(Challenge::Keep { at, credential }) => Some((at.as_str(), credential.as_str())),
                _ => None,
            })
            .collect();
        keeps.sort_unstable();
        keeps.dedup();
        keeps
    }

    /// The triggers of some groups that take calls by this method.
    pub(super) fn of(&self, groups: &[usize], method: &str) -> Vec<&Incoming> {
        let all = groups.iter().flat_map(|group| self.of_group(*group));
        all.filter(|incoming| incoming.method == method).collect()
    }

    /// The triggers of a group.
    fn of_group(&self, group: usize) -> impl Iterator<Item = &Incoming> {
        self.groups[group].members.iter().map(|place| &self.connector.incoming()[*place])
    }

    /// Every trigger with what verifies its calls.
    pub(super) fn all(&self) -> impl Iterator<Item = (&Incoming, Option<&Verifier>)> {
        self.groups.iter().enumerate().flat_map(|(place, group)| {
            self.of_group(place).map(move |incoming| (incoming, group.verifier.as_ref()))
        })
    }

    /// Headers that prove who calls, in lower case: they are not passed on to flows.
    pub(super) fn proofs(&self) -> Vec<String> {
        let headers = self.groups.iter().filter_map(|group| group.verifier.as_ref()?.header());
        headers.map(str::to_owned).collect()
    }

    /// The cause stands in the log.
    pub(super) fn unusable(&self) -> Problem {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "webhook_unusable",
            text!(
                "This connection cannot verify calls yet: the credentials for its webhooks are not set",
                "此連線尚無法驗證呼叫：webhook 的憑證還沒有設定"
            ),
        )
        .with_header("retry-after", "60")
    }
}

fn unknown(connection: &str) -> Problem {
    let name: String = connection.chars().take(100).collect();
    Problem::new(
        StatusCode::NOT_FOUND,
        "webhook_not_found",
        text!(
            "No connection `{name}` here takes webhooks; check the address",
            "這裡沒有接收 webhook 的連線「{name}」，請檢查網址"
        ),
    )
}
