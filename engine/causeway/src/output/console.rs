//! Writes to stdout and stderr: data to the one, everything said beside it to the other.

use std::io::{IsTerminal, Write};

use causeway_model::{Locale, Text};
use serde::Serialize;

use super::faults;
use crate::exit::{Failure, Outcome};

/// How and in which language a command answers.
#[derive(Clone, Copy, Debug)]
pub struct Console {
    pub locale: Locale,
    pub json: bool,
    /// Whether stdout is a terminal that takes marks and colours.
    pub terminal: bool,
}

impl Console {
    pub fn new(locale: Locale, json: bool) -> Self {
        let terminal = std::io::stdout().is_terminal() && !console::is_dumb();
        Self { locale, json, terminal }
    }

    pub fn words<'a>(&self, text: &'a Text) -> &'a str {
        text.in_locale(self.locale)
    }

    /// The width to fit lines into; none when the output is no terminal.
    pub fn width(&self) -> Option<usize> {
        self.terminal.then(|| usize::from(console::Term::stdout().size().1).max(60))
    }

    /// Colours a word where that is wanted.
    pub fn paint(&self, text: &str, paint: Paint) -> String {
        if !self.terminal || !console::colors_enabled() {
            return text.to_owned();
        }
        let styled = console::style(text);
        match paint {
            Paint::Good => styled.green(),
            Paint::Bad => styled.red(),
            Paint::Busy => styled.yellow(),
            Paint::Faint => styled.dim(),
            Paint::Strong => styled.bold(),
        }
        .to_string()
    }

    /// Data. A reader that went away (`| head`) ends the process quietly.
    pub fn line(&self, line: &str) {
        let mut out = std::io::stdout().lock();
        if writeln!(out, "{}", line.trim_end_matches('\n')).and_then(|()| out.flush()).is_err() {
            std::process::exit(0);
        }
    }

    /// Data, as JSON.
    pub fn json<T: Serialize>(&self, value: &T) -> Outcome {
        let text = serde_json::to_string_pretty(value).map_err(|error| {
            Failure::new(
                crate::exit::Exit::Failed,
                "not_json",
                causeway_model::text!("The answer is no JSON: {error}.", "回應無法轉為 JSON：{error}。"),
            )
        })?;
        self.line(&text);
        Ok(())
    }

    /// What was done: a sentence for people, data with `--json`.
    pub fn done<T: Serialize>(&self, value: &T, text: &Text) -> Outcome {
        if self.json {
            return self.json(value);
        }
        self.line(self.words(text));
        Ok(())
    }

    /// Something beside the data; on stderr, never with `--json`.
    pub fn note(&self, text: &Text) {
        if !self.json {
            let _ = writeln!(std::io::stderr(), "{}", self.words(text));
        }
    }

    /// Why the command did not do what it was asked.
    pub fn failure(&self, failure: &Failure) {
        if failure.code.is_empty() {
            return;
        }
        let mut err = std::io::stderr().lock();
        if self.json {
            let faults: Vec<_> = failure
                .faults
                .iter()
                .map(|(file, fault)| serde_json::json!({ "file": file, "fault": fault }))
                .collect();
            let error = serde_json::json!({ "error": {
                "code": failure.code, "message": self.words(&failure.text), "text": failure.text,
                "fix": failure.fix, "faults": faults,
            }});
            let _ = writeln!(err, "{error}");
            return;
        }
        for (file, fault) in &failure.faults {
            let _ = writeln!(err, "{}", faults::line(file, fault, self.locale));
        }
        let mark = match self.locale {
            Locale::En => "error",
            Locale::ZhTw => "錯誤",
        };
        let _ = writeln!(err, "{mark}[{}]: {}", failure.code, self.words(&failure.text));
        if let Some(fix) = &failure.fix {
            let _ = writeln!(err, "  {}", self.words(fix));
        }
    }
}

/// What a word is to look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    Good,
    Bad,
    Busy,
    Faint,
    Strong,
}
