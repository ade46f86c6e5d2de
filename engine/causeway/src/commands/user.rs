//! `causeway user`.

use causeway_model::{Role, text};
use clap::{Args, Subcommand};

use super::input;
use crate::context::Context;
use crate::exit::Outcome;
use crate::output::{Table, when};

#[derive(Subcommand)]
pub enum User {
    /// Make an account
    Create(Create),
    /// List accounts
    List,
}

#[derive(Args)]
#[command(after_help = "Examples:
  causeway user create --email lin@example.com --role editor      asks for the password
  printf %s \"$PASSWORD\" | causeway user create --email lin@example.com --role owner --password-stdin

Roles, each may do all that the ones before it may: viewer, operator, editor, admin, owner")]
pub struct Create {
    /// The person's e-mail address, used to sign in
    #[arg(long)]
    email: String,
    /// What the person may do: owner, admin, editor, operator or viewer
    #[arg(long, value_parser = input::name::<Role>)]
    role: Role,
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,
}

impl User {
    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Create(args) => create(context, args).await,
            Self::List => list(context).await,
        }
    }
}

async fn create(context: &Context, args: Create) -> Outcome {
    let (email, role) = (&args.email, args.role);
    let password = if args.password_stdin {
        input::secret_from_stdin()?
    } else {
        input::ask_secret(
            context,
            &text!("Password for {email}: ", "{email} 的密碼："),
            text!("Give the password with --password-stdin.", "請用 --password-stdin 提供密碼。"),
        )?
    };
    let user = context.app().await?.create_user(email, &password, role).await?;
    context.console.done(&user, &text!("{email} may sign in as {role}.", "{email} 可以用 {role} 角色登入。"))
}

async fn list(context: &Context) -> Outcome {
    let users = context.app().await?.users().await?;
    let console = &context.console;
    if console.json {
        return console.json(&users);
    }
    let mut table = Table::new(
        console.locale,
        &[text!("email", "電子郵件"), text!("role", "角色"), text!("created", "建立時間")],
    );
    for user in users {
        table.row(vec![user.email, user.role.to_string(), when::time(user.created_at)]);
    }
    table.print(console, &text!("There are no accounts.", "沒有帳號。"));
    Ok(())
}
