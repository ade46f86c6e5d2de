//! The settings as flags, made from the table.

use std::collections::BTreeMap;

use causeway_model::Locale;
use clap::{Arg, ArgMatches, Command, Error, FromArgMatches};

use super::table::{SETTINGS, Scope, Setting};

/// What was given by flag, by setting name.
#[derive(Clone, Debug, Default)]
pub struct SettingArgs(pub BTreeMap<&'static str, String>);

impl FromArgMatches for SettingArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let given = SETTINGS.iter().filter(|setting| !setting.secret).filter_map(|setting| {
            let value = matches.try_get_one::<String>(setting.name).ok().flatten()?;
            Some((setting.name, value.clone()))
        });
        Ok(Self(given.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl clap::Args for SettingArgs {
    fn augment_args(command: Command) -> Command {
        SETTINGS.iter().filter(|setting| !setting.secret).fold(command, |command, setting| {
            command.arg(arg(setting, Locale::En).global(true).hide(setting.scope == Scope::Serve))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// Shows all settings in the help of a command that heeds them all.
pub fn show_all(command: Command, locale: Locale) -> Command {
    SETTINGS
        .iter()
        .filter(|setting| !setting.secret)
        .fold(command, |command, setting| command.arg(arg(setting, locale)))
}

/// The secret settings, which have no flag, as lines of help.
pub fn secret_lines(locale: Locale) -> String {
    let mut lines = String::new();
    for setting in SETTINGS.iter().filter(|setting| setting.secret) {
        lines.push_str(&format!("  {}\n          {}\n", setting.env, help(setting, locale)));
    }
    lines
}

pub fn arg(setting: &Setting, locale: Locale) -> Arg {
    Arg::new(setting.name)
        .long(setting.flag())
        .value_name(setting.value)
        .help(format!("{} {}", help(setting, locale), sources(setting, locale)))
        .help_heading(match locale {
            Locale::En => "Settings",
            Locale::ZhTw => "設定",
        })
        .display_order(1000)
}

fn help(setting: &Setting, locale: Locale) -> &'static str {
    match locale {
        Locale::En => setting.en,
        Locale::ZhTw => setting.zh_tw,
    }
}

fn sources(setting: &Setting, locale: Locale) -> String {
    match (locale, setting.default) {
        (_, "") => format!("[{}]", setting.env),
        (Locale::En, default) => format!("[{}, default: {default}]", setting.env),
        (Locale::ZhTw, default) => format!("[{}，預設：{default}]", setting.env),
    }
}
