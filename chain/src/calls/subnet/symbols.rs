//! The symbols of tokens (registration.md section 10).
//!
//! Rules:
//! 1. A symbol is one of a fixed list and belongs to at most one subnet.
//! 2. A new subnet gets the symbol at its number if that is free, else the first free one from number 1, else root's.
//! 3. Owner and governance may choose another free one.
//!
//! Deviation: after ω the list goes on with alphabets of this network's own choice.

use super::right_over;
use crate::{
    crypto::AccountId,
    error::CallError,
    event::Event,
    ledger::subnets,
    state::{Overlay, StateRead},
};
use std::collections::BTreeSet;

/// The first symbols, by netuid: root's, then the Greek letters as the public network has them.
const GREEK: [&str; 25] = [
    "Τ", "α", "β", "γ", "δ", "ε", "ζ", "η", "θ", "ι", "κ", "λ", "μ", "ν", "ξ", "ο", "π", "ρ", "σ", "t", "υ",
    "φ", "χ", "ψ", "ω",
];

/// The alphabets after it, each whole: Hebrew, Runic, Georgian, Armenian, Cherokee, Tifinagh, Cyrillic, and Ethiopic.
const ALPHABETS: [std::ops::RangeInclusive<char>; 8] = [
    '\u{5D0}'..='\u{5EA}',
    '\u{16A0}'..='\u{16EA}',
    '\u{10D0}'..='\u{10F0}',
    '\u{561}'..='\u{586}',
    '\u{13A0}'..='\u{13F4}',
    '\u{2D30}'..='\u{2D65}',
    '\u{430}'..='\u{44F}',
    '\u{1200}'..='\u{1245}',
];

/// All symbols in their order.
fn symbols() -> impl Iterator<Item = String> {
    let others = ALPHABETS.into_iter().flatten().map(String::from);
    GREEK.into_iter().map(str::to_owned).chain(others)
}

/// The symbol of a new subnet's token.
pub(crate) fn symbol(state: &dyn StateRead, netuid: u16) -> String {
    let taken = taken(state);
    let is_free = |symbol: &String| !taken.contains(symbol);
    let own = symbols().nth(usize::from(netuid)).filter(is_free);
    own.or_else(|| symbols().skip(1).find(is_free)).or_else(|| symbols().next()).unwrap_or_default()
}

fn taken(state: &dyn StateRead) -> BTreeSet<String> {
    let subnets = subnets::netuids(state).into_iter().filter_map(|netuid| subnets::subnet(state, netuid));
    subnets.map(|subnet| subnet.symbol).collect()
}

/// Gives the token of a subnet another symbol.
///
/// # Errors
/// In this order: `SubnetDoesNotExist`, `BadOrigin`, `SymbolDoesNotExist`, `SymbolAlreadyInUse`.
pub(in crate::calls) fn update_symbol(
    state: &mut Overlay<'_>,
    origin: &AccountId,
    netuid: u16,
    symbol: &str,
) -> Result<Vec<Event>, CallError> {
    right_over(state, origin, netuid)?;
    if !symbols().any(|known| known == symbol) {
        return Err(CallError::SymbolDoesNotExist);
    }
    if taken(state).contains(symbol) {
        return Err(CallError::SymbolAlreadyInUse);
    }
    let mut subnet = subnets::subnet(state, netuid).unwrap_or_default();
    subnet.symbol = symbol.to_owned();
    subnets::put_subnet(state, netuid, &subnet);
    Ok(vec![Event::SymbolUpdated { netuid, symbol: symbol.to_owned() }])
}

#[cfg(test)]
mod tests {
    use super::symbols;
    use std::collections::BTreeSet;

    #[test]
    fn no_symbol_is_listed_twice() {
        let all: Vec<String> = symbols().collect();
        assert_eq!((all.len(), all.iter().collect::<BTreeSet<_>>().len()), (439, 439));
        assert_eq!((all[0].as_str(), all[1].as_str(), all[24].as_str()), ("Τ", "α", "ω"));
    }
}
