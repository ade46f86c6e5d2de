//! (i) What it costs to know who asks, and to write down what they changed.

use causeway_testkit::{Backend, PrivatePostgres};

use crate::load;
use crate::options::Options;
use crate::report::{head, line, median_row, title};
use crate::subject::Subject;

pub async fn measure(options: &Options, postgres: &PrivatePostgres) {
    for backend in Backend::BOTH {
        title(&format!("(i) requests to the API, on {}", backend.name()));
        head();
        let subject = Subject::start(backend, postgres).await;
        let app = &subject.app;
        app.user("amy@example.tw", "owner").await;
        let page = app.sign_in("amy@example.tw").await;
        let bearer = format!("authorization: Bearer {}\r\n", app.token().await);
        let cookie = format!("cookie: {}\r\n", page.cookie);
        let by_page = format!("{cookie}origin: {}\r\nx-csrf-token: {}\r\n", app.url(""), page.csrf);
        let ask = |method: &str, path: &str, headers: &str, body: &str| {
            load::ask(app.port(), (method, path), headers, body)
        };
        let me = "/api/v1/me";
        let value = "{\"value\":{\"rate\":1.05}}";
        let name = "{\"name\":\"Amy\"}";
        for (what, request) in [
            ("GET /healthz: nobody is asked for", ask("GET", "/healthz", "", "")),
            ("GET /api/v1/me with a token", ask("GET", me, &bearer, "")),
            ("GET /api/v1/me with a session", ask("GET", me, &cookie, "")),
            ("PATCH /api/v1/me that changes nothing", ask("PATCH", me, &by_page, name)),
            ("PUT of a variable, with its audit entry", ask("PUT", "/api/v1/variables/rate", &bearer, value)),
        ] {
            let mut rows = Vec::new();
            for _ in 0..options.rounds {
                rows.push(subject.sent(&request, options.connections, super::length(options)).await);
            }
            line(what, &median_row(&rows));
        }
    }
}
