//! `causeway migrate`.

use causeway_model::text;
use causeway_store::{MigrationPlan, Store};
use clap::Args;

use crate::context::Context;
use crate::exit::Outcome;
use crate::output::progress;
use crate::wiring;

#[derive(Args)]
pub struct Migrate {
    /// Only say what would happen
    #[arg(long)]
    check: bool,
}

impl Migrate {
    pub async fn run(self, context: &Context) -> Outcome {
        let store = wiring::open_store(&context.settings).await?;
        let outcome = if self.check {
            store.migration_plan().await.map_err(Into::into).and_then(|plan| show(context, &plan, true))
        } else {
            let busy =
                progress::spinner(&context.console, &text!("Backing up and migrating", "備份與遷移中"));
            let done = apply(&store).await;
            busy.finish_and_clear();
            done.and_then(|plan| show(context, &plan, false))
        };
        store.close().await;
        outcome
    }
}

/// What was pending, now applied.
async fn apply(store: &Store) -> Outcome<MigrationPlan> {
    let plan = store.migration_plan().await?;
    store.migrate().await?;
    Ok(plan)
}

fn show(context: &Context, plan: &MigrationPlan, check: bool) -> Outcome {
    let console = &context.console;
    if console.json {
        return console.json(plan);
    }
    let (backend, applied) = (&plan.backend, plan.applied.len());
    let pending = plan.pending.len();
    console.line(console.words(&match (pending, check) {
        (0, _) => text!(
            "The {backend} database is up to date ({applied} migrations).",
            "{backend} 資料庫已是最新（{applied} 個遷移）。"
        ),
        (_, true) => text!(
            "{pending} migrations would be applied to the {backend} database:",
            "將對 {backend} 資料庫套用 {pending} 個遷移："
        ),
        (_, false) => text!(
            "{pending} migrations were applied to the {backend} database:",
            "已對 {backend} 資料庫套用 {pending} 個遷移："
        ),
    }));
    for name in &plan.pending {
        console.line(&format!("  {name}"));
    }
    Ok(())
}
