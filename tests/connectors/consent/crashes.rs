//! Consents where processes die, and where there are several.

use std::time::Duration;

use causeway_testkit::{Backend, Database, Options, TestApp, both, eventually};
use futures::future::join_all;
use serde_json::json;

use super::{Bench, EDITOR, text};

#[tokio::test]
async fn a_process_that_dies_in_the_middle_leaves_nothing_half_done() {
    both(async |app| {
        let bench = Bench::on(app).await;
        let page = bench.app.sign_in(EDITOR).await;
        bench.issuer.book().slow = Duration::from_secs(120);
        let asked = bench.ask(&page, json!({})).await.expect(200).json();
        let back = bench.consents(text(&asked, "/authorize_url")).await;
        // The code is used, the tokens are made, and whoever waits for them is gone.
        let coming = bench.browser.get(&back).header("cookie", &page.cookie).send();
        let killing = async {
            eventually("the exchange", async || (bench.issuer.book().exchanges == 1).then_some(())).await;
            bench.app.kill9();
        };
        let (came, ()) = futures::join!(coming, killing);
        assert!(came.is_err(), "{came:?}");
        bench.issuer.book().slow = Duration::ZERO;
        bench.app.launch().await;
        let shown = bench.connection().await;
        assert!(shown["environments"]["production"]["consented_at"].is_null(), "{shown}");
        let again = bench.comes_back(&back, Some(&page)).await.expect(409);
        assert!(again.text.contains("Authorise the connection again"), "{}", again.text);
        assert_eq!(bench.issuer.book().refused.len(), 0, "the code was not shown twice");
        assert_eq!(text(&bench.run().await, "/failure/error/code"), "consent_missing");
        bench.authorise().await;
        assert_eq!(bench.run().await["status"], "succeeded");
    })
    .await;
}

#[tokio::test]
async fn one_node_asks_and_another_finishes() {
    let database = Database::fresh(Backend::Postgres);
    let options = |port: Option<u16>| {
        let options =
            Options::new().database_url(&database.url().expect("a URL")).env("CAUSEWAY_KEY", "7f".repeat(32));
        match port {
            Some(port) => options.env("CAUSEWAY_PUBLIC_URL", format!("http://127.0.0.1:{port}")),
            None => options,
        }
    };
    // The one is what browsers know; the other stands behind the same address.
    let front = TestApp::start_with(Backend::Postgres, options(None)).await;
    let other = TestApp::start_with(Backend::Postgres, options(Some(front.port())).role("web")).await;
    let bench = Bench::on(front.clone()).await;
    let page = bench.app.sign_in(EDITOR).await;
    let asked =
        other.page(&page, "POST", "/connections/crm/consent", Some(&json!({}))).await.expect(200).json();
    assert_eq!(asked["redirect_uri"], front.url("/oauth/callback"));
    let back = bench.consents(text(&asked, "/authorize_url")).await;
    let done = bench.comes_back(&back, Some(&page)).await.expect(200);
    assert!(done.text.contains("The account is connected"), "{}", done.text);
    assert_eq!(bench.run().await["status"], "succeeded");

    let asked = other.post("/connections/crm/consent", &json!({})).await.expect(200).json();
    let back = bench.consents(text(&asked, "/authorize_url")).await;
    // Of all who come back with it, at whichever node, one finishes it.
    let elsewhere = back.replacen(&front.url("/"), &other.url("/"), 1);
    let tries = (0..10).map(|at| bench.browser.post(if at % 2 == 0 { &back } else { &elsewhere }).send());
    let mut statuses: Vec<u16> =
        join_all(tries).await.into_iter().map(|answer| answer.expect("answers").status().as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses[..2], [200, 409], "{statuses:?}");
    let (exchanges, _, refused) = bench.issuer.told();
    assert_eq!((exchanges, refused.len()), (2, 0), "{refused:?}");
    assert_eq!(bench.run().await["status"], "succeeded");
    drop((bench, other, front));
}
