//! What lives by a consent: tokens that end, refresh tokens that are good once, restarts, other keys, and a consent that is
//! taken back.

use causeway_model::Value;
use causeway_testkit::{both, eventually, timeline};
use futures::future::join_all;
use serde_json::json;

use super::issuer::Refusing;
use super::{Bench, text};

#[tokio::test]
async fn two_hundred_runs_refresh_once() {
    both(async |app| {
        let bench = Bench::on(app).await;
        bench.authorise().await;
        assert_eq!(bench.run().await["status"], "succeeded");
        for round in 1..=2 {
            bench.issuer.expire();
            let input = json!({});
            let ids = join_all((0..200).map(|_| bench.app.start_run("looks", &input))).await;
            for id in ids {
                let run = bench.app.finished(&id).await;
                assert_eq!(run["status"], "succeeded", "{}: {}", run["failure"], timeline(&run));
            }
            // Were a refresh token used twice, all would be lost.
            let (_, refreshes, refused) = bench.issuer.told();
            assert_eq!((refreshes, refused.len()), (round, 0), "{refused:?}");
        }
        bench.keeps_secrets().await;
    })
    .await;
}

#[tokio::test]
async fn a_consent_outlives_restarts_and_another_key() {
    both(async |app| {
        let bench = Bench::on(app).await;
        bench.authorise().await;
        bench.issuer.expire();
        bench.app.restart().await;
        assert_eq!(bench.run().await["status"], "succeeded", "with the refresh token that was kept");
        assert!(bench.app.terminate().await);
        let _rotated = bench.app.cli(&["key", "rotate"]).await.success();
        bench.issuer.expire();
        bench.app.launch().await;
        assert_eq!(bench.run().await["status"], "succeeded");
        let (_, refreshes, refused) = bench.issuer.told();
        assert_eq!((refreshes, refused.len()), (2, 0), "{refused:?}");
        // Other settings may lead elsewhere: tokens do not go there.
        let url = bench.issuer.url().to_owned();
        let settings =
            json!({ "settings": { "production": { "login_url": url, "base_url": format!("{url}/org") } } });
        let _changed = bench.app.api("PATCH", "/connections/crm", Some(&settings)).await.expect(200);
        let shown = bench.connection().await;
        assert!(shown["environments"]["production"]["consented_at"].is_null(), "{shown}");
        assert_eq!(text(&bench.run().await, "/failure/error/code"), "consent_missing");
        bench.authorise().await;
        assert_eq!(bench.run().await["status"], "succeeded");
    })
    .await;
}

async fn is_revoked(bench: &Bench, run: &Value) {
    assert_eq!(text(run, "/failure/error/code"), "consent_revoked", "{run}");
    assert_eq!(text(run, "/failure/error/class"), "auth", "{run}");
    assert!(text(run, "/failure/error/message/en").contains("authorise it again"), "{run}");
    assert!(text(run, "/failure/error/message/zh-TW").contains("請重新授權"), "{run}");
    let id = text(run, "/id");
    let timeline = bench.app.get(&format!("/runs/{id}/timeline")).await.expect(200);
    assert!(!timeline.text.contains("canary"), "{}", timeline.text);
}

#[tokio::test]
async fn a_consent_that_is_taken_back_is_told_and_asked_for_again() {
    both(async |app| {
        let bench = Bench::on(app).await;
        for refusing in [Refusing::BadRequest, Refusing::Forbidden, Refusing::Ok] {
            bench.authorise().await;
            assert_eq!(bench.run().await["status"], "succeeded");
            bench.issuer.revoke();
            bench.issuer.book().refusing = refusing;
            let asked = bench.issuer.book().refreshes;
            is_revoked(&bench, &bench.run().await).await;
            // The others need not ask the system for that.
            is_revoked(&bench, &bench.run().await).await;
            bench.app.restart().await;
            is_revoked(&bench, &bench.run().await).await;
            assert_eq!(bench.issuer.book().refreshes, asked + 1, "{refusing:?}");
            eventually("the connection to say so", async || {
                (text(&bench.connection().await, "/last_error/code") == "consent_revoked").then_some(())
            })
            .await;
            let tested = bench.app.post("/connections/crm/test", &json!({})).await.expect(200).json();
            assert_eq!((&tested["ok"], text(&tested, "/error/code")), (&json!(false), "consent_revoked"));
        }
        bench.authorise().await;
        assert_eq!(bench.run().await["status"], "succeeded");
        bench.keeps_secrets().await;
    })
    .await;
}
