//! `causeway flow list`.

use causeway_model::text;
use clap::Args;

use crate::context::Context;
use crate::exit::Outcome;
use crate::output::{Paint, Table};

#[derive(Args)]
pub struct List {
    /// Only flows with this tag
    #[arg(long)]
    tag: Option<String>,
    /// Those that are archived instead
    #[arg(long)]
    archived: bool,
}

impl List {
    pub async fn run(self, context: &Context) -> Outcome {
        let mut flows = context.app().await?.flows(self.archived).await?;
        flows.retain(|flow| self.tag.as_ref().is_none_or(|tag| flow.tags.contains(tag)));
        let console = &context.console;
        if console.json {
            return console.json(&flows);
        }
        let heads = [
            text!("slug", "代號"),
            text!("published", "已發布"),
            text!("state", "狀態"),
            text!("name", "名稱"),
        ];
        let mut table = Table::new(console.locale, &heads);
        for flow in flows {
            let (state, paint) = match (flow.published, flow.enabled, flow.changed) {
                _ if flow.archived_at.is_some() => (text!("archived", "已封存"), Paint::Faint),
                (None, ..) => (text!("draft", "草稿"), Paint::Faint),
                (Some(_), false, _) => (text!("off", "停用"), Paint::Bad),
                (Some(_), true, true) => (text!("on, draft changed", "啟用，草稿有變更"), Paint::Busy),
                (Some(_), true, false) => (text!("on", "啟用"), Paint::Good),
            };
            let published = flow.published.map(|version| format!("v{version}")).unwrap_or_default();
            table.row(vec![
                flow.slug.to_string(),
                published,
                console.paint(console.words(&state), paint),
                flow.name,
            ]);
        }
        table.print(
            console,
            &text!(
                "There are no flows. Import one: causeway flow import PATH --publish",
                "沒有流程。匯入流程：causeway flow import PATH --publish"
            ),
        );
        Ok(())
    }
}
