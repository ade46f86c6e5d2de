//! Public keys as they are handed out: PEM (SubjectPublicKeyInfo or PKCS#1) and JSON Web Key Sets (RFC 7517).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use causeway_model::Value;

pub(super) enum PublicKey {
    /// PKCS#1 in DER.
    RsaDer(Vec<u8>),
    /// Big-endian, without leading zeros.
    Rsa { n: Vec<u8>, e: Vec<u8> },
    /// An uncompressed point.
    P256(Vec<u8>),
}

const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;
/// rsaEncryption, 1.2.840.113549.1.1.1
const RSA: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// id-ecPublicKey, 1.2.840.10045.2.1, with prime256v1, 1.2.840.10045.3.1.7
const P256: &[u8] = &[
    0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
    0x01, 0x07,
];

pub(super) fn from_pem(pem: &str, rsa: bool) -> Option<PublicKey> {
    let (label, rest) = pem.split_once("-----BEGIN ")?.1.split_once("-----")?;
    let body: String = rest.split_once("-----END ")?.0.split_whitespace().collect();
    let der = STANDARD.decode(body).ok()?;
    match label {
        "RSA PUBLIC KEY" if rsa => Some(PublicKey::RsaDer(der)),
        "PUBLIC KEY" => from_spki(&der, rsa),
        _ => None,
    }
}

/// SEQUENCE { SEQUENCE { the algorithm }, BIT STRING { the key } }
fn from_spki(der: &[u8], rsa: bool) -> Option<PublicKey> {
    let (info, rest) = element(der, SEQUENCE)?;
    let (algorithm, bits) = element(info, SEQUENCE)?;
    let (bits, end) = element(bits, BIT_STRING)?;
    let (unused, key) = bits.split_first()?;
    if *unused != 0 || !end.is_empty() || !rest.is_empty() {
        return None;
    }
    if rsa {
        return algorithm.starts_with(RSA).then(|| PublicKey::RsaDer(key.to_vec()));
    }
    (algorithm == P256 && key.len() == 65 && key[0] == 4).then(|| PublicKey::P256(key.to_vec()))
}

/// What stands in the element, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, rest) = der.split_first()?;
    let (length, rest) = rest.split_first()?;
    let (length, rest) = match *length {
        short @ 0..=0x7f => (usize::from(short), rest),
        0x81 => (usize::from(*rest.first()?), &rest[1..]),
        0x82 => (usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?])), &rest[2..]),
        _ => return None,
    };
    (*found == tag && rest.len() >= length).then(|| rest.split_at(length))
}

/// Those that fit the algorithm and are meant for signatures; `None` where there are none.
pub(super) fn from_jwks(text: &str, rsa: bool) -> Option<Vec<(Option<String>, PublicKey)>> {
    let set: Value = serde_json::from_str(text).ok()?;
    let found: Vec<_> = set.get("keys")?.as_array()?.iter().filter_map(|key| from_jwk(key, rsa)).collect();
    (!found.is_empty()).then_some(found)
}

fn from_jwk(jwk: &Value, rsa: bool) -> Option<(Option<String>, PublicKey)> {
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok();
    let (kind, algorithm) = if rsa { ("RSA", "RS256") } else { ("EC", "ES256") };
    let for_others =
        text("use").is_some_and(|used| used != "sig") || text("alg").is_some_and(|alg| alg != algorithm);
    if text("kty")? != kind || for_others {
        return None;
    }
    let key = if rsa {
        let number = |name: &str| {
            bytes(name).map(|n| n.into_iter().skip_while(|byte| *byte == 0).collect::<Vec<u8>>())
        };
        PublicKey::Rsa { n: number("n")?, e: number("e")? }
    } else {
        let (x, y) = (bytes("x")?, bytes("y")?);
        if text("crv")? != "P-256" || x.len() != 32 || y.len() != 32 {
            return None;
        }
        PublicKey::P256([&[4], x.as_slice(), y.as_slice()].concat())
    };
    Some((text("kid").map(str::to_owned), key))
}
