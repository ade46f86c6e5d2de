//! Files of functions: called by name with plain values, within the limits, seeing nothing but their arguments.

use causeway_model::ErrorClass;
use causeway_script::Module;
use serde_json::json;

use crate::support::{ENGINE, context, json};

fn module(source: &str) -> Module {
    ENGINE.compile_module(source).unwrap_or_else(|error| panic!("{source}: {error}"))
}

#[test]
fn functions_get_and_give_plain_values() {
    let module = module(
        r#"
        // what a system wants around every body
        fn wrap(request, input, settings) {
            request.body = #{ company: settings.company, data: request.body, lines: count(input.lines) };
            request
        }
        fn count(lines) { lines.len() }
        "#,
    );
    let mut known: Vec<_> = module.functions().collect();
    known.sort_unstable();
    assert_eq!(known, [("count", 1), ("wrap", 3)]);
    let arguments = [
        json(r#"{ "path": "/a", "body": { "n": 1.50 } }"#),
        json!({ "lines": [1, 2] }),
        json!({ "company": 7 }),
    ];
    let given = module.call("wrap", &arguments, &context()).expect("a value");
    assert_eq!(given.to_string(), r#"{"body":{"company":7,"data":{"n":1.50},"lines":2},"path":"/a"}"#);
    // The last call left nothing behind.
    assert_eq!(module.call("count", &[json!([1])], &context()).expect("a value"), json!(1));
    assert_eq!(module.call("count", &[], &context()).expect_err("another count").class, ErrorClass::Script);
}

#[test]
fn a_module_is_functions_and_sees_nothing_else() {
    for (source, code) in [
        ("let x = 1; fn a() { 1 }", "module_not_functions"),
        ("fn a() { steps.order }", "unknown_variable"),
        ("fn a() { secret.key }", "unknown_variable"),
        ("fn a(b) { c }", "unknown_variable"),
        ("fn a(b) { no_such(b) }", "unknown_function"),
        ("fn a(b) { import \"x\" as y; }", "script_syntax"),
        ("fn a(b) {", "script_syntax"),
    ] {
        assert_eq!(ENGINE.compile_module(source).expect_err(source).code, code, "{source}");
    }
    // A parameter may have a root's name.
    let own = module("fn a(trigger, item) { trigger.x + item }");
    assert_eq!(own.call("a", &[json!({ "x": 1 }), json!(2)], &context()).expect("a value"), json!(3));
}

#[test]
fn what_goes_wrong_names_its_line() {
    let module = module(
        "fn throws(x) {\n    throw \"統一編號 has 8 digits\";\n}\nfn breaks(x) {\n    let y = 1;\n    x.foo.bar\n}\n\
         fn outer(x) { breaks(x) }\nfn spins(x) { while true {} }\nfn nests(x) { nests(x) }",
    );
    let error = |name: &str| module.call(name, &[json!({})], &context()).expect_err(name);
    let thrown = error("throws");
    assert_eq!((thrown.class, thrown.code.as_str()), (ErrorClass::Invalid, "script_refused"));
    assert!(thrown.message.en.starts_with("Line 2") && thrown.message.en.contains("統一編號"), "{thrown}");
    for name in ["breaks", "outer"] {
        let broken = error(name);
        assert_eq!(broken.class, ErrorClass::Script, "{broken}");
        assert!(broken.message.zh_tw.starts_with("第 6 行"), "{broken}");
    }
    assert_eq!(error("spins").class, ErrorClass::Exceeded);
    assert_eq!(error("nests").class, ErrorClass::Exceeded);
    assert_eq!(
        module.call("outer", &[json!("x".repeat(300_000))], &context()).expect_err("large").class,
        ErrorClass::Exceeded
    );
}

#[test]
fn what_is_encrypted_is_decrypted() {
    let module = module(
        "fn there(text, key, iv) { aes_cbc_encrypt(url_encode(text), key, iv) }\n\
         fn back(text, key, iv) { url_decode(aes_cbc_decrypt(text, key, iv)) }",
    );
    let (key, iv) = (json!("ejCk326UnaZWKisg"), json!("q9jcZX8Ib9LM8wYk"));
    let call = |name: &str, text: &serde_json::Value, key: &serde_json::Value| {
        module.call(name, &[text.clone(), key.clone(), iv.clone()], &context())
    };
    let sealed = call("there", &json!("{\"Name\":\"綠界 & co+1\"}"), &key).expect("encrypted");
    assert_eq!(call("back", &sealed, &key).expect("decrypted"), json!("{\"Name\":\"綠界 & co+1\"}"));
    for wrong in [json!("0000000000000000"), json!("short")] {
        assert_eq!(call("back", &sealed, &wrong).expect_err("another key").class, ErrorClass::Script);
    }
    assert!(call("back", &json!("no base64!"), &key).is_err());
}
