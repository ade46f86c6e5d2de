//! How the runs of each flow fared lately.

use std::collections::BTreeSet;

use causeway_model::{RunId, RunStatus, Slug, Time, text};
use causeway_store::{FlowName, Outcomes};
use serde::Serialize;

use super::{App, Error, Result, calendar};

/// Flows of one answer.
pub const MOST_FLOWS: usize = 200;
/// The longest time that is told.
pub const MOST_DAYS: u32 = 90;

/// A flow's runs of the last days; test runs are left out.
#[derive(Clone, Debug, Serialize)]
pub struct FlowStats {
    pub slug: Slug,
    /// Those that finished.
    pub runs: u64,
    pub succeeded: u64,
    pub failed: u64,
    pub cancelled: u64,
    /// Of those that were not cancelled, 0 to 1; `None` where there were none.
    pub success_rate: Option<f64>,
    /// The newest one, of whatever time, finished or not.
    pub last_run: Option<LastRunView>,
    pub daily: Vec<FlowDay>,
}

#[derive(Clone, Debug, Serialize)]
pub struct LastRunView {
    pub id: RunId,
    pub status: RunStatus,
    pub created_at: Time,
}

#[derive(Clone, Debug, Serialize)]
pub struct FlowDay {
    /// `2026-11-20`, of the time zone.
    pub day: String,
    pub succeeded: u64,
    pub failed: u64,
}

impl App {
    /// Of the flows with these slugs, or of the first 200 in service by slug. Slugs that nobody has are left out.
    pub async fn flow_stats(
        &self,
        slugs: &BTreeSet<String>,
        days: u32,
        zone: Option<&str>,
    ) -> Result<Vec<FlowStats>> {
        if slugs.len() > MOST_FLOWS {
            return Err(Error::invalid(
                "too_many_flows",
                text!("Name at most {MOST_FLOWS} flows", "最多指定 {MOST_FLOWS} 個流程"),
            ));
        }
        let flows = self.flows_of_stats(slugs).await?;
        let ids: Vec<_> = flows.iter().map(|flow| flow.id).collect();
        let last = calendar::last_days(self.now(), days, calendar::zone(zone)?);
        let (outcomes, mut newest) =
            futures::try_join!(self.store().outcomes_of(&last.slots, &ids), self.store().last_runs(&ids))?;
        let told = flows.into_iter().map(|flow| {
            let daily = outcomes.get(&flow.id).map(Vec::as_slice).unwrap_or_default();
            let mut all = Outcomes::default();
            daily.iter().for_each(|day| all.merge(day));
            let day = |(day, outcomes): (&chrono::NaiveDate, &Outcomes)| FlowDay {
                day: day.to_string(),
                succeeded: outcomes.succeeded,
                failed: outcomes.failed,
            };
            FlowStats {
                slug: flow.slug,
                runs: all.total(),
                succeeded: all.succeeded,
                failed: all.failed,
                cancelled: all.cancelled,
                success_rate: all.success_rate(),
                last_run: newest.remove(&flow.id).map(|run| LastRunView {
                    id: run.id,
                    status: run.status,
                    created_at: run.created_at,
                }),
                daily: last.days.iter().zip(daily).map(day).collect(),
            }
        });
        Ok(told.collect())
    }

    async fn flows_of_stats(&self, slugs: &BTreeSet<String>) -> Result<Vec<FlowName>> {
        let mut flows = self.store().flow_names().await?;
        match slugs.is_empty() {
            true => flows.retain(|flow| !flow.archived),
            false => flows.retain(|flow| slugs.contains(flow.slug.as_str())),
        }
        flows.truncate(MOST_FLOWS);
        Ok(flows)
    }
}
