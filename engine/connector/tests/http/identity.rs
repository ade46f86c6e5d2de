//! Client certificates, against a server that asks for one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use causeway_connector::http::{Identity, Request};
use causeway_model::{ErrorClass, StepError};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion, version};

use crate::world::World;

pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(vec![]).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("an authority"))
    }

    fn signs(&self, name: &str) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
        (params.signed_by(&key, &self.0).expect("a certificate"), key)
    }

    /// A client of this authority that trusts `server`.
    pub fn client(&self, server: &Self) -> Identity {
        let (certificate, key) = self.signs("causeway");
        Identity { certificate: certificate.pem(), key: key.serialize_pem(), authority: Some(server.0.pem()) }
    }
}

/// Lets in who has a certificate of `clients`. Counts the handshakes.
pub async fn server(
    own: &Authority,
    clients: &Authority,
    speaks: &'static SupportedProtocolVersion,
) -> (String, Arc<AtomicUsize>) {
    let (certificate, key) = own.signs("127.0.0.1");
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(clients.0.der().clone()).expect("an authority");
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone())
        .build()
        .expect("a verifier");
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[speaks])
        .expect("versions")
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .expect("a configuration");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let shakes = Arc::new(AtomicUsize::new(0));
    let count = shakes.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, count) = (acceptor.clone(), count.clone());
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                count.fetch_add(1, Ordering::Relaxed);
                while stream.read(&mut [0; 4096]).await.is_ok_and(|read| read > 0) {
                    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nwelcome").await;
                }
            });
        }
    });
    (format!("https://{address}/"), shakes)
}

async fn ask(world: &World, url: &str, identity: Option<Identity>) -> Result<String, StepError> {
    let mut request = Request::new("GET", url);
    request.identity = identity;
    world.send(request).await.map(|answer| answer.body.as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn who_has_a_certificate_is_let_in_and_its_connection_is_kept() {
    let (own, clients) = (Authority::new(), Authority::new());
    for speaks in [&version::TLS13, &version::TLS12] {
        let (url, shakes) = server(&own, &clients, speaks).await;
        let (world, known) = (World::new(), clients.client(&own));
        for _ in 0..3 {
            assert_eq!(ask(&world, &url, Some(known.clone())).await.expect("let in"), "welcome");
        }
        assert_eq!(shakes.load(Ordering::Relaxed), 1, "one client for one certificate");
        let other = clients.client(&own);
        assert_eq!(ask(&world, &url, Some(other)).await.expect("let in"), "welcome");
        assert_eq!(shakes.load(Ordering::Relaxed), 2, "another certificate never goes over its connection");
    }
}

#[tokio::test]
async fn a_wrong_or_missing_certificate_is_told_as_such() {
    let (own, clients) = (Authority::new(), Authority::new());
    for speaks in [&version::TLS13, &version::TLS12] {
        let (url, _) = server(&own, &clients, speaks).await;
        let stranger = Authority::new().client(&own);
        let error = ask(&World::new(), &url, Some(stranger)).await.expect_err("a stranger");
        assert_eq!(
            (error.code.as_str(), error.class),
            ("client_certificate_refused", ErrorClass::Auth),
            "{error}"
        );
        let known = clients.client(&own);
        let distrusting = Identity { authority: None, ..known };
        let error = ask(&World::new(), &url, Some(distrusting)).await.expect_err("not trusted");
        assert_eq!(error.code, "tls_failed", "{error}");
    }
}

#[tokio::test]
async fn what_is_no_certificate_is_told_before_anything_is_sent() {
    let (own, clients) = (Authority::new(), Authority::new());
    let (world, good) = (World::new(), clients.client(&own));
    let another = clients.client(&own).key;
    for (bad, says) in [
        (Identity { certificate: "nothing".to_owned(), ..good.clone() }, "`certificate`"),
        (Identity { key: good.certificate.clone(), ..good.clone() }, "`key`"),
        (Identity { key: another, ..good.clone() }, "`key`"),
        (
            Identity {
                authority: Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----".to_owned()),
                ..good.clone()
            },
            "`ca`",
        ),
    ] {
        let error = ask(&world, "https://127.0.0.1:9/", Some(bad)).await.expect_err(says);
        assert_eq!((error.code.as_str(), error.class), ("certificate_invalid", ErrorClass::Auth));
        assert!(error.message.en.contains(says) && error.message.zh_tw.contains(says), "{error}");
        assert!(!error.to_string().contains("BEGIN"), "{error}");
    }
}
