//! Who loses the right to listen, stops hearing; tokens for some flows hear of those only.

use causeway_testkit::{EventStream, TestApp, both};
use serde_json::json;

use crate::runs::cancel::accepted;
use crate::runs::waits::pause;

async fn id_of(app: &TestApp, list: &str, name: &str, value: &str) -> String {
    let page = app.get(&format!("/{list}")).await.expect(200).json();
    let found = causeway_testkit::rows(&page).into_iter().find(|row| row[name] == value);
    found.expect("there is one")["id"].as_str().expect("an id").to_owned()
}

/// The stream ends by itself, and coming again is refused.
async fn ends(mut stream: EventStream) {
    let rest = stream.rest().await;
    assert!(rest.iter().all(|event| event.name != "end"), "{rest:?}");
}

#[tokio::test]
async fn a_right_that_is_lost_ends_the_stream() {
    both(async |app| {
        app.publish(&accepted("waits", json!([pause("pause", "1h", &[])]))).await;
        let run = app.hook("waits", &json!({})).await.expect(202).run();
        let path = format!("/runs/{run}/events");
        for name in ["amy", "ann", "bob", "eve"] {
            app.user(&format!("{name}@example.tw"), "operator").await;
        }
        let stays = app.token_of("admin").await;
        let mut stays = app.events_as(&stays, "/events", None).await.expect("a stream");
        let _ready = stays.next().await.expect("an event");

        let token = app.token_of("viewer").await;
        let (one, other) =
            (app.events_as(&token, &path, None).await, app.events_as(&token, "/events", None).await);
        let id = id_of(&app, "tokens", "name", "viewer").await;
        let _deleted = app.api("DELETE", &format!("/tokens/{id}"), None).await.expect(204);
        ends(one.expect("a stream")).await;
        ends(other.expect("a stream")).await;
        assert_eq!(app.events_as(&token, &path, None).await.err().expect("refused").status, 401);

        let amy = app.sign_in("amy@example.tw").await;
        let stream = app.events_of_page(&amy, &path).await.expect("a stream");
        let _out = app.page(&amy, "DELETE", "/sessions/current", None).await.expect(204);
        ends(stream).await;

        for (name, change) in [("ann", json!({"role": "viewer"})), ("bob", json!({"disabled": true}))] {
            let email = format!("{name}@example.tw");
            let page = app.sign_in(&email).await;
            let stream = app.events_of_page(&page, &path).await.expect("a stream");
            let id = id_of(&app, "users", "email", &email).await;
            let _changed = app.api("PATCH", &format!("/users/{id}"), Some(&change)).await.expect(200);
            ends(stream).await;
        }

        let eve = app.sign_in("eve@example.tw").await;
        let stream = app.events_of_page(&eve, &path).await.expect("a stream");
        let _deleted = app.cli(&["user", "delete", "eve@example.tw"]).await.success();
        ends(stream).await;

        // Whoever still may, still hears.
        app.set_variable("rate", &json!(1)).await;
        let heard = stays.until(|event| event.data["kind"] == "variables").await;
        assert!(heard.last().is_some_and(|event| event.data["kind"] == "variables"), "{heard:?}");
    })
    .await;
}

#[tokio::test]
async fn a_token_for_some_flows_hears_of_their_runs_only() {
    both(async |app| {
        for slug in ["mine", "other"] {
            app.publish(&accepted(slug, json!([pause("pause", "1h", &[])]))).await;
        }
        let mine = app.hook("mine", &json!({})).await.expect(202).run();
        let other = app.hook("other", &json!({})).await.expect(202).run();
        let body = json!({"name": "some", "role": "viewer", "flows": ["mine"], "read_only": true});
        let made = app.post("/tokens", &body).await;
        let token = made.json()["token"].as_str().unwrap_or_else(|| panic!("{}", made.text)).to_owned();
        let mut stream =
            app.events_as(&token, &format!("/runs/{mine}/events"), None).await.expect("a stream");
        assert_eq!(stream.next().await.expect("an event").name, "snapshot");
        for path in [format!("/runs/{other}/events"), "/events".to_owned()] {
            let refused = app.events_as(&token, &path, None).await.err().expect("refused");
            assert_eq!(
                (refused.status, &refused.json()["code"]),
                (403, &json!("outside_token_scope")),
                "{path}"
            );
        }
    })
    .await;
}
