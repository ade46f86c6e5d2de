//! The registry through the API: what an upload must be, what each version is and does to the published flows, and what a newer
//! binary means for them.

use std::sync::Arc;

use causeway_connector::declared::{Declared, Source};
use causeway_connector::index::Index;
use causeway_connector::{Catalogue, Connector, http};
use causeway_document::{Compiler, Plans};
use causeway_model::{Role, Value};
use causeway_script::{Engine, Limits, Sealer};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::app::{App, WhichFlows, on_the_machine};
use crate::testing::{Answer, TestApp};

/// A connector of one operation, whose input has these fields, all of them needed.
fn source(name: &str, version: &str, fields: &[&str]) -> Source {
    let properties: serde_json::Map<String, Value> = fields
        .iter()
        .map(|field| ((*field).to_owned(), json!({ "type": "string", "title": field })))
        .collect();
    let document = json!({
        "openapi": "3.1.0", "info": { "title": "WMS", "version": "1" },
        "x-causeway": { "name": name, "version": version, "title": { "en": "WMS", "zh-TW": "倉儲" },
            "description": { "en": "A warehouse.", "zh-TW": "倉儲系統。" } },
        "servers": [{ "url": "https://wms.example.com" }],
        "paths": { "/goods": { "post": { "operationId": "put_goods", "summary": "Put",
            "requestBody": { "required": true, "content": { "application/json": { "schema": {
                "type": "object", "required": fields, "properties": properties } } } },
            "responses": { "200": { "description": "Done" } } } } },
    });
    let fixture = json!({ "request": { "method": "POST", "path": "/goods" },
        "input": fields.iter().map(|field| ((*field).to_owned(), json!("x"))).collect::<serde_json::Map<_, _>>() });
    Source::new(name)
        .with("openapi.json", document.to_string().into_bytes())
        .with("fixtures/put_goods.json", fixture.to_string().into_bytes())
}

fn zip(name: &str, version: &str, fields: &[&str]) -> Vec<u8> {
    source(name, version, fields).pack().expect("packs")
}

fn put_goods(with: &Value) -> Value {
    json!([{ "id": "put", "use": "wms.put_goods", "with": with }])
}

async fn upload(test: &TestApp, token: &str, zip: Vec<u8>) -> Answer {
    let bearer = format!("Bearer {token}");
    test.send("POST", "/api/v1/connectors?name=wms.zip", &[("authorization", bearer.as_str())], zip).await
}

/// The connector's versions, and which is current.
async fn versions(test: &TestApp, token: &str) -> Vec<(String, bool, bool)> {
    let answer = test.api(token, "GET", "/connectors/wms/versions", None).await;
    let told = |one: &Value| {
        let flag = |name: &str| one[name].as_bool().unwrap_or_default();
        (one["version"].as_str().unwrap_or_default().to_owned(), flag("enabled"), flag("current"))
    };
    answer.json()["versions"].as_array().into_iter().flatten().map(told).collect()
}

fn version(number: &str, enabled: bool, current: bool) -> (String, bool, bool) {
    (number.to_owned(), enabled, current)
}

#[tokio::test]
async fn versions_are_installed_switched_and_removed_when_nothing_uses_them() {
    let test = TestApp::new().await;
    let (admin, editor) = (test.token(Role::Admin).await, test.token(Role::Editor).await);
    assert_eq!(upload(&test, &editor, zip("wms", "1.0.0", &["sku"])).await.problem().1, "role_too_low");
    let first = zip("wms", "1.0.0", &["sku"]);
    let sum = hex::encode(Sha256::digest(&first));
    let made = upload(&test, &admin, first.clone()).await.json();
    assert_eq!(
        (&made["checksum"], &made["origin"], &made["source"], &made["new"], &made["fixtures"]),
        (&json!(sum), &json!("installed"), &json!("wms.zip"), &json!(true), &json!(1)),
    );
    assert_eq!(upload(&test, &admin, first).await.json()["new"], false);
    let other = upload(&test, &admin, zip("wms", "1.0.0", &["sku", "lot"])).await;
    assert_eq!(other.problem(), (409, "connector_version_exists".into()));

    // Known at once, and used.
    let operation = test.api(&editor, "GET", "/connectors/wms/operations/put_goods", None).await;
    assert!(operation.json()["input"]["properties"]["sku"].is_object(), "{operation:?}");
    test.publish("store", json!({ "use": "manual" }), put_goods(&json!({ "sku": "A" }))).await;
    let second = upload(&test, &admin, zip("wms", "1.10.0", &["sku", "lot"])).await.json();
    let flow = &second["flows"][0];
    assert_eq!(
        (&flow["flow"], &flow["connector_version"], &flow["fits"]),
        (&json!("store"), &json!("1.0.0"), &json!(false))
    );
    let fault = &flow["faults"][0];
    assert_eq!((&fault["step"], &fault["code"]), (&json!("put"), &json!("missing_field")), "{fault}");
    let listed = versions(&test, &admin).await;
    assert_eq!(listed, [version("1.10.0", true, true), version("1.0.0", true, false)]);
    let same = test.api(&editor, "GET", "/connectors/wms/versions/1.10.0/check", None).await.json();
    assert_eq!(same["flows"], second["flows"]);
    let own = test.api(&editor, "GET", "/connectors/wms/versions/1.0.0/check", None).await.json();
    assert_eq!(own["flows"][0]["fits"], true);

    // The flow stays, and so does its version.
    let refused = test.api(&admin, "DELETE", "/connectors/wms/versions/1.0.0", None).await;
    assert_eq!(refused.problem(), (409, "connector_in_use".into()));
    assert!(refused.json()["detail"].as_str().is_some_and(|why| why.contains("store")), "{refused:?}");
    let stays = test.api(&admin, "POST", "/connectors/wms/update", None).await.json();
    assert_eq!((&stays["flows"][0]["version"], &stays["flows"][0]["to"]), (&Value::Null, &json!("1.10.0")));
    // The draft with the new field is published with the newest.
    let fits = put_goods(&json!({ "sku": "A", "lot": "7" }));
    assert_eq!(test.publish("store", json!({ "use": "manual" }), fits).await, 2);
    test.publish("other", json!({ "use": "manual" }), put_goods(&json!({ "sku": "A", "lot": "7" }))).await;
    let gone = test.api(&admin, "DELETE", "/connectors/wms/versions/1.0.0", None).await;
    assert_eq!(gone.status.as_u16(), 204, "{gone:?}");

    // Disabled: nothing is published with it, and what is goes on.
    let off = test.api(&admin, "POST", "/connectors/wms/versions/1.10.0/disable", None).await.json();
    assert_eq!(off["enabled"], false);
    let list = test.api(&admin, "GET", "/connectors", None).await.json();
    let wms = list["connectors"].as_array().into_iter().flatten().find(|one| one["name"] == "wms").cloned();
    assert_eq!(wms.expect("is listed")["version"], Value::Null);
    let publish = test.api(&editor, "POST", "/flows/other/publish", None).await;
    assert_eq!(publish.json()["faults"][0]["code"], "unknown_connector", "{publish:?}");
    let flow = test.app.flow(&"other".parse().expect("a slug")).await.expect("is there");
    let plan = test.elsewhere().plan(flow.id, 1).await.expect("it goes on, in any process");
    assert_eq!(plan.connectors["wms"], "1.10.0");
    let on = test.api(&admin, "POST", "/connectors/wms/versions/1.10.0/enable", None).await;
    assert_eq!((on.status.as_u16(), on.json()["enabled"].clone()), (200, json!(true)));
    assert_eq!(versions(&test, &admin).await, [version("1.10.0", true, true)]);

    let audit = test.api(&admin, "GET", "/audit?subject=connector:wms", None).await.json();
    let told: Vec<&str> = audit["entries"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|entry| entry["action"].as_str())
        .collect();
    let wanted = [
        "connector.enabled",
        "connector.disabled",
        "connector.removed",
        "connector.installed",
        "connector.installed",
    ];
    assert_eq!(told, wanted);
}

#[tokio::test]
async fn the_last_version_stays_while_there_are_connections() {
    let test = TestApp::new().await;
    let admin = test.token(Role::Admin).await;
    let _installed = upload(&test, &admin, zip("wms", "1.0.0", &["sku"])).await;
    let connection = json!({ "name": "main", "connector": "wms" });
    assert_eq!(test.api(&admin, "POST", "/connections", Some(&connection)).await.status.as_u16(), 201);
    let refused = test.api(&admin, "DELETE", "/connectors/wms/versions/1.0.0", None).await;
    assert_eq!(refused.problem(), (409, "connector_in_use".into()));
    assert!(refused.json()["detail"].as_str().is_some_and(|why| why.contains("main")), "{refused:?}");
    let _newer = upload(&test, &admin, zip("wms", "1.0.1", &["sku"])).await;
    let gone = test.api(&admin, "DELETE", "/connectors/wms/versions/1.0.0", None).await;
    assert_eq!(gone.status.as_u16(), 204, "another one is there: {gone:?}");
}

#[tokio::test]
async fn flows_that_fit_are_updated_and_the_others_are_told() {
    let test = TestApp::new().await;
    let admin = test.token(Role::Admin).await;
    let _first = upload(&test, &admin, zip("wms", "1.0.0", &["sku"])).await;
    let manual = || json!({ "use": "manual" });
    for slug in ["a", "b", "c"] {
        test.publish(slug, manual(), put_goods(&json!({ "sku": "A" }))).await;
    }
    // A draft that is not published yet must not come along.
    let changed = json!({ "causeway": 1, "kind": "flow", "slug": "b", "name": "changed", "trigger": manual(),
        "steps": put_goods(&json!({ "sku": "draft" })) });
    let saved = test.api(&admin, "PUT", "/flows/b/draft", Some(&changed)).await;
    assert_eq!(saved.status.as_u16(), 200, "{saved:?}");
    let _second = upload(&test, &admin, zip("wms", "1.1.0", &["sku"])).await;
    let only =
        test.api(&admin, "POST", "/connectors/wms/update", Some(&json!({ "flows": ["a"] }))).await.json();
    let flow = &only["flows"][0];
    assert_eq!(
        (&flow["flow"], &flow["from"], &flow["to"], &flow["version"]),
        (&json!("a"), &json!("1.0.0"), &json!("1.1.0"), &json!(2))
    );
    assert_eq!(only["flows"].as_array().map(Vec::len), Some(1));
    let stranger = test.api(&admin, "POST", "/connectors/wms/update", Some(&json!({ "flows": ["x"] }))).await;
    assert_eq!(stranger.problem(), (404, "flow_does_not_use_it".into()));
    let rest = test.api(&admin, "POST", "/connectors/wms/update", Some(&json!({}))).await.json();
    let told: Vec<&Value> =
        rest["flows"].as_array().into_iter().flatten().map(|flow| &flow["flow"]).collect();
    assert_eq!(told, ["b", "c"], "one is there already");
    let published = test.api(&admin, "GET", "/flows/b/versions/2", None).await;
    assert!(!published.text().contains("draft"), "{}", published.text());
    assert_eq!(test.api(&admin, "GET", "/flows/b", None).await.json()["changed"], true);
    let audit = test.api(&admin, "GET", "/audit?subject=flow:c&limit=1", None).await.json();
    let entry = &audit["entries"][0];
    assert_eq!(
        (&entry["action"], &entry["after"]["note"], &entry["after"]["connectors"]),
        (&json!("flow.published"), &json!("wms 1.0.0 -> 1.1.0"), &json!({ "wms": "1.1.0" }))
    );
}

#[tokio::test]
async fn what_is_no_sound_connector_is_refused_with_reasons() {
    let test = TestApp::new().await;
    let admin = test.token(Role::Admin).await;
    let code = async |zip: Vec<u8>| upload(&test, &admin, zip).await.problem();
    assert_eq!(code(b"no zip".to_vec()).await, (422, "package_broken".into()));
    let outside = source("wms", "1.0.0", &["sku"]).with("../../key", &b"x"[..]).pack().expect("packs");
    assert_eq!(code(outside).await, (422, "package_unsafe".into()));
    assert_eq!(code(zip("erp", "9.0.0", &["sku"])).await, (409, "connector_clash".into()));
    assert_eq!(code(vec![b'x'; 17 * 1024 * 1024]).await.0, 413);
    let wrong = json!({ "request": { "method": "GET", "path": "/goods" }, "input": { "sku": "x" } });
    let broken =
        source("W!", "one", &["sku"]).with("fixtures/put_goods.json", wrong.to_string().into_bytes());
    let refused = upload(&test, &admin, broken.pack().expect("packs")).await;
    assert_eq!(refused.problem(), (422, "connector_refused".into()));
    let faults = refused.json()["faults"].to_string();
    for part in ["cannot be a connector's name", "no version such as 1.0.0", "The method should be GET"] {
        assert!(faults.contains(part), "{faults}");
    }
    assert!(versions(&test, &admin).await.is_empty(), "nothing of it is kept");
    for (method, path) in
        [("POST", "/connectors/erp/versions/1.0.0/disable"), ("DELETE", "/connectors/erp/versions/1.0.0")]
    {
        assert_eq!(test.api(&admin, method, path, None).await.problem().0, 409, "{path}");
    }
    for path in ["/connectors/none/versions/1.0.0/enable", "/connectors/erp/versions/7.0.0/enable"] {
        assert_eq!(test.api(&admin, "POST", path, None).await.problem().0, 404, "{path}");
    }
}

#[tokio::test]
async fn the_index_lists_what_can_be_installed() {
    let test = TestApp::new().await;
    let admin = test.token(Role::Admin).await;
    let none = test.api(&admin, "GET", "/connector-index", None).await;
    assert_eq!(none.problem(), (404, "index_not_set".into()));
    let folder = tempfile::tempdir().expect("a folder");
    let entry = |version: &str, zip: &[u8], said: &str| {
        let file = format!("wms-{version}.zip");
        std::fs::write(folder.path().join(&file), zip).expect("writes");
        json!({ "name": "wms", "version": said, "title": { "en": "WMS", "zh-TW": "倉儲" }, "description": "A warehouse.",
            "url": file, "sha256": hex::encode(Sha256::digest(zip)) })
    };
    let mut entries = vec![
        entry("1.0.0", &zip("wms", "1.0.0", &["sku"]), "1.0.0"),
        entry("1.2.0", &zip("wms", "1.2.0", &["sku"]), "1.2.0"),
        entry("1.1.0", &zip("wms", "1.1.0", &["sku"]), "9.9.9"),
    ];
    entries[0]["sha256"] = json!("0".repeat(64));
    let index = json!({ "connectors": entries });
    std::fs::write(folder.path().join("index.json"), index.to_string()).expect("writes");
    let http = http::Client::new(http::Config::default()).expect("a client");
    test.app.index_with(Index::new(&folder.path().display().to_string(), http));
    let install = async |version: Option<&str>| {
        let body = json!({ "name": "wms", "version": version });
        test.api(&admin, "POST", "/connectors/install-from-index", Some(&body)).await
    };
    assert_eq!(install(Some("1.0.0")).await.problem(), (422, "checksum_differs".into()));
    assert_eq!(install(None).await.problem(), (422, "index_differs".into()), "the newest is another version");
    assert_eq!(install(Some("5.0.0")).await.problem(), (404, "not_in_index".into()));
    assert!(versions(&test, &admin).await.is_empty(), "nothing of these is kept");
    let made = install(Some("1.2.0")).await.json();
    assert_eq!((&made["version"], &made["source"]), (&json!("1.2.0"), &json!("wms-1.2.0.zip")));
    let listed = test.api(&admin, "GET", "/connector-index", None).await.json();
    let here: Vec<&Value> =
        listed["connectors"].as_array().into_iter().flatten().map(|one| &one["installed"]).collect();
    assert_eq!(here, [false, true, false]);
}

/// Another binary, or another machine, on the same store.
fn app_with(test: &TestApp, built_in: Vec<Source>, folders: Vec<Source>) -> App {
    let store = test.app.store().clone();
    let engine = Engine::new(Limits::default(), Sealer::new(store.derived_key("seal")));
    let made = |sources: Vec<Source>| {
        sources.into_iter().map(|source| Arc::new(Declared::new(source)) as Arc<dyn Connector>).collect()
    };
    let catalogue = Catalogue::with_folders(made(built_in), made(folders)).expect("names differ");
    App::new(store, Plans::new(Compiler { engine, catalogue }))
}

#[tokio::test]
async fn a_flow_stays_with_the_built_in_that_it_was_published_with() {
    let test = TestApp::new().await;
    let old = app_with(&test, vec![source("wms", "1.0.0", &["sku"])], vec![]);
    let manual = json!({ "use": "manual" });
    TestApp::publish_in(&old, "store", manual, put_goods(&json!({ "sku": "A" }))).await;
    let slug: causeway_model::Slug = "store".parse().expect("a slug");
    let flow = old.flow(&slug).await.expect("is there").id;

    // A newer binary brings a version that the flow does not fit.
    let newer = app_with(&test, vec![source("wms", "2.0.0", &["sku", "lot"])], vec![]);
    let plan = newer.plan(flow, 1).await.expect("it goes on");
    assert_eq!(plan.connectors["wms"], "1.0.0");
    let kept = newer.compiler().catalogue.connector_at("wms", "1.0.0").expect("the store kept it");
    let fields = kept.operation("put_goods").expect("as it was").input["properties"].clone();
    assert!(fields.get("sku").is_some() && fields.get("lot").is_none(), "{fields}");
    let listed = newer.connector_version_list("wms").await.expect("lists");
    let told: Vec<_> =
        listed.iter().map(|one| (one.version.as_str(), one.current, one.flows.len())).collect();
    assert_eq!(told, [("2.0.0", true, 0), ("1.0.0", false, 1)]);
    let updates =
        newer.update_connector("wms", WhichFlows::All, on_the_machine("test")).await.expect("tries");
    assert_eq!((updates[0].version, updates[0].faults[0].code.as_str()), (None, "missing_field"));

    // One that it fits: it is updated when somebody says so, and goes on in the old binary too.
    let fitting = app_with(&test, vec![source("wms", "2.1.0", &["sku"])], vec![]);
    assert_eq!(fitting.plan(flow, 1).await.expect("it goes on").connectors["wms"], "1.0.0");
    let updates =
        fitting.update_connector("wms", WhichFlows::All, on_the_machine("test")).await.expect("updates");
    assert_eq!(updates[0].version, Some(2));
    for app in [&fitting, &old] {
        assert_eq!(app.plan(flow, 2).await.expect("it goes on").connectors["wms"], "2.1.0");
        assert_eq!(app.plan(flow, 1).await.expect("so do its old runs").connectors["wms"], "1.0.0");
    }
    // Disabled, the newest before it counts.
    fitting.enable_connector("wms", "2.1.0", false, "test").await.expect("disables");
    let current = |app: &App| app.compiler().catalogue.connector("wms").map(|one| one.spec().version.clone());
    assert_eq!(current(&fitting).as_deref(), Some("1.0.0"));
    let refused = fitting.remove_connector("wms", "2.1.0", "test").await.expect_err("is in the binary");
    assert_eq!(refused.code, "connector_built_in");
}

#[tokio::test]
async fn a_folder_wins_on_its_machine_and_is_kept_when_it_is_published() {
    let test = TestApp::new().await;
    let admin = test.token(Role::Admin).await;
    let _installed = upload(&test, &admin, zip("wms", "3.0.0", &["sku"])).await;
    let here = app_with(&test, vec![], vec![source("wms", "0.1.0", &["sku"])]);
    let list = here.list_connectors().await.expect("lists");
    let wms = list.iter().find(|one| one.name == "wms").expect("is listed");
    assert_eq!(wms.version.as_deref(), Some("0.1.0"));
    assert!(wms.clash.as_ref().is_some_and(|clash| clash.en.contains("hides the installed versions")));
    TestApp::publish_in(&here, "store", json!({ "use": "manual" }), put_goods(&json!({ "sku": "A" }))).await;
    let slug: causeway_model::Slug = "store".parse().expect("a slug");
    let flow = test.app.flow(&slug).await.expect("is there").id;
    let elsewhere = test.elsewhere();
    assert_eq!(elsewhere.plan(flow, 1).await.expect("other machines run it").connectors["wms"], "0.1.0");
    let list = elsewhere.list_connectors().await.expect("lists");
    let wms = list.iter().find(|one| one.name == "wms").expect("is listed");
    assert_eq!((wms.version.as_deref(), wms.clash.is_none()), (Some("3.0.0"), true), "no folder there");
    let refused = here.enable_connector("wms", "0.1.0", false, "test").await.expect_err("is a folder");
    assert_eq!(refused.code, "connector_in_folder");
}
