//! TLS: ring as the one provider, the machine's roots, and the built-in ones where the machine has none.

use std::sync::Arc;

use rustls::client::WantsClientCert;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore};

/// The client's TLS settings. Private authorities are trusted through the machine's store or `SSL_CERT_FILE`.
pub(super) fn config(roots: &RootCertStore) -> Result<ClientConfig, rustls::Error> {
    Ok(speaking(builder(roots.clone())?.with_no_client_auth()))
}

/// The same before it is said who we are.
pub(super) fn builder(
    roots: RootCertStore,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    // Someone else may have installed it already: the same one, so either is fine.
    let _ = provider.as_ref().clone().install_default();
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots))
}

/// With the protocols that are spoken over it.
pub(super) fn speaking(mut config: ClientConfig) -> ClientConfig {
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}

/// The authorities that are trusted.
pub(super) fn roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        tracing::warn!("this machine has no certificate authorities; the built-in ones are used");
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    roots
}
