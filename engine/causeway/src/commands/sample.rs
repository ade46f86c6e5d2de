//! `causeway sample`.

use std::path::PathBuf;

use causeway_model::{RunId, Sample as Content, Slug, text};
use causeway_server::app::SampleRequest;
use clap::{Args, Subcommand};
use serde_json::json;

use super::input;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Table, when};

#[derive(Subcommand)]
pub enum Sample {
    /// List the samples of a flow
    List(Of),
    /// Print a sample, or the test case that it makes
    Show(Show),
    /// Make or replace a sample, from a file or from a run
    Set(Set),
    /// Delete a sample
    Delete(One),
}

#[derive(Args)]
pub struct Of {
    /// The flow's slug
    #[arg(value_parser = input::name::<Slug>)]
    slug: Slug,
}

#[derive(Args)]
pub struct One {
    /// The flow's slug
    #[arg(value_parser = input::name::<Slug>)]
    slug: Slug,
    /// The sample's name
    name: String,
}

#[derive(Args)]
#[command(after_help = "Examples:
  causeway sample show order-approval large
  causeway sample show order-approval large --case > workflows/order-approval/cases/large.json")]
pub struct Show {
    /// The flow's slug
    #[arg(value_parser = input::name::<Slug>)]
    slug: Slug,
    /// The sample's name
    name: String,
    /// As a test case: what comes in, and what the steps must give
    #[arg(long)]
    case: bool,
}

#[derive(Args)]
#[command(after_help = "Examples:
  causeway sample set order-approval large --file sample.json
  causeway sample set order-approval large --from-run 0197f2a4-7c1e-7d52-9a51-3b1c8e0f4c55
  echo '{\"trigger\": {\"body\": {\"order_no\": \"SO-1\"}}}' | causeway sample set order-approval small --file -

A sample is {\"trigger\": {...}, \"outputs\": {step: value}, \"ports\": {step: port}}. Values of secrets are not kept.")]
pub struct Set {
    /// The flow's slug
    #[arg(value_parser = input::name::<Slug>)]
    slug: Slug,
    /// The sample's name: a-z, 0-9 and -
    name: String,
    /// Read the sample from a file; `-` is standard input
    #[arg(long, value_name = "FILE", required_unless_present = "from_run", conflicts_with = "from_run")]
    file: Option<PathBuf>,
    /// Take the trigger event and the outputs of a run of the flow
    #[arg(long, value_name = "ID", value_parser = input::name::<RunId>)]
    from_run: Option<RunId>,
    /// Take the run's trigger event only
    #[arg(long, requires = "from_run")]
    only_trigger: bool,
}

impl Sample {
    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::List(args) => list(context, &args.slug).await,
            Self::Show(args) => show(context, &args).await,
            Self::Set(args) => set(context, args).await,
            Self::Delete(args) => delete(context, &args).await,
        }
    }
}

async fn list(context: &Context, slug: &Slug) -> Outcome {
    let samples = context.app().await?.samples(slug).await?;
    let console = &context.console;
    if console.json {
        return console.json(&samples);
    }
    let heads = [
        text!("name", "名稱"),
        text!("bytes", "位元組"),
        text!("changed", "修改時間"),
        text!("by", "修改者"),
    ];
    let mut table = Table::new(console.locale, &heads);
    for sample in samples {
        table.row(vec![
            sample.name,
            sample.bytes.to_string(),
            when::time(sample.updated_at),
            sample.updated_by,
        ]);
    }
    table.print(console, &text!("The flow {slug} has no samples.", "流程 {slug} 沒有範例資料。"));
    Ok(())
}

async fn show(context: &Context, args: &Show) -> Outcome {
    let app = context.app().await?;
    if args.case {
        return context.console.json(&app.sample_as_case(&args.slug, &args.name).await?);
    }
    let (_, sample) = app.sample(&args.slug, &args.name).await?;
    context.console.json(&sample)
}

async fn set(context: &Context, args: Set) -> Outcome {
    let sample = match &args.file {
        Some(path) => read(path)?,
        None => Content::default(),
    };
    let Set { slug, name, from_run, only_trigger, .. } = args;
    let request = SampleRequest { sample, from_run, only_trigger, expected: None, by: context.by() };
    let saved = context.app().await?.set_sample(&slug, &name, request).await?;
    if !saved.left_out.is_empty() {
        let list = saved.left_out.join(", ");
        context.console.note(&text!(
            "Left out, since files go with their run: {list}",
            "未保留（檔案會隨執行刪除）：{list}"
        ));
    }
    let done = text!("Sample {name} of {slug} is set.", "已設定流程 {slug} 的範例資料 {name}。");
    context.console.done(&saved, &done)
}

fn read(path: &std::path::Path) -> Outcome<Content> {
    serde_json::from_value(input::json_of(path)?).map_err(|error| {
        let path = path.display();
        Failure::new(
            Exit::Refused,
            "sample_invalid",
            text!("`{path}` is no sample: {error}.", "`{path}` 不是範例資料：{error}。"),
        )
    })
}

async fn delete(context: &Context, args: &One) -> Outcome {
    let One { slug, name } = args;
    context.app().await?.delete_sample(slug, name, None, &context.by()).await?;
    let done = text!("Sample {name} of {slug} is deleted.", "已刪除流程 {slug} 的範例資料 {name}。");
    context.console.done(&json!({ "flow": slug, "name": name }), &done)
}
