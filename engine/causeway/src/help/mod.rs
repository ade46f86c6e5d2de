//! Help and usage errors in the reader's language. The English text stands with the arguments; `zh_tw` has the other.

mod usage;
mod zh_tw;

use std::ffi::OsString;

use causeway_model::Locale;
use clap::{Arg, ArgAction, Command};

pub use usage::usage;

use crate::settings;

pub const EXIT_CODES: &str = "Begin here:
  causeway serve --sample                               a server, and a sample system to call
  causeway flow import workflows/quote-to-sales-order --publish
  causeway run list
  causeway run show ID

Exit status:
  0  done
  1  it was tried and failed, such as a run that --wait waited for
  2  the command line or a setting is wrong
  3  refused: an invalid document or input (faults as `file:line:col pointer code: message fix`)
  4  not found
  5  conflict: it was changed meanwhile, or its state does not allow it
  6  the database or the server cannot be reached or is busy: try again

Settings: `causeway serve --help` names them all. Language: --lang en or --lang zh-TW.";

pub const SERVE: &str = "Examples:
  causeway serve                                          everything in one process, on SQLite in ./data
  causeway serve --sample                                 with a sample system on 127.0.0.1:7401 to try flows on
  DATABASE_URL=postgres://causeway:secret@db/causeway causeway serve --listen 0.0.0.0:7400
  CAUSEWAY_ALLOW_HOSTS=erp.lan,10.0.0.0/8 causeway serve

A flag wins over a variable, a variable over causeway.toml, that over the default.";

pub const SERVE_ZH_TW: &str = "範例：
  causeway serve                                          單一程序，使用 ./data 中的 SQLite
  causeway serve --sample                                 並在 127.0.0.1:7401 啟動範例系統，供流程試用
  DATABASE_URL=postgres://causeway:secret@db/causeway causeway serve --listen 0.0.0.0:7400
  CAUSEWAY_ALLOW_HOSTS=erp.lan,10.0.0.0/8 causeway serve

旗標優先於環境變數，環境變數優先於 causeway.toml，最後才是預設值。";

/// `causeway help run list` as `causeway run list --help`.
pub fn without_help_command(mut args: Vec<OsString>) -> Vec<OsString> {
    if args.get(1).is_some_and(|arg| arg == "help") {
        args.remove(1);
        args.push("--help".into());
    }
    args
}

/// Gives every text of the tree in the language.
pub fn in_language(command: Command, locale: Locale) -> Command {
    let command = command.disable_help_subcommand(true);
    match locale {
        Locale::En => command,
        Locale::ZhTw => flags_in_chinese(in_chinese(command, "")),
    }
}

fn flags_in_chinese(command: Command) -> Command {
    command
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(
            Arg::new("help")
                .short('h')
                .long("help")
                .global(true)
                .action(ArgAction::Help)
                .help("顯示說明")
                .help_heading("選項"),
        )
        .arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .help("顯示版本")
                .help_heading("選項"),
        )
}

/// `path`: the names of the commands down to this one, with spaces between.
fn in_chinese(command: Command, path: &str) -> Command {
    let command = command
        .help_template("{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}")
        .subcommand_help_heading("指令")
        .subcommand_value_name("指令");
    let command = match zh_tw::text(path) {
        Some(about) => command.about(about),
        None => command,
    };
    let command = match zh_tw::text(&format!("{path} ?")) {
        Some(after) => command.after_help(after),
        None => command,
    };
    let command = command.mut_args(|arg| {
        let arg = match zh_tw::text(&arg_key(path, &arg)) {
            Some(help) => arg.help(help),
            None => settings::in_language(arg, Locale::ZhTw),
        };
        match (arg.get_help_heading().is_some(), arg.is_positional()) {
            (true, _) => arg,
            (false, true) => arg.help_heading("引數"),
            (false, false) => arg.help_heading("選項"),
        }
    });
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| {
        let path = format!("{path} {name}").trim().to_owned();
        command.mut_subcommand(name, |sub| in_chinese(sub, &path))
    })
}

/// `run start --wait`, `run show <id>`.
fn arg_key(path: &str, arg: &Arg) -> String {
    let name = match arg.get_long() {
        Some(long) => format!("--{long}"),
        None => format!("<{}>", arg.get_id()),
    };
    format!("{path} {name}").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn walk(command: &Command, path: &str, missing: &mut Vec<String>, seen: &mut Vec<String>) {
        let mut check = |key: String| {
            if zh_tw::text(&key).is_none() {
                missing.push(key.clone());
            }
            seen.push(key);
        };
        check(path.to_owned());
        if command.get_after_help().is_some() && path != "serve" {
            check(format!("{path} ?").trim().to_owned());
        }
        let settings = crate::settings::SETTINGS.iter().filter(|setting| !setting.secret);
        let settings: Vec<String> = settings.map(|setting| setting.flag()).collect();
        for arg in command.get_arguments() {
            if arg.get_long().is_none_or(|long| !settings.iter().any(|flag| flag == long)) {
                check(arg_key(path, arg));
            }
        }
        for sub in command.get_subcommands() {
            walk(sub, format!("{path} {}", sub.get_name()).trim(), missing, seen);
        }
    }

    #[test]
    fn every_command_and_argument_has_a_chinese_text() {
        let (mut missing, mut seen) = (Vec::new(), Vec::new());
        walk(&crate::cli::Cli::command(), "", &mut missing, &mut seen);
        assert!(missing.is_empty(), "without a text in help/zh_tw.rs:\n{}", missing.join("\n"));
        let stale: Vec<&str> = zh_tw::keys().filter(|key| !seen.iter().any(|known| known == key)).collect();
        assert!(stale.is_empty(), "no such command or argument:\n{}", stale.join("\n"));
    }

    #[test]
    fn chinese_help_has_no_english_headings() {
        let mut tree = crate::cli::command(Locale::ZhTw);
        tree.build();
        let show = tree
            .find_subcommand_mut("run")
            .and_then(|run| run.find_subcommand_mut("list"))
            .expect("run list");
        let help = show.render_help().to_string();
        assert!(help.contains("用法：") && help.contains("選項"), "{help}");
        for heading in ["Usage:", "Options:", "Arguments:", "Print help"] {
            assert!(!help.contains(heading), "{heading} in\n{help}");
        }
    }

    #[test]
    fn the_help_command_is_the_flag() {
        let args = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert_eq!(without_help_command(args("causeway help run")), args("causeway run --help"));
        assert_eq!(without_help_command(args("causeway run")), args("causeway run"));
    }
}
