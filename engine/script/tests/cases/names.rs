//! What compiles, what does not, and what a source reads.

use causeway_script::Reference;

use crate::support::{ENGINE, fault};

fn references(source: &str) -> Vec<(String, Option<String>, bool)> {
    let script = ENGINE.compile_script(source).unwrap_or_else(|error| panic!("{source}: {error}"));
    let plain = |reference: &Reference| (reference.root.clone(), reference.name.clone(), reference.safe);
    script.references().iter().map(plain).collect()
}

#[test]
fn references_are_found_wherever_they_stand() {
    let one = |root: &str, name: &str, safe| vec![(root.to_owned(), Some(name.to_owned()), safe)];
    assert_eq!(references("steps.order.total"), one("steps", "order", false));
    assert_eq!(references("steps[\"order\"][0]"), one("steps", "order", false));
    assert_eq!(references("steps.order?.total ?? 1"), one("steps", "order", true));
    assert_eq!(references("steps.order?[0]"), one("steps", "order", true));
    assert_eq!(references("steps.order == ()"), one("steps", "order", true));
    assert_eq!(references("steps.order.len()"), one("steps", "order", false));
    assert_eq!(
        references("vars[run.id]"),
        vec![("run".to_owned(), Some("id".to_owned()), true), ("vars".to_owned(), None, true),]
    );
    assert_eq!(
        references("fn f() { [1].map(|x| `${secret_less()} ${steps.a.b}`) } fn secret_less() { 1 } f()"),
        one("steps", "a", false)
    );
    assert_eq!(references("let item = 1; item + [2].map(|index| index)[0]"), vec![]);
    assert_eq!(references("trigger.body.item.steps"), one("trigger", "body", false));
    assert_eq!(references("switch steps.a { 1 => errors.b, _ => item.c }").len(), 3);
}

#[test]
fn unknown_names_are_faults_with_a_hint() {
    for (source, code, line, column, hint) in [
        ("stepz.order", "unknown_variable", 1, 1, "`steps`"),
        ("let a = 1;\nlet b = a + total;", "unknown_variable", 2, 13, "quotes"),
        ("fn f(x) { x + y } f(1)", "unknown_variable", 1, 15, "y"),
        ("[1].map(|x| x + y)", "unknown_variable", 1, 17, "y"),
        ("rond(1.5)", "unknown_function", 1, 1, "`round`"),
        ("steps.order.no.tirm()", "unknown_function", 1, 1, "`trim`"),
        ("let s = \"a\"; s.tirm()", "unknown_function", 1, 16, "`trim`"),
        ("1 +", "script_syntax", 1, 4, ""),
        ("let x = (1 + 2;", "script_syntax", 1, 15, ")"),
        ("\"open", "script_syntax", 1, 1, "quote"),
        ("trigger.body = 1", "assignment_refused", 1, 1, "never change"),
        ("steps.a.b += 1", "assignment_refused", 1, 1, "never change"),
        ("eval(\"1\")", "script_syntax", 1, 1, "eval"),
        ("import \"x\" as y;", "script_syntax", 1, 1, "import"),
        ("print(1)", "script_syntax", 1, 1, "print"),
        ("sleep(1)", "unknown_function", 1, 1, "sleep"),
        ("timestamp()", "unknown_function", 1, 1, "timestamp"),
        ("secret.x.len()", "secret_misused", 1, 1, "secret"),
        ("`Bearer ${secret.x}`", "secret_misused", 1, 11, "secret"),
        ("secret", "secret_misused", 1, 1, "secret"),
    ] {
        let fault = fault(source);
        assert_eq!((fault.code, fault.line), (code, line), "{source}: {fault}");
        assert!(fault.message.en.contains(hint), "{source}: {fault}");
        assert!(!fault.message.zh_tw.is_empty(), "{source}");
        assert_eq!(fault.column, column, "{source}: {fault}");
    }
}

#[test]
fn a_formula_is_no_program() {
    for source in
        ["let a = 1; a", "for x in [1] { x }", "1; 2", "", "  // nothing", "return 1", "while true {}"]
    {
        let fault = ENGINE.compile_expression(source).expect_err(source);
        assert!(fault.code.starts_with("expression_"), "{source}: {fault}");
    }
    for source in
        ["if steps.a == () { 1 } else { 2 }", "switch 1 { 1 => 2, _ => 3 }", "[1].map(|x| { let y = x; y })"]
    {
        ENGINE.compile_expression(source).unwrap_or_else(|fault| panic!("{source}: {fault}"));
    }
}
