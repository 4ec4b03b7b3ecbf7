//! A vector whose copies share what they have in common.
//!
//! Rule: a copy costs one pointer per 256 elements; changing an element copies at most the 256 around it, and nothing
//! while no copy is alive. Published state trees are such copies.

use std::sync::Arc;

const CHUNK: usize = 256;

#[derive(Clone, Debug)]
pub(super) struct CowVec<T> {
    chunks: Vec<Arc<Vec<T>>>,
}

impl<T: Clone> CowVec<T> {
    /// At least `length` elements, all equal to `value`, in one chunk that all places share.
    pub(super) fn filled(length: usize, value: T) -> CowVec<T> {
        let shared = Arc::new(vec![value; CHUNK]);
        CowVec { chunks: std::iter::repeat_n(shared, length.div_ceil(CHUNK)).collect() }
    }

    /// The element at `index`; `None` past the end.
    pub(super) fn get(&self, index: usize) -> Option<&T> {
        self.chunks.get(index / CHUNK)?.get(index % CHUNK)
    }

    /// Replaces the element at `index`; past the end nothing happens.
    pub(super) fn set(&mut self, index: usize, value: T) {
        if let Some(chunk) = self.chunks.get_mut(index / CHUNK)
            && let Some(slot) = Arc::make_mut(chunk).get_mut(index % CHUNK)
        {
            *slot = value;
        }
    }
}
