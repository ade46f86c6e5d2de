//! Texts with a grammar of their own, from nowhere: cron expressions, web tokens, ranges of addresses, sizes of bodies. The same
//! ones each time, so that what fails fails again.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use causeway_testkit::{Options, both, both_with, flow, script_step};
use serde_json::json;

use super::{NOTHING, filled, is_well, operations};

/// Gives the next of a list of numbers that looks like chance.
struct Odd(u64);

impl Odd {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn made_of(&mut self, pieces: &[&str], most: usize) -> String {
        (0..self.below(most) + 1).map(|_| pieces[self.below(pieces.len())]).collect()
    }
}

#[tokio::test]
async fn cron_expressions_from_nowhere_are_read_or_refused() {
    let pieces = [
        "*",
        " ",
        " ",
        " ",
        "/",
        "-",
        ",",
        "?",
        "L",
        "W",
        "#",
        "0",
        "1",
        "5",
        "31",
        "59",
        "60",
        "99999999999999999999",
        "-1",
        "MON",
        "JAN",
        "@daily",
        "一",
        "\0",
        "*/0",
        "1-1/1",
        "2-1",
        "TZ=UTC",
        "\t",
        "\n",
        "29 2",
    ];
    both(async |app| {
        let mut odd = Odd(7);
        for _ in 0..400 {
            let cron = odd.made_of(&pieces, 14);
            let answer = app.post("/schedules/preview", &json!({"cron": cron, "count": 3})).await;
            assert!(matches!(answer.status, 200 | 422), "{cron:?}: {} {}", answer.status, answer.text);
            let zone = odd.made_of(&["Asia/", "Taipei", "../", "UTC", "+8", "\0", "Etc/GMT"], 3);
            let answer =
                app.post("/schedules/preview", &json!({"cron": "0 0 29 2 *", "timezone": zone})).await;
            assert!(matches!(answer.status, 200 | 422), "{zone:?}: {} {}", answer.status, answer.text);
        }
        is_well(&app).await;
    })
    .await;
}

#[tokio::test]
async fn tokens_from_nowhere_let_nobody_in() {
    let pieces = [
        "{",
        "}",
        "\"alg\":",
        "\"HS256\"",
        "\"none\"",
        "\"RS256\"",
        ",",
        "\"exp\":",
        "9999999999",
        "1e999",
        "-1",
        "null",
        "[",
        "]",
        "\"aud\":",
        "\"iss\":\"idp\"",
        "\"kid\":\"../../etc/passwd\"",
        "\"jku\":\"http://127.0.0.1/\"",
        "\0",
        "\"b64\":false",
        "\"crit\":[\"exp\"]",
        "\"alg\":\"HS256\"",
    ];
    both(async |app| {
        app.set_secret("idp", "a shared secret").await;
        let verify = json!({"scheme": "jwt", "algorithm": "HS256", "secret": "{{ secret.idp }}", "issuer": "idp", "audience": "hooks"});
        let trigger = json!({"use": "webhook", "with": {"path": "odd", "verify": verify}});
        app.publish(&flow("odd", trigger, json!([script_step("a", "1", &[])]))).await;
        let mut odd = Odd(11);
        let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
        for at in 0..300 {
            let part = |odd: &mut Odd| match odd.below(12) {
                0 => String::new(),
                1 => "!!".to_owned(),
                2 if at % 10 == 0 => URL_SAFE_NO_PAD.encode(&deep),
                _ => URL_SAFE_NO_PAD.encode(odd.made_of(&pieces, 9)),
            };
            let parts: Vec<String> = (0..odd.below(5) + 1).map(|_| part(&mut odd)).collect();
            let bearer = format!("Bearer {}", parts.join("."));
            let answer = app.hook_raw("POST", "odd", &[("authorization", &bearer)], "{}").await;
            assert_eq!(answer.status, 401, "{bearer}: {}", answer.text);
        }
        assert!(app.runs("").await.is_empty());
        is_well(&app).await;
    })
    .await;
}

#[tokio::test]
async fn addresses_from_nowhere_come_from_nowhere() {
    let pieces = [
        "1.2.3.4",
        "203.0.113.7",
        ",",
        " ",
        "::1",
        "[::1]",
        "[",
        "]",
        ":80",
        "unknown",
        "for=",
        "\"",
        ";",
        "proto=http",
        "2001:db8::1",
        "%25eth0",
        "0x7f.1",
        "::ffff:203.0.113.7",
        "999.1.1.1",
        "/24",
        "for=_x",
        "127.0.0.1",
        "\t",
    ];
    let options = Options::new().env("CAUSEWAY_TRUSTED_PROXIES", "127.0.0.0/8");
    both_with(options, async |app| {
        let verify = json!({"scheme": "none", "ips": ["198.51.100.0/24"]});
        let trigger = json!({"use": "webhook", "with": {"path": "near", "verify": verify}});
        app.publish(&flow("near", trigger, json!([script_step("a", "1", &[])]))).await;
        let mut odd = Odd(13);
        for _ in 0..300 {
            let (name, list) = (["x-forwarded-for", "forwarded"][odd.below(2)], odd.made_of(&pieces, 8));
            let list = list.trim().to_owned();
            let answer = app.hook_raw("POST", "near", &[(name, &list)], "{}").await;
            assert_eq!((answer.status, answer.code().as_str()), (403, "address_refused"), "{name}: {list}");
        }
        assert_eq!(
            app.hook_raw("POST", "near", &[("x-forwarded-for", "1.2.3.4, 198.51.100.9")], "{}").await.status,
            202
        );
        for _ in 0..150 {
            let range = odd.made_of(
                &["10.0.0.0", "/", "8", "33", "-1", "::", "2001:db8::", "/129", "*", ".", "\0", "0.0.0.0/0"],
                4,
            );
            let verify = json!({"scheme": "none", "ips": [range]});
            let trigger = json!({"use": "webhook", "with": {"path": "ranges", "verify": verify}});
            let answer = app.try_publish(&flow("ranges", trigger, json!([script_step("a", "1", &[])]))).await;
            assert!(
                answer.status < 300 || answer.status == 422,
                "{range:?}: {} {}",
                answer.status,
                answer.text
            );
        }
        is_well(&app).await;
    })
    .await;
}

/// Every endpoint that takes a body takes no more than the API's limit.
#[tokio::test]
async fn bodies_are_bounded_everywhere() {
    both(async |app| {
        let token = app.token().await;
        let large = format!("{{\"x\":\"{}\"}}", "x".repeat(7 * 1024 * 1024));
        let mut tried = 0;
        for one in
            operations(&app).await.iter().filter(|one| one.body.is_some() && one.name != "import_flows")
        {
            let url = app.url(&format!("/api/v1{}", filled(&one.path, NOTHING)));
            let request =
                app.client().request(one.method.parse().expect("a method"), url).bearer_auth(&token);
            let answer = request
                .header("content-type", "application/json")
                // Some replace only what the caller has seen.
                .header("if-match", "*")
                .header("connection", "close")
                .body(large.clone())
                .send()
                .await;
            tried += 1;
            // It may close before it has heard all of it.
            let Ok(answer) = answer else { continue };
            let status = answer.status().as_u16();
            let needs_session = answer.text().await.unwrap_or_default().contains("session_needed");
            assert!(status == 413 || needs_session, "{}: {status}", one.name);
        }
        assert!(tried >= 15, "{tried}");
        is_well(&app).await;
    })
    .await;
}
