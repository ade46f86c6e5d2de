//! AES in CBC mode with PKCS #7 padding, as payment gateways ask for it.

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use aes::{Aes128, Aes192, Aes256};
use causeway_model::{Text, text};
use cbc::{Decryptor, Encryptor};

/// The opposite of [`encrypt`].
pub(crate) fn decrypt(bytes: &[u8], key: &str, iv: &str) -> Result<Vec<u8>, Text> {
    let (key, iv) = (key.as_bytes(), iv.as_bytes());
    let decrypted =
        match key.len() {
            16 => Decryptor::<Aes128>::new_from_slices(key, iv)
                .map(|mode| mode.decrypt_padded_vec::<Pkcs7>(bytes)),
            24 => Decryptor::<Aes192>::new_from_slices(key, iv)
                .map(|mode| mode.decrypt_padded_vec::<Pkcs7>(bytes)),
            32 => Decryptor::<Aes256>::new_from_slices(key, iv)
                .map(|mode| mode.decrypt_padded_vec::<Pkcs7>(bytes)),
            _ => return Err(wrong_key()),
        };
    decrypted.map_err(|_| wrong_vector())?.map_err(|_| {
        text!(
            "it was not encrypted with this key and initial vector",
            "內容不是以這組金鑰與初始向量（IV）加密"
        )
    })
}

fn wrong_key() -> Text {
    text!("the key has 16, 24 or 32 bytes", "金鑰應為 16、24 或 32 位元組")
}

fn wrong_vector() -> Text {
    text!("the initial vector has 16 bytes", "初始向量（IV）應為 16 位元組")
}

/// The length of the key chooses AES-128, -192 or -256.
pub(super) fn encrypt(text: &str, key: &str, iv: &str) -> Result<Vec<u8>, Text> {
    let (text, key, iv) = (text.as_bytes(), key.as_bytes(), iv.as_bytes());
    let encrypted =
        match key.len() {
            16 => Encryptor::<Aes128>::new_from_slices(key, iv)
                .map(|mode| mode.encrypt_padded_vec::<Pkcs7>(text)),
            24 => Encryptor::<Aes192>::new_from_slices(key, iv)
                .map(|mode| mode.encrypt_padded_vec::<Pkcs7>(text)),
            32 => Encryptor::<Aes256>::new_from_slices(key, iv)
                .map(|mode| mode.encrypt_padded_vec::<Pkcs7>(text)),
            _ => return Err(wrong_key()),
        };
    encrypted.map_err(|_| wrong_vector())
}
