//! `causeway completions`.

use clap::Args;
use clap_complete::Shell;

use crate::cli;
use crate::context::Context;
use crate::exit::Outcome;

#[derive(Args)]
#[command(after_help = "Examples:
  causeway completions bash > ~/.local/share/bash-completion/completions/causeway
  causeway completions zsh > ~/.zfunc/_causeway
  causeway completions fish > ~/.config/fish/completions/causeway.fish")]
pub struct Completions {
    /// Which shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

impl Completions {
    pub fn run(self, context: &Context) -> Outcome {
        let mut script = Vec::new();
        clap_complete::generate(
            self.shell,
            &mut cli::command(context.console.locale),
            "causeway",
            &mut script,
        );
        context.console.line(&String::from_utf8_lossy(&script));
        Ok(())
    }
}
