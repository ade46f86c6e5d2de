//! What may be set while everything runs: kept in `setting`, read by whoever needs it each time.

use causeway_model::{Span, text};
use serde::{Deserialize, Serialize};

use crate::audit_entry::{self, Change};
use crate::{Error, Result, Store, json, setting, tag};

/// Where they stand.
const TUNABLES: &str = "tunables";

/// How long things are kept where nothing outside says: absent means the default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tunables {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep: Option<Span>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audit_keep: Option<Span>,
}

/// `Some(None)` goes back to the default.
#[derive(Clone, Debug, Default)]
pub struct TunableChange {
    pub keep: Option<Option<Span>>,
    pub audit_keep: Option<Option<Span>>,
}

const LEAST: Span = Span::from_secs(3600);
const MOST: Span = Span::from_secs(20 * 366 * 86_400);

fn check(span: Option<Span>) -> Result<Option<Span>> {
    match span {
        Some(span) if span < LEAST || span > MOST => Err(Error::invalid(
            "span_out_of_range",
            text!("Keep things for 1 hour to 20 years.", "保留時間須為 1 小時到 20 年。"),
        )),
        span => Ok(span),
    }
}

impl Store {
    pub async fn tunables(&self) -> Result<Tunables> {
        let text = setting::get(&self.core.db.read, TUNABLES).await?;
        Ok(json::parse_opt(text.as_deref(), "tunables")?.unwrap_or_default())
    }

    /// `expected`: the [`tag_of`](crate::tag_of) what the change was made on, or `*`; `changed_meanwhile` if it is another by now.
    pub async fn change_tunables(&self, change: TunableChange, expected: &str, by: &str) -> Result<Tunables> {
        let tx = self.core.db.begin().await?;
        setting::raise_revision(&tx).await?;
        let text = setting::get(&tx, TUNABLES).await?;
        let old: Tunables = json::parse_opt(text.as_deref(), "tunables")?.unwrap_or_default();
        tag::must_be(Some(expected), Some(&old))?;
        let mut new = old.clone();
        if let Some(keep) = change.keep {
            new.keep = check(keep)?;
        }
        if let Some(keep) = change.audit_keep {
            new.audit_keep = check(keep)?;
        }
        if new == old {
            return Ok(new);
        }
        setting::put(&tx, TUNABLES, &json::text(&new)).await?;
        let value = |tunables: &Tunables| serde_json::to_value(tunables).unwrap_or_default();
        let entry = Change::new(by, "settings.changed", "retention").from(value(&old)).to(value(&new));
        audit_entry::write(&tx, self.core.clock.now(), entry).await?;
        tx.commit().await?;
        Ok(new)
    }
}
