//! Import and export.

use std::fs;

use causeway_document::{
    StepReady, canonical, export_folder, export_zip, from_folder, from_path, from_zip, import,
};
use serde_json::json;

use crate::support::{compiler, document, each, flow, step, told};

#[test]
fn what_is_exported_is_imported_as_it_was() {
    let one = flow(&document(json!([step("a", json!([]))])));
    let mut two = one.clone();
    two.slug = Some("others".parse().unwrap());
    let flows = [&one, &two].map(|flow| (flow.slug.as_ref().unwrap(), flow));

    let folder = tempfile::tempdir().unwrap();
    let written = export_folder(folder.path(), flows).unwrap();
    assert_eq!(written, [folder.path().join("orders/flow.json"), folder.path().join("others/flow.json")]);
    let zip = export_zip(flows).unwrap();
    assert_eq!(zip, export_zip(flows).unwrap(), "the same bytes each time");
    fs::write(folder.path().join("all.zip"), &zip).unwrap();

    for sources in [
        from_folder(folder.path()).unwrap(),
        from_zip(&zip).unwrap(),
        from_path(&folder.path().join("all.zip")).unwrap(),
    ] {
        let imported = import(&compiler(), sources);
        let documents: Vec<_> = imported.iter().map(|one| one.document.as_ref().unwrap()).collect();
        assert_eq!(documents, [&one, &two]);
        assert_eq!(imported[1].path, "others/flow.json");
    }
}

#[test]
fn a_slug_comes_from_the_document_the_folder_or_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut unnamed = document(json!([step("a", json!([]))]));
    unnamed.as_object_mut().unwrap().remove("slug");
    let text = unnamed.to_string();
    for path in [
        "by-folder/flow.json",
        "by-folder/cases/one.json",
        "loose/by-stem.json",
        "loose/報價.json",
        "loose/notes.txt",
        ".hidden/x.json",
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &text).unwrap();
    }
    fs::write(folder.path().join("loose/own.json"), document(json!([])).to_string()).unwrap();
    let imported = import(&compiler(), from_folder(folder.path()).unwrap());
    let slugs: Vec<_> = imported
        .iter()
        .map(|one| {
            (one.path.as_str(), one.document.as_ref().ok().and(one.slug.as_ref()).map(|slug| slug.as_str()))
        })
        .collect();
    assert_eq!(
        slugs,
        [
            ("by-folder/flow.json", Some("by-folder")),
            ("loose/by-stem.json", Some("by-stem")),
            ("loose/own.json", Some("orders")),
            ("loose/報價.json", None),
        ]
    );
    assert_eq!(told(imported[3].document.as_ref().unwrap_err()), ["invalid_slug /slug"]);

    let one = from_path(&folder.path().join("by-folder")).unwrap();
    assert_eq!(one[0].path, "by-folder/flow.json");
    let one = from_path(&folder.path().join("by-folder/flow.json")).unwrap();
    assert_eq!(one[0].path, "by-folder/flow.json");
    assert_eq!(from_path(&folder.path().join("none")).unwrap_err().code, "unreadable");
    assert_eq!(from_folder(&folder.path().join("by-folder/cases")).unwrap().len(), 1);
}

#[test]
fn the_report_tells_of_every_step() {
    let folder = tempfile::tempdir().unwrap();
    let mut steps = json!([
        step("a", json!([])),
        { "id": "b", "use": "http.request", "connection": "erp", "with": { "method": "GET", "url": "x" } },
        { "id": "c", "use": "sap.order" },
        each("d", json!([{ "id": "e", "use": "http.requests" }, step("f", json!([]))]), json!([])),
    ]);
    steps[0]["timeout"] = json!("0s");
    fs::write(folder.path().join("orders.json"), document(steps).to_string()).unwrap();
    let imported = import(&compiler(), from_folder(folder.path()).unwrap());
    let ready: Vec<_> = imported[0].steps.iter().map(|step| (step.id.as_str(), &step.ready)).collect();
    let needs = StepReady::NeedsConnection { connection: "erp".into() };
    assert_eq!(
        ready,
        [
            ("a", &StepReady::Ready),
            ("b", &needs),
            ("c", &StepReady::Unknown),
            ("d", &StepReady::Ready),
            ("e", &StepReady::Unknown),
            ("f", &StepReady::Ready),
        ]
    );
    assert!(imported[0].document.is_ok(), "what reads becomes a draft");
    assert_eq!(
        told(&imported[0].faults),
        [
            "out_of_range /steps/0/timeout",
            "unknown_connector /steps/2/use",
            "unknown_operation /steps/3/with/body/0/use"
        ]
    );
    assert!(imported[0].faults.iter().all(|fault| fault.line == Some(1)));
}

#[test]
fn documents_stand_or_fall_by_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let good = canonical(&flow(&document(json!([step("a", json!([]))]))));
    for (name, text) in [
        ("a.json", "{".as_bytes()),
        ("b.json", b"\xff"),
        ("c.json", good.as_bytes()),
        ("d.json", good.as_bytes()),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let imported = import(&compiler(), from_folder(folder.path()).unwrap());
    let codes: Vec<_> =
        imported.iter().map(|one| one.document.as_ref().err().map(|faults| told(faults).join(" "))).collect();
    assert_eq!(
        codes,
        [Some("json_syntax ".into()), Some("not_utf8 ".into()), None, Some("slug_repeated /slug".into())]
    );
}
