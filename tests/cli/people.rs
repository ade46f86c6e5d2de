//! People, tokens, secrets and variables by the command line.

use causeway_testkit::both;

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
