//! Notion's events: the token that they are verified with comes in a first call that nobody signed.

use causeway_model::Value;
use causeway_testkit::{Answer, TestApp, both, flow, script_step};
use serde_json::json;

use super::desk::mac;

const TOKEN: &str = "secret_canary-tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl";

async fn send(app: &TestApp, signed_with: Option<&str>, body: &Value) -> Answer {
    let body = body.to_string();
    let signature = signed_with.map(|token| format!("sha256={}", mac(token, &body))).unwrap_or_default();
    let mut headers = vec![("content-type", "application/json")];
    if signed_with.is_some() {
        headers.push(("x-notion-signature", &signature));
    }
    app.hook_raw("POST", "@pages", &headers, body).await
}

fn event(id: &str) -> Value {
    json!({ "id": id, "type": "page.created", "entity": { "id": "p-1", "type": "page" }, "data": {} })
}

#[tokio::test]
async fn the_token_that_comes_first_is_kept_once_and_verifies_the_rest() {
    both(async |app| {
        let made = json!({ "name": "pages", "connector": "notion",
            "credentials": { "production": { "token": "ntn_key" } } });
        let _made = app.post("/connections", &made).await.expect(201);
        let trigger = json!({ "use": "notion.page_created", "connection": "pages" });
        let listens = flow("new-pages", trigger, json!([script_step("a", "trigger.body.entity.id", &[])]));
        let warned = app.publish(&listens).await.json();
        assert_eq!(warned["warnings"][0]["code"], "webhook_secret_missing", "{warned}");
        assert_eq!(send(&app, None, &event("e-0")).await.refusal(), (503, "webhook_unusable".into()));
        for unfit in [json!({ "verification_token": "" }), json!({ "verification_token": 7 }), json!([])] {
            assert_eq!(send(&app, None, &unfit).await.status, 503, "{unfit}");
        }
        let nothing = app.cli(&["connection", "kept", "pages"]).await.exits(4);
        assert!(nothing.stderr.contains("has sent nothing to be kept"), "{}", nothing.stderr);

        // Of two at once, one is kept.
        let (first, other) = (json!({ "verification_token": TOKEN }), json!({ "verification_token": TOKEN }));
        let (one, two) = tokio::join!(send(&app, None, &first), send(&app, None, &other));
        let mut answered = [one.status, two.status];
        answered.sort_unstable();
        assert!(answered[0] == 200 && answered[1] >= 400, "{answered:?}");
        let shown = app.get("/connections/pages").await.expect(200);
        let fields = &shown.json()["environments"]["production"]["credentials"];
        assert_eq!(*fields, json!(["token", "verification_token"]), "{}", shown.text);
        let audit = app.get("/audit?subject=connection:pages").await.expect(200);
        let kept: Vec<Value> = audit.json()["entries"]
            .as_array()
            .expect("entries")
            .iter()
            .filter(|entry| entry["action"] == "connection.credential_kept")
            .cloned()
            .collect();
        assert_eq!((kept.len(), &kept[0]["by"]), (1, &json!("webhook:@pages")), "{}", audit.text);
        assert_eq!(kept[0]["after"]["credentials"], json!(["verification_token"]));

        // Signed calls come in, and nothing else does any more.
        let taken = send(&app, Some(TOKEN), &event("e-1")).await.expect(200).json();
        assert_eq!(taken, json!({ "events": 1, "runs": 1 }));
        assert_eq!(send(&app, Some(TOKEN), &event("e-1")).await.expect(200).json()["runs"], 0);
        let again = json!({ "verification_token": "secret_of_somebody_else" });
        for signed_with in [None, Some("secret_of_somebody_else")] {
            let refused = send(&app, signed_with, &again).await;
            assert_eq!(refused.refusal(), (401, "webhook_unauthorized".into()));
        }
        assert_eq!(send(&app, Some(TOKEN), &event("e-2")).await.expect(200).json()["runs"], 1);
        let run = app.runs("flow=new-pages").await.remove(0);
        let run = app.finished(run["id"].as_str().expect("an id")).await;
        assert_eq!((&run["status"], &run["output"]), (&json!("succeeded"), &json!("p-1")), "{run}");
        assert_eq!(app.publish(&listens).await.json()["warnings"], json!([]));

        // Whoever has the machine can read it, to type it in at Notion; it stands nowhere else.
        let told = app.cli(&["connection", "kept", "pages"]).await.success().stdout;
        assert!(told.contains(TOKEN), "{told}");
        let mut seen = app.log();
        for path in ["/connections/pages", "/audit?limit=200", "/trigger-events?limit=50"] {
            seen.push_str(&app.get(path).await.text);
        }
        assert!(!seen.contains("canary") && seen.contains("connection.kept_shown"), "{seen}");
    })
    .await;
}
