//! `causeway approval`.

use causeway_model::{ApprovalId, Role, text};
use causeway_server::app::Decider;
use causeway_store::ApprovalFilter;
use clap::{Args, Subcommand};

use super::input;
use crate::context::Context;
use crate::exit::Outcome;
use crate::output::{Table, when};

#[derive(Subcommand)]
pub enum Approval {
    /// List what waits for a decision
    List(List),
    /// Approve or reject
    Decide(Decide),
}

#[derive(Args)]
pub struct List {
    /// Also those that are decided or over
    #[arg(long)]
    all: bool,
    /// How many
    #[arg(long, value_name = "COUNT", default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=200))]
    limit: u64,
}

#[derive(Args)]
#[command(after_help = "Examples:
  causeway approval list
  causeway approval decide ID --approve --comment \"Price agreed by phone\"
  causeway approval decide ID --reject --as lin@example.com

Without --as you decide as the owner of this installation; the timeline says so.")]
#[command(group(clap::ArgGroup::new("decision").required(true).args(["approve", "reject"])))]
pub struct Decide {
    /// The approval
    #[arg(value_parser = input::name::<ApprovalId>)]
    id: ApprovalId,
    /// Let the run go on by its `approved` port
    #[arg(long)]
    approve: bool,
    /// Let the run go on by its `rejected` port
    #[arg(long)]
    reject: bool,
    /// Why; kept with the approval
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
    /// Decide as the person with this e-mail address, who must be among the approvers
    #[arg(long = "as", value_name = "EMAIL")]
    as_: Option<String>,
}

impl Approval {
    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::List(args) => list(context, &args).await,
            Self::Decide(args) => decide(context, args).await,
        }
    }
}

async fn list(context: &Context, args: &List) -> Outcome {
    let status = (!args.all).then(|| "open".to_owned());
    let filter = ApprovalFilter { status, limit: args.limit, ..ApprovalFilter::default() };
    let approvals = context.app().await?.list_approvals(filter, None).await?.approvals;
    let console = &context.console;
    if console.json {
        return console.json(&approvals);
    }
    let heads = [
        text!("id", "編號"),
        text!("flow", "流程"),
        text!("step", "步驟"),
        text!("asked", "提出時間"),
        text!("expires", "期限"),
        text!("status", "狀態"),
        text!("message", "內容"),
    ];
    let mut table = Table::new(console.locale, &heads);
    for approval in approvals {
        table.row(vec![
            approval.id.to_string(),
            approval.slug.to_string(),
            approval.step.to_string(),
            when::time(approval.created_at),
            approval.expires_at.map(when::time).unwrap_or_default(),
            approval.status,
            approval.message.replace('\n', " "),
        ]);
    }
    table.print(console, &text!("Nothing waits for a decision.", "沒有待簽核的項目。"));
    Ok(())
}

async fn decide(context: &Context, args: Decide) -> Outcome {
    let app = context.app().await?;
    let decider = match &args.as_ {
        Some(email) => app.decider_by_email(email).await?,
        // Whoever reaches the store from here may do anything with it already.
        None => Decider::User { email: context.by(), role: Role::Owner },
    };
    let approval = app.decide(args.id, args.approve, &decider, args.comment).await?;
    let (step, run) = (&approval.step, approval.run);
    let text = match args.approve {
        true => text!("Step {step} of run {run} is approved.", "已核准執行 {run} 的步驟 {step}。"),
        false => text!("Step {step} of run {run} is rejected.", "已駁回執行 {run} 的步驟 {step}。"),
    };
    context.console.done(&approval, &text)
}
