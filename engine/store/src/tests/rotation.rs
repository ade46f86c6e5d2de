//! Changing the key: nothing is lost, whatever is cut off.

use causeway_model::{Frame, RunId};

use crate::tests::bed::{Bed, both, code};
use crate::{Config, Link, Store, setting};

both!(
    a_rotation_keeps_everything_but_the_key,
    a_rotation_that_was_cut_off_is_finished_at_the_next_start,
    a_given_key_needs_a_given_one,
    nobody_else_may_be_at_work,
);

async fn a_rotation_keeps_everything_but_the_key(bed: &Bed) {
    let store = &bed.store;
    store.set_secret("erp", "kept", "ada").await.expect("sets");
    let link =
        Link::Callback { run: RunId::new(), frame: Frame::top(), step: "wait".parse().expect("a step") };
    let (signed, sealing) = (store.sign_link(&link), store.derived_key("seal"));
    let file = bed.data.join("key");
    let before = std::fs::read_to_string(&file).expect("is there");
    let rotated = store.rotate_key(None, "cli:ada").await.expect("rotates");
    assert_eq!((rotated.key_version, rotated.secrets, rotated.key_in_settings), (2, 1, false));
    let after = std::fs::read_to_string(&file).expect("is there");
    assert_ne!(before, after);
    assert_eq!(std::fs::read_to_string(bed.data.join("key.old")).expect("is there"), before);
    assert!(!bed.data.join("key.next").exists());
    // The one who still has the old key writes nothing with it.
    assert_eq!(code(store.set_secret("late", "x", "ada").await), "wrong_key");
    assert_eq!(code(store.rotate_key(None, "ada").await), "wrong_key");
    assert_eq!(code(store.enlist().await), "wrong_key");
    store.core.workers.release();
    let opened = bed.another().await;
    assert_eq!(opened.secrets().await.expect("reads")["erp"], "kept");
    assert_eq!(opened.read_link(&signed), Some(link), "links outlive the key");
    assert_eq!(opened.derived_key("seal"), sealing, "and so do sealed tokens");
    opened.set_secret("new", "x", "ada").await.expect("sets");
    opened.close().await;
    let with = |key: &str| Config { key: Some(key.to_owned()), ..bed.config() };
    assert_eq!(code(Store::open(with(&before), bed.clock.clone()).await.map(drop)), "wrong_key");
    let again = Store::open(with(&after), bed.clock.clone()).await.expect("opens");
    let names: Vec<_> = again.secrets().await.expect("reads").keys().cloned().collect();
    assert_eq!(names, ["erp", "new"]);
    again.close().await;
}

async fn a_rotation_that_was_cut_off_is_finished_at_the_next_start(bed: &Bed) {
    bed.store.set_secret("erp", "kept", "ada").await.expect("sets");
    let (file, next) = (bed.data.join("key"), bed.data.join("key.next"));
    let before = std::fs::read_to_string(&file).expect("is there");
    // Before the commit: the file of the next key is there, and the database has the old one.
    std::fs::write(&next, "ab".repeat(32)).expect("writes");
    let opened = bed.another().await;
    assert_eq!(opened.secrets().await.expect("reads")["erp"], "kept");
    assert_eq!(std::fs::read_to_string(&file).expect("is there"), before);
    opened.rotate_key(None, "ada").await.expect("what was left over is in nobody's way");
    opened.close().await;
    let after = std::fs::read_to_string(&file).expect("is there");
    // After the commit, and before the file took its place.
    std::fs::rename(&file, &next).expect("moves");
    std::fs::write(&file, &before).expect("writes");
    let opened = bed.another().await;
    assert_eq!(opened.secrets().await.expect("reads")["erp"], "kept");
    assert_eq!(std::fs::read_to_string(&file).expect("is there"), after, "it is adopted");
    assert!(!next.exists());
    opened.close().await;
    // A next key that does not fit either is no way in.
    std::fs::write(&file, &before).expect("writes");
    std::fs::write(&next, "ab".repeat(32)).expect("writes");
    assert_eq!(code(Store::open(bed.config(), bed.clock.clone()).await.map(drop)), "wrong_key");
}

async fn a_given_key_needs_a_given_one(bed: &Bed) {
    let key = std::fs::read_to_string(bed.data.join("key")).expect("is there");
    let config = |key: &str| Config { key: Some(key.to_owned()), ..bed.config() };
    let store = Store::open(config(&key), bed.clock.clone()).await.expect("opens");
    store.set_secret("erp", "kept", "ada").await.expect("sets");
    assert_eq!(code(store.rotate_key(None, "ada").await), "new_key_needed");
    assert_eq!(code(store.rotate_key(Some("x"), "ada").await), "key_malformed");
    assert_eq!(code(store.rotate_key(Some(&key), "ada").await), "key_unchanged");
    let new = "cd".repeat(32);
    let rotated = store.rotate_key(Some(&new), "ada").await.expect("rotates");
    assert!(rotated.key_in_settings);
    store.close().await;
    assert_eq!(std::fs::read_to_string(bed.data.join("key")).expect("is there"), key, "no file is touched");
    let opened = Store::open(config(&new), bed.clock.clone()).await.expect("opens");
    assert_eq!(opened.secrets().await.expect("reads")["erp"], "kept");
    let version = setting::get(&opened.core.db.main, setting::KEY_VERSION).await.expect("reads");
    assert_eq!(version.as_deref(), Some("2"));
    opened.close().await;
}

async fn nobody_else_may_be_at_work(bed: &Bed) {
    let other = bed.another().await;
    let worker = other.enlist().await.expect("enlists");
    let wanted = if bed.is_sqlite() { "data_folder_in_use" } else { "workers_at_work" };
    assert_eq!(code(bed.store.rotate_key(None, "ada").await), wanted);
    assert!(!bed.data.join("key.next").exists());
    other.retire(worker).await.expect("retires");
    other.close().await;
    bed.store.rotate_key(None, "ada").await.expect("rotates");
}
