//! The state as it was: the present one with the undo records of the blocks since laid over it.
//!
//! Rules:
//! 1. A page is bounded in entries and in bytes, whatever was asked for.
//! 2. Who explains a block reads many pages of one past state. The undo records are therefore merged once, and the
//!    merged ones grow with the chain; few are remembered, and none reaches back further than [`MAX_BACK`].

use crate::{
    fault::Fault,
    proto,
    store::{DEFAULT_HISTORY, Entry, View},
};
use std::sync::{Arc, Mutex, PoisonError};
use taonet_chain::state::Changes;

/// How far back one can ask: what every node keeps. Merging more would hold up other reads.
const MAX_BACK: u64 = DEFAULT_HISTORY;
/// Past states remembered: an explanation reads the states before and after a block, and two may explain at a time.
const MAX_REMEMBERED: usize = 4;
/// Entries of a page.
const MAX_ENTRIES: usize = 4_096;
/// Bytes of a page's keys and values, but for the entry that exceeds them.
const MAX_BYTES: usize = 1 << 20;

/// How the state after a block differs from the present one.
#[derive(Clone)]
struct Past {
    height: u64,
    /// The last block that is taken into account.
    seen: u64,
    differences: Arc<Changes>,
}

/// The past states asked for lately, the last one last.
#[derive(Default)]
pub(super) struct Pasts(Mutex<Vec<Past>>);

impl Pasts {
    /// How the state after `height` differs from that of `view`, whose last block is `tip`.
    pub(super) fn differences(&self, view: &View<'_>, height: u64, tip: u64) -> Result<Arc<Changes>, Fault> {
        let known = self.take(height, tip);
        let mut past = known.unwrap_or(Past { height, seen: height, differences: Arc::default() });
        let differences = Arc::make_mut(&mut past.differences);
        for block in past.seen.saturating_add(1)..=tip {
            for (key, value) in view.undo(block)?.ok_or_else(|| not_kept(height))? {
                // The oldest record of a key says what it was.
                differences.entry(key).or_insert(value);
            }
        }
        past.seen = tip;
        let differences = Arc::clone(&past.differences);
        self.remember(past);
        Ok(differences)
    }

    fn take(&self, height: u64, tip: u64) -> Option<Past> {
        let mut pasts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let index = pasts.iter().position(|past| past.height == height && past.seen <= tip)?;
        Some(pasts.remove(index))
    }

    fn remember(&self, past: Past) {
        let mut pasts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pasts.retain(|other| other.height != past.height);
        pasts.push(past);
        let surplus = pasts.len().saturating_sub(MAX_REMEMBERED);
        pasts.drain(..surplus);
    }
}

pub(super) fn not_kept(height: u64) -> Fault {
    let sentence = format!("the state after block {height} is no longer kept");
    Fault::not_found(
        sentence,
        "Ask about one of the last 1,000 blocks, or a node that was not just restored.",
    )
}

/// Whether one can ask about the state after a block when the last one is `tip`.
pub(super) fn require_kept(height: u64, tip: u64) -> Result<(), Fault> {
    if height > tip {
        let sentence = format!("block {height} does not exist yet; the last one is {tip}");
        return Err(Fault::not_found(sentence, "Ask again when the chain is there."));
    }
    if tip - height > MAX_BACK { Err(not_kept(height)) } else { Ok(()) }
}

/// One page of the state after a block.
pub(super) fn page(
    view: &View<'_>,
    pasts: &Pasts,
    request: &proto::ReadStateRequest,
) -> Result<proto::StatePage, Fault> {
    let (height, tip) = (request.height, view.tip()?.height);
    require_kept(height, tip)?;
    let differences = pasts.differences(view, height, tip)?;
    let entries = merged(view, &differences, &request.from)?;
    let below = |key: &[u8]| request.to.is_empty() || key < request.to.as_slice();
    let limit = usize::try_from(request.limit).unwrap_or(MAX_ENTRIES).clamp(1, MAX_ENTRIES);
    let mut page = proto::StatePage { height, ..proto::StatePage::default() };
    let mut bytes = 0;
    for entry in entries {
        let (key, value) = entry?;
        if !below(&key) {
            break;
        }
        if page.entries.len() >= limit || bytes >= MAX_BYTES {
            page.next = key;
            break;
        }
        bytes += key.len() + value.len();
        page.entries.push(proto::StateEntry { key, value });
    }
    Ok(page)
}

/// The present entries from a key on, with the differences laid over them.
fn merged<'v>(
    view: &'v View<'_>,
    differences: &'v Changes,
    from: &[u8],
) -> Result<impl Iterator<Item = Entry> + 'v, Fault> {
    let mut below = view.entries_from(from)?.peekable();
    let mut above = differences.range(from.to_vec()..).peekable();
    Ok(std::iter::from_fn(move || {
        loop {
            let from_above = match (above.peek(), below.peek()) {
                (Some((key, _)), Some(Ok((other, _)))) => *key <= other,
                (_, Some(Err(_))) => false,
                (present, None) => present.is_some(),
                (None, _) => false,
            };
            if !from_above {
                return below.next();
            }
            let (key, value) = above.next()?;
            below.next_if(|entry| entry.as_ref().is_ok_and(|(other, _)| other == key));
            if let Some(value) = value {
                return Some(Ok((key.clone(), value.clone())));
            }
        }
    }))
}
