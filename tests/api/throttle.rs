//! Guessing passwords is slowed down for all processes together, and a restart does not help.

use causeway_testkit::{Answer, Backend, Database, Options, PASSWORD, TestApp, both};
use serde_json::json;

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    let request = app.client().post(app.url("/api/v1/sessions")).json(&body);
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, text: response.text().await.expect("its text") }
}

fn is_held_up(answer: &Answer) {
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (429, Some("too_many_tries")),
        "{}",
        answer.text
    );
    assert!(answer.header("retry-after").is_some_and(|wait| wait.parse::<u32>().is_ok_and(|wait| wait > 0)));
}

#[tokio::test]
async fn two_web_nodes_count_as_one() {
    let database = Database::fresh(Backend::Postgres);
    let options = Options::new()
        .database_url(&database.url().expect("a URL"))
        .env("CAUSEWAY_KEY", "7f".repeat(32))
        .role("web");
    let doors = [
        TestApp::start_with(Backend::Postgres, options.clone()).await,
        TestApp::start_with(Backend::Postgres, options).await,
    ];
    for email in ["amy@example.tw", "bob@example.tw"] {
        doors[0].user(email, "viewer").await;
    }
    for at in 0..10 {
        assert_eq!(sign_in(&doors[at % 2], "amy@example.tw", "wrong horse").await.status, 401, "{at}");
    }
    for door in &doors {
        is_held_up(&sign_in(door, "amy@example.tw", PASSWORD).await);
        is_held_up(&sign_in(door, " AMY@example.tw", PASSWORD).await);
    }
    doors[1].restart().await;
    is_held_up(&sign_in(&doors[1], "amy@example.tw", PASSWORD).await);
    assert_eq!(sign_in(&doors[1], "bob@example.tw", PASSWORD).await.status, 201, "others are not held up");
    // The address has tries of its own, whatever the account. All at once: a try comes back with time.
    let names: Vec<String> = (0..40).map(|at| format!("nobody{at}@example.tw")).collect();
    let tries = names.iter().enumerate().map(|(at, email)| sign_in(&doors[at % 2], email, "wrong horse"));
    let answers = futures::future::join_all(tries).await;
    for door in 0..2 {
        let held_up = answers.iter().skip(door).step_by(2).find(|answer| answer.status == 429);
        is_held_up(held_up.expect("an address may not try for ever"));
    }
}

#[tokio::test]
async fn what_succeeds_costs_nothing_and_a_restart_forgets_nothing() {
    both(async |app| {
        app.user("amy@example.tw", "viewer").await;
        for _ in 0..15 {
            assert_eq!(sign_in(&app, "amy@example.tw", PASSWORD).await.status, 201);
        }
        for _ in 0..10 {
            assert_eq!(sign_in(&app, "amy@example.tw", "wrong horse").await.status, 401);
        }
        app.restart().await;
        is_held_up(&sign_in(&app, "amy@example.tw", PASSWORD).await);
    })
    .await;
}
