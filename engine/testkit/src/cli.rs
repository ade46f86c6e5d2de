//! The command line, run as a user would.

use std::process::Stdio;

use causeway_model::Value;
use tokio::io::AsyncWriteExt;

use crate::TestApp;

#[derive(Clone, Debug)]
pub struct CliOutput {
    pub command: String,
    /// -1 when a signal ended it.
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl CliOutput {
    /// Panics unless the exit status is 0.
    #[must_use]
    #[track_caller]
    pub fn success(self) -> Self {
        self.exits(0)
    }

    /// Panics unless the exit status is this one.
    #[must_use]
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "causeway {}\n{}\n{}", self.command, self.stdout, self.stderr);
        self
    }

    /// Panics when the exit status is 0.
    #[must_use]
    #[track_caller]
    pub fn refused(self) -> Self {
        assert_ne!(self.code, 0, "causeway {} went through\n{}", self.command, self.stdout);
        self
    }

    /// What was printed with `--json`.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("causeway {}: {error}\n{}", self.command, self.stdout))
    }
}

impl TestApp {
    pub async fn cli(&self, words: &[&str]) -> CliOutput {
        self.cli_with("", words).await
    }

    /// With text on standard input.
    pub async fn cli_with(&self, input: &str, words: &[&str]) -> CliOutput {
        let mut command = tokio::process::Command::from(self.command());
        command
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command.spawn().expect("the binary starts");
        let mut stdin = child.stdin.take().expect("a piped input");
        // A command that reads nothing closes its end.
        let _written = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
        let output = child.wait_with_output().await.expect("the binary ends");
        CliOutput {
            command: words.join(" "),
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}
