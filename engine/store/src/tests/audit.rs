//! The audit trail: written with the change, never changed, swept when its time is over.

use causeway_model::{Slug, Span, TriggerKind};
use serde_json::json;

use crate::tests::bed::{Bed, both, document, publish};
use crate::{AuditFilter, Change};

both!(changes_leave_entries, entries_are_found, entries_never_change, old_entries_go);

fn all() -> AuditFilter {
    AuditFilter { limit: 200, ..AuditFilter::default() }
}

async fn changes_leave_entries(bed: &Bed) {
    let store = &bed.store;
    let slug: Slug = "orders".parse().expect("a slug");
    let first = document(&slug, "manual");
    let flow = store.save_draft(&slug, &first, None, "user:ada@example.tw").await.expect("saves");
    store.save_draft(&slug, &first, None, "user:ada@example.tw").await.expect("nothing new");
    let mut second = first.clone();
    second.name = "Orders of today".to_owned();
    store.save_draft_as("flow.imported", &slug, &second, None, "cli:ada").await.expect("saves");
    store.publish(flow.id, publish(second.clone(), TriggerKind::Manual)).await.expect("publishes");
    store.publish(flow.id, publish(second, TriggerKind::Manual)).await.expect("nothing new");
    store.set_enabled(flow.id, false, "cli:ada").await.expect("switches");
    store.set_variable("rate", &json!(1), "cli:ada").await.expect("sets");
    store.set_variable("rate", &json!(2), "cli:ada").await.expect("sets");
    store.set_secret("erp", "canary-91", "cli:ada").await.expect("sets");
    store.delete_secret("erp", "cli:ada").await.expect("deletes");
    // What is refused leaves nothing.
    store.delete_secret("erp", "cli:ada").await.expect_err("is gone");
    let entries = store.audit(all()).await.expect("lists");
    let told: Vec<String> =
        entries.iter().rev().map(|entry| format!("{} {}", entry.action, entry.name)).collect();
    let wanted = [
        "flow.draft_saved orders",
        "flow.imported orders",
        "flow.published orders",
        "flow.disabled orders",
        "variable.set rate",
        "variable.set rate",
        "secret.set erp",
        "secret.deleted erp",
    ];
    assert_eq!(told, wanted);
    assert!(!format!("{entries:?}").contains("canary-91"));
    let imported = &entries[entries.len() - 2];
    assert_eq!(imported.before, Some(json!({"name": "Flow orders"})));
    assert_eq!(imported.after, Some(json!({"name": "Orders of today"})));
    assert_eq!((imported.by.as_str(), imported.kind.as_str()), ("cli:ada", "flow"));
    let set = entries.iter().find(|entry| entry.action == "variable.set").expect("is there");
    assert_eq!((set.before.clone(), set.after.clone()), (Some(json!(1)), Some(json!(2))));
}

async fn entries_are_found(bed: &Bed) {
    let store = &bed.store;
    for (by, action, name) in [
        ("user:ada@example.tw", "flow.published", "a"),
        ("user:bob@example.tw", "flow.disabled", "b"),
        ("user:ada@example.tw", "user.changed", "b"),
    ] {
        store.note(Change::new(by, action, name).to(json!("x".repeat(20_000)))).await.expect("notes");
        bed.advance(1000);
    }
    let find = async |filter: AuditFilter| {
        let found = store.audit(AuditFilter { limit: 10, ..filter }).await.expect("lists");
        found.into_iter().map(|entry| entry.action).collect::<Vec<_>>()
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(find(all()).await, ["user.changed", "flow.disabled", "flow.published"]);
    assert_eq!(find(AuditFilter { by: some("user:bob@example.tw"), ..all() }).await, ["flow.disabled"]);
    assert_eq!(find(AuditFilter { subject: some("flow:b"), ..all() }).await, ["flow.disabled"]);
    assert_eq!(
        find(AuditFilter { subject: some("flow"), ..all() }).await,
        ["flow.disabled", "flow.published"]
    );
    assert_eq!(
        find(AuditFilter { action: some("flow"), ..all() }).await,
        ["flow.disabled", "flow.published"]
    );
    assert_eq!(find(AuditFilter { action: some("user.changed"), ..all() }).await, ["user.changed"]);
    let entries = store.audit(all()).await.expect("lists");
    assert_eq!(entries[0].after, Some(json!({"left_out_bytes": 20_002})), "long parts are left out");
    assert_eq!(find(AuditFilter { from: Some(entries[1].at), ..all() }).await.len(), 2);
    assert_eq!(find(AuditFilter { to: Some(entries[1].at), ..all() }).await, ["flow.published"]);
    assert_eq!(find(AuditFilter { before: Some(entries[1].id), ..all() }).await, ["flow.published"]);
}

async fn entries_never_change(bed: &Bed) {
    use crate::db::Ask;
    bed.store.note(Change::new("ada", "flow.published", "a")).await.expect("notes");
    let forge = bed.store.core.db.main.run("UPDATE audit_entry SET action = 'nothing'", vec![]).await;
    assert!(forge.expect_err("is refused").to_string().contains("audit entries never change"));
}

async fn old_entries_go(bed: &Bed) {
    let store = &bed.store;
    store.note(Change::new("ada", "flow.published", "old")).await.expect("notes");
    bed.advance(3_600_000);
    store.note(Change::new("ada", "flow.published", "new")).await.expect("notes");
    assert_eq!(store.sweep_audit(Span::from_secs(1800)).await.expect("sweeps"), 1);
    let left = store.audit(all()).await.expect("lists");
    assert_eq!(left.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>(), ["new"]);
}
