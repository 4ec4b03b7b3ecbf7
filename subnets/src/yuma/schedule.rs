//! When an epoch runs (yuma.md section 5): every subnet steps at its own pace, with a cap per block.
//!
//! At the start of a block, before its transactions, the chain walks the subnets but root in ascending order and calls
//! [`Counters::enter_block`] on each. Subnets answered [`Turn::Run`] run their epoch after the walk, then get
//! [`Counters::stepped`].
//!
//! The walk serves low numbers first, so a cap that is too low starves the highest ones for ever: n subnets of one
//! tempo T need a cap of at least n / T, rounded up. `schedule/starvation.rs` derives and tests it.

/// An epoch runs after this many blocks whatever the tempo's clock says: the safety net.
pub const MAX_BLOCKS_WITHOUT_STEP: u64 = 50_400;

/// The clock of one subnet. All blocks are block numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Blocks between two epochs; 0 means never.
    pub tempo: u16,
    /// Block of the last epoch slot, also of one that was skipped.
    pub last_epoch_block: u64,
    /// Block from which a triggered or deferred epoch is due; 0 for none.
    pub pending_epoch_at: u64,
    /// Blocks since the pending emission was last taken.
    pub blocks_since_last_step: u64,
    /// How many epoch slots have passed; commits are counted in these.
    pub epoch_index: u64,
    /// Block of the last epoch that ran; moves only after that epoch.
    pub last_step_block: u64,
}

/// What a subnet does in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing: its epoch is not due.
    Wait,
    /// Its epoch is due, but the block is full; it will be due in the next one.
    Deferred,
    /// Its slot passes without an epoch, because a hotkey occurs twice among its uids; no emission is taken.
    Skipped,
    /// Its pending emission is taken and its epoch runs.
    Run,
}

impl Counters {
    /// The clock of a subnet created in `block`, spread over the tempo by its number.
    pub fn new(netuid: u16, tempo: u16, block: u64) -> Self {
        let last_epoch_block = block.saturating_sub(u64::from(netuid % tempo.max(1)));
        Self { tempo, last_epoch_block, ..Self::default() }
    }

    /// Whether an epoch is due in `block`.
    pub fn due(&self, block: u64) -> bool {
        self.tempo != 0
            && ((self.pending_epoch_at > 0 && block >= self.pending_epoch_at)
                || self.blocks_since_last_step > MAX_BLOCKS_WITHOUT_STEP
                || block.saturating_sub(self.last_epoch_block) >= u64::from(self.tempo))
    }

    /// Takes this subnet's turn in `block`. `epochs_run` counts the epochs of this block so far and grows with each;
    /// `hotkeys_unique` says that no hotkey occurs twice among the uids.
    pub fn enter_block(
        &mut self,
        block: u64,
        epochs_run: &mut u8,
        max_epochs: u8,
        hotkeys_unique: bool,
    ) -> Turn {
        self.blocks_since_last_step = self.blocks_since_last_step.saturating_add(1);
        if !self.due(block) {
            return Turn::Wait;
        }
        if *epochs_run >= max_epochs {
            self.pending_epoch_at = block.saturating_add(1);
            return Turn::Deferred;
        }
        self.last_epoch_block = block;
        self.pending_epoch_at = 0;
        self.epoch_index = self.epoch_index.saturating_add(1);
        if !hotkeys_unique {
            return Turn::Skipped;
        }
        self.blocks_since_last_step = 0;
        *epochs_run += 1;
        Turn::Run
    }

    /// Notes that the epoch of `block` has run and was paid out.
    pub fn stepped(&mut self, block: u64) {
        self.last_step_block = block;
    }

    /// Changes the tempo in `block`; the next epoch is a whole new tempo away.
    pub fn set_tempo(&mut self, tempo: u16, block: u64) {
        self.tempo = tempo;
        self.last_epoch_block = block;
    }

    /// Blocks until the next automatic epoch; `None` if there will be none.
    pub fn blocks_until_epoch(&self, block: u64) -> Option<u64> {
        (self.tempo != 0)
            .then(|| self.last_epoch_block.saturating_add(u64::from(self.tempo)).saturating_sub(block))
    }

    /// Whether parameters are frozen in `block`, so that nobody is surprised right before an epoch: less than `window`
    /// blocks before an automatic one, and while a triggered or deferred one is to come.
    pub fn frozen(&self, block: u64, window: u64) -> bool {
        self.pending_epoch_at > block || self.blocks_until_epoch(block).is_some_and(|blocks| blocks < window)
    }

    /// The epoch to which a transaction of `block` belongs (section 10.3): one more if this block's epoch is still due,
    /// that is, was deferred.
    pub fn epoch_of_transactions(&self, block: u64) -> u64 {
        self.epoch_index.saturating_add(u64::from(self.due(block)))
    }
}

#[cfg(test)]
mod starvation;

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> Counters {
        Counters {
            tempo: 100,
            last_epoch_block: 1_000,
            epoch_index: 7,
            last_step_block: 1_000,
            ..Counters::default()
        }
    }

    #[test]
    fn due_exactly_one_tempo_after_the_last_slot() {
        assert!(!clock().due(1_099));
        assert!(clock().due(1_100));
        assert!(!clock().due(0));
    }

    #[test]
    fn tempo_zero_never_runs_not_even_when_triggered() {
        let mut stopped = Counters { tempo: 0, pending_epoch_at: 1_001, ..clock() };
        assert!(!stopped.due(1_200));
        assert!(!Counters { blocks_since_last_step: u64::MAX, ..stopped }.due(1_200));
        assert_eq!(stopped.enter_block(1_200, &mut 0, 2, true), Turn::Wait);
        assert_eq!(stopped.pending_epoch_at, 1_001);
        assert_eq!(stopped.blocks_until_epoch(1_200), None);
    }

    #[test]
    fn a_deferral_asks_for_the_next_block_and_resets_nothing() {
        let mut full = Counters { blocks_since_last_step: 99, ..clock() };
        let mut epochs_run = 2;
        assert_eq!(full.enter_block(1_100, &mut epochs_run, 2, true), Turn::Deferred);
        assert_eq!(full, Counters { blocks_since_last_step: 100, pending_epoch_at: 1_101, ..clock() });
        assert_eq!(full.epoch_of_transactions(1_100), 8);
        assert_eq!(full.enter_block(1_101, &mut 0, 2, true), Turn::Run);
        assert_eq!(full, Counters { last_epoch_block: 1_101, epoch_index: 8, ..clock() });
        assert_eq!(full.epoch_of_transactions(1_101), 8);
    }

    #[test]
    fn a_skipped_slot_passes_but_takes_nothing_and_leaves_room() {
        let mut twice = clock();
        let mut epochs_run = 1;
        assert_eq!(twice.enter_block(1_100, &mut epochs_run, 2, false), Turn::Skipped);
        assert_eq!(epochs_run, 1);
        let passed =
            Counters { last_epoch_block: 1_100, epoch_index: 8, blocks_since_last_step: 1, ..clock() };
        assert_eq!(twice, passed);
    }

    #[test]
    fn the_safety_net_catches_beyond_its_limit() {
        let far = Counters { last_epoch_block: 2_000, ..clock() };
        assert!(!Counters { blocks_since_last_step: MAX_BLOCKS_WITHOUT_STEP, ..far }.due(1_500));
        assert!(Counters { blocks_since_last_step: MAX_BLOCKS_WITHOUT_STEP + 1, ..far }.due(1_500));
    }

    #[test]
    fn parameters_are_frozen_right_before_an_epoch() {
        assert!(!clock().frozen(1_090, 10));
        assert!(clock().frozen(1_091, 10));
        assert!(!clock().frozen(1_099, 0));
        let triggered = Counters { pending_epoch_at: 1_060, ..clock() };
        assert!(triggered.frozen(1_059, 10));
        assert!(!triggered.frozen(1_060, 10), "it is due, or was put off");
        assert!(!Counters { tempo: 0, ..clock() }.frozen(1_099, 10));
    }

    #[test]
    fn a_new_subnet_is_spread_by_its_number() {
        assert_eq!(Counters::new(7, 5, 1_000).last_epoch_block, 998);
        assert_eq!(Counters::new(7, 0, 1_000).last_epoch_block, 1_000);
        assert_eq!(Counters::new(7, 360, 3).last_epoch_block, 0);
    }

    #[test]
    fn a_new_tempo_starts_now() {
        let mut slower = clock();
        slower.set_tempo(300, 1_050);
        assert_eq!(slower.blocks_until_epoch(1_050), Some(300));
    }
}
