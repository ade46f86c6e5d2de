//! Drafts, versions and webhook routes.

use causeway_model::{Slug, TriggerKind};

use crate::tests::bed::{Bed, both, code, document, publish};
use crate::{Publish, Watches, WebhookRoute};

both!(drafts_and_versions, webhook_paths_clash, watchers_are_found, flows_are_archived_and_deleted,);

fn slug(text: &str) -> Slug {
    text.parse().expect("a slug")
}

async fn drafts_and_versions(bed: &Bed) {
    let (store, name) = (&bed.store, slug("quote"));
    let mut flow = document(&name, "manual");
    let made = store.save_draft(&name, &flow, None, "ada").await.expect("makes it");
    assert_eq!((made.draft_revision, made.published, made.changed), (1, None, true));
    let revision = store.revision().await.expect("has one");
    assert_eq!(
        store.publish(made.id, publish(flow.clone(), TriggerKind::Manual)).await.expect("publishes"),
        1
    );
    assert!(store.revision().await.expect("has one") > revision);
    assert_eq!(
        store.publish(made.id, publish(flow.clone(), TriggerKind::Manual)).await.expect("no new one"),
        1
    );
    assert!(!store.flow(&name).await.expect("is there").changed);

    flow.name = "Quote 2".into();
    let saved = store.save_draft(&name, &flow, Some(1), "ada").await.expect("saves");
    assert_eq!((saved.id, saved.draft_revision, saved.changed, saved.published), (made.id, 2, true, Some(1)));
    assert_eq!(code(store.save_draft(&name, &flow, Some(1), "bob").await), "draft_changed");
    assert_eq!(store.draft(made.id).await.expect("is there"), flow);
    assert_eq!(store.version(made.id, 1).await.expect("is there").name, "Flow quote");
    assert_eq!(
        store.publish(made.id, publish(flow.clone(), TriggerKind::Manual)).await.expect("publishes"),
        2
    );
    let versions: Vec<i32> =
        store.versions(made.id).await.expect("lists").iter().map(|version| version.version).collect();
    assert_eq!(versions, [2, 1]);

    flow.name = "Flow quote".into();
    assert!(store.save_draft(&name, &flow, None, "ada").await.expect("saves").changed);
    flow.name = "Quote 2".into();
    assert!(!store.save_draft(&name, &flow, None, "ada").await.expect("saves").changed);
    assert_eq!(code(store.flow(&slug("nothing")).await), "flow_not_found");
    assert_eq!(code(store.version(made.id, 9).await), "version_not_found");
    assert_eq!(store.flows().await.expect("lists").len(), 1);
}

async fn webhook_paths_clash(bed: &Bed) {
    let store = &bed.store;
    let make = async |name: &str, routes: &[(&str, &str)]| {
        let name = slug(name);
        let flow = document(&name, "webhook");
        let made = store.save_draft(&name, &flow, None, "test").await.expect("saves");
        let routes = routes.iter().map(|(path, method)| ((*path).to_owned(), (*method).to_owned())).collect();
        let publish = Publish { routes, ..publish(flow, TriggerKind::Webhook) };
        store.publish(made.id, publish).await.map(|_| made.id)
    };
    let first = make("first", &[("orders/{no}", "post"), ("a", "*")]).await.expect("publishes");
    assert_eq!(code(make("second", &[("orders/{id}", "POST")]).await), "webhook_path_taken");
    assert_eq!(code(make("second", &[("orders/{id}", "*")]).await), "webhook_path_taken");
    assert_eq!(code(make("second", &[("a", "GET")]).await), "webhook_path_taken");
    let second = make("second", &[("orders/{id}", "GET"), ("orders/new", "POST")]).await.expect("publishes");
    make("first", &[("orders/{no}", "post")]).await.expect("its own paths are free for it");
    let routes = store.webhook_routes().await.expect("lists");
    assert_eq!(routes.len(), 3);
    assert!(routes.contains(&WebhookRoute {
        flow: first,
        version: 1,
        path: "orders/{no}".into(),
        method: "POST".into()
    }));
    store.set_enabled(second, false, "test").await.expect("switches off");
    assert_eq!(store.webhook_routes().await.expect("lists").len(), 1);
    assert_eq!(store.disabled_webhook_routes().await.expect("lists").len(), 2);
}

async fn watchers_are_found(bed: &Bed) {
    let (store, name) = (&bed.store, slug("alarm"));
    let flow = document(&name, "flow_failed");
    let made = store.save_draft(&name, &flow, None, "test").await.expect("saves");
    let watches = Watches { all: true, ..Watches::default() };
    let new = Publish { watches: Some(watches.clone()), ..publish(flow, TriggerKind::FlowFailed) };
    store.publish(made.id, new).await.expect("publishes");
    assert_eq!(store.failure_watchers().await.expect("lists"), [(made.id, 1, watches)]);
    let found = store.flows_with_trigger(TriggerKind::FlowFailed).await.expect("lists");
    assert_eq!(found, [(made.id, 1)]);
    assert!(store.flows_with_trigger(TriggerKind::Schedule).await.expect("lists").is_empty());
}

async fn flows_are_archived_and_deleted(bed: &Bed) {
    let (store, name, other) = (&bed.store, slug("old"), slug("new"));
    let path = vec![("orders/{no}".to_owned(), "POST".to_owned())];
    let routed = |flow| Publish { routes: path.clone(), ..publish(flow, TriggerKind::Webhook) };
    let flow = document(&name, "webhook");
    let id = store.save_draft(&name, &flow, None, "ada").await.expect("makes it").id;
    store.publish(id, routed(flow.clone())).await.expect("publishes");
    let run = bed.accept(bed.new_run(id)).await;
    assert_eq!(code(store.delete_flow(id, "ada").await), "flow_not_archived");
    store.archive(id, "ada").await.expect("archives");
    let put_away = store.flow(&name).await.expect("is there");
    assert!(put_away.archived_at.is_some() && put_away.published.is_none());
    assert!(store.webhook_routes().await.expect("lists").is_empty());
    assert_eq!(code(store.save_draft(&name, &flow, None, "ada").await), "flow_archived");
    assert_eq!(code(store.publish(id, routed(flow.clone())).await), "flow_archived");
    // Its path is free, and what runs goes on.
    let taker = document(&other, "webhook");
    let taker_id = store.save_draft(&other, &taker, None, "ada").await.expect("makes it").id;
    store.publish(taker_id, routed(taker)).await.expect("takes the path");
    let worker = store.enlist().await.expect("enlists");
    let claimed = store.claim(worker, 5).await.expect("claims").pop().expect("is due");
    assert_eq!(claimed.run.id, run);
    assert_eq!(code(store.delete_flow(id, "ada").await), "flow_has_runs");
    // Back as a draft, with its versions.
    store.unarchive(id, "ada").await.expect("brings back");
    assert_eq!(store.versions(id).await.expect("lists").len(), 1);
    assert_eq!(code(store.publish(id, routed(flow.clone())).await), "webhook_path_taken");
    let unrouted = publish(flow, TriggerKind::Manual);
    assert_eq!(store.publish(id, unrouted).await.expect("publishes"), 2);
    // The new one goes, since it never ran.
    store.archive(taker_id, "ada").await.expect("archives");
    store.delete_flow(taker_id, "ada").await.expect("deletes");
    assert_eq!(code(store.flow(&other).await), "flow_not_found");
}
