//! The state of a node as it was after a block, read from afar as if it were here.
//!
//! Rules:
//! 1. What is read is fetched once, with its neighbours: whoever reads one entry of a table mostly reads the next ones.
//! 2. [`StateRead`] cannot fail. After its first failure a state answers "nothing" and remembers why; whoever used it
//!    asks [`PastState::finish`] before trusting the result.
//! 3. Reading blocks the thread; this is for tools, not for servers.

use super::{Access, Client, RawBlock};
use crate::{fault::Fault, proto};
use std::{cell::RefCell, collections::BTreeMap, future::Future, ops::Bound};
use taonet_chain::{Code, state::StateRead};
use tokio::runtime::{Builder, Runtime};

/// Entries fetched when one is asked for.
const READ_AHEAD: u32 = 256;
/// Entries fetched at a time when a range is asked for.
const SCAN_PAGE: u32 = 1_024;

/// A client that waits for each answer.
pub struct Patient {
    runtime: Runtime,
    client: Client,
}

impl Patient {
    /// Connects to a node.
    ///
    /// # Errors
    /// As for [`Access::connect`].
    pub fn connect(address: &str, access: &Access) -> Result<Patient, Fault> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| {
            let remedy = "Check the limits of this user (`ulimit -a`).";
            Fault::new(Code::Internal, "System", format!("no runtime: {error}"), remedy)
        })?;
        let client = runtime.block_on(access.connect(address))?;
        Ok(Patient { runtime, client })
    }

    /// Asks something and waits for the answer.
    pub fn ask<'c, T, F: Future<Output = T>>(&'c self, question: impl FnOnce(&'c Client) -> F) -> T {
        self.runtime.block_on(question(&self.client))
    }

    /// A block as it was agreed on, with what it did.
    ///
    /// # Errors
    /// A node that cannot be reached or is too busy, does not have the block, or speaks another version.
    pub fn raw_block(&self, height: u64) -> Result<RawBlock, Fault> {
        self.ask(|client| client.raw_block(height))
    }

    /// The state after a block.
    pub fn state_after(&self, height: u64) -> PastState<'_> {
        PastState { source: self, height, known: RefCell::default(), failure: RefCell::default() }
    }
}

/// The state after a block, as far as it has been read.
pub struct PastState<'p> {
    source: &'p Patient,
    height: u64,
    known: RefCell<Known>,
    failure: RefCell<Option<Fault>>,
}

/// Entries, and the ranges of keys in which all entries are known: where each begins and where it ends.
#[derive(Default)]
struct Known {
    entries: BTreeMap<Vec<u8>, Vec<u8>>,
    ranges: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
}

impl Known {
    /// The end of the known range that `key` is in; the inner `None` for a range without an end.
    fn end_of(&self, key: &[u8]) -> Option<Option<Vec<u8>>> {
        let (_, end) = self.ranges.range(..=key.to_vec()).next_back()?;
        end.as_ref().is_none_or(|end| key < end.as_slice()).then(|| end.clone())
    }
}

impl PastState<'_> {
    /// The state served by a node, if everything could be read.
    ///
    /// # Errors
    /// The first thing that could not be read, and why.
    pub fn finish(&self) -> Result<(), Fault> {
        self.failure.borrow().clone().map_or(Ok(()), Err)
    }

    /// The end of the range around `from` in which everything is known, after fetching it if need be: `Some(None)` if
    /// nothing follows, `None` after a failure.
    fn learn(&self, from: &[u8], to: &Option<Vec<u8>>, limit: u32) -> Option<Option<Vec<u8>>> {
        let known = self.known.borrow().end_of(from);
        if known.is_some() || self.failure.borrow().is_some() {
            return known;
        }
        match self.fetch(from, to, limit) {
            Ok(end) => Some(end),
            Err(fault) => {
                *self.failure.borrow_mut() = Some(fault);
                None
            }
        }
    }

    /// The first entry from `from` to below `to`.
    fn first(&self, from: &[u8], to: &Option<Vec<u8>>) -> Option<(Vec<u8>, Vec<u8>)> {
        let mut from = from.to_vec();
        while to.as_ref().is_none_or(|to| from < *to) {
            let end = self.learn(&from, to, SCAN_PAGE)?;
            let known = self.known.borrow();
            let (low, high) =
                (Bound::Included(&from), end.as_ref().map_or(Bound::Unbounded, Bound::Excluded));
            let next = known.entries.range::<Vec<u8>, _>((low, high)).next();
            if let Some((key, value)) = next {
                let inside = to.as_ref().is_none_or(|to| key < to);
                return inside.then(|| (key.clone(), value.clone()));
            }
            from = end?;
        }
        None
    }

    /// Fetches a page and returns where it ends.
    fn fetch(&self, from: &[u8], to: &Option<Vec<u8>>, limit: u32) -> Result<Option<Vec<u8>>, Fault> {
        let to_bytes = to.clone().unwrap_or_default();
        let request =
            proto::ReadStateRequest { height: self.height, from: from.to_vec(), to: to_bytes, limit };
        let page = self.source.ask(|client| client.state_page(request))?;
        let end = if page.next.is_empty() { to.clone() } else { Some(page.next) };
        let mut known = self.known.borrow_mut();
        known.entries.extend(page.entries.into_iter().map(|entry| (entry.key, entry.value)));
        known.ranges.insert(from.to_vec(), end.clone());
        Ok(end)
    }
}

impl StateRead for PastState<'_> {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        let table = key.get(..1).and_then(after);
        self.learn(key, &table, READ_AHEAD)?;
        self.known.borrow().entries.get(key).cloned()
    }

    fn scan_from(&self, prefix: &[u8], from: &[u8]) -> Box<dyn Iterator<Item = (Vec<u8>, Vec<u8>)> + '_> {
        let (mut from, to) = (from.to_vec(), after(prefix));
        Box::new(std::iter::from_fn(move || {
            let (key, value) = self.first(&from, &to)?;
            from.clone_from(&key);
            from.push(0);
            Some((key, value))
        }))
    }
}

/// The first key after all those that begin with `prefix`; `None` if there is none.
fn after(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|&byte| byte != u8::MAX)?;
    let mut end = prefix.get(..=last)?.to_vec();
    if let Some(byte) = end.last_mut() {
        *byte += 1;
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_prefix_is_the_next_one() {
        assert_eq!(after(&[3, 7]), Some(vec![3, 8]));
        assert_eq!(after(&[3, 255]), Some(vec![4]));
        assert_eq!(after(&[255, 255]), None);
        assert_eq!(after(&[]), None);
    }

    #[test]
    fn known_ranges_end_where_the_next_page_begins() {
        let mut known = Known::default();
        known.ranges.insert(vec![1], Some(vec![1, 9]));
        known.ranges.insert(vec![2], None);
        assert_eq!(known.end_of(&[1, 5]), Some(Some(vec![1, 9])));
        assert_eq!(known.end_of(&[1, 9]), None);
        assert_eq!(known.end_of(&[200]), Some(None));
        assert_eq!(known.end_of(&[0]), None);
    }
}
