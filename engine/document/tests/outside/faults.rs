//! Faults of meaning: one case for each rule that publishing asks for.

use causeway_model::Locale;
use serde_json::{Value, json};

use crate::support::{
    approval, branch, document, each, faults, request_step, script, step, told, webhook, with_trigger,
};

#[track_caller]
fn check(document: &Value, expected: &[&str]) {
    let found = faults(document);
    assert_eq!(told(&found), expected, "{found:#?}");
    for fault in found {
        assert!(!fault.message.in_locale(Locale::En).is_empty() && !fault.message.zh_tw.is_empty());
    }
}

fn steps(steps: Value, expected: &[&str]) {
    check(&document(steps), expected);
}

#[test]
fn what_is_used_exists() {
    steps(json!([{ "id": "a", "use": "scrip" }]), &["unknown_step_kind /steps/0/use"]);
    steps(json!([{ "id": "a", "use": "htp.request" }]), &["unknown_connector /steps/0/use"]);
    steps(json!([{ "id": "a", "use": "http.reqest" }]), &["unknown_operation /steps/0/use"]);
    check(
        &with_trigger(json!({ "use": "cron" }), json!([step("a", json!([]))])),
        &["unknown_trigger /trigger/use"],
    );
    let found = faults(&document(json!([{ "id": "a", "use": "http.reqest" }])));
    assert_eq!(found[0].fix.as_ref().unwrap().en, "Did you mean `request`?");
}

#[test]
fn an_operation_that_needs_a_connection_names_one() {
    let create = json!({ "id": "a", "use": "erp.create", "with": { "no": "1" } });
    steps(json!([create]), &["connection_required /steps/0/connection"]);
    let in_loop = each("b", json!([create]), json!([]));
    steps(json!([in_loop]), &["connection_required /steps/0/with/body/0/connection"]);
    let found = faults(&document(json!([create])));
    assert!(found[0].fix.as_ref().is_some_and(|fix| fix.en.contains("`erp`")), "{found:#?}");
    let mut with = create;
    with["connection"] = json!("erp");
    steps(json!([with]), &[]);
}

#[test]
fn ids_are_unique_and_the_size_is_bounded() {
    steps(
        json!([step("a", json!([])), each("b", json!([step("a", json!([]))]), json!([]))]),
        &["id_repeated /steps/1/with/body/0/id"],
    );
    let many: Vec<Value> = (0..1001).map(|at| step(&format!("s{at}"), json!([]))).collect();
    steps(json!(many), &["too_many_steps /steps"]);
    let nested = |inner: Value, id: &str| each(id, json!([inner]), json!([]));
    let three = nested(nested(nested(step("x", json!([])), "c"), "b"), "a");
    steps(json!([three]), &[]);
    steps(json!([nested(three, "d")]), &["loops_too_deep /steps/0/with/body/0/with/body/0/with/body/0"]);
    steps(json!([]), &["?no_steps /steps"]);
}

#[test]
fn edges_lead_from_steps_and_ports_that_exist() {
    steps(json!([step("a", json!(["b"]))]), &["unknown_step /steps/0/after/0"]);
    steps(json!([step("a", json!([])), step("b", json!(["a.done"]))]), &["unknown_port /steps/1/after/0"]);
    steps(json!([branch("a", json!([])), step("b", json!(["a"]))]), &["port_missing /steps/1/after/0"]);
    steps(json!([approval("a", json!([])), step("b", json!(["a"]))]), &["port_missing /steps/1/after/0"]);
    steps(
        json!([branch("a", json!([])), step("b", json!(["a.medium"]))]),
        &["unknown_port /steps/1/after/0"],
    );
    steps(json!([step("a", json!([])), step("b", json!(["a", "a"]))]), &["after_repeated /steps/1/after/1"]);
    steps(
        json!([step("a", json!([])), each("b", json!([step("c", json!(["a"]))]), json!(["a"]))]),
        &["after_crosses_loop /steps/1/with/body/0/after/0"],
    );
    steps(
        json!([each("b", json!([step("c", json!([]))]), json!([])), step("d", json!(["c"]))]),
        &["after_crosses_loop /steps/1/after/0"],
    );
    let many: Vec<String> = (0..1001).map(|at| format!("a.x{at}")).collect();
    let found = told(&faults(&document(json!([step("a", json!([])), step("b", json!(many))]))));
    assert!(
        found.contains(&"too_many_sources /steps/1/after".to_owned()) && found.len() <= 501,
        "{}",
        found.len()
    );
    steps(json!([{ "id": "a", "use": "stop" }, step("b", json!(["a"]))]), &["after_stop /steps/1/after/0"]);
}

#[test]
fn cycles_are_refused_once_each() {
    steps(json!([step("a", json!(["a"]))]), &["cycle /steps/0/after"]);
    let two = json!([
        step("start", json!([])),
        step("a", json!(["c"])),
        step("b", json!(["a"])),
        step("c", json!(["b"])),
        step("after", json!(["b"])),
        step("x", json!(["y"])),
        step("y", json!(["x"])),
    ]);
    let found = faults(&document(two));
    assert_eq!(told(&found), ["cycle /steps/1/after", "cycle /steps/5/after"]);
    assert!(found[0].message.en.contains("a -> b -> c -> a"), "{}", found[0].message.en);
}

#[test]
fn joins_are_said_where_sources_do_not_exclude_each_other() {
    let with_join = |mut step: Value, join: &str| {
        step["join"] = json!(join);
        step
    };
    let ab = |last: Value| json!([step("a", json!([])), step("b", json!([])), last]);
    steps(ab(step("c", json!(["a", "b"]))), &["join_missing /steps/2/after"]);
    steps(ab(with_join(step("c", json!(["a", "b"])), "all")), &[]);
    steps(ab(with_join(step("c", json!(["a", "b"])), "any")), &[]);
    // Ports of one branch, and what follows them.
    let forked = |last: Value| {
        json!([
            branch("size", json!([])),
            approval("ask", json!(["size.large"])),
            step("note", json!(["ask.approved"])),
            last
        ])
    };
    steps(forked(step("z", json!(["size.small", "ask.approved"]))), &[]);
    steps(forked(step("z", json!(["size.small", "note", "ask.timed_out"]))), &[]);
    steps(forked(step("z", json!(["size.large", "note"]))), &["join_missing /steps/3/after"]);
    steps(forked(with_join(step("z", json!(["size.small", "note"])), "all")), &["join_never /steps/3/after"]);
    // A success and a failure of one step.
    steps(json!([step("a", json!([])), step("b", json!(["a.error"])), step("c", json!(["a", "b"]))]), &[]);
    steps(
        json!([step("a", json!([])), step("b", json!(["a.error"])), step("c", json!(["a", "b.error"]))]),
        &[],
    );
    // Exclusive again after a merge of everything.
    let merged = json!([
        branch("one", json!([])),
        step("merge", json!(["one.large", "one.small"])),
        branch("two", json!(["merge"])),
        step("x", json!(["two.large"])),
        step("y", json!(["two.small"])),
        step("z", json!(["x", "y"])),
        step("both", json!(["z", "one.large"])),
    ]);
    steps(merged, &["join_missing /steps/6/after"]);
}

#[test]
fn expressions_compile() {
    let found = faults(&document(json!([script("a", "let x = 1;\nx +", json!([]))])));
    assert_eq!(told(&found), ["script_syntax /steps/0/with/code"]);
    assert_eq!(found[0].line, Some(2));
    assert_eq!(found[0].step.as_ref().map(|step| step.as_str()), Some("a"));
    steps(
        json!([request_step(
            "a",
            json!({ "method": "GET", "url": "{{ 1 + }}", "json": { "x": ["{{ ) }}"] } })
        )]),
        &["script_syntax /steps/0/with/json/x/0", "script_syntax /steps/0/with/url"],
    );
    let mut wrong = branch("a", json!([]));
    wrong["with"]["cases"][0]["when"] = json!("1 >");
    steps(json!([wrong]), &["script_syntax /steps/0/with/cases/0/when"]);
}

#[test]
fn expressions_name_ancestors_only() {
    let after =
        |code: &str| json!([step("a", json!([])), step("b", json!([])), script("c", code, json!(["a"]))]);
    steps(after("steps.a.x"), &[]);
    steps(after("steps.b"), &["not_an_ancestor /steps/2/with/code"]);
    steps(after("steps.c"), &["not_an_ancestor /steps/2/with/code"]);
    steps(after("steps.aa"), &["unknown_step /steps/2/with/code"]);
    steps(after("let n = \"a\"; steps[n]"), &["computed_name /steps/2/with/code"]);
    steps(after("errors.b?.code"), &["not_an_ancestor /steps/2/with/code"]);
    // A wrong name that is read twice is told once.
    steps(after("steps.b + steps.b"), &["not_an_ancestor /steps/2/with/code"]);
    // Through others, and in a loop what comes before the loop.
    let chain = |inner: &str| {
        json!([
            step("a", json!([])),
            step("b", json!(["a"])),
            step("other", json!([])),
            each("loop", json!([step("d", json!([])), script("e", inner, json!(["d"]))]), json!(["b"]))
        ])
    };
    steps(chain("steps.a.x + steps.b.x + steps.d.x + item.x + index"), &[]);
    steps(chain("steps.other"), &["not_an_ancestor /steps/3/with/body/1/with/code"]);
    steps(chain("steps.loop"), &["not_an_ancestor /steps/3/with/body/1/with/code"]);
    steps(
        json!([each("l", json!([step("in", json!([]))]), json!([])), script("x", "steps.in", json!(["l"]))]),
        &["not_an_ancestor /steps/1/with/code"],
    );
    steps(json!([script("a", "item", json!([]))]), &["outside_loop /steps/0/with/code"]);
    steps(json!([script("a", "run.idd", json!([]))]), &["unknown_run_field /steps/0/with/code"]);
    steps(json!([script("a", "run.id + run.flow", json!([]))]), &[]);
}

#[test]
fn what_may_be_skipped_is_read_with_care() {
    let forked = |code: &str| {
        json!([
            branch("size", json!([])),
            step("big", json!(["size.large"])),
            script("end", code, json!(["size.small", "big"]))
        ])
    };
    steps(forked("steps.big.x"), &["may_be_skipped /steps/2/with/code"]);
    steps(forked("steps.big?.x"), &[]);
    steps(forked("steps.big?.x ?? 1"), &[]);
    let found = faults(&document(forked("steps.big.x")));
    assert!(found[0].fix.as_ref().unwrap().en.contains("steps.big?."), "{found:?}");
    let failing = |code: &str| json!([step("a", json!([])), script("b", code, json!(["a.error"]))]);
    steps(failing("errors.a.code"), &[]);
    steps(failing("steps.a.x"), &["may_be_skipped /steps/1/with/code"]);
    let either = |code: &str| json!([step("a", json!([])), script("b", code, json!(["a.error", "a"]))]);
    steps(either("errors.a.code"), &["may_be_skipped /steps/1/with/code"]);
    steps(either("errors.a?.code"), &[]);
    // Inside a loop as before it.
    let looped = json!([
        branch("size", json!([])),
        step("big", json!(["size.large"])),
        each("loop", json!([script("in", "steps.big.x", json!([]))]), json!(["size.small", "big"]))
    ]);
    steps(looped, &["may_be_skipped /steps/2/with/body/0/with/code"]);
}

#[test]
fn secrets_stand_only_where_they_may() {
    let ok = json!({ "method": "GET", "url": "x", "headers": { "A": "Bearer {{ secret.t }}" }, "json": { "deep": ["{{ secret.t }}"] } });
    steps(json!([request_step("a", ok)]), &[]);
    steps(
        json!([request_step("a", json!({ "method": "GET", "url": "x?{{ secret.t }}" }))]),
        &["secret_not_allowed /steps/0/with/url"],
    );
    steps(json!([script("a", "secret.t", json!([]))]), &["secret_not_allowed /steps/0/with/code"]);
}

#[test]
fn trigger_fields_are_those_of_its_kind() {
    let read = |trigger: Value, code: &str| with_trigger(trigger, json!([script("a", code, json!([]))]));
    let hook = json!({ "use": "webhook", "with": { "path": "p" } });
    check(&read(hook.clone(), "[trigger.body, trigger.headers, trigger.received_at, trigger.kind]"), &[]);
    check(&read(hook, "trigger.input"), &["unknown_trigger_field /steps/0/with/code"]);
    check(&read(json!({ "use": "manual" }), "trigger.body"), &["unknown_trigger_field /steps/0/with/code"]);
    check(&read(json!({ "use": "schedule", "with": { "cron": "0 2 * * *" } }), "trigger.fire_at"), &[]);
    check(
        &read(json!({ "use": "flow_failed", "with": { "all": true } }), "[trigger.run, trigger.error.code]"),
        &[],
    );
}

#[test]
fn inputs_fit_their_schemas_whatever_their_holes_become() {
    let call = |with: Value, expected: &[&str]| steps(json!([request_step("a", with)]), expected);
    call(
        json!({ "method": "{{ vars.m }}", "url": "{{ vars.u }}", "headers": "{{ vars.h }}", "retries": "{{ vars.n }}" }),
        &[],
    );
    call(
        json!({ "method": "{{ vars.m }}", "url": "a{{ vars.u }}", "auth": { "type": "{{ vars.t }}", "token": "x" } }),
        &[],
    );
    call(
        json!({ "url": "u", "metod": "GET" }),
        &["missing_field /steps/0/with/method", "unknown_field /steps/0/with/metod"],
    );
    call(
        json!({ "method": "PUT", "url": "u", "retries": 9 }),
        &["invalid_value /steps/0/with/method", "invalid_value /steps/0/with/retries"],
    );
    call(
        json!({ "method": "GET", "url": "u", "retries": "x{{ vars.n }}" }),
        &["wrong_type /steps/0/with/retries"],
    );
    call(
        json!({ "method": "GET", "url": ["u"], "headers": { "a": 1 } }),
        &["wrong_type /steps/0/with/headers/a", "wrong_type /steps/0/with/url"],
    );
    call(
        json!({ "method": "GET", "url": "u", "auth": { "type": "digest" } }),
        &["invalid_value /steps/0/with/auth"],
    );
    call(
        json!({ "method": "GET", "url": "u", "timeout": "5 s" }),
        &["invalid_duration /steps/0/with/timeout"],
    );
    call(json!({ "method": "GET", "url": "u", "timeout": "{{ vars.t }}" }), &[]);
    call(
        json!({ "method": "GET", "url": "u", "json": 1, "form": "{{ vars.f }}" }),
        &["invalid_value /steps/0/with/form"],
    );
    call(json!({ "method": "GET", "url": "\\{{ not a hole }}" }), &[]);
}

#[test]
fn step_kinds_check_their_inputs() {
    let one = |use_: &str, with: Value, expected: &[&str]| {
        steps(json!([{ "id": "a", "use": use_, "with": with }]), expected)
    };
    one("script", json!({}), &["missing_field /steps/0/with/code"]);
    one(
        "branch",
        json!({ "cases": [{ "port": "error", "when": "true" }] }),
        &["invalid_value /steps/0/with/cases/0/port"],
    );
    one(
        "branch",
        json!({ "cases": [{ "port": "x", "when": "true" }, { "port": "x", "when": "true" }], "otherwise": "y" }),
        &["port_repeated /steps/0/with/cases/1/port"],
    );
    one(
        "branch",
        json!({ "cases": [{ "port": "{{ x }}", "when": "true" }] }),
        &["expression_not_allowed /steps/0/with/cases/0/port", "invalid_value /steps/0/with/cases/0/port"],
    );
    one(
        "for_each",
        json!({ "items": 5, "body": [step("b", json!([]))] }),
        &["items_no_list /steps/0/with/items"],
    );
    one("for_each", json!({ "items": "{{ [1] }}", "body": [] }), &["invalid_value /steps/0/with/body"]);
    one(
        "for_each",
        json!({ "items": [1], "body": [step("b", json!([]))], "concurrency": 101, "max_errors": 3 }),
        &["?no_effect /steps/0/with/max_errors", "invalid_value /steps/0/with/concurrency"],
    );
    one("for_each", json!({ "items": [1], "body": [step("b", json!([]))], "key": "item.no + index" }), &[]);
    one("wait", json!({}), &["invalid_value /steps/0/with"]);
    one("wait", json!({ "for": "1h", "until": "{{ vars.x }}" }), &["invalid_value /steps/0/with"]);
    one("wait", json!({ "for": "1 hour" }), &["invalid_duration /steps/0/with/for"]);
    one("wait", json!({ "until": "tomorrow" }), &["invalid_time /steps/0/with/until"]);
    one("wait", json!({ "for": "1h", "timeout": "2h" }), &["missing_field /steps/0/with/callback"]);
    one("wait", json!({ "callback": true, "timeout": "2h" }), &[]);
    one(
        "approval",
        json!({ "message": "?", "approvers": ["mei", "role:{{ vars.r }}"] }),
        &["invalid_approver /steps/0/with/approvers/0"],
    );
    one("approval", json!({ "message": "?", "approvers": [] }), &["invalid_value /steps/0/with/approvers"]);
    one("respond", json!({ "status": 200 }), &["?nobody_waits /steps/0/use"]);
    one(
        "respond",
        json!({ "status": 99, "headers": { "a b": "c" } }),
        &[
            "?nobody_waits /steps/0/use",
            "invalid_header /steps/0/with/headers/a b",
            "invalid_value /steps/0/with/status",
        ],
    );
    one("call_flow", json!({ "flow": "orders" }), &["?calls_itself /steps/0/with/flow"]);
    one(
        "call_flow",
        json!({ "flow": "{{ vars.f }}" }),
        &["expression_not_allowed /steps/0/with/flow", "invalid_value /steps/0/with/flow"],
    );
    one(
        "call_flow",
        json!({ "flow": "other", "wait": false, "timeout": "1m" }),
        &["?no_effect /steps/0/with/timeout"],
    );
    one("stop", json!({ "status": "done" }), &["invalid_value /steps/0/with/status"]);
}

#[test]
fn what_has_no_effect_is_a_warning() {
    let mut lone = step("a", json!([]));
    lone["connection"] = json!("erp");
    lone["retry"] = json!({ "attempts": 3, "first": "1h", "max": "1m" });
    lone["on_doubt"] = json!("fail");
    steps(
        json!([lone]),
        &[
            "?no_effect /steps/0/connection",
            "?no_effect /steps/0/on_doubt",
            "?no_effect /steps/0/retry",
            "?no_effect /steps/0/retry/first",
        ],
    );
    let mut settings = document(json!([step("a", json!([]))]));
    settings["settings"] = json!({ "on_limit": "skip", "timeout": "0s" });
    check(&settings, &["?no_effect /settings/on_limit", "out_of_range /settings/timeout"]);
    settings["settings"] = json!({ "concurrency": { "limit": 1, "key": "{{ steps.a }}" } });
    check(&settings, &["not_in_scope /settings/concurrency/key"]);
}

#[test]
fn triggers_check_their_inputs() {
    let hook = |with: Value, expected: &[&str]| check(&webhook(with), expected);
    hook(json!({}), &["missing_field /trigger/with/path"]);
    hook(json!({ "path": "/a" }), &["invalid_path /trigger/with/path"]);
    hook(
        json!({ "path": "a/../b", "methods": ["get"], "reply": "now" }),
        &[
            "invalid_path /trigger/with/path",
            "invalid_value /trigger/with/methods/0",
            "invalid_value /trigger/with/reply",
        ],
    );
    hook(json!({ "path": "orders/{no}", "methods": ["GET", "PURGE"] }), &[]);
    hook(json!({ "path": "a", "reply": "respond" }), &["no_respond /trigger/with/reply"]);
    hook(
        json!({ "path": "a", "dedupe": "{{ trigger.body.no }}", "dedupe_window": "91d", "reply_timeout": "1h" }),
        &["out_of_range /trigger/with/dedupe_window", "out_of_range /trigger/with/reply_timeout"],
    );
    hook(json!({ "path": "a", "dedupe": "order" }), &["constant_dedupe /trigger/with/dedupe"]);
    hook(json!({ "path": "a", "dedupe": "{{ steps.a }}" }), &["not_in_scope /trigger/with/dedupe"]);
    hook(json!({ "path": "a", "dedupe": "{{ secret.a }}" }), &["secret_not_allowed /trigger/with/dedupe"]);
    hook(
        json!({ "path": "a", "dedupe": "off", "max_body": "2000MB" }),
        &["out_of_range /trigger/with/max_body"],
    );
    hook(
        json!({ "path": "a", "verify": { "scheme": "basic", "username": "u" } }),
        &["missing_field /trigger/with/verify/password"],
    );
    hook(
        json!({ "path": "a", "verify": { "scheme": "hmac-sha256", "header": "X", "secret": "{{ secret.s }}", "tolerance": "1m" } }),
        &["?no_effect /trigger/with/verify/tolerance"],
    );
    hook(
        json!({ "path": "a", "verify": { "scheme": "header", "secret": "abc" } }),
        &["?plain_secret /trigger/with/verify/secret"],
    );
    hook(
        json!({ "path": "a", "verify": { "scheme": "hmac-md5" } }),
        &["invalid_value /trigger/with/verify/scheme"],
    );
    let other = |trigger: Value, expected: &[&str]| {
        check(&with_trigger(trigger, json!([step("a", json!([]))])), expected)
    };
    other(
        json!({ "use": "schedule", "with": { "cron": "* * * *", "timezone": "Taipei" } }),
        &["invalid_cron /trigger/with/cron", "unknown_timezone /trigger/with/timezone"],
    );
    other(json!({ "use": "schedule" }), &["invalid_value /trigger/with"]);
    other(json!({ "use": "flow_failed" }), &["watches_nothing /trigger/with"]);
    other(
        json!({ "use": "manual", "with": { "input": { "type": "strange" } } }),
        &["invalid_schema /trigger/with/input"],
    );
    other(
        json!({ "use": "called", "with": { "input": { "$ref": "https://example.com/x.json" } } }),
        &["invalid_schema /trigger/with/input"],
    );
}
