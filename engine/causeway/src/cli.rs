//! The tree of commands. Each area's arguments stand with what they do, in `commands`.

use causeway_model::Locale;
use clap::{CommandFactory, Parser, Subcommand};

use crate::commands::{
    approval, audit, completions, connection, connector, dead_letter, demo, flow, key, migrate, openapi,
    poll, run, sample, schedule, schema, secret, serve, status, token, user, variable,
};
use crate::context::Context;
use crate::exit::Outcome;
use crate::help;
use crate::settings::{SettingArgs, environment, secret_lines, show_all};

/// Joins the systems of a company so that they work as one: flows in JSON, run durably.
#[derive(Parser)]
#[command(name = "causeway", version, propagate_version = false, after_help = help::EXIT_CODES)]
#[command(arg_required_else_help = true, subcommand_required = true)]
pub struct Cli {
    /// Print data as JSON
    #[arg(long, global = true)]
    pub json: bool,
    #[command(flatten)]
    pub settings: SettingArgs,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Start the server: webhooks, the API, and the worker that runs flows
    Serve(serve::Serve),
    /// Try Causeway on a made-up trading company: simulated systems and a server with its flows
    Demo(demo::Demo),
    /// Answer requests only: webhooks and the API; workers on the same Postgres run the flows
    Web(serve::Web),
    /// Run flows only, for web nodes on the same Postgres; answers /healthz and /readyz
    Worker(serve::Worker),
    /// Tell how the installation fares: workers, runs, dead letters, retention
    Status(status::Status),
    /// Bring the database up to date; the SQLite file is backed up first
    Migrate(migrate::Migrate),
    /// Print the JSON Schema of documents
    Schema(schema::Schema),
    /// Work with flows: check, import, export, publish, compare
    #[command(subcommand)]
    Flow(flow::Flow),
    /// Work with runs: start, look at, cancel, resume, replay
    #[command(subcommand)]
    Run(run::Run),
    /// Look at runs that gave up and wait for a person, and decide about them
    #[command(subcommand)]
    DeadLetter(dead_letter::DeadLetter),
    /// Keep the data that flows are tried with
    #[command(subcommand)]
    Sample(sample::Sample),
    /// See what cron expressions mean, and which flows start when
    #[command(subcommand)]
    Schedule(schedule::Schedule),
    /// See which flows ask systems for new and changed records, and have them asked at once
    #[command(subcommand)]
    Poll(poll::Poll),
    /// See the connectors, and make and check your own
    #[command(subcommand)]
    Connector(connector::Connector),
    /// Decide what runs ask people
    #[command(subcommand)]
    Approval(approval::Approval),
    /// Keep connections: the accounts with which flows call systems
    #[command(subcommand)]
    Connection(connection::Connection),
    /// Set secrets; their values are never shown again
    #[command(subcommand)]
    Secret(secret::Secret),
    /// Set variables that flows read as `vars.<name>`
    #[command(subcommand)]
    Variable(variable::Variable),
    /// Manage the accounts of people
    #[command(subcommand)]
    User(user::User),
    /// Make tokens for the API
    #[command(subcommand)]
    Token(token::Token),
    /// See who changed what
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Change the key that secrets are encrypted with
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Print the API's OpenAPI 3.1 document
    Openapi(openapi::Openapi),
    /// Print completions for a shell
    Completions(completions::Completions),
}

impl Command {
    /// What the command heeds of the environment.
    pub fn environment(&self) -> &'static dyn Fn(&str) -> Option<String> {
        match self {
            Self::Demo(_) => &demo::heeded,
            _ => &environment,
        }
    }

    /// What is logged where the settings say nothing.
    pub fn log_level(&self) -> &'static str {
        match self {
            Self::Serve(_) | Self::Web(_) | Self::Worker(_) => "info",
            _ => "warn",
        }
    }

    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Serve(command) => command.run(context).await,
            Self::Demo(command) => command.run(context).await,
            Self::Web(command) => command.run(context).await,
            Self::Worker(command) => command.run(context).await,
            Self::Status(command) => command.run(context).await,
            Self::Migrate(command) => command.run(context).await,
            Self::Schema(command) => command.run(context),
            Self::Flow(command) => command.run(context).await,
            Self::Run(command) => command.run(context).await,
            Self::Sample(command) => command.run(context).await,
            Self::Schedule(command) => command.run(context).await,
            Self::Poll(command) => command.run(context).await,
            Self::Connector(command) => command.run(context).await,
            Self::Approval(command) => command.run(context).await,
            Self::DeadLetter(command) => command.run(context).await,
            Self::Connection(command) => command.run(context).await,
            Self::Secret(command) => command.run(context).await,
            Self::Variable(command) => command.run(context).await,
            Self::User(command) => command.run(context).await,
            Self::Token(command) => command.run(context).await,
            Self::Audit(command) => command.run(context).await,
            Self::Key(command) => command.run(context).await,
            Self::Openapi(command) => command.run(context),
            Self::Completions(command) => command.run(context),
        }
    }
}

/// The whole tree, with help in the reader's language.
pub fn command(locale: Locale) -> clap::Command {
    let command = Cli::command().mut_subcommand("serve", |serve| {
        let secrets = secret_lines(locale);
        let serve = show_all(serve, locale);
        serve.after_help(match locale {
            Locale::En => format!("{}\n\nSettings that have no flag:\n{secrets}", help::SERVE),
            Locale::ZhTw => format!("{}\n\n沒有旗標的設定：\n{secrets}", help::SERVE_ZH_TW),
        })
    });
    help::in_language(command, locale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::FromArgMatches;

    #[test]
    fn the_tree_is_sound_in_both_languages() {
        command(Locale::En).debug_assert();
        command(Locale::ZhTw).debug_assert();
    }

    #[test]
    fn settings_are_heard_before_and_after_the_command() {
        for line in [
            "causeway --data /a --listen 1.2.3.4:5 serve",
            "causeway serve --data /a --listen 1.2.3.4:5",
            "causeway --data /a serve --listen 1.2.3.4:5",
        ] {
            let matches = command(Locale::En).try_get_matches_from(line.split(' ')).expect(line);
            let cli = Cli::from_arg_matches(&matches).expect(line);
            assert_eq!(cli.settings.0.get("data").map(String::as_str), Some("/a"), "{line}");
            assert_eq!(cli.settings.0.get("listen").map(String::as_str), Some("1.2.3.4:5"), "{line}");
        }
    }

    #[test]
    fn serve_help_names_every_setting() {
        for locale in [Locale::En, Locale::ZhTw] {
            let mut tree = command(locale);
            tree.build();
            let serve = tree.find_subcommand_mut("serve").expect("serve");
            let help = serve.render_long_help().to_string();
            for setting in crate::settings::SETTINGS {
                assert!(help.contains(setting.env), "{}\n{help}", setting.env);
            }
        }
    }
}
