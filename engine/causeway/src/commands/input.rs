//! What commands read: files, standard input, passwords.

use std::io::{IsTerminal, Read};
use std::path::Path;

use causeway_model::{Text, Value, text};

use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};

/// Largest file or standard input that a command reads.
const LIMIT: u64 = 64 * 1024 * 1024;

/// The text of a file; `-` is standard input.
pub fn text_of(path: &Path) -> Outcome<String> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(LIMIT + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::file(path, &error))?;
    let path = path.display();
    if bytes.len() as u64 > LIMIT {
        let most = LIMIT / 1024 / 1024;
        return Err(Failure::refused(
            "input_too_large",
            text!("`{path}` is larger than {most} MB.", "`{path}` 超過 {most} MB。"),
        ));
    }
    String::from_utf8(bytes).map_err(|_| {
        Failure::refused("input_not_utf8", text!("`{path}` is no UTF-8 text.", "`{path}` 不是 UTF-8 文字。"))
    })
}

/// JSON from a file; `-` is standard input.
pub fn json_of(path: &Path) -> Outcome<Value> {
    json(&text_of(path)?, &path.display().to_string())
}

/// `origin` says whose text it is.
pub fn json(source: &str, origin: &str) -> Outcome<Value> {
    serde_json::from_str(source).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Failure::refused(
            "input_not_json",
            text!(
                "{origin}:{line}:{column} is no JSON: {error}.",
                "{origin}:{line}:{column} 不是有效的 JSON：{error}。"
            ),
        )
    })
}

/// One line from standard input, for what must not stand in a command line.
pub fn secret_from_stdin() -> Outcome<String> {
    let text = text_of(Path::new("-"))?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        return Err(Failure::new(
            Exit::Usage,
            "stdin_empty",
            text!("Standard input was empty.", "標準輸入是空的。"),
        ));
    }
    Ok(text.to_owned())
}

/// Asks at the terminal without showing what is typed; `instead` says what to do where there is none.
pub fn ask_secret(context: &Context, prompt: &Text, instead: Text) -> Outcome<String> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::new(
            Exit::Usage,
            "no_terminal",
            text!("There is no terminal to ask at.", "沒有終端機可供輸入。"),
        )
        .with_fix(instead));
    }
    let terminal = console::Term::stderr();
    let typed = terminal
        .write_str(context.console.words(prompt))
        .and_then(|()| terminal.read_secure_line())
        .map_err(|error| Failure::file(Path::new("-"), &error))?;
    if typed.is_empty() {
        return Err(Failure::new(
            Exit::Usage,
            "nothing_typed",
            text!("Nothing was typed.", "沒有輸入任何內容。"),
        ));
    }
    Ok(typed)
}

/// Asks yes or no; no where there is no terminal.
pub fn confirm(context: &Context, question: &Text) -> bool {
    if !std::io::stdin().is_terminal() {
        return false;
    }
    let terminal = console::Term::stderr();
    let question = context.console.words(question);
    if terminal.write_str(&format!("{question} [y/N] ")).is_err() {
        return false;
    }
    terminal.read_line().is_ok_and(|answer| matches!(answer.trim(), "y" | "Y" | "yes" | "是"))
}

/// Parses a name of the model's for clap, whose messages then say the rule.
pub fn name<T>(text: &str) -> Result<T, String>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| error.to_string())
}
