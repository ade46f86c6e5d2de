//! The settings of the installation: what this process was told from outside, and what may be set while it runs.

use causeway_model::{Span, Text, text};
use causeway_store::{TunableChange, Tunables};
use serde::Serialize;

use super::{App, Error, Result};

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingSource {
    Flag,
    Environment,
    File,
    /// Set while running, in the database.
    Stored,
    Default,
}

/// One setting, as this process has it.
#[derive(Clone, Debug, Serialize)]
pub struct SettingView {
    pub name: String,
    pub env: String,
    pub description: Text,
    /// Absent where nothing is set; `***` where it is secret.
    pub value: Option<String>,
    pub source: SettingSource,
    pub default: String,
    pub secret: bool,
    /// Whether it may be set while running. What is set from outside is changed there.
    pub changeable: bool,
}

/// These may be set while running.
const TUNABLE: [&str; 2] = ["keep", "audit_keep"];

impl App {
    /// `told`: what this process was told from outside.
    pub async fn settings(&self, told: &[SettingView]) -> Result<(Vec<SettingView>, Tunables)> {
        let stored = self.store().tunables().await?;
        Ok((views(told, &stored), stored))
    }

    /// `setting_fixed` where the process was told it from outside; `changed_meanwhile`.
    pub async fn change_settings(
        &self,
        told: &[SettingView],
        change: TunableChange,
        expected: &str,
        by: &str,
    ) -> Result<(Vec<SettingView>, Tunables)> {
        let asked = [("keep", change.keep.is_some()), ("audit_keep", change.audit_keep.is_some())];
        for (name, _) in asked.into_iter().filter(|(_, asked)| *asked) {
            let fixed =
                told.iter().find(|setting| setting.name == name && setting.source != SettingSource::Default);
            if let Some(setting) = fixed {
                let env = &setting.env;
                return Err(Error::conflict(
                    "setting_fixed",
                    text!(
                        "`{name}` was set when Causeway was started (flag, {env} or file); change it there",
                        "「{name}」已在啟動 Causeway 時設定（旗標、{env} 或設定檔），請在該處變更"
                    ),
                ));
            }
        }
        let stored = self.store().change_tunables(change, expected, by).await?;
        tracing::info!(by, "settings changed");
        Ok((views(told, &stored), stored))
    }
}

fn views(told: &[SettingView], stored: &Tunables) -> Vec<SettingView> {
    let mut settings = told.to_vec();
    for setting in &mut settings {
        setting.changeable =
            TUNABLE.contains(&setting.name.as_str()) && setting.source == SettingSource::Default;
        let span = match setting.name.as_str() {
            "keep" => stored.keep,
            "audit_keep" => stored.audit_keep,
            _ => None,
        };
        if let Some(span) = span.filter(|_| setting.changeable) {
            setting.value = Some(span.to_string());
            setting.source = SettingSource::Stored;
        }
    }
    settings
}

/// A span as people write it, or null for the default.
pub(crate) fn span(name: &str, text: Option<String>) -> Result<Option<Span>> {
    text.map(|text| {
        text.parse().map_err(|_| {
            Error::invalid(
                "span_invalid",
                text!(
                    "`{name}` is no span of time; write a number and m, h or d, such as 30d",
                    "「{name}」不是時間長度，請寫數字加 m、h 或 d，例如 30d"
                ),
            )
        })
    })
    .transpose()
}
