//! What the demo tells its reader: where everything is, and what to press or type to see a confirmed quote travel.

use std::net::SocketAddr;

use causeway_demo::Simulators;
use causeway_model::text;
use serde_json::json;

use crate::context::Context;
use crate::exit::Outcome;
use crate::output::Paint;

pub(super) fn tell(context: &Context, systems: &Simulators, server: SocketAddr) -> Outcome {
    let console = &context.console;
    let engine = format!("http://{server}");
    let [crm, erp, accounting, line] = systems.addresses().map(|(_, addr)| format!("http://{addr}"));
    let quote = systems.quote_to_confirm();
    let confirm = quote.as_ref().map(|quote| {
        format!(
            "curl -X POST {crm}/api/v1/quotes/{}/confirm -H 'X-DanLee-Key: {}'",
            quote.id,
            causeway_demo::SECRET
        )
    });
    if console.json {
        return console.json(&json!({
            "engine": engine, "crm": crm, "erp": erp, "accounting": accounting, "line": line,
            "quote": quote.as_ref().map(|quote| &quote.id), "confirm": confirm,
        }));
    }
    let pages = [
        (
            text!("Causeway", "Causeway"),
            &engine,
            text!("the engine: webhooks and the API", "引擎：webhook 與 API"),
        ),
        (
            text!("DanLee CRM", "DanLee CRM"),
            &crm,
            text!("quotes, customers, activities", "報價單、客戶、往來紀錄"),
        ),
        (
            text!("Dinkoko ERP", "Dinkoko ERP"),
            &erp,
            text!("orders, shipments, credit", "訂單、出貨、信用額度"),
        ),
        (text!("TanJee", "TanJee 會計"), &accounting, text!("receivables, payments", "應收帳款、收款")),
        (text!("LINE", "LINE"), &line, text!("everybody's phone", "每個人的手機")),
    ];
    console.line("");
    for (name, url, what) in &pages {
        let width = 14_usize.saturating_sub(console::measure_text_width(console.words(name)));
        let name = console.paint(console.words(name), Paint::Strong);
        console.line(&format!("  {name}{:width$}{url}   {}", "", console.words(what)));
    }
    let data = context.settings.data.display();
    let (first, customer) = match (&confirm, &quote) {
        (Some(confirm), Some(quote)) => (confirm.as_str(), quote.customer.as_str()),
        _ => ("", ""),
    };
    let code = quote.as_ref().map_or("", |quote| quote.code.as_str());
    let steps = text!(
        "
See a confirmed quote travel:
  1. Confirm it: press Confirm on {crm}, or type
       {first}
  2. Its sales order appears on {erp}, posted, and its receivable on {accounting}. Press Ship beside the order.
  3. The customer ({customer}) hears of it on {line}, and the CRM notes it.
  4. Press Paid beside the receivable: the ERP frees the credit.
  5. On {line}, open a salesperson's phone and type {code}, or a part of a name: the bot answers with the history.

What the engine did: causeway run list --data {data}
Stop with Ctrl-C; the next start goes on from there, and --reset begins anew.",
        "
看一張確認的報價單如何流動：
  1. 確認報價單：在 {crm} 按「確認」，或輸入
       {first}
  2. {erp} 會出現已過帳的訂單，{accounting} 會出現應收帳款。在訂單旁按「出貨」。
  3. 客戶（{customer}）會在 {line} 收到訊息，CRM 也會留下紀錄。
  4. 在應收帳款旁按「收款」，ERP 會釋放信用額度。
  5. 在 {line} 打開業務人員的手機，輸入 {code} 或名稱的一部分，機器人會回覆往來紀錄。

引擎做了什麼：causeway run list --data {data}
按 Ctrl-C 停止；下次啟動會從目前狀態繼續，--reset 則重新開始。"
    );
    console.line(console.words(&steps));
    Ok(())
}
