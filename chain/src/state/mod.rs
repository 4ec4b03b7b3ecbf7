//! The state: ordered keys and values, read through [`StateRead`], changed only through an [`Overlay`].
//!
//! Rules:
//! 1. Reading cannot fail: a store that cannot read must not go on, and ends its process.
//! 2. Nothing is written in place. An overlay collects changes; the block's changes are kept in one atomic step.
//! 3. A failed call leaves no trace: [`Overlay::attempt`] takes back everything that was done inside it.
//! 4. Changes are data ([`Changes`]): the same map feeds the store, the state tree and the undo record.

pub mod chunks;
mod cow;
pub mod schema;
pub mod table;
pub mod tree;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

/// What a block does to the state: each changed key with its new value, `None` for a removed one.
pub type Changes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// A committed or pending view of the state. The only way anything reads it.
pub trait StateRead {
    /// The value of a key.
    fn get(&self, key: &[u8]) -> Option<Vec<u8>>;

    /// All entries whose key starts with `prefix`, in ascending order of their keys.
    fn scan(&self, prefix: &[u8]) -> Box<dyn Iterator<Item = (Vec<u8>, Vec<u8>)> + '_> {
        self.scan_from(prefix, prefix)
    }

    /// Those of the entries of [`scan`](StateRead::scan) whose key is not below `from`, which starts with `prefix`.
    fn scan_from(&self, prefix: &[u8], from: &[u8]) -> Box<dyn Iterator<Item = (Vec<u8>, Vec<u8>)> + '_>;
}

/// A state in memory: what tests, simulation and the light client hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryState(BTreeMap<Vec<u8>, Vec<u8>>);

impl MemoryState {
    /// Takes in the changes of a block.
    pub fn apply(&mut self, changes: &Changes) {
        for (key, value) in changes {
            match value {
                Some(value) => self.0.insert(key.clone(), value.clone()),
                None => self.0.remove(key),
            };
        }
    }

    /// What undoes `changes`: the present value of each key in them.
    pub fn undo_of(&self, changes: &Changes) -> Changes {
        changes.keys().map(|key| (key.clone(), self.0.get(key).cloned())).collect()
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl StateRead for MemoryState {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.0.get(key).cloned()
    }

    fn scan_from(&self, prefix: &[u8], from: &[u8]) -> Box<dyn Iterator<Item = (Vec<u8>, Vec<u8>)> + '_> {
        let prefix = prefix.to_vec();
        let entries = self.0.range(from.to_vec()..).take_while(move |(key, _)| key.starts_with(&prefix));
        Box::new(entries.map(|(key, value)| (key.clone(), value.clone())))
    }
}

/// A key and what a write replaced under it: no change yet, a removal, or a value.
type Replaced = (Vec<u8>, Option<Option<Vec<u8>>>);

/// Changes on top of a view.
pub struct Overlay<'a> {
    base: &'a dyn StateRead,
    changes: Changes,
    /// What each write inside an attempt replaced in `changes`, oldest first; empty outside attempts.
    journal: Vec<Replaced>,
    /// How many attempts are open.
    depth: usize,
}

impl<'a> Overlay<'a> {
    /// No changes yet.
    pub fn new(base: &'a dyn StateRead) -> Overlay<'a> {
        Overlay { base, changes: Changes::new(), journal: Vec::new(), depth: 0 }
    }

    /// Sets a key.
    pub fn put(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.write(key, Some(value));
    }

    /// Removes a key.
    pub fn remove(&mut self, key: Vec<u8>) {
        self.write(key, None);
    }

    fn write(&mut self, key: Vec<u8>, value: Option<Vec<u8>>) {
        if self.depth == 0 {
            self.changes.insert(key, value);
        } else {
            let before = self.changes.insert(key.clone(), value);
            self.journal.push((key, before));
        }
    }

    /// Runs `call`; if it fails, all its changes are taken back. Attempts nest.
    ///
    /// ```
    /// use taonet_chain::state::{MemoryState, Overlay, StateRead};
    /// let base = MemoryState::default();
    /// let mut state = Overlay::new(&base);
    /// let failed: Result<(), &str> = state.attempt(|state| {
    ///     state.put(b"balance".to_vec(), vec![1]);
    ///     Err("no")
    /// });
    /// assert!(failed.is_err());
    /// assert_eq!(state.get(b"balance"), None);
    /// ```
    ///
    /// # Errors
    /// That of `call`.
    pub fn attempt<T, E>(&mut self, call: impl FnOnce(&mut Overlay<'a>) -> Result<T, E>) -> Result<T, E> {
        let mark = self.journal.len();
        self.depth += 1;
        let result = call(self);
        self.depth -= 1;
        if result.is_err() {
            self.take_back(mark);
        } else if self.depth == 0 {
            self.journal.clear();
        }
        result
    }

    fn take_back(&mut self, mark: usize) {
        for (key, before) in self.journal.drain(mark..).rev() {
            match before {
                Some(value) => self.changes.insert(key, value),
                None => self.changes.remove(&key),
            };
        }
    }

    /// The changes, without those that change nothing: the tree and the store see only real differences.
    pub fn into_changes(self) -> Changes {
        let base = self.base;
        self.changes.into_iter().filter(|(key, value)| base.get(key) != *value).collect()
    }
}

impl StateRead for Overlay<'_> {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        match self.changes.get(key) {
            Some(value) => value.clone(),
            None => self.base.get(key),
        }
    }

    fn scan_from(&self, prefix: &[u8], from: &[u8]) -> Box<dyn Iterator<Item = (Vec<u8>, Vec<u8>)> + '_> {
        let prefix = prefix.to_vec();
        let mut below = self.base.scan_from(&prefix, from).peekable();
        let mut above = self
            .changes
            .range(from.to_vec()..)
            .take_while(move |(key, _)| key.starts_with(&prefix))
            .peekable();
        Box::new(std::iter::from_fn(move || {
            loop {
                let from_above = match (above.peek(), below.peek()) {
                    (Some((key, _)), Some((other, _))) => key.as_slice() <= other.as_slice(),
                    (present, _) => present.is_some(),
                };
                if !from_above {
                    return below.next();
                }
                let (key, value) = above.next()?;
                below.next_if(|(other, _)| other == key);
                if let Some(value) = value {
                    return Some((key.clone(), value.clone()));
                }
            }
        }))
    }
}
