//! Writes the functions' reference pages: `cargo run -p causeway-script --example reference`.

use causeway_model::Locale;

fn main() -> std::io::Result<()> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference");
    std::fs::create_dir_all(folder)?;
    for (name, locale) in [("functions.md", Locale::En), ("functions.zh-TW.md", Locale::ZhTw)] {
        std::fs::write(format!("{folder}/{name}"), causeway_script::reference(locale))?;
    }
    Ok(())
}
