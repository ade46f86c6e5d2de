//! Asking for a consent and coming back with it: who may, where to, how often, and what is told.

use causeway_model::Value;
use causeway_testkit::both;
use serde_json::json;

use super::{Bench, EDITOR, text};

#[tokio::test]
async fn a_person_authorises_a_connection_and_runs_live_by_it() {
    both(async |app| {
        let bench = Bench::on(app).await;
        let app = &bench.app;
        let early = bench.run().await;
        assert_eq!(text(&early, "/failure/error/code"), "consent_missing", "{early}");
        assert_eq!(text(&early, "/failure/error/class"), "auth", "{early}");
        let page = app.sign_in(EDITOR).await;
        let asked = bench.ask(&page, json!({})).await.expect(200).json();
        let address = text(&asked, "/authorize_url");
        assert!(address.starts_with(bench.issuer.url()), "{address}");
        assert_eq!(asked["redirect_uri"], app.url("/oauth/callback"));
        assert!(!address.contains("code_verifier"));
        let back = bench.consents(address).await;
        // Neither nobody nor somebody else can finish it, and their tries do not use it up.
        app.user("eve@example.tw", "owner").await;
        let eve = app.sign_in("eve@example.tw").await;
        for other in [None, Some(&eve)] {
            let refused = bench.comes_back(&back, other).await.expect(403);
            assert!(refused.text.contains("another browser or session"), "{}", refused.text);
        }
        let checked = bench.browser.head(&back).header("cookie", &page.cookie).send().await.expect("answers");
        assert_eq!(checked.status(), 204);
        assert_eq!(bench.issuer.book().exchanges, 0);
        let done = bench.comes_back(&back, Some(&page)).await.expect(200);
        assert!(done.text.contains("The account is connected"), "{}", done.text);
        // It is good once.
        let again = bench.comes_back(&back, Some(&page)).await.expect(409);
        assert!(again.text.contains("came back already"), "{}", again.text);
        let (exchanges, _, refused) = bench.issuer.told();
        assert_eq!((exchanges, refused.len()), (1, 0), "{refused:?}");
        let run = bench.run().await;
        assert_eq!(run["status"], "succeeded", "{run}");
        let shown = bench.connection().await;
        let production = &shown["environments"]["production"];
        assert!(production["consented_at"].is_string(), "{shown}");
        assert_eq!(production["consented_by"], format!("user:{EDITOR}"));
        assert!(shown["last_ok_at"].is_string());
        let trail = app.get("/audit?subject=connection:crm").await.expect(200).json();
        let actions: Vec<&str> =
            trail["entries"].as_array().into_iter().flatten().map(|entry| text(entry, "/action")).collect();
        for action in ["connection.consent_asked", "connection.authorised"] {
            assert!(actions.contains(&action), "{actions:?}");
        }
        bench.keeps_secrets().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_declined_or_wrong_is_told_plainly_and_changes_nothing() {
    both(async |app| {
        let bench = Bench::on(app).await;
        let page = bench.app.sign_in(EDITOR).await;
        let before = bench.connection().await["revision"].clone();
        let asked = async |body: Value| bench.ask(&page, body).await.expect(200).json();
        bench.issuer.book().declines = true;
        let back = bench.consents(text(&asked(json!({})).await, "/authorize_url")).await;
        let declined = bench.browser.get(&back).header("cookie", &page.cookie).header("accept-language", "zh-TW");
        let declined = causeway_testkit::Answer::of(declined.send().await.expect("answers")).await.expect(409);
        assert!(declined.text.contains("授權遭到拒絕"), "{}", declined.text);
        let again = bench.comes_back(&back, Some(&page)).await.expect(409);
        assert!(again.text.contains("came back already"), "{}", again.text);
        bench.issuer.book().declines = false;

        // An answer of another system than the one that was asked.
        bench.issuer.book().issuer = Some("https://evil.example".to_owned());
        let back = bench.consents(text(&asked(json!({})).await, "/authorize_url")).await;
        let mixed = bench.comes_back(&back, Some(&page)).await.expect(409);
        assert!(mixed.text.contains("another system"), "{}", mixed.text);
        bench.issuer.book().issuer = None;

        // States that nobody made, things that stand twice, and markup.
        for query in ["", "state=none&code=x", "code=x", "state=a&state=b&code=x"] {
            let address = bench.app.url(&format!("/oauth/callback?{query}"));
            let unknown = bench.comes_back(&address, Some(&page)).await.expect(400);
            assert!(unknown.text.contains("Nobody asked for this consent"), "{}", unknown.text);
        }
        let markup = text(&asked(json!({})).await, "/authorize_url").to_owned();
        let state = reqwest::Url::parse(&markup).expect("an address");
        let state = state.query_pairs().find(|(name, _)| name == "state").expect("a state").1.into_owned();
        let address = bench.app.url(&format!(
            "/oauth/callback?state={state}&error=invalid_scope&error_description=%3Cscript%3Ealert(1)%3C/script%3E"
        ));
        let shown = bench.comes_back(&address, Some(&page)).await.expect(409);
        assert!(shown.text.contains("invalid_scope") && !shown.text.contains("<script>"), "{}", shown.text);

        // A connection that was changed meanwhile may send its code elsewhere now.
        let back = bench.consents(text(&asked(json!({})).await, "/authorize_url")).await;
        let _changed = bench.app.api("PATCH", "/connections/crm", Some(&json!({ "title": "CRM" }))).await.expect(200);
        let outdated = bench.comes_back(&back, Some(&page)).await.expect(409);
        assert!(outdated.text.contains("was changed while"), "{}", outdated.text);

        assert_eq!(bench.issuer.book().exchanges, 0);
        let shown = bench.connection().await;
        assert_eq!(shown["revision"].as_i64(), before.as_i64().map(|revision| revision + 1));
        assert!(shown["environments"]["production"]["consented_at"].is_null() && shown["last_error"].is_null());
    })
    .await;
}

#[tokio::test]
async fn only_who_may_and_only_where_it_means_something() {
    both(async |app| {
        let bench = Bench::on(app).await;
        let app = &bench.app;
        let page = app.sign_in(EDITOR).await;
        // Only to paths of this very site.
        for path in ["https://evil.example", "//evil.example", "/\\evil.example", "x"] {
            let refused = bench.ask(&page, json!({ "return_to": path })).await;
            assert_eq!(refused.refusal(), (422, "return_path_invalid".to_owned()), "{path}");
        }
        let asked = bench.ask(&page, json!({ "return_to": "/connections/crm?tab=health" })).await.expect(200).json();
        let back = bench.consents(text(&asked, "/authorize_url")).await;
        let onwards = bench.comes_back(&back, Some(&page)).await.expect(303);
        assert_eq!(onwards.header("location"), Some("/connections/crm?tab=health"));

        let none = bench.ask(&page, json!({ "environment": "test" })).await;
        assert_eq!(none.refusal(), (422, "connection_incomplete".to_owned()), "{}", none.text);
        let key = json!({ "name": "chat", "connector": "line", "credentials": { "production": { "token": "a-token-1" } } });
        let made = app.post("/connections", &key).await.expect(201).json();
        assert!(made["redirect_uri"].is_null());
        let refused = app.post("/connections/chat/consent", &json!({})).await;
        assert_eq!(refused.refusal(), (422, "consent_not_taken".to_owned()), "{}", refused.text);
        let private = json!({ "shared": "private" });
        let _private = app.api("PATCH", "/connections/crm", Some(&private)).await.expect(200);
        assert_eq!(bench.ask(&page, json!({})).await.refusal().0, 404, "for who may not see it, there is none");
        let _shared = app.api("PATCH", "/connections/crm", Some(&json!({ "shared": "editor" }))).await.expect(200);

        // Rights that were taken while somebody consented count.
        let asked = bench.ask(&page, json!({})).await.expect(200).json();
        let back = bench.consents(text(&asked, "/authorize_url")).await;
        let users = app.get("/users").await.expect(200).json();
        let mut users = users["users"].as_array().into_iter().flatten();
        let id = users.find(|user| user["email"] == EDITOR).map(|user| text(user, "/id").to_owned());
        let path = format!("/users/{}", id.expect("is there"));
        let _viewer = app.api("PATCH", &path, Some(&json!({ "role": "viewer" }))).await.expect(200);
        let refused = bench.comes_back(&back, Some(&page)).await;
        assert!(refused.status == 403, "{} {}", refused.status, refused.text);
        assert_eq!(bench.issuer.book().exchanges, 1);
    })
    .await;
}

#[tokio::test]
async fn who_guesses_states_is_held_up() {
    let app = causeway_testkit::TestApp::start(causeway_testkit::Backend::Sqlite).await;
    let bench = Bench::on(app).await;
    let mut statuses = Vec::new();
    for guess in 0..60 {
        let state = format!("{guess:0>43}");
        let address = bench.app.url(&format!("/oauth/callback?state={state}&code=x"));
        statuses.push(bench.comes_back(&address, None).await.status);
    }
    assert!(statuses.contains(&400) && statuses.ends_with(&[429]), "{statuses:?}");
}
