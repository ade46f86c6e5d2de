//! The disk is full: nothing is accepted that is not kept, and work goes on once there is room.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use causeway_testkit::{Backend, Options, TestApp, eventually_within, on, script_step};
use serde_json::json;

use super::cancel::accepted;

/// A small file system in memory, unmounted when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` where this user may not mount.
    fn mount() -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("causeway-small-disk-{}", std::process::id()));
        std::fs::create_dir_all(&folder).ok()?;
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=12m", "tmpfs"])
            .arg(&folder)
            .output()
            .ok()?;
        mounted.status.success().then_some(Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _gone = Command::new("umount").arg("-l").arg(&self.0).status();
        let _removed = std::fs::remove_dir(&self.0);
    }
}

#[tokio::test]
async fn a_full_disk_loses_nothing_that_was_accepted() {
    let Some(disk) = SmallDisk::mount() else {
        eprintln!("left out: this user may not mount a small file system");
        return;
    };
    let options = Options::new().data_parent(&disk.0);
    on(Backend::Sqlite, options, &async |app: TestApp| {
        app.publish(&accepted("fill", json!([script_step("size", "trigger.body.text.len()", &[])]))).await;
        let body = json!({"text": "x".repeat(100_000)});
        let mut kept = Vec::new();
        let mut refused = 0;
        for _ in 0..400 {
            let answer = app.hook("fill", &body).await;
            match answer.status {
                202 => kept.push(answer.run()),
                503 | 507 => refused += 1,
                other => panic!("{other}: {}", answer.text),
            }
            if refused >= 3 {
                break;
            }
        }
        assert!(refused >= 3 && kept.len() > 10, "the disk filled: {} kept, {refused} refused", kept.len());

        grow(&disk);
        eventually_within(Duration::from_secs(60), "work to be taken again", async || {
            (app.hook("fill", &json!({"text": "small"})).await.status == 202).then_some(())
        })
        .await;
        for id in &kept {
            assert_eq!(app.finished(id).await["status"], "succeeded");
        }
        app.restart().await;
        assert!(app.runs("").await.len() > kept.len());
    })
    .await;
    drop(disk);
}

/// Gives the full file system room again.
fn grow(disk: &SmallDisk) {
    let grown = Command::new("mount").args(["-o", "remount,size=200m"]).arg(&disk.0).status();
    assert!(grown.is_ok_and(|status| status.success()));
}
