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
    /// `length` elements, each computed from its index.
    pub(super) fn from_fn(length: usize, element: impl Fn(usize) -> T) -> CowVec<T> {
        let indices: Vec<usize> = (0..length).collect();
        let chunk = |part: &[usize]| Arc::new(part.iter().map(|&index| element(index)).collect());
        CowVec { chunks: indices.chunks(CHUNK).map(chunk).collect() }
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
