//! `causeway user`.

use causeway_model::{Role, Text, text};
use causeway_store::{Actor, NewUser, UserChange, UserFilter, UserRecord};
use clap::{Args, Subcommand};
use serde_json::json;

use super::{input, pages};
use crate::context::Context;
use crate::exit::Outcome;
use crate::output::{Table, when};

#[derive(Subcommand)]
pub enum User {
    /// Make an account
    Create(Create),
    /// List accounts
    List,
    /// Give somebody another role
    SetRole(SetRole),
    /// Let somebody sign in no more; sessions end, tokens do not count
    Disable(Who),
    /// Let somebody sign in again
    Enable(Who),
    /// Delete an account, with its sessions and tokens
    Delete(Who),
    /// Give somebody another password; their sessions end
    ResetPassword(ResetPassword),
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
    /// What the person is called
    #[arg(long, default_value = "")]
    name: String,
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Args)]
pub struct Who {
    /// The person's e-mail address
    email: String,
}

#[derive(Args)]
pub struct SetRole {
    /// The person's e-mail address
    email: String,
    /// What the person may do: owner, admin, editor, operator or viewer
    #[arg(value_parser = input::name::<Role>)]
    role: Role,
}

#[derive(Args)]
pub struct ResetPassword {
    /// The person's e-mail address
    email: String,
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,
}

impl User {
    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Create(args) => create(context, args).await,
            Self::List => list(context).await,
            Self::SetRole(args) => {
                let (email, role) = (&args.email, args.role);
                let change = UserChange { role: Some(role), ..UserChange::default() };
                let said = text!("{email} has the role {role} now.", "{email} 現在的角色是 {role}。");
                change_user(context, email, change, said).await
            }
            Self::Disable(Who { email }) => {
                let said = text!("{email} cannot sign in any more.", "{email} 已無法登入。");
                switch(context, &email, true, said).await
            }
            Self::Enable(Who { email }) => {
                let said = text!("{email} may sign in again.", "{email} 可以再次登入。");
                switch(context, &email, false, said).await
            }
            Self::Delete(who) => delete(context, &who.email).await,
            Self::ResetPassword(args) => reset_password(context, args).await,
        }
    }
}

fn password(context: &Context, email: &str, from_stdin: bool) -> Outcome<String> {
    if from_stdin {
        return input::secret_from_stdin();
    }
    input::ask_secret(
        context,
        &text!("Password for {email}: ", "{email} 的密碼："),
        text!("Give the password with --password-stdin.", "請用 --password-stdin 提供密碼。"),
    )
}

async fn create(context: &Context, args: Create) -> Outcome {
    let (email, role) = (&args.email, args.role);
    let password = password(context, email, args.password_stdin)?;
    let new = NewUser { email: email.clone(), password, name: args.name, role, locale: None };
    let by = context.by();
    let user = context.app().await?.create_user(new, Actor { by: &by, most: Role::Owner }).await?;
    context.console.done(&user, &text!("{email} may sign in as {role}.", "{email} 可以用 {role} 角色登入。"))
}

async fn list(context: &Context) -> Outcome {
    let app = context.app().await?;
    let page =
        async |after, limit| app.list_users(UserFilter { after, limit, ..UserFilter::default() }).await;
    let users = pages::all(|user: &UserRecord| user.email.clone(), page).await?;
    let console = &context.console;
    if console.json {
        return console.json(&users);
    }
    let heads = [
        text!("email", "電子郵件"),
        text!("name", "姓名"),
        text!("role", "角色"),
        text!("state", "狀態"),
        text!("created", "建立時間"),
    ];
    let mut table = Table::new(console.locale, &heads);
    for user in users {
        let state = if user.disabled { text!("disabled", "已停用") } else { text!("active", "啟用") };
        let state = console.words(&state).to_owned();
        table.row(vec![user.email, user.name, user.role.to_string(), state, when::time(user.created_at)]);
    }
    table.print(console, &text!("There are no accounts.", "沒有帳號。"));
    Ok(())
}

async fn known(context: &Context, email: &str) -> Outcome<UserRecord> {
    Ok(context.app().await?.store().user_by_email(email).await?)
}

async fn change_user(context: &Context, email: &str, change: UserChange, said: Text) -> Outcome {
    let (user, by) = (known(context, email).await?, context.by());
    let actor = Actor { by: &by, most: Role::Owner };
    let user = context.app().await?.change_user(user.id, change, actor).await?;
    context.console.done(&user, &said)
}

async fn switch(context: &Context, email: &str, disabled: bool, said: Text) -> Outcome {
    let change = UserChange { disabled: Some(disabled), ..UserChange::default() };
    change_user(context, email, change, said).await
}

async fn delete(context: &Context, email: &str) -> Outcome {
    let (user, by) = (known(context, email).await?, context.by());
    context.app().await?.delete_user(user.id, Actor { by: &by, most: Role::Owner }).await?;
    context.console.done(
        &json!({ "id": user.id, "email": user.email }),
        &text!("The account {email} is deleted.", "已刪除帳號 {email}。"),
    )
}

async fn reset_password(context: &Context, args: ResetPassword) -> Outcome {
    let (email, by) = (&args.email, context.by());
    let user = known(context, email).await?;
    let password = password(context, email, args.password_stdin)?;
    let actor = Actor { by: &by, most: Role::Owner };
    let user = context.app().await?.reset_password(user.id, &password, actor).await?;
    context.console.done(&user, &text!("{email} has a new password.", "{email} 的密碼已重設。"))
}
