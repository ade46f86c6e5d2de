//! Accounts, sessions and tokens: who may still do what, whatever happens at once.

use causeway_model::{Locale, Role, Span};

use crate::tests::bed::{Bed, both, code};
use crate::{Actor, NewToken, NewUser, Store, UserChange, UserFilter, UserRecord, UserState};

both!(
    accounts_are_made_once,
    one_of_many_first_visitors_is_the_owner,
    the_last_owner_stays,
    sessions_begin_and_end,
    disabling_and_passwords_end_sessions,
    tokens_follow_their_owner_and_their_end,
);

const PASSWORD: &str = "correct horse";
const OWNER: Actor<'static> = Actor { by: "cli", most: Role::Owner };

fn new(email: &str, role: Role) -> NewUser {
    NewUser { email: email.into(), password: PASSWORD.into(), name: "Ada".into(), role, locale: None }
}

async fn made(store: &Store, email: &str, role: Role) -> UserRecord {
    store.create_user(new(email, role), "cli").await.expect("creates")
}

async fn accounts_are_made_once(bed: &Bed) {
    let store = &bed.store;
    let user = made(store, " Ada@Example.com ", Role::Owner).await;
    assert_eq!((user.email.as_str(), user.role, user.name.as_str()), ("ada@example.com", Role::Owner, "Ada"));
    let again = async |email: &str| code(store.create_user(new(email, Role::Viewer), "cli").await);
    assert_eq!(again("ada@example.COM").await, "user_exists");
    assert_eq!(again("ada").await, "email_invalid");
    let short = NewUser { password: "short".into(), ..new("bob@example.com", Role::Viewer) };
    assert_eq!(code(store.create_user(short, "cli").await), "password_too_short");
    let all = UserFilter { limit: 10, ..UserFilter::default() };
    assert_eq!(store.list_users(all).await.expect("lists").rows.len(), 1);
    let change =
        UserChange { name: Some("Ada L.".into()), locale: Some(Locale::ZhTw), ..UserChange::default() };
    let changed = store.change_user(user.id, change, OWNER).await.expect("changes");
    assert_eq!((changed.name.as_str(), changed.locale), ("Ada L.", Some(Locale::ZhTw)));
    let lower = Actor { by: "user:x", most: Role::Admin };
    let disable = UserChange { disabled: Some(true), ..UserChange::default() };
    assert_eq!(code(store.change_user(user.id, disable, lower).await), "role_too_high");
    assert_eq!(code(store.delete_user(user.id, lower).await), "role_too_high");
    assert_eq!(code(store.reset_password(user.id, PASSWORD, lower).await), "role_too_high");
}

async fn one_of_many_first_visitors_is_the_owner(bed: &Bed) {
    let other = bed.another().await;
    assert!(bed.store.owner_needed().await.expect("asks"));
    let tries = (0..6).map(|at| {
        let store = if at % 2 == 0 { &bed.store } else { &other };
        store.create_owner(new(&format!("v{at}@example.tw"), Role::Viewer))
    });
    let results = futures::future::join_all(tries).await;
    let made: Vec<_> = results.iter().flatten().collect();
    assert!(made.len() == 1 && made[0].role == Role::Owner, "{results:?}");
    for refused in results.into_iter().filter(Result::is_err) {
        assert_eq!(code(refused), "already_set_up");
    }
    assert!(!other.owner_needed().await.expect("asks"));
    other.close().await;
}

async fn the_last_owner_stays(bed: &Bed) {
    let store = &bed.store;
    let (ada, bob) =
        (made(store, "ada@example.tw", Role::Owner).await, made(store, "bob@example.tw", Role::Owner).await);
    let demote = UserChange { role: Some(Role::Admin), ..UserChange::default() };
    // Both at once: one of them stays.
    let other = bed.another().await;
    let (one, two) =
        futures::join!(store.change_user(ada.id, demote.clone(), OWNER), other.delete_user(bob.id, OWNER));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    other.close().await;
    let owners = async || {
        let (role, state) = (Some(Role::Owner), Some(UserState::Active));
        let wanted = UserFilter { role, state, limit: 10, ..UserFilter::default() };
        store.list_users(wanted).await.expect("lists").rows
    };
    let last = owners().await.remove(0);
    let disable = UserChange { disabled: Some(true), ..UserChange::default() };
    assert_eq!(code(store.change_user(last.id, demote, OWNER).await), "last_owner");
    assert_eq!(code(store.change_user(last.id, disable, OWNER).await), "last_owner");
    assert_eq!(code(store.delete_user(last.id, OWNER).await), "last_owner");
    assert_eq!(owners().await.len(), 1);
}

async fn sessions_begin_and_end(bed: &Bed) {
    let store = &bed.store;
    let ada = made(store, "ada@example.tw", Role::Editor).await;
    for (email, password) in
        [("ada@example.tw", "wrong horse"), ("nobody@example.tw", PASSWORD), ("x", PASSWORD)]
    {
        assert!(store.sign_in(email, password, "test", None).await.expect("answers").is_none(), "{email}");
    }
    let sign_in = async |instead: Option<&str>| {
        let agent = "Firefox\n".repeat(100);
        store.sign_in("Ada@example.tw", PASSWORD, &agent, instead).await.expect("answers").expect("signs in")
    };
    let first = sign_in(None).await;
    let (record, user) = store.session(&first.secret).await.expect("looks").expect("is there");
    assert_eq!((record.id, user.id, record.agent.len()), (first.record.id, ada.id, 200));
    assert!(store.session(&first.secret[1..]).await.expect("looks").is_none());
    assert!(store.is_csrf_token(record.id, &store.csrf_token(record.id)));
    assert!(!store.is_csrf_token(record.id, "x"));
    let second = sign_in(Some(&first.secret)).await;
    assert_ne!(first.secret, second.secret, "each login has an id of its own");
    assert!(store.session(&first.secret).await.expect("looks").is_none(), "and ends the one before");
    assert!(!store.is_csrf_token(second.record.id, &store.csrf_token(first.record.id)));
    assert_eq!(store.list_sessions(ada.id, None, 10).await.expect("lists").rows.len(), 1);
    let bob = made(store, "bob@example.tw", Role::Editor).await;
    assert_eq!(code(store.end_session(second.record.id, bob.id, "user:bob").await), "session_not_found");
    store.end_session(second.record.id, ada.id, "user:ada").await.expect("ends");
    assert!(store.session(&second.secret).await.expect("looks").is_none());
    // Idle, and at the latest.
    let third = sign_in(None).await;
    for _ in 0..40 {
        bed.advance(11 * 3_600_000);
        if store.session(&third.secret).await.expect("looks").is_none() {
            break;
        }
    }
    assert!(store.session(&third.secret).await.expect("looks").is_none(), "it ends also while it is used");
    let fourth = sign_in(None).await;
    bed.advance(11 * 3_600_000);
    assert!(store.session(&fourth.secret).await.expect("looks").is_some());
    bed.advance(13 * 3_600_000);
    assert!(store.session(&fourth.secret).await.expect("looks").is_none(), "nobody used it");
    store.sweep(Span::from_secs(60)).await.expect("sweeps");
}

async fn disabling_and_passwords_end_sessions(bed: &Bed) {
    let store = &bed.store;
    let ada = made(store, "ada@example.tw", Role::Editor).await;
    let sign_in =
        async |password: &str| store.sign_in("ada@example.tw", password, "", None).await.expect("answers");
    let first = sign_in(PASSWORD).await.expect("signs in");
    assert_eq!(
        code(store.change_password(ada.id, "wrong horse", "another horse", "x").await),
        "password_wrong"
    );
    store.change_password(ada.id, PASSWORD, "another horse", "user:ada@example.tw").await.expect("changes");
    assert!(store.session(&first.secret).await.expect("looks").is_none());
    assert!(sign_in(PASSWORD).await.is_none());
    let second = sign_in("another horse").await.expect("signs in");
    store.reset_password(ada.id, "a third horse", OWNER).await.expect("resets");
    assert!(store.session(&second.secret).await.expect("looks").is_none());
    let third = sign_in("a third horse").await.expect("signs in");
    let disable = UserChange { disabled: Some(true), ..UserChange::default() };
    store.change_user(ada.id, disable, OWNER).await.expect("disables");
    assert!(store.session(&third.secret).await.expect("looks").is_none());
    assert!(sign_in("a third horse").await.is_none(), "nor does the right password help");
    store.delete_user(ada.id, OWNER).await.expect("deletes");
    assert_eq!(code(store.user(ada.id).await), "user_not_found");
}

async fn tokens_follow_their_owner_and_their_end(bed: &Bed) {
    let store = &bed.store;
    let ada = made(store, "ada@example.tw", Role::Editor).await;
    let plain = NewToken::plain("ci", Role::Editor);
    let at = bed.now() + Span::from_secs(60);
    let (_, brief) =
        store.create_token(NewToken { expires_at: Some(at), ..plain.clone() }, "x").await.expect("creates");
    assert!(store.authenticate(&brief).await.expect("looks").is_some());
    bed.advance(61_000);
    assert_eq!(code(store.authenticate(&brief).await), "token_expired");
    assert_eq!(
        code(store.create_token(NewToken { expires_at: Some(at), ..plain.clone() }, "x").await),
        "expiry_invalid"
    );
    let own = NewToken {
        owner: Some(ada.id),
        read_only: true,
        flows: Some(vec!["a".parse().expect("a slug")]),
        ..plain
    };
    let (made, token) = store.create_token(own, "x").await.expect("creates");
    assert!(made.read_only && made.flows.as_ref().is_some_and(|flows| flows.len() == 1));
    let role = async || store.authenticate(&token).await.expect("looks").map(|record| record.role);
    assert_eq!(role().await, Some(Role::Editor));
    let demote = UserChange { role: Some(Role::Viewer), ..UserChange::default() };
    store.change_user(ada.id, demote, OWNER).await.expect("demotes");
    assert_eq!(role().await, Some(Role::Viewer), "never more than its owner");
    let change = |disabled| UserChange { disabled: Some(disabled), ..UserChange::default() };
    store.change_user(ada.id, change(true), OWNER).await.expect("disables");
    assert_eq!(role().await, None);
    store.change_user(ada.id, change(false), OWNER).await.expect("enables");
    assert_eq!(role().await, Some(Role::Viewer));
    store.delete_user(ada.id, OWNER).await.expect("deletes");
    assert_eq!(role().await, None, "it goes with its owner");
}
