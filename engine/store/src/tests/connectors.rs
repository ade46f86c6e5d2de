//! Installed connectors: versions by checksum, what flows pin, and what keeps a version from being removed.

use std::collections::BTreeMap;

use causeway_model::{Flow, FlowId, RunStatus, Slug, TriggerKind};
use serde_json::json;

use crate::tests::bed::{Bed, both, code, commit, publish};
use crate::{AuditFilter, ConnectorOrigin, Held, NewConnector, Pin, Publish, Store};

both!(
    versions_are_kept_by_checksum,
    a_flow_keeps_what_it_was_published_with,
    what_is_used_is_not_removed,
    what_comes_with_a_binary_is_kept_when_it_is_published,
);

fn new(connector: &str, version: &str, content: &str) -> NewConnector {
    NewConnector {
        connector: connector.into(),
        version: version.into(),
        origin: ConnectorOrigin::Installed,
        source: "erp.zip".into(),
        content: content.into(),
        enabled: true,
    }
}

async fn package(store: &Store, checksum: &str) -> Option<Vec<u8>> {
    store.connector_packages(&[checksum]).await.expect("asks").remove(checksum)
}

fn installed(connector: &str, version: &str) -> Pin {
    Pin { connector: connector.into(), version: version.into(), held: Held::Installed }
}

fn of_binary(version: &str, content: &str) -> Pin {
    let new = NewConnector { origin: ConnectorOrigin::BuiltIn, ..new("erp", version, content) };
    Pin { connector: "erp".into(), version: version.into(), held: Held::Keep(new) }
}

fn calls_erp(slug: &Slug) -> Flow {
    serde_json::from_value(json!({
        "causeway": 1, "kind": "flow", "slug": slug, "name": "Calls", "trigger": { "use": "manual" },
        "steps": [{ "id": "a", "use": "erp.get", "with": {} }]
    }))
    .expect("a flow")
}

async fn published(bed: &Bed, slug: &str, pins: Vec<Pin>) -> crate::Result<(FlowId, i32)> {
    let slug: Slug = slug.parse().expect("a slug");
    let document = calls_erp(&slug);
    let flow = bed.store.save_draft(&slug, &document, None, "ada").await.expect("saves").id;
    let publish = Publish { connectors: pins, ..publish(document, TriggerKind::Manual) };
    Ok((flow, bed.store.publish(flow, publish).await?))
}

async fn versions_are_kept_by_checksum(bed: &Bed) {
    let store = &bed.store;
    let before = store.revision().await.expect("has one");
    let (one, is_new) = store.install_connector(new("erp", "1.0.0", "zip 1"), "ada").await.expect("installs");
    assert!(is_new && one.enabled && one.checksum.len() == 64);
    assert!(store.revision().await.expect("has one") > before, "other processes see it");
    assert_eq!(package(store, &one.checksum).await.expect("is kept"), b"zip 1");
    let (again, is_new) =
        store.install_connector(new("erp", "1.0.0", "zip 1"), "bob").await.expect("is there");
    assert!(!is_new && again == one, "the same again changes nothing");
    let other = store.install_connector(new("erp", "1.0.0", "zip 2"), "ada").await;
    assert_eq!(code(other), "connector_version_exists");
    store.install_connector(new("erp", "1.1.0", "zip 2"), "ada").await.expect("installs");
    let versions = store.connector_versions().await.expect("lists");
    assert_eq!(versions.iter().map(|one| one.version.as_str()).collect::<Vec<_>>(), ["1.0.0", "1.1.0"]);
    let off = store.enable_connector("erp", "1.1.0", false, None, "ada").await.expect("disables");
    assert!(!off.enabled && !store.connector_versions().await.expect("lists")[1].enabled);
    assert_eq!(
        code(store.enable_connector("erp", "9.0.0", true, None, "ada").await),
        "connector_version_not_found"
    );
    store.remove_connector("erp", "1.1.0", false, "ada").await.expect("nobody uses it");
    assert!(package(store, &off.checksum).await.is_none(), "its bytes go with it");
    let filter = AuditFilter { subject: Some("connector:erp".into()), limit: 20, ..AuditFilter::default() };
    let told: Vec<String> =
        store.audit(filter).await.expect("reads").into_iter().map(|entry| entry.action).collect();
    let wanted = ["connector.removed", "connector.disabled", "connector.installed", "connector.installed"];
    assert_eq!(told, wanted);
}

async fn a_flow_keeps_what_it_was_published_with(bed: &Bed) {
    let store = &bed.store;
    for version in ["1.0.0", "1.1.0"] {
        store.install_connector(new("erp", version, version), "ada").await.expect("installs");
    }
    let (flow, first) = published(bed, "orders", vec![installed("erp", "1.0.0")]).await.expect("publishes");
    let (_, same) = published(bed, "orders", vec![installed("erp", "1.0.0")]).await.expect("no new one");
    let (_, second) = published(bed, "orders", vec![installed("erp", "1.1.0")]).await.expect("publishes");
    assert_eq!((first, same, second), (1, 1, 2));
    for (version, wanted) in [(1, "1.0.0"), (2, "1.1.0")] {
        let (document, pins) = store.pinned_version(flow, version).await.expect("is there");
        assert_eq!(pins, BTreeMap::from([("erp".to_owned(), wanted.to_owned())]));
        assert_eq!(document.steps[0].use_, "erp.get");
    }
    let users = store.flows_with_connector("erp").await.expect("lists");
    assert_eq!((users.len(), users[0].version, users[0].connectors["erp"].as_str()), (1, 2, "1.1.0"));
    let by_version = store.flows_by_connector_version("erp").await.expect("lists");
    assert_eq!(by_version.keys().collect::<Vec<_>>(), ["1.1.0"]);
    assert_eq!(
        code(published(bed, "other", vec![installed("erp", "3.0.0")]).await),
        "connector_version_gone"
    );
    // Somebody else published in between.
    let slug: Slug = "orders".parse().expect("a slug");
    let late = Publish {
        connectors: vec![installed("erp", "1.0.0")],
        instead_of: Some(1),
        ..publish(calls_erp(&slug), TriggerKind::Manual)
    };
    assert_eq!(code(store.publish(flow, late).await), "changed_meanwhile");
}

async fn what_is_used_is_not_removed(bed: &Bed) {
    let store = &bed.store;
    for version in ["1.0.0", "1.1.0"] {
        store.install_connector(new("erp", version, version), "ada").await.expect("installs");
    }
    let (flow, _) = published(bed, "orders", vec![installed("erp", "1.0.0")]).await.expect("publishes");
    let refused = store.remove_connector("erp", "1.0.0", false, "ada").await;
    assert!(refused.as_ref().expect_err("is used").to_string().contains("orders"), "{refused:?}");
    assert_eq!(code(refused), "connector_in_use");
    // A run of the old version is under way while the flow is published with the new one.
    bed.accept(bed.new_run(flow)).await;
    published(bed, "orders", vec![installed("erp", "1.1.0")]).await.expect("publishes");
    assert_eq!(code(store.remove_connector("erp", "1.0.0", false, "ada").await), "connector_in_use");
    let worker = store.enlist().await.expect("enlists");
    let claimed = store.claim(worker, 5).await.expect("claims").pop().expect("is due");
    store.commit(commit(&claimed, vec![], bed.finished(RunStatus::Succeeded))).await.expect("ends");
    store.remove_connector("erp", "1.0.0", false, "ada").await.expect("nobody uses it any more");
    // Flows that were published before versions were noted use the last one, whichever it is.
    store.archive(flow, "ada").await.expect("archives");
    published(bed, "old", vec![]).await.expect("publishes");
    let refused = store.remove_connector("erp", "1.1.0", false, "ada").await;
    assert!(refused.as_ref().expect_err("is used").to_string().contains("old"), "{refused:?}");
    store.remove_connector("erp", "1.1.0", true, "ada").await.expect("the binary has it too");
}

async fn what_comes_with_a_binary_is_kept_when_it_is_published(bed: &Bed) {
    let store = &bed.store;
    let (_, version) =
        published(bed, "orders", vec![of_binary("1.0.0", "as it was")]).await.expect("publishes");
    let kept = store.connector_versions().await.expect("lists");
    assert_eq!((version, kept.len(), kept[0].origin), (1, 1, ConnectorOrigin::BuiltIn));
    // Another binary with the same version: its copy takes the place of the other, and the flow is as it was.
    let (_, version) = published(bed, "orders", vec![of_binary("1.0.0", "mended")]).await.expect("publishes");
    let mended = store.connector_versions().await.expect("lists");
    assert_eq!((version, mended.len()), (1, 1));
    assert_eq!(package(store, &mended[0].checksum).await.expect("is kept"), b"mended");
    assert!(package(store, &kept[0].checksum).await.is_none());
    // What somebody installed is never replaced.
    store.install_connector(new("erp", "2.0.0", "installed"), "ada").await.expect("installs");
    let clash = published(bed, "orders", vec![of_binary("2.0.0", "another")]).await;
    assert_eq!(code(clash), "connector_version_exists");
    let off = of_binary("3.0.0", "newest");
    let Held::Keep(new) = off.held else { unreachable!("it is kept") };
    let off = store.enable_connector("erp", "3.0.0", false, Some(new), "ada").await.expect("disables");
    assert!(!off.enabled);
}
