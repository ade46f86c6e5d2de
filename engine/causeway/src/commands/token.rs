//! `causeway token`.

use causeway_model::{Role, Slug, Span, TokenId, text};
use causeway_store::{Actor, NewToken, TokenFilter, TokenRecord};
use clap::{Args, Subcommand};
use serde_json::json;

use super::{input, pages};
use crate::context::Context;
use crate::exit::Outcome;
use crate::output::{Table, when};

#[derive(Subcommand)]
pub enum Token {
    /// Make a token; it is printed once, alone on the last line
    Create(Create),
    /// List tokens, without their text
    List,
    /// Delete a token; it counts no more from now on
    Delete(Delete),
}

#[derive(Args)]
pub struct Delete {
    /// The token's id, from the list
    #[arg(value_parser = input::name::<TokenId>)]
    id: TokenId,
}

#[derive(Args)]
#[command(after_help = "Examples:
  causeway token create --name ci --role editor --expires 90d
  causeway token create --name shop --role operator --flow new-order --flow refund
  TOKEN=$(causeway token create --name erp --role operator | tail -n 1)
  curl -H \"Authorization: Bearer $TOKEN\" http://127.0.0.1:7400/api/v1/runs")]
pub struct Create {
    /// What it is for
    #[arg(long)]
    name: String,
    /// What its holder may do: owner, admin, editor, operator or viewer
    #[arg(long, value_parser = input::name::<Role>)]
    role: Role,
    /// How long it counts, such as 90d; without it, until it is deleted
    #[arg(long, value_name = "DURATION", value_parser = input::name::<Span>)]
    expires: Option<Span>,
    /// It may look, and change nothing
    #[arg(long)]
    read_only: bool,
    /// Only for this flow and its runs; may be given several times
    #[arg(long = "flow", value_name = "SLUG", value_parser = input::name::<Slug>)]
    flows: Vec<Slug>,
    /// Whose token it is: it never does more than this person may, and goes with them
    #[arg(long, value_name = "EMAIL")]
    owner: Option<String>,
}

impl Token {
    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Create(args) => create(context, &args).await,
            Self::List => list(context).await,
            Self::Delete(args) => delete(context, args.id).await,
        }
    }
}

async fn create(context: &Context, args: &Create) -> Outcome {
    let app = context.app().await?;
    let owner = match &args.owner {
        Some(email) => Some(app.store().user_by_email(email).await?.id),
        None => None,
    };
    let new = NewToken {
        name: args.name.clone(),
        role: args.role,
        owner,
        read_only: args.read_only,
        flows: Some(args.flows.clone()).filter(|flows| !flows.is_empty()),
        expires_at: args.expires.map(|span| app.now() + span),
    };
    let by = context.by();
    let (token, secret) = app.create_token(new, Actor { by: &by, most: Role::Owner }).await?;
    let console = &context.console;
    if console.json {
        return console
            .json(&json!({ "id": token.id, "name": token.name, "role": token.role, "expires_at": token.expires_at, "token": secret }));
    }
    let (name, role) = (&token.name, token.role);
    console.line(console.words(&text!(
        "Token {name} with role {role}. Keep it now: it is not shown again.",
        "權杖 {name}，角色 {role}。請立即保存，之後不會再顯示。"
    )));
    console.line(&secret);
    Ok(())
}

async fn list(context: &Context) -> Outcome {
    let app = context.app().await?;
    let page =
        async |after, limit| app.list_tokens(TokenFilter { after, limit, ..TokenFilter::default() }).await;
    let tokens = pages::all(|token: &TokenRecord| token.id, page).await?;
    let console = &context.console;
    if console.json {
        return console.json(&tokens);
    }
    let heads = [
        text!("id", "編號"),
        text!("name", "名稱"),
        text!("role", "角色"),
        text!("created", "建立時間"),
        text!("last used", "最後使用"),
        text!("ends", "到期"),
    ];
    let mut table = Table::new(console.locale, &heads);
    for token in tokens {
        let used = token.last_used_at.map(when::time).unwrap_or_default();
        table.row(vec![
            token.id.to_string(),
            token.name,
            token.role.to_string(),
            when::time(token.created_at),
            used,
            token.expires_at.map(when::time).unwrap_or_default(),
        ]);
    }
    table.print(console, &text!("There are no tokens.", "沒有權杖。"));
    Ok(())
}

async fn delete(context: &Context, id: TokenId) -> Outcome {
    context.app().await?.delete_token(id, Actor { by: &context.by(), most: Role::Owner }).await?;
    context.console.done(&json!({ "id": id }), &text!("Token {id} is deleted.", "已刪除權杖 {id}。"))
}
