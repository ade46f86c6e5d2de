//! Importing documents: each becomes the draft of its flow, by its slug; all of it or nothing.

use causeway_document::{ImportError, Source, StepReport, TriggerReport, import};
use causeway_model::{Fault, Flow, Severity, Slug};
use causeway_store::{Actor, FlowRecord};
use serde::Serialize;

use super::{App, Class, Error, Result};

/// What was done with a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportResult {
    /// The flow is new.
    Created,
    /// The flow's draft was replaced.
    Updated,
    /// The draft was the same already.
    Unchanged,
    /// Nothing was kept; `faults` say why.
    Refused,
}

/// The report of one document.
#[derive(Clone, Debug, Serialize)]
pub struct ImportReport {
    pub path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<Slug>,
    pub result: ImportResult,
    /// The version that was published, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i32>,
    /// Where a connector's event starts the flow: ready, needs a connection, or unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<TriggerReport>,
    /// Every step: ready, needs a connection, or unknown.
    pub steps: Vec<StepReport>,
    /// What is wrong with the document, or what publishing it would say.
    pub faults: Vec<Fault>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<FlowRecord>,
}

impl App {
    /// With `publish`, what cannot be published is not kept as a draft either. Stops only where the store fails.
    pub async fn import(
        &self,
        sources: Vec<Source>,
        publish: bool,
        who: Actor<'_>,
    ) -> Result<Vec<ImportReport>> {
        self.import_telling(sources, publish, who, &mut |_| {}).await
    }

    /// [`App::import`] that tells of each document as soon as it is done.
    pub async fn import_telling(
        &self,
        sources: Vec<Source>,
        publish: bool,
        who: Actor<'_>,
        tell: &mut (dyn FnMut(&ImportReport) + Send),
    ) -> Result<Vec<ImportReport>> {
        let mut reports = Vec::with_capacity(sources.len());
        for imported in import(self.compiler_by_now().await?, sources) {
            let mut report = ImportReport {
                path: imported.path,
                slug: imported.slug,
                result: ImportResult::Refused,
                version: None,
                trigger: imported.trigger,
                steps: imported.steps,
                faults: imported.faults,
                flow: None,
            };
            self.settle_connections(report.trigger.as_mut(), &mut report.steps).await?;
            match imported.document {
                Ok(document) => self.take(&document, publish, who, &mut report).await?,
                Err(faults) => report.faults = faults,
            }
            tell(&report);
            reports.push(report);
        }
        Ok(reports)
    }

    async fn take(
        &self,
        document: &Flow,
        publish: bool,
        who: Actor<'_>,
        report: &mut ImportReport,
    ) -> Result<()> {
        let by = who.by;
        let Some(slug) = document.slug.clone() else { return Err(Error::bug("a document without a slug")) };
        if publish && report.faults.iter().any(|fault| fault.severity == Severity::Error) {
            return Ok(());
        }
        let before = match self.draft(&slug).await {
            Ok((flow, draft)) => Some((flow, draft)),
            Err(error) if error.class == Class::NotFound => None,
            Err(error) => return Err(error),
        };
        let unchanged = before.as_ref().is_some_and(|(_, draft)| draft == document);
        if !unchanged {
            self.save_document("flow.imported", &slug, document, None, by).await?;
        }
        if publish && let Err(error) = self.publish_imported(&slug, who, report).await {
            // The draft goes back to what it was; that of a new flow stays, as a draft.
            if let (Some((_, draft)), false) = (&before, unchanged) {
                self.store().save_draft_as("flow.restored", &slug, draft, None, by).await?;
            }
            if !matches!(error.class, Class::Conflict | Class::Invalid) {
                return Err(error);
            }
            report.faults.extend(faults(error));
            report.flow = self.flow(&slug).await.ok();
            return Ok(());
        }
        report.result = match before {
            None => ImportResult::Created,
            Some(_) if unchanged => ImportResult::Unchanged,
            Some(_) => ImportResult::Updated,
        };
        report.flow = Some(self.flow(&slug).await?);
        Ok(())
    }

    async fn publish_imported(&self, slug: &Slug, who: Actor<'_>, report: &mut ImportReport) -> Result<()> {
        let published = self.publish(slug, who, None).await?;
        report.version = Some(published.version);
        Ok(())
    }
}

/// A refusal of publishing, as faults of the document.
fn faults(error: Error) -> Vec<Fault> {
    if error.faults.is_empty() {
        vec![Fault::error(&error.code, "/trigger", error.text)]
    } else {
        error.faults
    }
}

impl From<ImportError> for Error {
    fn from(error: ImportError) -> Self {
        Self::invalid(error.code, error.text)
    }
}
