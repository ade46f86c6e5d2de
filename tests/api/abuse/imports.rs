//! Documents that would break out of where they belong, or unpack to more than there is room for.

use std::io::{Cursor, Write};

use causeway_testkit::{Answer, TestApp, both, hook_flow, script_step};
use serde_json::json;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::is_well;

fn zipped(fill: impl FnOnce(&mut ZipWriter<Cursor<Vec<u8>>>)) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    fill(&mut writer);
    writer.finish().expect("a zip").into_inner()
}

fn of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    zipped(|writer| {
        for (name, bytes) in entries {
            writer.start_file(*name, SimpleFileOptions::default()).expect("an entry");
            writer.write_all(bytes).expect("its bytes");
        }
    })
}

fn document(slug: &str) -> String {
    hook_flow(slug, json!([script_step("a", "1", &[])])).to_string()
}

async fn import(app: &TestApp, query: &str, body: Vec<u8>) -> Answer {
    try_import(app, query, body).await.expect("an answer")
}

/// As [`import`], where the server may close before it has heard all of it.
async fn try_import(app: &TestApp, query: &str, body: Vec<u8>) -> Option<Answer> {
    let token = app.token().await;
    let url = app.url(&format!("/api/v1/import{query}"));
    // Of its own, so that a connection that was cut off is not used again.
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let response = client.post(url).bearer_auth(token).body(body).send().await.ok()?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Some(Answer { status, headers, text: response.text().await.ok()? })
}

/// Refused alike by the API and by the command line.
async fn refused(app: &TestApp, what: &str, zip: Vec<u8>, codes: &[&str]) {
    let file = app.data().join("hostile.zip");
    std::fs::write(&file, &zip).expect("written");
    let told = app.cli(&["flow", "import", &file.to_string_lossy(), "--json"]).await.refused();
    assert!(codes.iter().any(|code| told.stderr.contains(code)), "{what}: {}", told.stderr);
    let answer = import(app, "", zip).await;
    assert!((400..500).contains(&answer.status), "{what}: {} {}", answer.status, answer.text);
    assert!(codes.contains(&answer.code().as_str()), "{what}: {}", answer.text);
}

#[tokio::test]
async fn entries_that_leave_the_zip_are_refused() {
    both(async |app| {
        let own = document("inside");
        let deep = format!("{}flow.json", "x/".repeat(40));
        for name in [
            "../outside/flow.json",
            "a/../../outside/flow.json",
            "/etc/outside/flow.json",
            "..\\outside\\flow.json",
            "a\\flow.json",
            "c:/outside/flow.json",
            "a/\u{7}/flow.json",
            &deep,
        ] {
            let zip = of(&[("inside/flow.json", own.as_bytes()), (name, own.as_bytes())]);
            refused(&app, name, zip, &["zip_unsafe_path"]).await;
        }
        let link = zipped(|writer| {
            writer.add_symlink("a/flow.json", "/etc/hostname", SimpleFileOptions::default()).expect("a link");
        });
        refused(&app, "a link", link, &["zip_unsafe_path"]).await;
        assert_eq!(app.get("/flows/inside").await.status, 404, "nothing of such a zip is kept");
        assert!(!app.data().join("outside").exists());
        is_well(&app).await;
    })
    .await;
}

#[tokio::test]
async fn bombs_are_refused() {
    both(async |app| {
        let spaces = vec![b' '; 5 * 1024 * 1024];
        refused(&app, "packed far too well", of(&[("a.json", &spaces)]), &["zip_too_large"]).await;

        // The same with headers that lie about its size: nobody believes them.
        let mut lying = of(&[("a.json", &spaces)]);
        let said = u32::try_from(spaces.len()).expect("small").to_le_bytes();
        let places: Vec<usize> = (0..lying.len() - 4).filter(|at| lying[*at..at + 4] == said).collect();
        assert!(!places.is_empty());
        for at in places {
            lying[at..at + 4].copy_from_slice(&10_u32.to_le_bytes());
        }
        refused(&app, "a lie about its size", lying, &["zip_too_large", "zip_broken"]).await;

        let many = zipped(|writer| {
            for at in 0..20_001 {
                writer.start_file(format!("{at}.txt"), SimpleFileOptions::default()).expect("an entry");
            }
        });
        refused(&app, "too many entries", many, &["zip_too_large"]).await;

        let inner = of(&[("a/flow.json", document("a").as_bytes())]);
        refused(&app, "a zip in a zip", of(&[("inner.zip", &inner)]), &["nothing_to_import"]).await;
        let posing = import(&app, "", of(&[("inner.json", &inner)])).await.expect(200).json();
        assert_eq!(posing["documents"][0]["result"], "refused", "{posing}");

        let whole = of(&[("a/flow.json", document("a").as_bytes())]);
        refused(&app, "half a zip", whole[..whole.len() / 2].to_vec(), &["zip_broken"]).await;
        refused(&app, "no zip", b"PK\x03\x04 and no more".to_vec(), &["zip_broken"]).await;
        if let Some(large) = try_import(&app, "", vec![b'x'; 51 * 1024 * 1024]).await {
            assert_eq!((large.status, large.code().as_str()), (413, "body_too_large"));
        }
        is_well(&app).await;
    })
    .await;
}

/// Many flows beside many other documents: finding which is which must not take the square of them.
#[tokio::test]
async fn a_zip_full_of_folders_is_looked_through_in_one_go() {
    both(async |app| {
        let zip = zipped(|writer| {
            for at in 0..9000 {
                for name in [format!("f{at}/flow.json"), format!("f{at}/more/{at}.json")] {
                    writer.start_file(name, SimpleFileOptions::default()).expect("an entry");
                }
            }
        });
        let report = import(&app, "", zip).await.expect(200).json();
        assert_eq!(
            report["documents"].as_array().map(Vec::len),
            Some(9000),
            "what stands in a flow's folder is its own"
        );
        is_well(&app).await;
    })
    .await;
}

#[tokio::test]
async fn links_in_folders_are_not_followed() {
    both(async |app| {
        let outside = app.data().join("outside");
        let folder = app.data().join("flows");
        for folder in [&outside, &folder] {
            std::fs::create_dir_all(folder).expect("made");
        }
        std::fs::write(outside.join("flow.json"), document("outside")).expect("written");
        std::os::unix::fs::symlink(&outside, folder.join("linked")).expect("a link");
        std::os::unix::fs::symlink(outside.join("flow.json"), folder.join("linked.json")).expect("a link");
        std::os::unix::fs::symlink("/dev/zero", folder.join("endless.json")).expect("a link");
        let told = app.cli(&["flow", "import", &folder.to_string_lossy()]).await.refused();
        assert!(told.stderr.contains("nothing_to_import"), "{}", told.stderr);
        std::fs::write(folder.join("own.json"), document("own")).expect("written");
        let told = app.cli(&["flow", "import", &folder.to_string_lossy(), "--json"]).await.success().json();
        assert_eq!(told.as_array().map(Vec::len), Some(1), "{told}");
        let endless = app.cli(&["flow", "import", "/dev/zero"]).await.refused();
        assert!(
            endless.stdout.contains("document_too_large") || endless.stderr.contains("document_too_large"),
            "{endless:?}"
        );
        assert_eq!(app.get("/flows/outside").await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn a_name_leads_nowhere() {
    both(async |app| {
        let mut nameless: causeway_model::Value = serde_json::from_str(&document("x")).expect("JSON");
        nameless.as_object_mut().expect("an object").remove("slug");
        let odd = import(&app, "?name=a%00b.json", nameless.to_string().into_bytes()).await.expect(400);
        assert_eq!(odd.json()["code"], "query_invalid");
        for name in ["../../etc/flow.json", "%2e%2e%2fflow.json", "..", ""] {
            let answer =
                import(&app, &format!("?name={name}"), nameless.to_string().into_bytes()).await.expect(200);
            let report = answer.json()["documents"][0].clone();
            let slug = report["slug"].as_str().unwrap_or_default();
            assert!(
                slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
                "{name}: {report}"
            );
        }
        is_well(&app).await;
    })
    .await;
}
