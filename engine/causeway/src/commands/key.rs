//! `causeway key`: changing the key that secrets are encrypted with.

use std::path::PathBuf;

use causeway_model::text;
use clap::{Args, Subcommand};

use super::input;
use crate::context::Context;
use crate::exit::Outcome;

#[derive(Subcommand)]
pub enum KeyCommand {
    /// Encrypt every secret with a new key; stop all servers before
    Rotate(Rotate),
}

#[derive(Args)]
#[command(after_help = "Examples:
  causeway key rotate                                       makes a new key in the data folder
  openssl rand -hex 32 > new.key && causeway key rotate --new-key-file new.key

Where CAUSEWAY_KEY or CAUSEWAY_KEY_FILE is set, the new key must be given, and set there afterwards.
Backups made before need the old key; a key in the data folder stays as `key.old`.")]
pub struct Rotate {
    /// File that holds the new key, 32 bytes as hex or base64; `-` is standard input
    #[arg(long, value_name = "FILE")]
    new_key_file: Option<PathBuf>,
}

impl KeyCommand {
    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Rotate(args) => rotate(context, args).await,
        }
    }
}

async fn rotate(context: &Context, args: Rotate) -> Outcome {
    let new = args.new_key_file.map(|path| input::text_of(&path)).transpose()?;
    let rotated = context.store().await?.rotate_key(new.as_deref(), &context.by()).await?;
    let (secrets, version) = (rotated.secrets, rotated.key_version);
    let text = if rotated.key_in_settings {
        text!(
            "{secrets} secrets are encrypted with the new key (version {version}). Now set CAUSEWAY_KEY, or the file of CAUSEWAY_KEY_FILE, to the new key on every machine, and start the servers.",
            "已用新金鑰重新加密 {secrets} 個密鑰（第 {version} 版）。請在每台機器上將 CAUSEWAY_KEY 或 CAUSEWAY_KEY_FILE 指定的檔案改為新金鑰，再啟動伺服器。"
        )
    } else {
        let data = context.settings.data.display();
        text!(
            "{secrets} secrets are encrypted with the new key (version {version}), which is in {data}/key. Copy it to every machine that shares the database, and keep {data}/key.old as long as backups made before.",
            "已用新金鑰重新加密 {secrets} 個密鑰（第 {version} 版），新金鑰在 {data}/key。請複製到共用此資料庫的每台機器；只要還保留先前的備份，就請保留 {data}/key.old。"
        )
    };
    context.console.done(&rotated, &text)
}
