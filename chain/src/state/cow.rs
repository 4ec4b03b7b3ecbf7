//! A vector whose copies share what they have in common.
//!
//! Rules:
//! 1. Elements lie in chunks of 32, chunks in groups of 64: a copy costs one pointer per 2,048 elements.
//! 2. Changing an element copies the chunk and the group around it, and nothing that no living copy shares. So who
//!    changes elements side by side copies little. Published state trees are such copies.

use std::{iter::repeat_n, sync::Arc};

/// Elements that are copied together.
pub(super) const CHUNK: usize = 32;

const GROUP: usize = 64;

type Chunk<T> = Arc<[T]>;
type Group<T> = Arc<[Chunk<T>]>;

#[derive(Clone, Debug)]
pub(super) struct CowVec<T> {
    groups: Vec<Group<T>>,
}

impl<T: Clone> CowVec<T> {
    /// At least `length` elements, all equal to `value`, in one chunk that all places share.
    pub(super) fn filled(length: usize, value: T) -> CowVec<T> {
        let chunk: Chunk<T> = repeat_n(value, CHUNK).collect();
        let group: Group<T> = repeat_n(chunk, GROUP).collect();
        CowVec { groups: repeat_n(group, length.div_ceil(CHUNK * GROUP)).collect() }
    }

    /// The element at `index`; `None` past the end.
    pub(super) fn get(&self, index: usize) -> Option<&T> {
        let chunk = index / CHUNK;
        self.groups.get(chunk / GROUP)?.get(chunk % GROUP)?.get(index % CHUNK)
    }

    /// Replaces the element at `index`; past the end nothing happens.
    pub(super) fn set(&mut self, index: usize, value: T) {
        let chunk = index / CHUNK;
        if let Some(group) = self.groups.get_mut(chunk / GROUP)
            && let Some(chunk) = Arc::make_mut(group).get_mut(chunk % GROUP)
            && let Some(slot) = Arc::make_mut(chunk).get_mut(index % CHUNK)
        {
            *slot = value;
        }
    }
}
