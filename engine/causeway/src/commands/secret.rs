//! `causeway secret`: names are shown, values never.

use causeway_model::text;
use causeway_store::SecretRecord;
use clap::{Args, Subcommand};
use serde_json::json;

use super::{input, pages};
use crate::context::Context;
use crate::exit::Outcome;
use crate::output::{Table, when};

#[derive(Subcommand)]
pub enum Secret {
    /// Set a secret; the value is asked for, or read from standard input
    Set(Set),
    /// List the names of secrets
    List,
    /// Delete a secret
    Delete(Delete),
}

#[derive(Args)]
#[command(after_help = "Examples:
  causeway secret set crm_hook                       asks without showing what is typed
  printf %s \"$TOKEN\" | causeway secret set erp_token --value-stdin")]
pub struct Set {
    /// What flows call it: `secret.<name>`
    name: String,
    /// Read the value from standard input
    #[arg(long)]
    value_stdin: bool,
}

#[derive(Args)]
pub struct Delete {
    /// The secret's name
    name: String,
}

impl Secret {
    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Set(args) => set(context, args).await,
            Self::List => list(context).await,
            Self::Delete(args) => delete(context, &args.name).await,
        }
    }
}

async fn set(context: &Context, args: Set) -> Outcome {
    let name = &args.name;
    let value = if args.value_stdin {
        input::secret_from_stdin()?
    } else {
        input::ask_secret(
            context,
            &text!("Value of {name}: ", "{name} 的值："),
            text!("Give the value with --value-stdin.", "請用 --value-stdin 提供值。"),
        )?
    };
    context.app().await?.set_secret(name, &value, &context.by()).await?;
    context.console.done(&json!({ "name": name }), &text!("Secret {name} is set.", "已設定密鑰 {name}。"))
}

async fn list(context: &Context) -> Outcome {
    let app = context.app().await?;
    let page = async |after, limit| app.list_secrets(None, after, limit).await;
    let secrets = pages::all(|secret: &SecretRecord| secret.name.clone(), page).await?;
    let console = &context.console;
    if console.json {
        let secrets: Vec<_> = secrets
            .iter()
            .map(|secret| json!({ "name": secret.name, "updated_at": secret.set_at }))
            .collect();
        return console.json(&secrets);
    }
    let mut table = Table::new(console.locale, &[text!("name", "名稱"), text!("set", "設定時間")]);
    for secret in secrets {
        table.row(vec![secret.name, when::time(secret.set_at)]);
    }
    table.print(console, &text!("There are no secrets.", "沒有密鑰。"));
    Ok(())
}

async fn delete(context: &Context, name: &str) -> Outcome {
    context.app().await?.delete_secret(name, &context.by()).await?;
    context.console.done(&json!({ "name": name }), &text!("Secret {name} is deleted.", "已刪除密鑰 {name}。"))
}
