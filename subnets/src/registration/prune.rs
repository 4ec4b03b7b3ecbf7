//! Which neuron makes room in a full subnet (registration.md section 4).
//!
//! Rules:
//! - the owner's oldest neurons are *immortal*, up to a limit, and the owner hotkey's comes first among them;
//! - a neuron is *immune* for a while after its registration;
//! - the neuron with the least emission goes, the oldest among equals, then the lowest UID. Neurons that are not
//!   immune go first, as long as enough of them remain; else one that is immune goes.

/// What counts of a neuron when one has to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its place in the subnet.
    pub uid: u16,
    /// Its combined emission of the last epoch.
    pub emission: u64,
    /// The block of its registration.
    pub registered: u64,
}

/// The settings of pruning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PruneRule {
    /// Blocks for which a neuron is immune.
    pub immunity_period: u64,
    /// More than this many neurons must be without immunity, for one of them to go first.
    pub min_non_immune: usize,
}

impl Default for PruneRule {
    fn default() -> Self {
        Self { immunity_period: 4_096, min_non_immune: 10 }
    }
}

/// The UIDs that cannot be pruned: of `owned`, the neurons of the subnet owner's coldkey, the first `limit` by
/// registration; the neuron of the owner hotkey is put first if it is not among them.
pub fn immortal_uids(owned: &[Slot], owner_hotkey: Option<u16>, limit: usize) -> Vec<u16> {
    let mut ordered: Vec<(u64, u16)> = owned.iter().map(|slot| (slot.registered, slot.uid)).collect();
    ordered.sort_unstable();
    let mut uids: Vec<u16> = ordered.into_iter().map(|(_, uid)| uid).take(limit).collect();
    if let Some(uid) = owner_hotkey.filter(|uid| !uids.contains(uid)) {
        uids.insert(0, uid);
        uids.truncate(limit);
    }
    uids
}

/// The UID that makes room in block `now`; none when all are immortal.
pub fn neuron_to_prune(slots: &[Slot], immortal: &[u16], now: u64, rule: PruneRule) -> Option<u16> {
    let is_immune = |slot: &Slot| now.saturating_sub(slot.registered) < rule.immunity_period;
    let mortal = slots.iter().filter(|slot| !immortal.contains(&slot.uid));
    let (immune, exposed): (Vec<&Slot>, Vec<&Slot>) = mortal.partition(|slot| is_immune(slot));
    let first = |slots: &[&Slot]| {
        slots.iter().min_by_key(|slot| (slot.emission, slot.registered, slot.uid)).map(|slot| slot.uid)
    };
    match exposed.len() > rule.min_non_immune {
        true => first(&exposed),
        false => first(&immune),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(uid: u16, emission: u64, registered: u64) -> Slot {
        Slot { uid, emission, registered }
    }

    #[test]
    fn the_oldest_of_the_owner_are_immortal_and_its_hotkey_first() {
        let owned = [slot(5, 0, 30), slot(2, 0, 20), slot(9, 0, 20)];
        assert_eq!(immortal_uids(&owned, None, 2), [2, 9]);
        assert_eq!(immortal_uids(&owned, Some(9), 2), [2, 9]);
        assert_eq!(immortal_uids(&owned, Some(5), 2), [5, 2]);
        assert_eq!(immortal_uids(&owned, Some(5), 0), [0; 0]);
    }

    #[test]
    fn the_poorest_goes_then_the_oldest_then_the_first() {
        let rule = PruneRule { immunity_period: 10, min_non_immune: 0 };
        let table: [(&[Slot], Option<u16>); 5] = [
            (&[slot(0, 7, 1), slot(1, 3, 9), slot(2, 5, 0)], Some(1)),
            (&[slot(0, 3, 2), slot(1, 3, 1)], Some(1)),
            (&[slot(1, 3, 1), slot(0, 3, 1)], Some(0)),
            (&[slot(0, 3, 1), slot(1, 0, 95)], Some(0)),
            (&[], None),
        ];
        for (slots, expected) in table {
            assert_eq!(neuron_to_prune(slots, &[], 100, rule), expected, "{slots:?}");
        }
    }

    #[test]
    fn too_few_exposed_neurons_are_spared() {
        let slots = [slot(0, 1, 1), slot(1, 5, 99)];
        let rule = PruneRule { immunity_period: 10, min_non_immune: 1 };
        assert_eq!(neuron_to_prune(&slots, &[], 100, rule), Some(1));
        assert_eq!(neuron_to_prune(&slots, &[1], 100, rule), None, "an exposed one does not go instead");
    }
}
