//! The JSON form of challenges and answers: arrays of whole numbers, nothing else.
//!
//! Rules: any JSON array of the right shape is read, with white space where JSON allows it; numbers are `u16` in plain
//! decimal digits. Reading stops at the first number beyond [`MAX_POINTS`], so a stranger's text costs no memory.

use super::points::{MAX_POINTS, Point};
use crate::task::Malformed;
use std::fmt::Write;

const NUMBER: Malformed = Malformed("a whole number from 0 to 65535");
const LIST: Malformed = Malformed("a JSON array of at most 256 whole numbers");
const PAIRS: Malformed = Malformed("a JSON array of at most 256 pairs [x,y]");

/// `[3,0,2]`
pub(super) fn write_list(numbers: &[u16]) -> String {
    joined(numbers.iter().map(u16::to_string))
}

/// `[[12,7],[3,40]]`
pub(super) fn write_pairs(points: &[Point]) -> String {
    joined(points.iter().map(|point| format!("[{},{}]", point.x, point.y)))
}

fn joined(items: impl Iterator<Item = String>) -> String {
    let mut out = String::from("[");
    for (at, item) in items.enumerate() {
        // Writing into a string cannot fail.
        let _ = write!(out, "{}{item}", if at == 0 { "" } else { "," });
    }
    out.push(']');
    out
}

/// Reads what [`write_list`] writes.
pub(super) fn read_list(json: &str) -> Result<Vec<u16>, Malformed> {
    let mut reader = Reader(json.as_bytes());
    let list = reader.array(LIST, Reader::number)?;
    reader.end(LIST).map(|()| list)
}

/// Reads what [`write_pairs`] writes.
pub(super) fn read_pairs(json: &str) -> Result<Vec<Point>, Malformed> {
    let mut reader = Reader(json.as_bytes());
    let points = reader.array(PAIRS, Reader::point)?;
    reader.end(PAIRS).map(|()| points)
}

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn skip_space(&mut self) {
        while let [b' ' | b'\n' | b'\r' | b'\t', rest @ ..] = self.0 {
            self.0 = rest;
        }
    }

    /// Takes `byte` if it comes next, after white space.
    fn take(&mut self, byte: u8) -> bool {
        self.skip_space();
        match self.0.split_first() {
            Some((&next, rest)) if next == byte => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    fn expect(&mut self, byte: u8, otherwise: Malformed) -> Result<(), Malformed> {
        if self.take(byte) { Ok(()) } else { Err(otherwise) }
    }

    fn end(&mut self, otherwise: Malformed) -> Result<(), Malformed> {
        self.skip_space();
        if self.0.is_empty() { Ok(()) } else { Err(otherwise) }
    }

    fn array<T>(
        &mut self,
        otherwise: Malformed,
        item: impl Fn(&mut Self) -> Result<T, Malformed>,
    ) -> Result<Vec<T>, Malformed> {
        self.expect(b'[', otherwise)?;
        let mut items = Vec::new();
        if self.take(b']') {
            return Ok(items);
        }
        loop {
            if items.len() == MAX_POINTS {
                return Err(otherwise);
            }
            items.push(item(self)?);
            if !self.take(b',') {
                break;
            }
        }
        self.expect(b']', otherwise).map(|()| items)
    }

    fn point(&mut self) -> Result<Point, Malformed> {
        self.expect(b'[', PAIRS)?;
        let x = self.number()?;
        self.expect(b',', PAIRS)?;
        let y = self.number()?;
        self.expect(b']', PAIRS).map(|()| Point { x, y })
    }

    fn number(&mut self) -> Result<u16, Malformed> {
        self.skip_space();
        let digits = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (number, rest) = self.0.split_at(digits);
        self.0 = rest;
        // JSON knows no leading zeros.
        if number.len() > 1 && number.first() == Some(&b'0') {
            return Err(NUMBER);
        }
        std::str::from_utf8(number).ok().and_then(|text| text.parse().ok()).ok_or(NUMBER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_arrays_of_numbers_are_read() {
        assert_eq!(read_list(" [ 1 ,2,\n65535 ] "), Ok(vec![1, 2, 65_535]));
        assert_eq!(read_list("[]"), Ok(vec![]));
        assert_eq!(read_pairs("[[1, 2],[3,4]]").map(|points| points.len()), Ok(2));
        let wrong =
            ["", "[", "]", "[1,]", "[,1]", "[1 2]", "[1]]", "[65536]", "[-1]", "[1.5]", "[01]", "[[1]]", "1"];
        for text in wrong {
            assert!(read_list(text).is_err(), "{text}");
        }
        for text in ["[1]", "[[1]]", "[[1,2,3]]", "[[1,2]", "[[1,2],]", "[[1,2]]x", "[[1,2]]\0"] {
            assert!(read_pairs(text).is_err(), "{text}");
        }
    }

    #[test]
    fn long_lists_are_refused() {
        assert!(read_list(&write_list(&[7; MAX_POINTS])).is_ok());
        assert_eq!(read_list(&write_list(&[7; MAX_POINTS + 1])), Err(LIST));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(numbers in prop::collection::vec(any::<u16>(), 0..MAX_POINTS)) {
            prop_assert_eq!(read_list(&write_list(&numbers)), Ok(numbers));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[\\[\\], 0-9a\\n]{0,40}") {
            let _ = (read_list(&text), read_pairs(&text));
        }
    }
}
