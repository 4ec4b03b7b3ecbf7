//! Packages that are built in several versions because others' dependency trees disagree.

pub(super) const DUPLICATES: [&str; 0] = [];
