//! Approvals: by whom, once, in time - and never walked past.

use causeway_model::Value;
use causeway_testkit::{Sink, TestApp, both, eventually, http_step, script_step, step, timeline};
use serde_json::json;

use super::cancel::accepted;
use super::waits::call_link;

fn asking(slug: &str, approvers: Value, timeout: &str) -> Value {
    let with = json!({"message": "訂單 {{ trigger.body.no }} 是否核准？", "approvers": approvers, "timeout": timeout});
    let mut late = script_step("no", "\"no\"", &["ask.rejected", "ask.timed_out"]);
    late["join"] = json!("any");
    accepted(
        slug,
        json!([step("ask", "approval", with, &[]), script_step("yes", "\"yes\"", &["ask.approved"]), late]),
    )
}

async fn asked(app: &TestApp, slug: &str) -> (String, Value) {
    let id = app.hook(slug, &json!({"no": "SO-1"})).await.expect(202).run();
    let approval = app.open_approval(&id).await;
    (id, approval)
}

#[tokio::test]
async fn a_decision_takes_its_port_and_who_when_and_why_are_kept() {
    both(async |app| {
        app.publish(&asking("ask", json!(["role:operator"]), "1h")).await;
        let (id, approval) = asked(&app, "ask").await;
        assert_eq!(approval["message"], "訂單 SO-1 是否核准？");
        assert_eq!(
            timeline(&app.reaches(&id, &["waiting"]).await),
            "waiting | ask waiting | yes pending | no pending"
        );
        assert!(app.decide(&approval, true, "老客戶").await.status < 300);
        let run = app.finished(&id).await;
        assert_eq!(timeline(&run), "succeeded | ask succeeded:approved | yes succeeded | no skipped");
        let output = &run["steps"][0]["output"];
        assert_eq!((output["approved"].clone(), output["comment"].clone()), (json!(true), json!("老客戶")));
        assert!(
            output["by"].as_str().is_some_and(|by| by.contains("owner")) && output["at"].is_string(),
            "{output}"
        );
        let again = app.decide(&approval, false, "").await;
        assert_eq!(again.status, 409, "{}", again.text);

        let (id, approval) = asked(&app, "ask").await;
        assert!(app.decide(&approval, false, "超過額度").await.status < 300);
        assert_eq!(
            timeline(&app.finished(&id).await),
            "succeeded | ask succeeded:rejected | yes skipped | no succeeded"
        );
    })
    .await;
}

#[tokio::test]
async fn nobody_else_may_decide() {
    both(async |app| {
        app.publish(&asking("strict", json!(["role:admin"]), "1h")).await;
        let (id, approval) = asked(&app, "strict").await;
        let path = format!("/approvals/{}/decide", approval["id"].as_str().expect("an id"));
        let decision = json!({"approved": true});
        for role in ["viewer", "operator", "editor"] {
            let token = app.token_of(role).await;
            assert_eq!(app.api_as(&token, "POST", &path, Some(&decision)).await.status, 403, "{role}");
        }
        assert_eq!(app.api_as("cw_nonsense", "POST", &path, Some(&decision)).await.status, 401);
        assert_eq!(app.run(&id).await["status"], "waiting");
        let admin = app.token_of("admin").await;
        assert!(app.api_as(&admin, "POST", &path, Some(&decision)).await.status < 300);
        assert_eq!(app.finished(&id).await["status"], "succeeded");
    })
    .await;
}

#[tokio::test]
async fn nobody_answers_in_time() {
    both(async |app| {
        app.publish(&asking("late", json!(["role:operator"]), "500ms")).await;
        let (id, approval) = asked(&app, "late").await;
        assert_eq!(
            timeline(&app.finished(&id).await),
            "succeeded | ask succeeded:timed_out | yes skipped | no succeeded"
        );
        assert_eq!(app.decide(&approval, true, "").await.status, 409);
    })
    .await;
}

#[tokio::test]
async fn by_a_one_time_link_that_looking_at_does_not_decide() {
    both(async |app| {
        let sink = Sink::start().await;
        let with = json!({"message": "<b>好嗎</b>?", "approvers": ["link:boss"], "timeout": "1h"});
        app.publish(&accepted(
            "link",
            json!([
                http_step(
                    "mail",
                    &sink.url("/"),
                    json!({"url": "{{ approval_url(\"ask\", \"boss\") }}"}),
                    &[]
                ),
                step("ask", "approval", with, &["mail"]),
                script_step("yes", "1", &["ask.approved"]),
            ]),
        ))
        .await;
        let id = app.hook("link", &json!({})).await.expect(202).run();
        let approval = app.open_approval(&id).await;
        let url = sink.calls()[0].json()["url"].as_str().expect("a URL").to_owned();
        let path = &url[url.find("/approvals/").expect("a link")..];
        let page = app.client().get(app.url(path)).send().await.expect("the page");
        assert_eq!(page.status(), 200);
        let page = page.text().await.expect("its text");
        assert!(page.contains("&lt;b&gt;好嗎"), "the message is escaped: {page}");
        assert_eq!(app.run(&id).await["status"], "waiting", "a look decides nothing");
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let mut post = app.client().post(app.url(path));
        for (name, value) in form {
            post = post.header(name, value);
        }
        let decided = post.body("decision=approve&comment=ok").send().await.expect("the page");
        assert!(decided.status().as_u16() < 400, "{:?}", decided.text().await);
        assert_eq!(
            timeline(&app.finished(&id).await),
            "succeeded | mail succeeded | ask succeeded:approved | yes succeeded"
        );
        assert!(app.decide(&approval, false, "").await.status >= 400);
        assert!(call_link(&app, &url, &json!({"decision": "reject"})).await.status >= 400);
    })
    .await;
}

#[tokio::test]
async fn by_the_command_line() {
    both(async |app| {
        app.publish(&asking("shell", json!(["role:operator"]), "1h")).await;
        let (id, approval) = asked(&app, "shell").await;
        let approval = approval["id"].as_str().expect("an id");
        let list = app.cli(&["approval", "list"]).await.success();
        assert!(list.stdout.contains("SO-1"), "{}", list.stdout);
        let _decided =
            app.cli(&["approval", "decide", approval, "--approve", "--comment", "ok"]).await.success();
        assert_eq!(app.finished(&id).await["steps"][0]["port"], "approved");
        let _again = app.cli(&["approval", "decide", approval, "--reject"]).await.refused();
    })
    .await;
}

#[tokio::test]
async fn a_decision_survives_a_crash_right_after_it() {
    both(async |app| {
        app.publish(&asking("crash", json!(["role:operator"]), "1h")).await;
        let (id, approval) = asked(&app, "crash").await;
        assert!(app.decide(&approval, true, "").await.status < 300);
        app.restart().await;
        assert_eq!(app.finished(&id).await["steps"][0]["port"], "approved");
    })
    .await;
}

#[tokio::test]
async fn it_cannot_be_walked_past() {
    both(async |app| {
        let ask = || step("ask", "approval", json!({"message": "?", "approvers": ["role:operator"]}), &[]);
        let documents = [
            // After an approval without saying which way it went.
            ("bare", json!([ask(), script_step("pay", "1", &["ask"])])),
            // Merged with a step that always runs, by a guessed join.
            (
                "guess",
                json!([
                    ask(),
                    script_step("other", "1", &[]),
                    script_step("pay", "1", &["ask.approved", "other"])
                ]),
            ),
            // A port that is none.
            ("port", json!([ask(), script_step("pay", "1", &["ask.aproved"])])),
        ];
        for (slug, steps) in documents {
            let refused = app.try_publish(&accepted(slug, steps)).await;
            assert!((400..500).contains(&refused.status), "{slug}: {} {}", refused.status, refused.text);
        }
        // Nothing behind it runs while it is open, whatever else happens.
        let sink = Sink::start().await;
        let mut pay = http_step("pay", &sink.url("/pay"), json!({}), &["ask.approved", "other"]);
        pay["join"] = json!("all");
        app.publish(&accepted("guarded", json!([ask(), script_step("other", "1", &[]), pay]))).await;
        let (id, approval) = asked(&app, "guarded").await;
        app.restart().await;
        let _run = app.reaches(&id, &["waiting"]).await;
        assert_eq!(sink.count(), 0);
        assert!(app.decide(&approval, false, "").await.status < 300);
        assert_eq!(
            timeline(&app.finished(&id).await),
            "succeeded | ask succeeded:rejected | other succeeded | pay skipped"
        );
        assert_eq!(sink.count(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_cancelled_run_closes_its_question() {
    both(async |app| {
        app.publish(&asking("closed", json!(["role:operator"]), "1h")).await;
        let (id, approval) = asked(&app, "closed").await;
        assert!(app.cancel(&id).await.status < 300);
        assert_eq!(app.finished(&id).await["status"], "cancelled");
        assert_eq!(app.decide(&approval, true, "").await.status, 409);
        eventually("no open question", async || {
            let open = app.get("/approvals?open=true").await.text;
            (!open.contains(id.as_str())).then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_person_who_has_signed_in_decides_what_is_asked_of_them() {
    both(async |app| {
        app.publish(&asking("mine", json!(["user:amy@example.tw"]), "1h")).await;
        let (id, approval) = asked(&app, "mine").await;
        let path = format!("/approvals/{}/decide", approval["id"].as_str().expect("an id"));
        let decision = json!({"approved": true});
        for email in ["amy@example.tw", "bob@example.tw"] {
            app.user(email, "viewer").await;
        }
        let admin = app.token_of("admin").await;
        assert_eq!(app.api_as(&admin, "POST", &path, Some(&decision)).await.status, 403, "not asked");
        let bob = app.sign_in("bob@example.tw").await;
        let refused = app.page(&bob, "POST", &path, Some(&decision)).await;
        assert_eq!(refused.json()["code"], "not_an_approver", "{}", refused.text);
        let amy = app.sign_in("amy@example.tw").await;
        let decided = app.page(&amy, "POST", &path, Some(&decision)).await.expect(200).json();
        assert_eq!(decided["decided_by"], "user:amy@example.tw");
        assert_eq!(app.finished(&id).await["status"], "succeeded");
        let trail = app.get("/audit?subject=approval").await.expect(200).json();
        let entry = &trail["entries"][0];
        assert_eq!(
            (&entry["action"], &entry["by"]),
            (&json!("approval.approved"), &json!("user:amy@example.tw"))
        );
    })
    .await;
}
