//! Somebody with money and no machine: buys alpha of a subnet at one block, sells it at another.

/// What a trader does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraderPolicy {
    /// For how much it buys, in RAO.
    pub rao: u64,
    /// The block after which it buys.
    pub buys_at: u64,
    /// The block after which it sells everything; none for never.
    pub sells_at: Option<u64>,
}

/// What a trader sees after a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraderView {
    /// The height of the block.
    pub height: u64,
    /// Its stake on the subnet, in units of 10^-9 alpha.
    pub alpha: u64,
}

/// What a trader wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TraderAction {
    /// Buy alpha for so many RAO.
    Buy(u64),
    /// Sell so much alpha.
    Sell(u64),
}

impl TraderPolicy {
    /// What to do after a block.
    pub fn committed(&self, view: TraderView) -> Option<TraderAction> {
        if view.height == self.buys_at {
            return Some(TraderAction::Buy(self.rao));
        }
        let sells = self.sells_at == Some(view.height) && view.alpha > 0;
        sells.then_some(TraderAction::Sell(view.alpha))
    }
}
