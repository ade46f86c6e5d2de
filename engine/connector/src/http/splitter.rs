//! Splits a long JSON array, or JSON lines, into its records while the bytes come in; holds one record at a time.

/// The largest single record of a stream.
pub(super) const RECORD_LIMIT: usize = 16 * 1024 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// `[record, record ...]`
    Array,
    /// One record per line.
    Lines,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum SplitError {
    /// No array, or broken inside.
    Malformed,
    /// One record is larger than the limit.
    TooLarge,
}

/// Where in an array the splitter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Start,
    /// After `[`: a record or the end.
    First,
    /// After a comma: a record.
    Record,
    /// Inside a record.
    Inside,
    /// After `]`.
    End,
}

pub(super) struct Splitter {
    shape: Shape,
    at: At,
    depth: usize,
    in_string: bool,
    escaped: bool,
    record: Vec<u8>,
}

impl Splitter {
    pub fn new(shape: Shape) -> Self {
        Self { shape, at: At::Start, depth: 0, in_string: false, escaped: false, record: Vec::new() }
    }

    /// Calls `found` with each record that `part` completes.
    pub fn push(
        &mut self,
        part: &[u8],
        found: &mut dyn FnMut(&[u8]) -> Result<(), SplitError>,
    ) -> Result<(), SplitError> {
        match self.shape {
            Shape::Array => self.push_array(part, found),
            Shape::Lines => self.push_lines(part, found),
        }
    }

    /// At the end of the bytes: the last line, or the check that the array was closed.
    pub fn finish(
        &mut self,
        found: &mut dyn FnMut(&[u8]) -> Result<(), SplitError>,
    ) -> Result<(), SplitError> {
        match self.shape {
            Shape::Array if self.at == At::End => Ok(()),
            Shape::Array => Err(SplitError::Malformed),
            Shape::Lines => self.emit(found),
        }
    }

    fn push_lines(
        &mut self,
        part: &[u8],
        found: &mut dyn FnMut(&[u8]) -> Result<(), SplitError>,
    ) -> Result<(), SplitError> {
        let mut lines = part.split(|byte| *byte == b'\n');
        // Split gives at least one; the last has no line end yet.
        let last = lines.next_back().unwrap_or_default();
        for line in lines {
            self.keep(line)?;
            self.emit(found)?;
        }
        self.keep(last)
    }

    fn push_array(
        &mut self,
        part: &[u8],
        found: &mut dyn FnMut(&[u8]) -> Result<(), SplitError>,
    ) -> Result<(), SplitError> {
        let mut from = 0;
        for (index, byte) in part.iter().enumerate() {
            match self.at {
                At::Inside => match self.inside(*byte) {
                    None => {}
                    Some(next) => {
                        self.keep(&part[from..index])?;
                        self.emit(found)?;
                        self.at = next;
                    }
                },
                _ if byte.is_ascii_whitespace() => {}
                At::Start if *byte == b'[' => self.at = At::First,
                At::First if *byte == b']' => self.at = At::End,
                At::First | At::Record if !matches!(byte, b',' | b']' | b'}' | b':') => {
                    self.at = At::Inside;
                    from = index;
                    self.inside(*byte);
                }
                _ => return Err(SplitError::Malformed),
            }
        }
        if self.at == At::Inside { self.keep(&part[from..]) } else { Ok(()) }
    }

    /// One byte inside a record; what comes next where the byte ends it.
    fn inside(&mut self, byte: u8) -> Option<At> {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return None;
        }
        match byte {
            b'"' => self.in_string = true,
            b'[' | b'{' => self.depth += 1,
            b',' if self.depth == 0 => return Some(At::Record),
            b']' if self.depth == 0 => return Some(At::End),
            b']' | b'}' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        None
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<(), SplitError> {
        if self.record.len() + bytes.len() > RECORD_LIMIT {
            return Err(SplitError::TooLarge);
        }
        self.record.extend_from_slice(bytes);
        Ok(())
    }

    fn emit(&mut self, found: &mut dyn FnMut(&[u8]) -> Result<(), SplitError>) -> Result<(), SplitError> {
        let record = self.record.trim_ascii();
        if !record.is_empty() {
            found(record)?;
        } else if self.shape == Shape::Array {
            return Err(SplitError::Malformed);
        }
        self.record.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use causeway_model::Value;
    use serde_json::json;

    fn split(shape: Shape, text: &str, size: usize) -> Result<Vec<Value>, SplitError> {
        let mut splitter = Splitter::new(shape);
        let mut records = Vec::new();
        let mut found = |record: &[u8]| {
            records.push(serde_json::from_slice(record).map_err(|_| SplitError::Malformed)?);
            Ok(())
        };
        for part in text.as_bytes().chunks(size) {
            splitter.push(part, &mut found)?;
        }
        splitter.finish(&mut found)?;
        Ok(records)
    }

    #[test]
    fn arrays_are_split_wherever_the_parts_end() {
        let text = r#" [ {"a":[1,{"b":"],}\"\\"}]} , 2.50,"訂單, [1]", [] ,null,true ] "#;
        let expected: Vec<Value> = serde_json::from_str(text).expect("an array");
        for size in 1..text.len() + 1 {
            assert_eq!(split(Shape::Array, text, size), Ok(expected.clone()), "parts of {size}");
        }
        assert_eq!(split(Shape::Array, "[]", 1), Ok(vec![]));
    }

    #[test]
    fn broken_arrays_are_refused() {
        for bad in ["[1,]", "[,1]", "[1 2]", "[1", "[1]]", "[1]x", "{}", "", "[}", "[{]}", "[\"a]"] {
            for size in 1..bad.len() + 1 {
                assert_eq!(split(Shape::Array, bad, size), Err(SplitError::Malformed), "{bad} by {size}");
            }
        }
    }

    #[test]
    fn lines_are_split_and_empty_ones_left_out() {
        let text = "{\"a\":1}\r\n\n[2]\n\"三\"";
        for size in 1..text.len() + 1 {
            assert_eq!(split(Shape::Lines, text, size), Ok(vec![json!({ "a": 1 }), json!([2]), json!("三")]));
        }
    }

    #[test]
    fn a_record_without_end_is_stopped() {
        let mut splitter = Splitter::new(Shape::Array);
        let part = vec![b'x'; 1024 * 1024];
        splitter.push(b"[\"", &mut |_| Ok(())).expect("a start");
        let outcome = (0..17).try_for_each(|_| splitter.push(&part, &mut |_| Ok(())));
        assert_eq!(outcome, Err(SplitError::TooLarge));
    }
}
