//! `mutualTLS`: a connection's certificate is shown, and its faults are told without it.

use causeway_connector::http::Identity;
use causeway_model::ErrorClass;
use serde_json::json;
use tokio_rustls::rustls::version;

use super::{TestAccount, call, connector, document};
use crate::identity::{Authority, server};
use crate::world::World;

fn account(url: &str, identity: &Identity) -> TestAccount {
    let authority = identity.authority.as_deref().unwrap_or_default();
    let fields = [("certificate", identity.certificate.as_str()), ("key", &identity.key), ("ca", authority)];
    TestAccount::new(url.trim_end_matches('/')).signed_in("certificate", &fields)
}

#[tokio::test]
async fn a_connection_shows_its_certificate() {
    let (own, clients) = (Authority::new(), Authority::new());
    let (url, _) = server(&own, &clients, &version::TLS13).await;
    let (world, known) = (World::new(), clients.client(&own));
    let shop = connector(&document(
        json!({ "/": { "get": { "operationId": "hello", "responses": {} } } }),
        json!({ "security": [{ "certificate": [] }],
            "components": { "securitySchemes": { "certificate": { "type": "mutualTLS" } } } }),
    ));
    let answer = call(&shop, "hello", json!({}), &account(&url, &known), &world).await.expect("let in");
    assert_eq!(answer, "welcome");
    let stranger = Authority::new().client(&own);
    let broken =
        Identity { key: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----".to_owned(), ..known };
    for (identity, code) in [(stranger, "client_certificate_refused"), (broken, "certificate_invalid")] {
        let error = call(&shop, "hello", json!({}), &account(&url, &identity), &world).await.expect_err(code);
        assert_eq!((error.code.as_str(), error.class), (code, ErrorClass::Auth), "{error}");
        assert!(!format!("{error:?}").contains("BEGIN"), "{error:?}");
    }
}
