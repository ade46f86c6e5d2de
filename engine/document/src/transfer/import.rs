//! Reads one source into a document with a report of its steps.

use causeway_model::{Fault, Flow, Slug, Step, StepId, TriggerSpec, text};
use serde::Serialize;

use super::Source;
use crate::Compiler;
use crate::faults::Faults;
use crate::parse::{invalid_slug, read_body};
use crate::specs::step_kind;

/// What became of one source.
#[derive(Clone, Debug, Serialize)]
pub struct Imported {
    pub path: String,
    /// The document's own slug, else its folder's name where the file is a `flow.json`, else the file's stem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<Slug>,
    /// The document with its slug, or what keeps it from being read. All or nothing.
    #[serde(skip)]
    pub document: Result<Flow, Vec<Fault>>,
    /// Where a connector's event starts the flow: whether it could.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<TriggerReport>,
    /// Every step, loop bodies included; empty where the document does not read.
    pub steps: Vec<StepReport>,
    /// What publishing would say of a document that reads; its draft is kept all the same.
    pub faults: Vec<Fault>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepReport {
    pub id: StepId,
    #[serde(rename = "use")]
    pub use_: String,
    #[serde(flatten)]
    pub ready: StepReady,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TriggerReport {
    #[serde(rename = "use")]
    pub use_: String,
    #[serde(flatten)]
    pub ready: StepReady,
}

/// Whether a step could run as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum StepReady {
    Ready,
    NeedsConnection {
        connection: String,
    },
    /// There is no such step kind, connector or operation here.
    Unknown,
}

/// Reads sources, each by itself. Of two documents with one slug the second is refused.
pub fn import(compiler: &Compiler, sources: Vec<Source>) -> Vec<Imported> {
    let mut seen: Vec<(Slug, String)> = Vec::new();
    let mut imported = Vec::with_capacity(sources.len());
    for source in sources {
        let mut one = single(compiler, source);
        if let (Some(slug), Ok(_)) = (&one.slug, &one.document) {
            match seen.iter().find(|(known, _)| known == slug) {
                Some((_, first)) => {
                    let message =
                        text!("`{slug}` is already the slug of {first}.", "`{slug}` 已是 {first} 的代號。");
                    let fix = text!("Give this document another `slug`.", "請為此文件指定不同的 `slug`。");
                    let fault = Fault::error("slug_repeated", "/slug", message).with_fix(fix);
                    one.document = Err(vec![fault]);
                }
                None => seen.push((slug.clone(), one.path.clone())),
            }
        }
        imported.push(one);
    }
    imported
}

fn single(compiler: &Compiler, source: Source) -> Imported {
    let Source { path, text } = source;
    let refused = |path: String, slug, faults| Imported {
        path,
        slug,
        document: Err(faults),
        trigger: None,
        steps: Vec::new(),
        faults: Vec::new(),
    };
    let text = match text {
        Ok(text) => text,
        Err(fault) => return refused(path, None, vec![fault]),
    };
    let by_place = slug_of(&path);
    let (mut flow, faults) = match compiler.validate(&text) {
        Ok(read) => read,
        Err(faults) => return refused(path, by_place.ok(), faults),
    };
    if flow.slug.is_none() {
        match by_place {
            Ok(slug) => flow.slug = Some(slug),
            Err(name) => {
                let fault = invalid_slug("/slug", &name).with_fix(text!(
                    "Add a `slug` to the document: 1 to 64 of a-z, 0-9 and -.",
                    "請在文件中加上 `slug`：1 到 64 個 a-z、0-9 與 -。"
                ));
                return refused(path, None, vec![fault]);
            }
        }
    }
    let trigger = trigger_report(compiler, &flow.trigger);
    let steps = report(compiler, &flow.steps);
    Imported { path, slug: flow.slug.clone(), document: Ok(flow), trigger, steps, faults }
}

fn trigger_report(compiler: &Compiler, trigger: &TriggerSpec) -> Option<TriggerReport> {
    let (connector, name) = trigger.use_.split_once('.')?;
    let known = compiler.catalogue.trigger(connector, name).is_some();
    let ready = ready(known, trigger.connection.as_ref());
    Some(TriggerReport { use_: trigger.use_.clone(), ready })
}

fn ready(known: bool, connection: Option<&String>) -> StepReady {
    match connection {
        _ if !known => StepReady::Unknown,
        Some(connection) => StepReady::NeedsConnection { connection: connection.clone() },
        None => StepReady::Ready,
    }
}

/// The slug that a path gives: its folder's where the file is a `flow.json`, else the file's stem.
fn slug_of(path: &str) -> Result<Slug, String> {
    let mut parts = path.rsplit('/');
    let file = parts.next().unwrap_or_default();
    let stem = file.strip_suffix(".json").unwrap_or(file);
    let name = if file == "flow.json" { parts.next().unwrap_or(stem) } else { stem };
    name.parse().map_err(|_| name.to_owned())
}

fn report(compiler: &Compiler, steps: &[Step]) -> Vec<StepReport> {
    let mut reports = Vec::new();
    for step in steps {
        let known = match step.use_.split_once('.') {
            Some((connector, operation)) => compiler.catalogue.operation(connector, operation).is_some(),
            None => step_kind(&step.use_).is_some(),
        };
        let ready = ready(known, step.connection.as_ref());
        reports.push(StepReport { id: step.id.clone(), use_: step.use_.clone(), ready });
        if step.use_ == "for_each"
            && let Some(body) = step.with.get("body")
        {
            let inner: Vec<Step> =
                read_body(body, "", &mut Faults::default()).into_iter().map(|(_, step)| step).collect();
            reports.extend(report(compiler, &inner));
        }
    }
    reports
}

#[cfg(test)]
mod tests {
    use super::slug_of;

    #[test]
    fn a_path_gives_a_slug() {
        let slug = |path: &str| slug_of(path).map(String::from);
        assert_eq!(slug("orders/flow.json"), Ok("orders".into()));
        assert_eq!(slug("a/b/flow.json"), Ok("b".into()));
        assert_eq!(slug("a/quote-2.json"), Ok("quote-2".into()));
        assert_eq!(slug("flow.json"), Ok("flow".into()));
        assert_eq!(slug("報價.json"), Err("報價".into()));
    }
}
