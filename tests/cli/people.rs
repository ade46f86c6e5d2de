//! People, tokens, secrets and variables by the command line.

use causeway_testkit::{both, eventually};

#[tokio::test]
async fn tokens_are_printed_last_and_work() {
    both(async |app| {
        let made = app.cli(&["token", "create", "--name", "ci", "--role", "viewer"]).await.success();
        let token = made.stdout.lines().last().expect("the token");
        assert_eq!(app.api_as(token, "GET", "/flows", None).await.status, 200);
        let _bad_role = app.cli(&["token", "create", "--name", "x", "--role", "king"]).await.refused();
    })
    .await;
}

#[tokio::test]
async fn users_are_made_with_a_password_from_standard_input() {
    both(async |app| {
        let words = ["user", "create", "--email", "amy@example.tw", "--role", "operator", "--password-stdin"];
        let _made = app.cli_with("a long enough password\n", &words).await.success();
        let again = app.cli_with("a long enough password\n", &words).await.refused();
        assert_eq!(again.code, 5, "{}", again.stderr);
        let short = ["user", "create", "--email", "bob@example.tw", "--role", "operator", "--password-stdin"];
        let _short = app.cli_with("short\n", &short).await.refused();
    })
    .await;
}

#[tokio::test]
async fn secrets_and_variables_are_set_listed_and_deleted() {
    both(async |app| {
        app.set_secret("erp", "very secret").await;
        let listed = app.cli(&["secret", "list"]).await.success().stdout;
        assert!(listed.contains("erp") && !listed.contains("very secret"), "{listed}");
        let _deleted = app.cli(&["secret", "delete", "erp"]).await.success();
        assert!(!app.cli(&["secret", "list"]).await.success().stdout.contains("erp"));
        let _gone = app.cli(&["secret", "delete", "erp"]).await.exits(4);
        let _set = app.cli(&["variable", "set", "rate", "1.10"]).await.success();
        assert!(app.cli(&["variable", "list"]).await.success().stdout.contains("1.10"));
    })
    .await;
}

#[tokio::test]
async fn people_are_managed_and_the_last_owner_stays() {
    both(async |app| {
        for (email, role) in [("ann@example.tw", "owner"), ("bob@example.tw", "viewer")] {
            app.user(email, role).await;
        }
        let bob = app.sign_in("bob@example.tw").await;
        let _role = app.cli(&["user", "set-role", "bob@example.tw", "editor"]).await.success();
        assert_eq!(app.page(&bob, "GET", "/me", None).await.json()["role"], "editor", "at once");
        let reset = ["user", "reset-password", "bob@example.tw", "--password-stdin"];
        let _reset = app.cli_with("another long password", &reset).await.success();
        assert_eq!(app.page(&bob, "GET", "/me", None).await.status, 401);
        let _off = app.cli(&["user", "disable", "bob@example.tw"]).await.success();
        assert!(app.cli(&["user", "list"]).await.success().stdout.contains("disabled"));
        let _on = app.cli(&["user", "enable", "bob@example.tw"]).await.success();
        for words in [
            &["user", "set-role", "ann@example.tw", "admin"][..],
            &["user", "disable", "ann@example.tw"],
            &["user", "delete", "ann@example.tw"],
        ] {
            let refused = app.cli(words).await.exits(5);
            assert!(refused.stderr.contains("last owner"), "{}", refused.stderr);
        }
        let _gone = app.cli(&["user", "delete", "bob@example.tw"]).await.success();
        let _unknown = app.cli(&["user", "delete", "bob@example.tw"]).await.exits(4);
        let trail = app.cli(&["audit", "list", "--subject", "user", "--json"]).await.success().json();
        let told: Vec<&str> =
            trail.as_array().expect("a list").iter().filter_map(|entry| entry["action"].as_str()).collect();
        let wanted = [
            "user.deleted",
            "user.changed",
            "user.changed",
            "user.password_reset",
            "user.changed",
            "user.created",
            "user.created",
        ];
        assert_eq!(told, wanted);
        assert!(app.cli(&["audit", "list"]).await.success().stdout.contains("bob@example.tw"));
    })
    .await;
}

#[tokio::test]
async fn tokens_with_an_end_and_a_scope() {
    both(async |app| {
        let words = ["token", "create", "--name", "brief", "--role", "admin", "--expires", "2s", "--json"];
        let made = app.cli(&words).await.success().json();
        let token = made["token"].as_str().expect("a token");
        eventually("the token to end", async || {
            let answer = app.api_as(token, "GET", "/flows", None).await;
            (answer.status == 401 && answer.json()["code"] == "token_expired").then_some(())
        })
        .await;
        let words =
            ["token", "create", "--name", "shop", "--role", "operator", "--flow", "mine", "--read-only"];
        let made = app.cli(&words).await.success();
        let token = made.stdout.lines().last().expect("a token");
        assert_eq!(app.api_as(token, "GET", "/flows", None).await.status, 403);
        assert_eq!(app.api_as(token, "GET", "/flows/mine", None).await.status, 404);
        assert_eq!(app.api_as(token, "POST", "/flows/mine/runs", None).await.status, 403);
    })
    .await;
}
