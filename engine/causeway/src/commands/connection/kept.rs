//! `causeway connection kept`: for whoever has to type in at a system what it sent here.

use causeway_model::text;
use causeway_server::app::on_the_machine;

use crate::context::Context;
use crate::exit::Outcome;
use crate::output::Table;

pub(super) async fn run(context: &Context, name: &str) -> Outcome {
    let by = context.by();
    let kept = context.app().await?.kept_credentials(name, on_the_machine(&by)).await?;
    let console = &context.console;
    if console.json {
        return console.json(&kept);
    }
    let mut table = Table::new(console.locale, &[text!("credential", "憑證"), text!("value", "內容")]);
    for (field, value) in kept {
        table.row(vec![field, value]);
    }
    table.print(console, &text!("There is nothing to show.", "沒有內容。"));
    Ok(())
}
