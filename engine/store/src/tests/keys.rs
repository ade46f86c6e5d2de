//! The installation's key, secrets at rest, tokens, people, migrations.

use std::os::unix::fs::PermissionsExt;

use causeway_model::{Role, Slug};
use serde_json::json;

use crate::tests::bed::{Bed, both, code, document};
use crate::{Actor, Config, NewToken, Store, TokenFilter, setting};

both!(
    secrets_are_sealed_at_rest,
    another_key_is_refused,
    a_newer_database_is_refused,
    tokens_open_the_door,
    variables_are_kept,
    migrating_again_does_nothing,
);

const CANARY: &str = "canary-5f2c-密鑰";

async fn secrets_are_sealed_at_rest(bed: &Bed) {
    let store = &bed.store;
    store.set_secret("crm_key", CANARY, "ada").await.expect("sets");
    store.set_secret("other", "value 2", "ada").await.expect("sets");
    assert_eq!(store.secrets().await.expect("reads")["crm_key"], CANARY);
    store.set_secret("crm_key", "changed", "ada").await.expect("sets");
    assert_eq!(store.secrets().await.expect("reads")["crm_key"], "changed");
    store.set_secret("crm_key", CANARY, "ada").await.expect("sets");
    assert_eq!(store.secret_names().await.expect("lists"), ["crm_key", "other"]);
    let other = bed.another().await;
    assert_eq!(other.secrets().await.expect("reads")["crm_key"], CANARY);
    for bad in ["", "Big", "a-b", "1a", "密"] {
        assert_eq!(code(store.set_secret(bad, "x", "ada").await), "name_invalid");
    }
    assert_eq!(code(store.set_secret("a", &"x".repeat(70_000), "ada").await), "secret_too_large");
    if bed.is_sqlite() {
        for entry in std::fs::read_dir(&bed.data).expect("lists").flatten() {
            let bytes = std::fs::read(entry.path()).unwrap_or_default();
            let found = bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes());
            assert!(!found, "the secret stands in {}", entry.path().display());
        }
    }
    let row = format!("{:?}", sealed_row(store).await);
    assert!(!row.contains("sealed") && !row.contains(CANARY), "{row}");
    store.delete_secret("crm_key", "ada").await.expect("deletes");
    assert_eq!(code(store.delete_secret("crm_key", "ada").await), "secret_not_found");
    assert!(!store.secrets().await.expect("reads").contains_key("crm_key"));
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert!(!other.secrets().await.expect("reads").contains_key("crm_key"), "seen by others within 250 ms");
    other.close().await;
}

async fn sealed_row(store: &Store) -> crate::secret::Model {
    use sea_orm::EntityTrait;
    let row = crate::secret::Entity::find_by_id("crm_key".to_owned()).one(&store.core.db.read).await;
    row.expect("reads").expect("is there")
}

async fn another_key_is_refused(bed: &Bed) {
    let open = async |key: Option<String>| {
        Store::open(Config { key, ..bed.config() }, bed.clock.clone()).await.map(drop)
    };
    open(None).await.expect("the key file fits");
    let file = bed.data.join("key");
    let text = std::fs::read_to_string(&file).expect("is there");
    assert_eq!(std::fs::metadata(&file).expect("is there").permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::metadata(&bed.data).expect("is there").permissions().mode() & 0o777, 0o700);
    open(Some(text.clone())).await.expect("the same key fits");
    assert_eq!(code(open(Some("ab".repeat(32))).await), "wrong_key");
    assert_eq!(code(open(Some("secret".into())).await), "key_malformed");
    std::fs::write(&file, "cd".repeat(32)).expect("writes");
    assert_eq!(code(open(None).await), "wrong_key");
    std::fs::remove_file(&file).expect("removes");
    assert_eq!(code(open(None).await), "key_missing");
    assert!(!file.exists());
    open(Some(text)).await.expect("the environment's key fits");
}

async fn a_newer_database_is_refused(bed: &Bed) {
    use crate::db::Ask;
    let raise = "UPDATE setting SET value = '99.0.0' WHERE name = $1";
    bed.store.core.db.main.run(raise, vec![setting::MIN_BINARY.into()]).await.expect("raises");
    let opened = Store::open(bed.config(), bed.clock.clone()).await.map(drop);
    let error = opened.expect_err("is refused");
    assert_eq!(error.code(), Some("newer_binary_needed"));
    assert!(error.to_string().contains("99.0.0"));
}

async fn tokens_open_the_door(bed: &Bed) {
    let store = &bed.store;
    let (record, token) =
        store.create_token(NewToken::plain("ci", Role::Editor), "ada").await.expect("creates");
    assert!(token.starts_with("cw_") && token.len() > 40);
    for _ in 0..3 {
        let found = store.authenticate(&token).await.expect("looks").expect("is known");
        assert_eq!((found.id, found.role, found.name.as_str()), (record.id, Role::Editor, "ci"));
    }
    let listed = store.list_tokens(TokenFilter { limit: 1, ..TokenFilter::default() }).await.expect("lists");
    assert!(listed.rows[0].last_used_at.is_some());
    for bad in ["", "cw_", "Bearer", &token[..token.len() - 1], &format!("{token}x")] {
        assert!(store.authenticate(bad).await.expect("looks").is_none(), "{bad}");
    }
    store.delete_token(record.id, Actor { by: "ada", most: Role::Owner }).await.expect("deletes");
    assert!(store.authenticate(&token).await.expect("looks").is_none());
    assert_eq!(code(store.create_token(NewToken::plain(" ", Role::Owner), "ada").await), "name_invalid");
}

async fn variables_are_kept(bed: &Bed) {
    let store = &bed.store;
    let price: serde_json::Value = serde_json::from_str("1.10").expect("parses");
    store.set_variable("rate", &price, "ada").await.expect("sets");
    store.set_variable("rate", &price, "ada").await.expect("sets again");
    store.set_variable("who", &json!({ "name": "張" }), "ada").await.expect("sets");
    let variables = store.variables().await.expect("reads");
    assert_eq!(variables["rate"].to_string(), "1.10");
    assert_eq!(variables["who"], json!({ "name": "張" }));
    assert_eq!(code(store.set_variable("Bad", &price, "ada").await), "name_invalid");
    store.delete_variable("who", "ada").await.expect("deletes");
    assert_eq!(code(store.delete_variable("who", "ada").await), "variable_not_found");
}

async fn migrating_again_does_nothing(bed: &Bed) {
    let plan = bed.store.migration_plan().await.expect("plans");
    assert!(plan.pending.is_empty() && !plan.applied.is_empty());
    assert_eq!(plan.backend, if bed.is_sqlite() { "sqlite" } else { "postgres" });
    let slug: Slug = "kept".parse().expect("a slug");
    bed.store.save_draft(&slug, &document(&slug, "manual"), None, "ada").await.expect("saves");
    let other = bed.another().await;
    other.migrate().await.expect("nothing is pending");
    assert_eq!(other.flows().await.expect("lists").len(), 1);
    assert!(!bed.data.join("backup").exists(), "no backup without a migration");
    other.ping().await.expect("answers");
    other.close().await;
    assert!(other.ping().await.is_err());
}
