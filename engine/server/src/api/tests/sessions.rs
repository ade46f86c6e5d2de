//! The first visit, signing in and out, and what pages of others cannot do.

use causeway_model::Role;
use serde_json::json;

use crate::testing::{PASSWORD, SETUP_CODE, TestApp};

const HOST: (&str, &str) = ("host", "127.0.0.1:7400");
const ORIGIN: (&str, &str) = ("origin", "http://127.0.0.1:7400");

#[tokio::test]
async fn the_first_visit_makes_the_owner_once() {
    let test = TestApp::new().await;
    let setup = async |headers: &[(&str, &str)], body: serde_json::Value| {
        test.send("POST", "/api/v1/setup", headers, body.to_string()).await
    };
    let asked = test.send("GET", "/api/v1/setup", &[HOST], "").await;
    assert_eq!(asked.json(), json!({"needed": true, "code_needed": false}));
    let body = json!({"email": "Ann@example.tw", "password": PASSWORD, "name": "Ann", "locale": "zh-TW"});
    let foreign = setup(&[HOST, ("origin", "http://evil.example")], body.clone()).await;
    assert_eq!(foreign.problem(), (403, "origin_foreign".to_owned()));
    let short = setup(&[HOST], json!({"email": "ann@example.tw", "password": "short"})).await;
    assert_eq!(short.problem(), (422, "password_too_short".to_owned()));
    let made = setup(&[HOST, ORIGIN], body.clone()).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.json()["user"]["role"], "owner");
    let cookie = made.header("set-cookie").split(';').next().expect("a cookie").to_owned();
    let me = test.send("GET", "/api/v1/me", &[HOST, ("cookie", &cookie)], "").await.json();
    assert_eq!((&me["by"], &me["role"]), (&json!("user:ann@example.tw"), &json!("owner")));
    assert_eq!(me["csrf_token"], made.json()["csrf_token"]);
    assert_eq!(setup(&[HOST], body).await.problem(), (409, "already_set_up".to_owned()));
    let asked = test.send("GET", "/api/v1/setup", &[HOST], "").await;
    assert_eq!(asked.json(), json!({"needed": false, "code_needed": false}));
}

#[tokio::test]
async fn from_elsewhere_the_first_visit_needs_the_code() {
    let body =
        |code: &str| json!({"email": "ann@example.tw", "password": PASSWORD, "code": code}).to_string();
    for (listen, public_url, headers) in [
        ("0.0.0.0:7400", None, vec![HOST]),
        ("127.0.0.1:7400", Some("https://flows.example.com"), vec![HOST]),
        ("127.0.0.1:7400", Some("http://flows.example.com"), vec![("host", "flows.example.com")]),
        ("127.0.0.1:7400", None, vec![HOST, ("x-forwarded-for", "198.51.100.7")]),
    ] {
        let test = TestApp::at(listen, public_url).await;
        let asked = test.send("GET", "/api/v1/setup", &headers, "").await;
        assert_eq!(asked.json()["code_needed"], true, "{listen} {headers:?}");
        for wrong in ["", "0123-4567-89ab-cdee"] {
            let refused = test.send("POST", "/api/v1/setup", &headers, body(wrong)).await;
            assert_eq!(refused.problem(), (403, "setup_code_wrong".to_owned()), "{listen} {headers:?}");
        }
        let made = test.send("POST", "/api/v1/setup", &headers, body(SETUP_CODE)).await;
        assert_eq!(made.status, 201, "{made:?}");
        let secure = public_url.is_some_and(|url| url.starts_with("https"));
        assert_eq!(made.header("set-cookie").starts_with("__Host-"), secure);
        assert_eq!(made.header("set-cookie").ends_with("; Secure"), secure);
        assert!(made.header("set-cookie").contains("HttpOnly; SameSite=Lax"));
    }
}

#[tokio::test]
async fn codes_are_not_guessed() {
    let test = TestApp::at("0.0.0.0:7400", None).await;
    let body = json!({"email": "ann@example.tw", "password": PASSWORD, "code": "0"}).to_string();
    let mut codes = Vec::new();
    for _ in 0..40 {
        codes.push(test.send("POST", "/api/v1/setup", &[HOST], body.clone()).await.problem());
    }
    assert_eq!(codes.last(), Some(&(429, "too_many_tries".to_owned())));
}

#[tokio::test]
async fn a_session_needs_its_csrf_token_and_a_page_of_our_own() {
    let test = TestApp::new().await;
    let _amy = test.user("amy@example.tw", Role::Editor).await;
    let (cookie, csrf) = test.sign_in("amy@example.tw").await;
    let other = test.sign_in("amy@example.tw").await;
    let body = json!({"value": 1}).to_string();
    let put = async |headers: &[(&str, &str)]| {
        let mut all = vec![HOST, ("cookie", cookie.as_str())];
        all.extend_from_slice(headers);
        let answer = test.send("PUT", "/api/v1/variables/rate", &all, body.clone()).await;
        if answer.status == 204 { String::new() } else { answer.problem().1 }
    };
    let token = ("x-csrf-token", csrf.as_str());
    assert_eq!(put(&[ORIGIN, token]).await, "");
    assert_eq!(put(&[("sec-fetch-site", "same-origin"), token]).await, "");
    for (headers, code) in [
        (vec![ORIGIN], "csrf_token_invalid"),
        (vec![ORIGIN, ("x-csrf-token", "")], "csrf_token_invalid"),
        (vec![ORIGIN, ("x-csrf-token", "x")], "csrf_token_invalid"),
        (vec![ORIGIN, ("x-csrf-token", other.1.as_str())], "csrf_token_invalid"),
        (vec![token], "origin_foreign"),
        (vec![("origin", "https://evil.example"), token], "origin_foreign"),
        (vec![("origin", "null"), token], "origin_foreign"),
        (vec![ORIGIN, ("sec-fetch-site", "cross-site"), token], "origin_foreign"),
    ] {
        assert_eq!(put(&headers).await, code, "{headers:?}");
    }
    // Looking needs neither; a token counts before the cookie, and needs neither.
    assert_eq!(test.send("GET", "/api/v1/variables", &[("cookie", &cookie)], "").await.status, 200);
    let bearer = format!("Bearer {}", test.token(Role::Viewer).await);
    assert_eq!(put(&[("authorization", &bearer)]).await, "role_too_low", "it is what its token says");
    let both = [("cookie", cookie.as_str()), ("authorization", "Bearer cw_x")];
    let wrong = test.send("GET", "/api/v1/me", &both, "").await;
    assert_eq!(wrong.problem(), (401, "unauthorized".to_owned()));
    // Nor may another site sign somebody in.
    let body = json!({"email": "amy@example.tw", "password": PASSWORD}).to_string();
    let foreign = [HOST, ("origin", "https://evil.example")];
    let login = test.send("POST", "/api/v1/sessions", &foreign, body).await;
    assert_eq!(login.problem(), (403, "origin_foreign".to_owned()));
}

#[tokio::test]
async fn each_login_has_a_session_of_its_own() {
    let test = TestApp::new().await;
    let _amy = test.user("amy@example.tw", Role::Viewer).await;
    let _bob = test.user("bob@example.tw", Role::Owner).await;
    // Fixation: what the browser came with is never taken over.
    let planted = "causeway_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let body = json!({"email": "amy@example.tw", "password": PASSWORD}).to_string();
    let made = test.send("POST", "/api/v1/sessions", &[("cookie", planted)], body.clone()).await;
    let first = made.header("set-cookie").split(';').next().expect("a cookie").to_owned();
    assert_ne!(first, planted);
    let seen = async |cookie: &str| test.send("GET", "/api/v1/me", &[("cookie", cookie)], "").await;
    assert_eq!(seen(planted).await.problem(), (401, "session_over".to_owned()));
    let again = test.send("POST", "/api/v1/sessions", &[("cookie", &first)], body).await;
    let second = again.header("set-cookie").split(';').next().expect("a cookie").to_owned();
    assert_ne!(first, second);
    assert_eq!(seen(&first).await.problem().1, "session_over", "the one before is over");

    let amy = (second, again.json()["csrf_token"].as_str().expect("a token").to_owned());
    let bob = test.sign_in("bob@example.tw").await;
    let id = async |who: &(String, String)| {
        test.page(who, "GET", "/sessions", None).await.json()["current"].as_str().expect("an id").to_owned()
    };
    let (of_amy, of_bob) = (id(&amy).await, id(&bob).await);
    let end = async |who: &(String, String), id: &str| {
        test.page(who, "DELETE", &format!("/sessions/{id}"), None).await
    };
    assert_eq!(end(&amy, &of_bob).await.problem(), (404, "session_not_found".to_owned()));
    assert_eq!(
        end(&bob, &of_amy).await.problem(),
        (404, "session_not_found".to_owned()),
        "not even an owner"
    );
    assert_eq!(end(&amy, &of_amy).await.status, 204);
    assert_eq!(test.page(&amy, "GET", "/me", None).await.problem().1, "session_over");
    let out = test.page(&bob, "DELETE", "/sessions/current", None).await;
    assert!(out.status == 204 && out.header("set-cookie").contains("Max-Age=0"), "{out:?}");
    assert_eq!(test.page(&bob, "GET", "/me", None).await.status, 401);
}

#[tokio::test]
async fn logins_are_throttled_and_tell_nothing() {
    let test = TestApp::new().await;
    let _amy = test.user("amy@example.tw", Role::Viewer).await;
    let login = async |email: &str, password: &str| {
        test.post("/api/v1/sessions", &json!({"email": email, "password": password})).await
    };
    let (known, unknown) =
        (login("amy@example.tw", "wrong horse").await, login("x@example.tw", "wrong horse").await);
    assert_eq!(known.problem(), (401, "login_refused".to_owned()));
    assert_eq!(known.body, unknown.body, "nobody learns who has an account");
    let mut last = known;
    for _ in 0..9 {
        last = login("AMY@example.tw ", "wrong horse").await;
    }
    assert_eq!(last.problem().0, 401);
    let held_up = login("amy@example.tw", PASSWORD).await;
    assert_eq!(held_up.problem(), (429, "too_many_tries".to_owned()));
    assert!(held_up.header("retry-after").parse::<u32>().is_ok_and(|wait| wait > 0), "{held_up:?}");
    assert_eq!(login("bob@example.tw", PASSWORD).await.problem().0, 401, "others are not held up yet");
    let owner = test.token(Role::Owner).await;
    let trail = test.api(&owner, "GET", "/audit?action=session.refused", None).await;
    assert!(trail.json()["entries"].as_array().is_some_and(|entries| entries.len() > 10));
    assert!(!trail.text().contains("horse"));
}

#[tokio::test]
async fn people_change_their_password_and_admins_end_sessions() {
    let test = TestApp::new().await;
    let amy = test.user("amy@example.tw", Role::Viewer).await;
    let _boss = test.user("boss@example.tw", Role::Owner).await;
    let boss = test.sign_in("boss@example.tw").await;
    let first = test.sign_in("amy@example.tw").await;
    let change = async |old: &str| {
        let body = json!({"old": old, "new": "another horse"});
        test.page(&first, "PUT", "/me/password", Some(&body)).await
    };
    assert_eq!(change("wrong horse").await.problem(), (403, "password_wrong".to_owned()));
    let changed = change(PASSWORD).await;
    assert_eq!(changed.status, 201, "{changed:?}");
    assert_eq!(test.page(&first, "GET", "/me", None).await.problem().1, "session_over");
    let cookie = changed.header("set-cookie").split(';').next().expect("a cookie").to_owned();
    let second = (cookie, changed.json()["csrf_token"].as_str().expect("a token").to_owned());
    assert_eq!(test.page(&second, "GET", "/me", None).await.status, 200);
    let patch = async |who: &(String, String), id: String, body: serde_json::Value| {
        test.page(who, "PATCH", &format!("/users/{id}"), Some(&body)).await
    };
    assert_eq!(patch(&second, amy.to_string(), json!({"role": "owner"})).await.problem().1, "role_too_low");
    assert_eq!(patch(&boss, amy.to_string(), json!({"disabled": true})).await.status, 200);
    assert_eq!(test.page(&second, "GET", "/me", None).await.problem().1, "session_over");
    let me = test.page(&boss, "GET", "/me", None).await.json();
    let own = me["user"]["id"].as_str().expect("an id").to_owned();
    for body in [json!({"role": "admin"}), json!({"disabled": true})] {
        assert_eq!(patch(&boss, own.clone(), body).await.problem(), (409, "last_owner".to_owned()));
    }
    let gone = test.page(&boss, "DELETE", &format!("/users/{own}"), None).await;
    assert_eq!(gone.problem(), (409, "last_owner".to_owned()));
}

#[tokio::test]
async fn people_decide_what_is_asked_of_them() {
    use crate::app::Decider;
    let test = TestApp::new().await;
    let _amy = test.user("amy@example.tw", Role::Viewer).await;
    let amy = Decider::User { email: "amy@example.tw".into(), role: Role::Viewer };
    assert!(amy.may_decide(&["user:amy@example.tw".to_owned()]));
    let signed_in = test.sign_in("amy@example.tw").await;
    let path = format!("/approvals/{}/decide", uuid::Uuid::now_v7());
    let answer = test.page(&signed_in, "POST", &path, Some(&json!({"approved": true}))).await;
    assert_eq!(answer.problem(), (404, "approval_not_found".to_owned()), "a session may ask");
}
