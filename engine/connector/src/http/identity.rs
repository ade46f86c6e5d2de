//! Client certificates (mutual TLS): a client for each, made when it is first used. Those that were not used for longest are
//! forgotten.

use std::sync::{Mutex, PoisonError};

use causeway_model::{ErrorClass, StepError, Text, text};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use sha2::{Digest, Sha256};

use super::client::Pair;
use super::tls;

/// Who a request comes from, as PEM. Any of it may be a sealed token.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The certificate, and those between it and its authority.
    pub certificate: String,
    pub key: String,
    /// An authority that the other side is trusted by, beside the machine's own.
    pub authority: Option<String>,
}

/// The same, opened. No `Debug`: it holds a private key.
pub(super) struct Pem {
    pub certificate: String,
    pub key: String,
    pub authority: Option<String>,
}

/// How many are kept.
const MOST: usize = 64;

/// The one that was used last stands last.
#[derive(Default)]
pub(super) struct Identities {
    known: Mutex<Vec<([u8; 32], Pair)>>,
}

impl Identities {
    /// Two callers may make one at the same time; one of them is kept.
    pub fn find(
        &self,
        pem: &Pem,
        make: impl FnOnce(&Pem) -> Result<Pair, StepError>,
    ) -> Result<Pair, StepError> {
        let id = pem.id();
        if let Some(found) = self.touch(&id) {
            return Ok(found);
        }
        let made = make(pem)?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(other, _)| *other != id);
        if known.len() >= MOST {
            known.remove(0);
        }
        known.push((id, made.clone()));
        Ok(made)
    }

    fn touch(&self, id: &[u8; 32]) -> Option<Pair> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let at = known.iter().position(|(other, _)| other == id)?;
        let found = known.remove(at);
        let pair = found.1.clone();
        known.push(found);
        Some(pair)
    }
}

impl Pem {
    fn id(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        for part in [Some(&self.certificate), Some(&self.key), self.authority.as_ref()] {
            let part = part.map(String::as_bytes).unwrap_or_default();
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.finalize().into()
    }

    /// TLS settings with it.
    pub fn config(&self, roots: &RootCertStore) -> Result<ClientConfig, StepError> {
        let chain = certificates(&self.certificate).ok_or_else(|| {
            invalid(&text!("`certificate` holds no certificate", "`certificate` 中沒有憑證"))
        })?;
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).map_err(|_| {
            invalid(&text!(
                "`key` holds no private key, or one with a password",
                "`key` 中沒有私密金鑰，或金鑰設有密碼"
            ))
        })?;
        let mut roots = roots.clone();
        if let Some(authority) = self.authority.as_ref().filter(|authority| !authority.trim().is_empty()) {
            let wrong = || invalid(&text!("`ca` holds no certificate", "`ca` 中沒有憑證"));
            for certificate in certificates(authority).ok_or_else(wrong)? {
                roots.add(certificate).map_err(|_| wrong())?;
            }
        }
        tls::builder(roots)
            .map_err(|error| super::failure::unbuilt(&error))?
            .with_client_auth_cert(chain, key)
            .map(tls::speaking)
            .map_err(|error| match error {
                rustls::Error::InconsistentKeys(_) => invalid(&text!(
                    "`key` is not the private key of `certificate`",
                    "`key` 不是 `certificate` 的私密金鑰"
                )),
                other => invalid(&text!("they cannot be used ({other})", "無法使用（{other}）")),
            })
    }
}

fn certificates(pem: &str) -> Option<Vec<CertificateDer<'static>>> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    read.ok().filter(|certificates| !certificates.is_empty())
}

fn invalid(why: &Text) -> StepError {
    let (en, zh) = (&why.en, &why.zh_tw);
    StepError::new(
        "certificate_invalid",
        ErrorClass::Auth,
        text!(
            "The client certificate of the connection cannot be used: {en}. Give both as PEM",
            "無法使用連線的用戶端憑證：{zh}。請以 PEM 格式提供"
        ),
    )
}
