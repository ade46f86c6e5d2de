//! Consents that the command line and programs ask for: whoever comes back with one says that it is meant so.

use std::process::Stdio;

use causeway_testkit::{Answer, TestApp, both};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};

use super::{Bench, text};

/// The command while it waits, and the address that it printed.
struct Waiting {
    child: Child,
    out: BufReader<ChildStdout>,
    address: String,
}

async fn authorize(app: &TestApp) -> Waiting {
    let mut command = Command::from(app.command());
    command.args(["connection", "authorize", "crm"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.kill_on_drop(true).spawn().expect("the binary starts");
    let mut out = BufReader::new(child.stdout.take().expect("its output"));
    let mut address = String::new();
    out.read_line(&mut address).await.expect("an address");
    Waiting { child, out, address: address.trim().to_owned() }
}

impl Waiting {
    /// What it ends with.
    async fn ends(mut self) -> (Option<i32>, String) {
        let mut rest = String::new();
        self.out.read_line(&mut rest).await.expect("reads");
        let output = self.child.wait_with_output().await.expect("ends");
        (output.status.code(), format!("{rest}{}", String::from_utf8_lossy(&output.stderr)))
    }
}

#[tokio::test]
async fn the_command_line_prints_an_address_and_waits() {
    both(async |app| {
        let bench = Bench::on(app).await;
        let waiting = authorize(&bench.app).await;
        let back = bench.consents(&waiting.address).await;
        // Nothing says whose browser it is, so that somebody has to say that it is meant so.
        let asked = bench.comes_back(&back, None).await.expect(200);
        for part in ["Connect your account?", "<form method=\"post\">", "cli", bench.issuer.url()] {
            assert!(asked.text.contains(part), "{part}: {}", asked.text);
        }
        assert_eq!(bench.issuer.book().exchanges, 0, "looking connects nothing");
        let meant = bench.browser.post(&back).header("origin", "null").send().await.expect("answers");
        let done = Answer::of(meant).await.expect(200);
        assert!(done.text.contains("The account is connected"), "{}", done.text);
        let (code, told) = waiting.ends().await;
        assert_eq!(code, Some(0), "{told}");
        assert!(told.contains("The connection crm is authorised."), "{told}");
        assert_eq!(bench.run().await["status"], "succeeded");
        let again = Answer::of(bench.browser.post(&back).send().await.expect("answers")).await;
        assert_eq!(again.status, 409, "{}", again.text);
        let shown = bench.app.cli(&["connection", "show", "crm"]).await.success();
        for part in ["/oauth/callback", "authorised (production)", "cli"] {
            assert!(shown.stdout.contains(part), "{part}: {}", shown.stdout);
        }
        bench.keeps_secrets().await;
    })
    .await;
}

#[tokio::test]
async fn what_came_of_it_is_what_the_command_ends_with() {
    both(async |app| {
        let bench = Bench::on(app).await;
        bench.issuer.book().declines = true;
        let waiting = authorize(&bench.app).await;
        let back = bench.consents(&waiting.address).await;
        let _told = bench.comes_back(&back, None).await.expect(409);
        let (code, told) = waiting.ends().await;
        assert_eq!(code, Some(1), "{told}");
        assert!(told.contains("consent_denied"), "{told}");

        let asked = bench.app.cli(&["connection", "authorize", "crm", "--no-wait", "--json"]).await.success();
        assert_eq!(asked.json()["redirect_uri"], bench.app.url("/oauth/callback"));
        let refused = bench.app.cli(&["connection", "authorize", "crm", "--environment", "test"]).await;
        let refused = refused.exits(3);
        assert!(refused.stderr.contains("connection_incomplete"), "{}", refused.stderr);
        let none = bench.app.cli(&["--lang", "zh-TW", "connection", "authorize", "none"]).await.exits(4);
        assert!(none.stderr.contains("沒有連線 none"), "{}", none.stderr);
        let by_token = bench.app.post("/connections/crm/consent", &json!({})).await.expect(200).json();
        bench.issuer.book().declines = false;
        let back = bench.consents(text(&by_token, "/authorize_url")).await;
        let asked = bench.comes_back(&back, None).await.expect(200);
        assert!(asked.text.contains("token:owner"), "{}", asked.text);
        let other = asked.text.split("href=\"").nth(1).and_then(|rest| rest.split('"').next());
        let other = other.expect("the other language").replace("&amp;", "&");
        let chinese =
            bench.comes_back(&bench.app.url(&format!("/oauth/callback{other}")), None).await.expect(200);
        assert!(chinese.text.contains("要連結您的帳號嗎"), "{}", chinese.text);
    })
    .await;
}
