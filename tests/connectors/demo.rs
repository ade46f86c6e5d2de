//! `causeway demo` as a user starts it: what it prints is done, the quote travels, and the next start goes on.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use causeway_testkit::{Process, binary, eventually_within, free_port};
use tempfile::TempDir;

struct Demo {
    process: Process,
    log: PathBuf,
    client: reqwest::Client,
}

impl Demo {
    /// Started in a folder, with what it wrote kept beside it.
    async fn start(folder: &TempDir, name: &str, words: &[&str]) -> Self {
        let log = folder.path().join(name);
        let mut command = Command::new(binary());
        let listen = format!("127.0.0.1:{}", free_port());
        command.arg("demo").args(words).args(["--listen", &listen, "--lang", "en"]);
        // What an installation is told is not heeded.
        command.env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing").env("CAUSEWAY_DATA", "/nowhere");
        let process = Process::spawn(command.current_dir(folder.path()), &log);
        let demo =
            Self { process, log, client: reqwest::Client::builder().no_proxy().build().expect("a client") };
        eventually_within(Duration::from_secs(60), "the demo to be open", async || {
            demo.told().contains("Stop with Ctrl-C").then_some(())
        })
        .await;
        demo
    }

    fn told(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The address that stands beside a system's name.
    fn address(&self, name: &str) -> String {
        let told = self.told();
        let line = told.lines().find(|line| line.trim_start().starts_with(name)).expect("its line");
        line.split_whitespace().find(|word| word.starts_with("http://")).expect("an address").to_owned()
    }

    async fn page(&self, name: &str) -> String {
        let answer = self.client.get(self.address(name)).send().await.expect("the page");
        answer.text().await.expect("its text")
    }

    async fn shows(&self, name: &str, words: &[&str]) {
        eventually_within(Duration::from_secs(60), &format!("{name} to show {words:?}"), async || {
            let page = self.page(name).await;
            words.iter().all(|word| page.contains(word)).then_some(())
        })
        .await;
    }

    /// The command that it printed, done by hand; gives the quote.
    async fn confirm(&self) -> String {
        let told = self.told();
        let line = told.lines().find(|line| line.contains("curl -X POST")).expect("a command");
        let url = line.split_whitespace().find(|word| word.starts_with("http")).expect("an address");
        let header = line.split('\'').nth(1).expect("a header");
        let (name, value) = header.split_once(": ").expect("a header");
        let answer = self.client.post(url).header(name, value).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{line}");
        url.split('/').rev().nth(1).expect("a quote").to_owned()
    }

    async fn press(&self, system: &str, action: &str, id: &str) {
        let url = format!("{}/_control/act", self.address(system));
        let form = format!("action={action}&id={id}&back=%2F%3Flang%3Den");
        let request = self.client.post(url).header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(form).send().await.expect("an answer");
        // Back on the page, which says nothing of a refusal.
        assert!(
            answer.status() == 200 && !answer.url().query().unwrap_or_default().contains("refused"),
            "{answer:?}"
        );
    }

    async fn stop(mut self) {
        self.process.signal("TERM");
        let mut ended = None;
        eventually_within(Duration::from_secs(30), "it to stop", async || {
            ended = self.process.exited();
            ended.map(|_| ())
        })
        .await;
        assert!(ended.is_some_and(|status| status.success()), "{}", self.told());
    }
}

/// How often a text stands in another.
fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

/// The order of a quote, read from the ERP's page as a person would.
fn order_of(page: &str, quote: &str) -> String {
    let row = page.split("<tr>").find(|row| row.contains(quote)).expect("its row");
    let at = row.find("SO").expect("a number");
    row[at..at + 8].to_owned()
}

#[tokio::test]
async fn a_confirmed_quote_travels_and_the_next_start_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = Demo::start(&folder, "first.log", &["--ports", "0"]).await;
    let quote = demo.confirm().await;
    demo.shows("Dinkoko ERP", &[&quote, "Posted"]).await;
    let order = order_of(&demo.page("Dinkoko ERP").await, &quote);
    demo.shows("TanJee", &[&order]).await;
    demo.press("Dinkoko ERP", "ship", &order).await;
    demo.shows("LINE", &[&order]).await;
    demo.shows("DanLee CRM", &[&format!("訂單 {order} 已出貨")]).await;
    let listed = |data: &str| {
        let run = Command::new(binary())
            .args(["run", "list", "--json", "--data", data])
            .current_dir(folder.path())
            .output();
        String::from_utf8_lossy(&run.expect("the runs").stdout).into_owned()
    };
    let runs = listed("demo-data");
    assert!(runs.contains("quote-to-erp-order") && runs.contains("shipment-notice"), "{runs}");
    demo.stop().await;

    let demo = Demo::start(&folder, "second.log", &["--ports", "0", "--faults"]).await;
    let page = demo.page("Dinkoko ERP").await;
    assert!(count(&page, &quote) > 0 && order_of(&page, &quote) == order, "the order is there still");
    demo.shows("LINE", &[&order]).await;
    let other = demo.confirm().await;
    assert_ne!(other, quote, "the next quote");
    demo.shows("Dinkoko ERP", &[&other, "Posted"]).await;
    let second = order_of(&demo.page("Dinkoko ERP").await, &other);
    assert_ne!(second, order);
    demo.shows("TanJee", &[&second]).await;
    demo.stop().await;

    let demo = Demo::start(&folder, "third.log", &["--ports", "0", "--reset"]).await;
    assert!(!demo.page("LINE").await.contains(&order), "begun anew");
    assert_eq!(demo.confirm().await, quote);
    demo.stop().await;
}

#[tokio::test]
async fn a_folder_that_is_no_demos_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("causeway.db"), "precious").expect("written");
    let data = folder.path().display().to_string();
    let refused =
        Command::new(binary()).args(["demo", "--reset", "--data", &data]).output().expect("it ends");
    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("not_a_demo"));
    assert_eq!(std::fs::read_to_string(folder.path().join("causeway.db")).expect("it is there"), "precious");
}
