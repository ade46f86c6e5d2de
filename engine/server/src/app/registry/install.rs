//! Installing a connector from a zip that anybody may have made: unpacked within bounds, checked, its fixtures replayed, and
//! held against all published flows. Nothing of it is called.

use std::sync::Arc;

use causeway_connector::Connector;
use causeway_connector::declared::{Declared, Finding, Source};
use causeway_connector::index::Listed;
use causeway_model::{Fault, Severity, text};
use causeway_store::{ConnectorOrigin, ConnectorVersion, NewConnector};
use serde::Serialize;

use super::FlowFit;
use super::index::must_be;
use crate::app::{App, Class, Error, Result};

pub struct InstallRequest {
    pub zip: Vec<u8>,
    /// Where it was got, in words.
    pub source: String,
    /// Whether flows may be published with it at once.
    pub enabled: bool,
    pub by: String,
}

/// What installing did.
#[derive(Clone, Debug, Serialize)]
pub struct InstalledConnector {
    #[serde(flatten)]
    pub version: ConnectorVersion,
    /// Whether it is new; the very same may have been there.
    pub new: bool,
    /// How many fixtures were replayed.
    pub fixtures: usize,
    pub warnings: Vec<Fault>,
    /// The published flows that use the connector: they stay with their version, and whether they would fit this one.
    pub flows: Vec<FlowFit>,
}

/// A zip that was found to be sound.
struct Checked {
    connector: Arc<Declared>,
    fixtures: usize,
    warnings: Vec<Fault>,
}

impl App {
    /// `connector_refused` with every fault; `connector_clash` where the name is a built-in's; `connector_version_exists`.
    pub async fn install_connector(&self, request: InstallRequest) -> Result<InstalledConnector> {
        self.install_meant(request, None).await
    }

    /// `meant`: the entry of the index that led to it; `index_differs` where it is another connector.
    pub(super) async fn install_meant(
        &self,
        request: InstallRequest,
        meant: Option<Listed>,
    ) -> Result<InstalledConnector> {
        let InstallRequest { zip, source, enabled, by } = request;
        let checking = move || check(&zip, meant.as_ref()).map(|checked| (zip, checked));
        let (zip, checked) =
            tokio::task::spawn_blocking(checking).await.map_err(|_| Error::bug("checking a connector"))??;
        let spec = checked.connector.spec();
        let (name, version) = (spec.name.clone(), spec.version.clone());
        let catalogue = &self.compiler_by_now().await?.catalogue;
        if catalogue.built_in(&name).is_some() {
            return Err(Error::conflict(
                "connector_clash",
                text!(
                    "`{name}` is the name of a connector that comes with Causeway; give yours another name",
                    "`{name}` 是 Causeway 內建連接器的名稱，請為你的連接器取另一個名稱"
                ),
            ));
        }
        let connector: Arc<dyn Connector> = checked.connector;
        let flows = self.fits(catalogue, &connector).await?;
        let new = NewConnector {
            connector: name.clone(),
            version: version.clone(),
            origin: ConnectorOrigin::Installed,
            source,
            content: zip,
            enabled,
        };
        let (kept, is_new) = self.store().install_connector(new, &by).await?;
        self.connectors_changed().await?;
        tracing::info!(connector = %name, version, by, checksum = %kept.checksum, "connector installed");
        Ok(InstalledConnector {
            version: kept,
            new: is_new,
            fixtures: checked.fixtures,
            warnings: checked.warnings,
            flows: flows.into_iter().map(|tried| tried.fit).collect(),
        })
    }

    /// This process knows at once; the others by the revision.
    pub(super) async fn connectors_changed(&self) -> Result<()> {
        self.compiler().catalogue.renew(true).await?;
        self.changed();
        Ok(())
    }
}

fn check(zip: &[u8], meant: Option<&Listed>) -> Result<Checked> {
    let source = Source::unpack(zip).map_err(|why| Error::invalid(why.code, why.text))?;
    let connector = Declared::new(source);
    if let Some(meant) = meant {
        must_be(connector.spec(), meant)?;
    }
    let mut findings = connector.check();
    let replayed = connector.replay();
    findings.extend(replayed.findings);
    let (errors, warnings): (Vec<_>, Vec<_>) =
        findings.iter().map(fault).partition(|fault| fault.severity == Severity::Error);
    if errors.is_empty() {
        return Ok(Checked { connector: Arc::new(connector), fixtures: replayed.fixtures, warnings });
    }
    let count = errors.len();
    let text = text!(
        "The connector has {count} errors; `causeway connector test` shows them too",
        "連接器有 {count} 個錯誤；以 `causeway connector test` 也能查看"
    );
    Err(Error { faults: errors, ..Error::new(Class::Invalid, "connector_refused", text) })
}

fn fault(finding: &Finding) -> Fault {
    let (at, message) = (finding.at.clone(), finding.message.clone());
    match finding.severity {
        Severity::Error => Fault::error("connector_fault", at, message),
        Severity::Warning => Fault::warning("connector_fault", at, message),
    }
}
