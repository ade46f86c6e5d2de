//! Bytes to text: the charset that the content type names; without one UTF-8, and Big5 where that is what it is.

use encoding_rs::{BIG5, Decoder, Encoding, UTF_8};

/// What a `Content-Type` header says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ContentType {
    /// Lower case, without parameters; empty when there is none.
    pub essence: String,
    pub charset: Option<&'static Encoding>,
}

impl ContentType {
    pub fn parse(header: &str) -> Self {
        let mut parts = header.split(';');
        let essence = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let charset = parts.find_map(|part| {
            let (name, value) = part.split_once('=')?;
            name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
        });
        Self { essence, charset: charset.and_then(|label| Encoding::for_label(label.as_bytes())) }
    }
}

/// Whole bytes as text; what does not read becomes the replacement character.
pub(super) fn decode(bytes: &[u8], charset: Option<&'static Encoding>) -> String {
    if let Some(charset) = charset {
        return charset.decode(bytes).0.into_owned();
    }
    if let Some((found, _)) = Encoding::for_bom(bytes) {
        return found.decode(bytes).0.into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => match BIG5.decode_without_bom_handling_and_without_replacement(bytes) {
            Some(text) => text.into_owned(),
            None => String::from_utf8_lossy(bytes).into_owned(),
        },
    }
}

/// Decodes bytes that come in parts into UTF-8.
pub(super) struct TextStream {
    decoder: Decoder,
}

impl TextStream {
    pub fn new(charset: Option<&'static Encoding>) -> Self {
        Self { decoder: charset.unwrap_or(UTF_8).new_decoder() }
    }

    pub fn push(&mut self, part: &[u8], last: bool) -> String {
        let room = self.decoder.max_utf8_buffer_length(part.len()).unwrap_or(part.len() * 3 + 16);
        let mut text = String::with_capacity(room);
        // With this much room everything is read in one go.
        let _ = self.decoder.decode_to_string(part, &mut text, last);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BIG5_ORDER: &[u8] = &[0xad, 0x71, 0xb3, 0xe6]; // 訂單

    #[test]
    fn content_types_are_read() {
        let read = ContentType::parse("Application/JSON; charset=\"Big5\"");
        assert_eq!((read.essence.as_str(), read.charset), ("application/json", Some(BIG5)));
        assert_eq!(ContentType::parse("text/plain;charset=none").charset, None);
        assert_eq!(ContentType::parse("").essence, "");
    }

    #[test]
    fn text_is_decoded_by_charset_mark_or_guess() {
        assert_eq!(decode(BIG5_ORDER, Some(BIG5)), "訂單");
        assert_eq!(decode(BIG5_ORDER, None), "訂單");
        assert_eq!(decode("\u{feff}訂單".as_bytes(), None), "訂單");
        assert_eq!(decode("訂單".as_bytes(), None), "訂單");
        assert_eq!(decode(&[b'a', 0xff, 0xff], None), "a\u{fffd}\u{fffd}");
    }

    #[test]
    fn a_character_cut_by_parts_is_whole_again() {
        let mut stream = TextStream::new(Some(BIG5));
        let text: String = BIG5_ORDER.iter().map(|byte| stream.push(&[*byte], false)).collect();
        assert_eq!(text + stream.push(b"", true).as_str(), "訂單");
    }
}
