//! `causeway connector list`.

use causeway_model::text;
use clap::Args;

use crate::context::Context;
use crate::exit::Outcome;
use crate::output::Table;
use crate::wiring;

#[derive(Args)]
pub struct List {}

impl List {
    pub fn run(self, context: &Context) -> Outcome {
        let catalogue = wiring::offline_compiler(&context.settings)?.catalogue;
        let console = &context.console;
        if console.json {
            let specs: Vec<_> = catalogue.connectors().map(|connector| connector.spec()).collect();
            return console.json(&specs);
        }
        let heads = [
            text!("name", "名稱"),
            text!("version", "版本"),
            text!("operations", "操作"),
            text!("what", "說明"),
        ];
        let mut table = Table::new(console.locale, &heads);
        for connector in catalogue.connectors() {
            let spec = connector.spec();
            let title = console.words(&spec.title).to_owned();
            table.row(vec![
                spec.name.clone(),
                spec.version.clone(),
                spec.operations.len().to_string(),
                title,
            ]);
        }
        table.print(console, &text!("There are no connectors.", "沒有連接器。"));
        Ok(())
    }
}
