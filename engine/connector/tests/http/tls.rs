//! TLS: authorities that the machine trusts are trusted, others are not.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::world::World;

/// The child's way of knowing where the server is.
const SERVER: &str = "TLS_TEST_SERVER";

/// A server with a certificate for 127.0.0.1, and its authority as PEM.
async fn server() -> (String, String) {
    let mut params = CertificateParams::new(vec![]).expect("parameters");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority =
        CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority");
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("parameters");
    let certificate = params.signed_by(&key, &authority).expect("a certificate");
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .expect("a configuration");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecure").await;
            }
        }
    });
    (address, authority.pem())
}

/// Runs [`child_asks`] in a process of its own, with this machine's authorities replaced.
async fn ask_trusting(address: &str, authorities: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("authorities.pem");
    std::fs::write(&file, authorities).expect("written");
    let output = tokio::process::Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "tls::child_asks", "--ignored", "--nocapture"])
        .env(SERVER, address)
        .env("SSL_CERT_FILE", &file)
        .env("SSL_CERT_DIR", folder.path())
        .output()
        .await
        .expect("a child");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
#[ignore = "run by the tests below in a process of its own"]
async fn child_asks() {
    let Some((_, address)) = std::env::vars().find(|(name, _)| name == SERVER) else { return };
    match World::new().get(&format!("https://{address}/")).await {
        Ok(answer) => println!("answer: {}", answer.body),
        Err(error) => println!("error: {} {}", error.code, error.message.en),
    }
}

#[tokio::test]
async fn an_authority_of_the_machine_is_trusted() {
    let (address, authority) = server().await;
    let said = ask_trusting(&address, &authority).await;
    assert!(said.contains("answer: \"secure\""), "{said}");
}

#[tokio::test]
async fn another_authority_is_not_and_a_machine_without_any_still_starts() {
    let (address, _) = server().await;
    let (_, other) = server().await;
    for authorities in [other.as_str(), ""] {
        let said = ask_trusting(&address, authorities).await;
        assert!(said.contains("error: tls_failed"), "{said}");
    }
}
