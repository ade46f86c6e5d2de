//! `causeway variable`.

use std::path::PathBuf;

use causeway_model::{Value, text};
use clap::{Args, Subcommand};
use serde_json::json;

use super::input;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::Table;
use crate::output::values::{Detail, show};

#[derive(Subcommand)]
pub enum Variable {
    /// Set a variable; runs that are under way keep the value that they began with
    Set(Set),
    /// List variables and their values
    List,
    /// Delete a variable
    Delete(Delete),
}

#[derive(Args)]
pub struct Delete {
    /// The variable's name
    name: String,
}

#[derive(Args)]
#[command(after_help = "Examples:
  causeway variable set sample_url http://127.0.0.1:7401     JSON where it reads as JSON, else text
  causeway variable set limits '{\"large\": 100000}'
  causeway variable set order_no 007 --text                  always text
  causeway variable set rates --file rates.json")]
pub struct Set {
    /// What flows call it: `vars.<name>`
    name: String,
    /// The value: JSON where it reads as JSON, else text
    #[arg(required_unless_present = "file", conflicts_with = "file")]
    value: Option<String>,
    /// Take the value as text, even where it reads as JSON
    #[arg(long, conflicts_with = "file")]
    text: bool,
    /// Read JSON from a file; `-` is standard input
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Variable {
    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Set(args) => set(context, args).await,
            Self::List => list(context).await,
            Self::Delete(args) => delete(context, &args.name).await,
        }
    }
}

impl Set {
    fn read(&self) -> Outcome<Value> {
        match (&self.file, &self.value) {
            (Some(path), _) => input::json_of(path),
            (None, Some(value)) if self.text => Ok(Value::String(value.clone())),
            (None, Some(value)) => {
                Ok(serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.clone())))
            }
            (None, None) => Err(Failure::new(
                Exit::Usage,
                "value_missing",
                text!("Give a value, or a file with --file.", "請提供值，或用 --file 指定檔案。"),
            )),
        }
    }
}

async fn set(context: &Context, args: Set) -> Outcome {
    let value = args.read()?;
    let name = &args.name;
    context.app().await?.set_variable(name, &value, &context.by()).await?;
    context.console.done(
        &json!({ "name": name, "value": value }),
        &text!("Variable {name} is set.", "已設定變數 {name}。"),
    )
}

async fn list(context: &Context) -> Outcome {
    let variables = context.app().await?.variables().await?;
    let console = &context.console;
    if console.json {
        return console.json(&variables);
    }
    let mut table = Table::new(console.locale, &[text!("name", "名稱"), text!("value", "值")]);
    for (name, value) in variables.iter() {
        table.row(vec![name.clone(), show(value, Detail::Short(200))]);
    }
    table.print(console, &text!("There are no variables.", "沒有變數。"));
    Ok(())
}

async fn delete(context: &Context, name: &str) -> Outcome {
    context.app().await?.delete_variable(name, &context.by()).await?;
    context
        .console
        .done(&json!({ "name": name }), &text!("Variable {name} is deleted.", "已刪除變數 {name}。"))
}
