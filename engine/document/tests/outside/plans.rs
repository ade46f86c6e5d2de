//! Compiled plans.

use std::sync::atomic::{AtomicUsize, Ordering};

use causeway_document::{
    Action, ConnectorVersions, Dedupe, PlanTrigger, Plans, Readiness, ReplyMode, Settled, Verify,
};
use causeway_model::{ErrorClass, FlowId, OnDoubt, OnLimit, Span, StepError, Time};
use causeway_script::{Context, Scope};
use serde_json::{Value, json};

use crate::support::{
    approval, branch, compiler, document, each, flow, plan, request_step, script, step, webhook, with_trigger,
};

fn context() -> Context {
    Context { now: Time(0), seed: [0; 32], links: None }
}

#[test]
fn a_plan_holds_what_the_engine_needs() {
    let mut create = json!({ "id": "create", "use": "shop.create_order", "with": { "no": "{{ vars.prefix }}-{{ trigger.input.no }}" }, "after": ["size.large"] });
    create["timeout"] = json!("5s");
    let plan = plan(&document(json!([
        branch("size", json!([])),
        create,
        { "id": "find", "use": "shop.find_order", "with": { "no": "1" }, "after": ["create.error"] },
        request_step("call", json!({ "method": "GET", "url": "x" })),
        { "id": "sub", "use": "call_flow", "with": { "flow": "other", "timeout": "2m" } },
        each("loop", json!([script("price", "item.price * vars[\"rate\"]", json!([]))]), json!(["size.small"])),
    ])));
    let doubt = |id: &str| match &plan.step(id).unwrap().action {
        Action::Operation { on_doubt, .. } => *on_doubt,
        _ => panic!("{id} is no operation"),
    };
    assert_eq!(
        [doubt("create"), doubt("find"), doubt("call")],
        [OnDoubt::Fail, OnDoubt::Repeat, OnDoubt::Repeat]
    );
    assert_eq!(plan.vars, Some(vec!["prefix".to_owned(), "rate".to_owned()]));
    assert_eq!(plan.connectors["shop"], "1.2.0");
    let create = plan.step("create").unwrap();
    assert!(create.error_wired && create.timeout == Some(Span::from_secs(5)));
    assert!(!plan.step("find").unwrap().error_wired);
    assert_eq!(plan.step("sub").unwrap().timeout, Some(Span::from_secs(120)));
    assert_eq!(plan.body.position("loop"), Some(5));
    assert!(plan.step("price").is_some() && plan.step("none").is_none());

    let mut scope = Scope::new(&json!({ "input": { "no": 7 } }), &json!({ "prefix": "A" }), &json!({}));
    let input = create.input.resolve(&mut scope, &context()).unwrap();
    assert_eq!(input, json!({ "no": "A-7" }));
    assert_eq!(create.input_schema.check(&input), []);
    assert_eq!(
        create.input_schema.check(&json!({ "no": 7 })),
        [("/no".into(), "This must be a text, not a number.".into())]
    );
    assert_eq!(create.input_schema.check(&json!({})), [("/no".into(), "The field `no` is missing.".into())]);
    // What went into the action is no input.
    let size = plan.step("size").unwrap();
    let input = size.input.resolve(&mut scope, &context()).unwrap();
    assert_eq!(input, json!({}));
    assert_eq!(size.input_schema.check(&input), []);
}

#[test]
fn variables_named_by_computed_keys_are_all_pinned() {
    let plan = plan(&document(json!([script("a", "let k = \"x\"; vars[k]", json!([]))])));
    assert_eq!(plan.vars, None);
}

#[test]
fn a_webhook_is_compiled_with_its_defaults() {
    let PlanTrigger::Webhook(hook) = plan(&webhook(json!({ "path": "orders/{no}" }))).trigger else {
        panic!()
    };
    assert_eq!((hook.path.as_str(), hook.methods.len(), hook.reply), ("orders/{no}", 0, ReplyMode::Accepted));
    assert_eq!((hook.reply_timeout, hook.dedupe_window), (Span::from_secs(30), Span::from_secs(7 * 86_400)));
    assert!(matches!((hook.verify, hook.dedupe), (Verify::None, Dedupe::Known)));
    assert_eq!(hook.max_body_bytes, 16 * 1024 * 1024);
    let compiler = compiler();
    let written = webhook(
        json!({ "path": "a", "max_body": "2kB", "verify": { "scheme": "hmac-sha256", "header": "X", "secret": "{{ secret.s }}" } }),
    );
    let PlanTrigger::Webhook(hook) =
        compiler.compile(&flow(&written)).unwrap_or_else(|faults| panic!("{faults:?}")).trigger
    else {
        panic!()
    };
    assert_eq!(hook.max_body_bytes, 2048);
    let Verify::Hmac { secret, .. } = hook.verify else { panic!() };
    let sealed = secret.resolve(&mut Scope::new(&json!({}), &json!({}), &json!({})), &context()).unwrap();
    let sealer = compiler.engine.sealer();
    assert!(sealer.is_sealed(sealed.as_str().unwrap()));
    let secrets = [("s".to_owned(), "hush".to_owned())].into();
    assert_eq!(
        sealer.reveal(sealed.as_str().unwrap(), &secrets).ok().map(|revealed| revealed.text),
        Some("hush".into())
    );
}

#[test]
fn a_run_is_admitted_by_its_key() {
    let mut document = document(json!([step("a", json!([]))]));
    document["settings"] = json!({ "concurrency": { "limit": 3, "key": "{{ trigger.input.customer }}" }, "on_limit": "replace", "deadline": "1h", "keep": "2d" });
    let plan = plan(&document);
    let admit = |input: Value| plan.admit(&json!({ "kind": "manual", "input": input }), Time(0));
    let admission = admit(json!({ "customer": "C001" })).unwrap();
    assert_eq!(admission.slot, Some(("C001".into(), 3, OnLimit::Replace)));
    assert_eq!(
        (admission.deadline, admission.keep),
        (Some(Span::from_secs(3600)), Some(Span::from_secs(172_800)))
    );
    assert_eq!(admit(json!({ "customer": 7 })).unwrap().slot.unwrap().0, "7");
    assert_eq!(admit(json!({})).unwrap().slot.unwrap().0, "null");
    assert_eq!(admit(json!({ "customer": "x".repeat(500) })).unwrap_err().class, ErrorClass::Exceeded);
}

#[test]
fn input_forms_are_compiled() {
    let form = json!({ "type": "object", "required": ["no"], "properties": { "no": { "type": "string", "pattern": "^[A-Z]+$" } } });
    let plan = plan(&with_trigger(
        json!({ "use": "manual", "with": { "input": form } }),
        json!([step("a", json!([]))]),
    ));
    let PlanTrigger::Manual { input: Some(input), schema: Some(schema) } = &plan.trigger else { panic!() };
    assert_eq!(*schema, form);
    assert_eq!(input.check(&json!({ "no": "AB" })), []);
    let secret = input.check(&json!({ "no": "hunter2" }));
    assert_eq!(secret.len(), 1);
    assert!(!secret[0].1.contains("hunter2"), "messages do not repeat values: {secret:?}");
}

#[test]
fn joins_wait_for_what_they_need() {
    let mut last = step("end", json!(["a", "ask.approved"]));
    last["join"] = json!("all");
    let plan = plan(&document(json!([step("a", json!([])), approval("ask", json!([])), last])));
    let ready = |ask: Option<Settled<'static>>| {
        plan.body.readiness(2, |at| if at == 0 { Some(Settled::Succeeded { port: None }) } else { ask })
    };
    assert_eq!(ready(None), Readiness::Pending);
    assert_eq!(ready(Some(Settled::Succeeded { port: Some("approved") })), Readiness::Ready);
    assert_eq!(ready(Some(Settled::Succeeded { port: Some("rejected") })), Readiness::Skipped);
}

#[tokio::test]
async fn plans_are_compiled_once_and_the_least_used_leaves() {
    let plans = Plans::with_capacity(compiler(), 2);
    let loads = AtomicUsize::new(0);
    let (one, two, three) = (FlowId::new(), FlowId::new(), FlowId::new());
    let get = |id| {
        plans.get(id, 1, async {
            loads.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            Ok::<_, StepError>((flow(&document(json!([step("a", json!([]))]))), ConnectorVersions::new()))
        })
    };
    let (a, b) = tokio::join!(get(one), get(one));
    assert!(std::sync::Arc::ptr_eq(&a.unwrap().unwrap(), &b.unwrap().unwrap()));
    assert_eq!(loads.load(Ordering::Relaxed), 1);
    for id in [two, one, three, one] {
        get(id).await.unwrap().unwrap();
    }
    assert_eq!(loads.load(Ordering::Relaxed), 3);
    get(two).await.unwrap().unwrap();
    assert_eq!(loads.load(Ordering::Relaxed), 4);
    let gone = StepError::new("gone", ErrorClass::Connect, Default::default());
    let failed = plans.get(FlowId::new(), 1, async { Err(gone.clone()) }).await;
    assert_eq!(failed.err(), Some(gone));
    let broken = plans
        .get(FlowId::new(), 1, async {
            let document = flow(&document(json!([step("a", json!(["b"]))])));
            Ok::<_, StepError>((document, ConnectorVersions::new()))
        })
        .await;
    assert_eq!(broken.unwrap().err().unwrap()[0].code, "unknown_step");
}

/// What lacks a connector is looked at again, since that may come.
#[tokio::test]
async fn a_version_that_is_not_installed_is_told_and_asked_for_again() {
    let plans = Plans::new(compiler());
    let (id, loads) = (FlowId::new(), AtomicUsize::new(0));
    let call = json!({ "id": "a", "use": "wms.create_order", "with": {} });
    for times in 1..3 {
        let load = async {
            loads.fetch_add(1, Ordering::Relaxed);
            let pins = ConnectorVersions::from([("wms".to_owned(), "0.0.1".to_owned())]);
            Ok::<_, StepError>((flow(&document(json!([call]))), pins))
        };
        let faults = plans.get(id, 1, load).await.unwrap().err().unwrap();
        assert_eq!(
            (faults[0].code.as_str(), faults[0].pointer.as_str()),
            ("connector_version_missing", "/steps/0/use")
        );
        assert!(faults[0].message.en.contains("0.0.1"), "{}", faults[0].message);
        assert_eq!(loads.load(Ordering::Relaxed), times);
    }
}
