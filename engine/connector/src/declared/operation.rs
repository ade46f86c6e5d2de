//! One operation of a document, made ready: what its input becomes in a request.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use causeway_model::{OperationSpec, Text, Value, text};

use super::body::{BodyPlan, body_plan};
use super::extension::{self, ErrorsSpec, IdempotencySpec, KeyPlace, KeySpec, Paging};
use super::naming::Named;
use super::parameter::{At, Parameter, Style, parameter};
use super::shape::ShapeSpec;
use super::specs;
use super::ways;
use crate::MAX_ITEMS;
use crate::openapi::Document;

/// The field of the input that holds the whole body.
pub const BODY: &str = "body";

#[derive(Debug)]
pub struct Operation {
    pub spec: Arc<OperationSpec>,
    pub method: String,
    /// With `{name}` where parameters stand.
    pub path: String,
    pub parameters: Vec<Parameter>,
    /// Names in the path that stand for credentials.
    pub path_keys: Vec<String>,
    pub body: Option<BodyPlan>,
    pub paging: Option<Paging>,
    /// Where the engine's key goes.
    pub key: Option<KeySpec>,
    /// Its own rules, then the connector's.
    pub errors: ErrorsSpec,
    /// Whether it says that nobody has to sign in.
    pub open: bool,
    /// Where it is, if elsewhere than the rest.
    pub server: Option<Value>,
    /// Whether the output is `{status, headers, body}` rather than the body alone.
    pub whole_answer: bool,
    /// The functions that shape it.
    pub shape: ShapeSpec,
}

pub fn operation(document: &Document, named: &Named<'_>) -> Result<Operation, Text> {
    let place = &named.place;
    let written = place.operation;
    let paging: Option<Paging> = extension::read(written, "x-causeway-paging")?;
    let idempotency: Option<IdempotencySpec> = extension::read(written, "x-causeway-idempotency")?;
    let key = match &idempotency {
        Some(IdempotencySpec::Key(key)) => Some(key.clone()),
        _ => None,
    };
    let mut parameters = Vec::new();
    for written in document.parameters(place) {
        if let Some(parameter) = parameter(document, written)? {
            parameters.push(parameter);
        }
    }
    undeclared(place.path, &mut parameters);
    let mut path_keys = ways::path_keys(document);
    path_keys.retain(|name| place.path.contains(&format!("{{{name}}}")));
    parameters.retain(|one| one.at != At::Path || !path_keys.contains(&one.name));
    // What the engine sets itself is no part of the input.
    for parameter in &mut parameters {
        let by_key = key.as_ref().is_some_and(|key| match key.place {
            KeyPlace::Header => parameter.at == At::Header && parameter.name.eq_ignore_ascii_case(&key.name),
            KeyPlace::Query => parameter.at == At::Query && parameter.name == key.name,
            KeyPlace::Body => false,
        });
        let by_paging = paging.as_ref().is_some_and(|paging| {
            parameter.at == At::Query && paging.parameters().contains(&parameter.name.as_str())
        });
        parameter.hidden |= by_key || by_paging || parameter.setting.is_some();
    }
    fields(&mut parameters);
    let taken: BTreeSet<&str> =
        parameters.iter().filter(|one| !one.hidden).map(|one| one.field.as_str()).collect();
    let filled = key.as_ref().filter(|key| key.place == KeyPlace::Body).map(|key| key.name.as_str());
    let body = body_plan(document, &written["requestBody"], &taken, filled)?;
    let mut errors: ErrorsSpec = extension::read(written, "x-causeway-errors")?.unwrap_or_default();
    let common: ErrorsSpec = extension::read(document.root(), "x-causeway-errors")?.unwrap_or_default();
    errors.rules.extend(common.rules);
    errors.message_at.extend(common.message_at);
    errors.code_at.extend(common.code_at);
    errors.retry_after_at.extend(common.retry_after_at);
    let shaping = match ShapeSpec::read(written)? {
        Some(own) => own,
        None => ShapeSpec::read(document.root())?.unwrap_or_default(),
    };
    let whole_answer = match written["x-causeway-output"].as_str() {
        None | Some("body") => false,
        Some("response") => true,
        Some(other) => {
            return Err(text!(
                "`x-causeway-output` is `body` or `response`, not `{other}`.",
                "`x-causeway-output` 只能是 `body` 或 `response`，不能是 `{other}`。"
            ));
        }
    };
    let shape = specs::Shape {
        document,
        named,
        parameters: &parameters,
        body: body.as_ref(),
        paging: paging.as_ref(),
        whole_answer,
    };
    let spec = Arc::new(OperationSpec {
        summary: specs::summary(named, idempotency.as_ref()),
        input: specs::input(&shape),
        output: specs::output(&shape),
    });
    Ok(Operation {
        spec,
        method: place.method.to_ascii_uppercase(),
        // Some documents tell operations of one path apart by a fragment, which is never sent.
        path: place.path.split('#').next().unwrap_or_default().to_owned(),
        parameters,
        path_keys: path_keys.into_iter().collect(),
        body: body.map(|body| body.plan),
        paging,
        key,
        errors,
        open: written["security"].as_array().is_some_and(Vec::is_empty),
        server: [written, place.item].into_iter().find_map(|one| one["servers"].get(0).cloned()),
        whole_answer,
        shape: shaping,
    })
}

/// A `{name}` of the path that no parameter declares is a text all the same.
fn undeclared(path: &str, parameters: &mut Vec<Parameter>) {
    for part in path.split('{').skip(1) {
        let Some((name, _)) = part.split_once('}') else { continue };
        if !parameters.iter().any(|one| one.at == At::Path && one.name == name) {
            parameters.push(Parameter::undeclared(name));
        }
    }
}

/// Gives each parameter its field of the input: its name, with its place where two have one name.
fn fields(parameters: &mut [Parameter]) {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for parameter in parameters.iter().filter(|one| !one.hidden) {
        *times.entry(parameter.name.clone()).or_default() += 1;
    }
    for parameter in parameters {
        let name = &parameter.name;
        let alone = times.get(name).is_none_or(|times| *times < 2) && name != BODY && name != MAX_ITEMS;
        parameter.field = if alone { name.clone() } else { format!("{}_{name}", parameter.at.name()) };
    }
}

impl Parameter {
    fn undeclared(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            field: name.to_owned(),
            at: At::Path,
            style: Style::Simple,
            explode: false,
            json: false,
            reserved: false,
            required: true,
            hidden: false,
            constant: None,
            setting: None,
            schema: serde_json::json!({ "type": "string" }),
            texts: Default::default(),
        }
    }
}
