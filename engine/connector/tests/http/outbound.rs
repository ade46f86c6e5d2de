//! Private places are out of reach, however they are spelled and whatever names say.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::routing::get;
use causeway_connector::http::{Client, Config};
use causeway_model::ErrorClass;

use crate::world::{Script, World, serve_on};

/// A server that counts its calls and closes each connection.
async fn counted(address: &str) -> (u16, Arc<AtomicUsize>) {
    let hits = Arc::new(AtomicUsize::new(0));
    let counter = hits.clone();
    let handler = get(async move || {
        counter.fetch_add(1, Ordering::SeqCst);
        ([("connection", "close")], "here")
    });
    (serve_on(address, Router::new().fallback(handler)).await.port(), hits)
}

/// A server that must not be reached.
fn unreached() -> Router {
    Router::new().fallback(get(async || -> &str { panic!("a private address was reached") }))
}

fn allowing(hosts: &[&str]) -> Config {
    Config { allow_hosts: hosts.iter().map(|host| (*host).to_owned()).collect(), ..Config::default() }
}

#[tokio::test]
async fn no_spelling_reaches_this_machine() {
    let (port, hits) = counted("127.0.0.1:0").await;
    let world = World::with(Config::default());
    for host in [
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "0",
        "0.0.0.0",
        "localhost",
        "LOCALHOST",
        "127。0。0。1",
        "%31%32%37.0.0.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "224.0.0.1",
        "255.255.255.255",
    ] {
        let error = world.get(&format!("http://{host}:{port}/x?q=1")).await.expect_err(host);
        assert_eq!((error.code.as_str(), error.class), ("address_refused", ErrorClass::Invalid), "{host}");
    }
    assert_eq!(hits.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn what_is_allowed_is_reached() {
    let (port, _) = counted("127.0.0.1:0").await;
    let (other, _) = counted("127.0.0.1:0").await;
    for rule in [
        "127.0.0.1".to_owned(),
        "127.0.0.0/8".to_owned(),
        format!("127.0.0.1:{port}"),
        format!("localhost:{port}"),
    ] {
        let world = World::with(allowing(&[&rule]));
        let host = if rule.starts_with("localhost") { "localhost" } else { "127.0.0.1" };
        let answer = world
            .get(&format!("http://{host}:{port}/"))
            .await
            .unwrap_or_else(|error| panic!("{rule}: {error}"));
        assert_eq!(answer.body, "here", "{rule}");
        if rule.contains(&format!(":{port}")) {
            assert_eq!(
                world.get(&format!("http://{host}:{other}/")).await.expect_err(&rule).code,
                "address_refused"
            );
        }
    }
    // A network allows the names that lead into it.
    let world = World::resolving(allowing(&["127.0.0.0/8"]), Script::new(&[&["127.0.0.1"]]));
    assert_eq!(world.get(&format!("http://erp.test:{port}/")).await.expect("an answer").body, "here");
}

#[tokio::test]
async fn a_name_that_changes_its_mind_reaches_nothing_private() {
    // 127.0.0.2 stands for a public address; 127.0.0.1 is private.
    let (port, public) = counted("127.0.0.2:0").await;
    let listening = serve_on(&format!("127.0.0.1:{port}"), unreached()).await;
    assert_eq!(listening.port(), port);
    let script = Script::new(&[&["127.0.0.2"], &["127.0.0.1"]]);
    let lookups = script.lookups.clone();
    let world = World::resolving(allowing(&["127.0.0.2"]), script);
    let url = format!("http://rebind.test:{port}/");
    assert_eq!(world.get(&url).await.expect("the first answer").body, "here");
    assert_eq!(
        *lookups.lock().expect("no test died with it"),
        1,
        "one look-up serves the check and the connection"
    );
    assert_eq!(world.get(&url).await.expect_err("the second").code, "address_refused");
    assert_eq!(public.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn of_mixed_addresses_only_the_fit_ones_are_used() {
    let (port, public) = counted("127.0.0.2:0").await;
    serve_on(&format!("127.0.0.1:{port}"), unreached()).await;
    let world =
        World::resolving(allowing(&["127.0.0.2"]), Script::new(&[&["127.0.0.1", "::1", "127.0.0.2"]]));
    assert_eq!(world.get(&format!("http://mixed.test:{port}/")).await.expect("an answer").body, "here");
    assert_eq!(public.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn rules_that_do_not_read_are_refused_at_start() {
    let error = Client::new(allowing(&["erp.local", "10.0.0.0/99"])).err().expect("refused");
    assert_eq!(error.code, "invalid_allow_hosts");
    assert!(error.message.zh_tw.contains("10.0.0.0/99"));
}
