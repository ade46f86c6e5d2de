//! Requests that are no requests: what two readers would read in two ways, what is too large, and what never ends.

use causeway_testkit::both;
use serde_json::json;

use super::{echo, is_well, say, status_of};

fn answers(heard: &str) -> usize {
    heard.matches("HTTP/1.1 ").count()
}

#[tokio::test]
async fn a_request_is_never_read_as_two() {
    both(async |app| {
        echo(&app, "in").await;
        let hidden = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        let chunked = format!("0\r\n\r\n{hidden}");
        let length = chunked.len();
        let head = "POST /hooks/in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n";
        // Whoever goes by the length sees one request. Here the chunks count, and nothing that comes after them.
        for framing in [
            format!("Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n"),
            format!("Transfer-Encoding: chunked\r\nContent-Length: {length}\r\n"),
            "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n".to_owned(),
            "Transfer-Encoding: chunked\r\n".to_owned(),
        ] {
            let (heard, closed) = say(&app, format!("{head}{framing}\r\n{chunked}").as_bytes()).await;
            assert_eq!((answers(&heard), closed), (1, true), "{framing}: {heard}");
            assert_eq!(status_of(&heard), 200, "{framing}: {heard}");
        }
        for framing in [
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: 5, 6\r\n",
            "Content-Length: +5\r\n",
            "Content-Length: -5\r\n",
            "Content-Length: 0x5\r\n",
            "Content-Length: 5 5\r\n",
            "Content-Length: 99999999999999999999999\r\n",
            "Transfer-Encoding: chunked, identity\r\n",
            "Transfer-Encoding: xchunked\r\n",
            "Transfer-Encoding : chunked\r\n",
            "Content-Length : 5\r\n",
            " Content-Length: 5\r\n",
            "Content\0-Length: 5\r\n",
            "X-A: b\0c\r\nContent-Length: 5\r\n",
        ] {
            let (heard, closed) = say(&app, format!("{head}{framing}\r\nhello{hidden}").as_bytes()).await;
            assert!(closed && answers(&heard) <= 1, "{framing}: {heard}");
            assert!(heard.is_empty() || matches!(status_of(&heard), 400 | 413), "{framing}: {heard}");
        }
        for (what, body) in [
            ("a chunk of no length", "zz\r\nhello\r\n0\r\n\r\n"),
            ("a chunk longer than all", "ffffffffffffffff\r\nhello\r\n0\r\n\r\n"),
            ("a chunk that says more than it has", "3\r\nhello\r\n0\r\n\r\n"),
        ] {
            let request = format!("{head}Transfer-Encoding: chunked\r\n\r\n{body}{hidden}");
            let (heard, closed) = say(&app, request.as_bytes()).await;
            // It may also wait for the rest.
            assert!(answers(&heard) <= usize::from(closed), "{what}: {heard}");
            assert!(heard.is_empty() || (400..500).contains(&status_of(&heard)), "{what}: {heard}");
        }
        assert_eq!(app.hook("in", &json!("still here")).await.status, 200);
        is_well(&app).await;
    })
    .await;
}

#[tokio::test]
async fn heads_are_bounded() {
    both(async |app| {
        let get = |line: &str, headers: &str| format!("{line}\r\nHost: 127.0.0.1\r\n{headers}\r\n");
        let large = format!("X-Large: {}\r\n", "x".repeat(300_000));
        let many: String = (0..500).map(|at| format!("X-{at}: 1\r\n")).collect();
        let long = format!("GET /{} HTTP/1.1", "x".repeat(300_000));
        for (what, request, statuses) in [
            ("a large header", get("GET /healthz HTTP/1.1", &large), &[431_u16][..]),
            ("many headers", get("GET /healthz HTTP/1.1", &many), &[431]),
            ("a long address", get(&long, ""), &[414, 431]),
            ("no version", get("GET /healthz", ""), &[400]),
            ("another version", get("GET /healthz HTTP/9.9", ""), &[400]),
            ("no method", get(" /healthz HTTP/1.1", ""), &[400]),
            ("bytes of nothing", "\u{1}\u{2}\u{3}\r\n\r\n".to_owned(), &[400]),
            ("TLS where there is none", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\r\n\r\n".to_owned(), &[400]),
        ] {
            let (heard, closed) = say(&app, request.as_bytes()).await;
            assert!(closed, "{what}: {heard}");
            assert!(heard.is_empty() || statuses.contains(&status_of(&heard)), "{what}: {heard}");
        }
        // A webhook takes what fits, and refuses what a flow could not hold.
        echo(&app, "heads").await;
        let value = "x".repeat(1000);
        let headers: Vec<(String, &str)> = (0..80).map(|at| (format!("x-h{at}"), value.as_str())).collect();
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        let answer = app.hook_raw("POST", "heads", &headers, "").await.expect(431);
        assert_eq!(answer.code(), "headers_too_large");
        is_well(&app).await;
    })
    .await;
}

#[tokio::test]
async fn other_ways_to_ask_lead_to_the_same_door() {
    both(async |app| {
        let host = format!("127.0.0.1:{}", app.port());
        for line in [
            format!("GET http://{host}/api/v1/flows HTTP/1.1"),
            "GET //api/v1/flows HTTP/1.1".to_owned(),
            "GET /./api/v1/flows HTTP/1.1".to_owned(),
            "GET /hooks/../api/v1/flows HTTP/1.1".to_owned(),
            "GET /api/v1/flows# HTTP/1.1".to_owned(),
            "GET /api/v1/%66lows HTTP/1.1".to_owned(),
            "GET /api%2fv1%2fflows HTTP/1.1".to_owned(),
            "HEAD /api/v1/flows HTTP/1.1".to_owned(),
            "TRACE /api/v1/flows HTTP/1.1".to_owned(),
            format!("CONNECT {host} HTTP/1.1"),
            "OPTIONS * HTTP/1.1".to_owned(),
        ] {
            let request = format!("{line}\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            let (heard, closed) = say(&app, request.as_bytes()).await;
            assert!(closed, "{line}: {heard}");
            let status = status_of(&heard);
            assert!(matches!(status, 400 | 401 | 404 | 405), "{line}: {heard}");
            assert!(!heard.contains("\"flows\":["), "{line}: {heard}");
        }
        is_well(&app).await;
    })
    .await;
}
