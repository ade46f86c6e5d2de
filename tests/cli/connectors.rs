//! Connectors by the command line: installed from folders, zips and the index, in versions.

use causeway_connector::declared::Source;
use causeway_testkit::{Options, Sink, both, both_with};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::connectors::registry::{connect, folder, puts};

/// The folder's zip, as tools make them.
fn zip_of(folder: &str) -> Vec<u8> {
    let read = |name: &str| std::fs::read(format!("{folder}/{name}")).expect("is there");
    let names = ["openapi.json", "fixtures/put_goods.json"];
    let source =
        names.iter().fold(Source::new("wms"), |source, name| source.with(format!("wms/{name}"), read(name)));
    source.pack().expect("packs")
}

#[tokio::test]
async fn versions_are_installed_shown_switched_and_removed() {
    both(async |app| {
        let dir = folder(app.data(), "1.0.0", "sku");
        let installed = app.cli(&["connector", "install", &dir]).await.success();
        assert!(installed.stdout.contains("wms 1.0.0 is installed"), "{}", installed.stdout);
        let again = app.cli(&["connector", "install", &dir]).await.success();
        assert!(again.stdout.contains("was installed already"), "{}", again.stdout);
        let zip = app.data().join("wms.zip");
        std::fs::write(&zip, zip_of(&folder(app.data(), "1.1.0", "sku"))).expect("writes");
        let zip = zip.display().to_string();
        let of_zip = app.cli(&["connector", "install", &zip, "--json"]).await.success().json();
        assert_eq!((&of_zip["version"], &of_zip["source"]), (&json!("1.1.0"), &json!("wms.zip")));
        assert_eq!(of_zip["checksum"], hex::encode(Sha256::digest(std::fs::read(&zip).expect("reads"))));

        let list = app.cli(&["connector", "list"]).await.success();
        for part in ["wms", "1.1.0", "installed", "danlee-crm", "built in"] {
            assert!(list.stdout.contains(part), "{}", list.stdout);
        }
        let shown = app.cli(&["connector", "show", "wms.put_goods", "--json"]).await.success().json();
        assert!(shown["input"]["properties"]["sku"].is_object(), "{shown}");
        let _off = app.cli(&["connector", "disable", "wms", "1.1.0"]).await.success();
        let versions = app.cli(&["connector", "versions", "wms", "--json"]).await.success().json();
        let told = |n: usize| {
            (versions[n]["version"].clone(), versions[n]["enabled"].clone(), versions[n]["current"].clone())
        };
        assert_eq!(told(0), (json!("1.1.0"), json!(false), json!(false)));
        assert_eq!(told(1), (json!("1.0.0"), json!(true), json!(true)));
        let _on = app.cli(&["connector", "enable", "wms", "1.1.0"]).await.success();
        let of_binary = app.cli(&["connector", "versions", "line", "--json"]).await.success().json();
        assert_eq!(of_binary[0]["origin"], "built_in");
        assert_eq!(of_binary[0]["checksum"].as_str().map(str::len), Some(64));

        let sink = Sink::start().await;
        connect(&app, &sink.url("")).await;
        app.publish(&puts("stock", "sku", 1)).await;
        let fits = app.cli(&["connector", "check", "wms", "1.0.0"]).await.success();
        assert!(fits.stdout.contains("stock") && fits.stdout.contains("yes"), "{}", fits.stdout);
        let _unused = app.cli(&["connector", "remove", "wms", "1.0.0"]).await.success();
        let used = app.cli(&["connector", "remove", "wms", "1.1.0"]).await.exits(5);
        assert!(used.stderr.contains("stock") && used.stderr.contains("wms"), "{}", used.stderr);
        let _gone = app.cli(&["connector", "versions", "nothing"]).await.exits(4);
    })
    .await;
}

#[tokio::test]
async fn what_is_not_sound_is_not_installed() {
    both(async |app| {
        let dir = folder(app.data(), "1.0.0", "sku");
        std::fs::write(
            format!("{dir}/fixtures/put_goods.json"),
            r#"{"request": {"method": "GET", "path": "/v1/goods"}, "input": {"sku": "x"}}"#,
        )
        .expect("writes");
        let refused = app.cli(&["connector", "install", &dir]).await.exits(3);
        assert!(
            refused.stderr.contains("fixtures/put_goods.json") && refused.stderr.contains("GET"),
            "{}",
            refused.stderr
        );
        let zip = app.data().join("bad.zip");
        let bad = Source::new("wms").with("../../../key", &b"x"[..]).pack().expect("packs");
        std::fs::write(&zip, bad).expect("writes");
        let outside = app.cli(&["connector", "install", &zip.display().to_string()]).await.exits(3);
        assert!(outside.stderr.contains("leads out of it"), "{}", outside.stderr);
        let _none = app.cli(&["connector", "install", "./nothing"]).await.exits(4);
        let no_index = app.cli(&["connector", "install", "wms"]).await.exits(4);
        assert!(no_index.stderr.contains("CAUSEWAY_CONNECTOR_INDEX"), "{}", no_index.stderr);
        let list = app.cli(&["connector", "list", "--json"]).await.success().json();
        assert!(!list.to_string().contains("wms"), "{list}");
    })
    .await;
}

#[tokio::test]
async fn the_index_is_a_folder_or_an_address() {
    let place = tempfile::tempdir().expect("a folder");
    let zip = zip_of(&folder(place.path(), "1.0.0", "sku"));
    std::fs::write(place.path().join("wms-1.0.0.zip"), &zip).expect("writes");
    let entry = json!({ "name": "wms", "version": "1.0.0", "title": "WMS", "description": "A warehouse.",
        "url": "wms-1.0.0.zip", "sha256": hex::encode(Sha256::digest(&zip)) });
    let index = json!({ "connectors": [entry] }).to_string();
    std::fs::write(place.path().join("index.json"), &index).expect("writes");
    let files = axum::Router::new()
        .route("/connectors/index.json", axum::routing::get(async move || index))
        .route("/connectors/wms-1.0.0.zip", axum::routing::get(async move || zip));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let at = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, files).await });
    for place in [place.path().display().to_string(), format!("http://{at}/connectors/index.json")] {
        let options = Options::new().env("CAUSEWAY_CONNECTOR_INDEX", place);
        both_with(options, async |app| {
            let listed = app.cli(&["connector", "index"]).await.success();
            assert!(listed.stdout.contains("wms") && listed.stdout.contains("1.0.0"), "{}", listed.stdout);
            let _installed = app.cli(&["connector", "install", "wms@1.0.0"]).await.success();
            let listed = app.get("/connector-index").await.expect(200).json();
            assert_eq!(listed["connectors"][0]["installed"], true);
        })
        .await;
    }
}
