//! What the tests of this crate share: dev keys, a dev chain, and calls without signatures.

use crate::{
    AccountId, BlockContext, Body, Call, CallError, DevOptions, Event, Genesis, Keypair, Transaction,
    dispatch,
    ledger::accounts,
    memory::MemoryChain,
    state::{MemoryState, Overlay},
};
use taonet_subnets::amount::Tao;

pub(crate) fn key(uri: &str) -> Keypair {
    Keypair::from_uri(uri).expect("a URI")
}

pub(crate) fn account(uri: &str) -> AccountId {
    key(uri).account()
}

/// A dev chain at block 0.
pub(crate) fn chain() -> MemoryChain {
    MemoryChain::new(&Genesis::dev(DevOptions::default())).expect("the preset builds")
}

/// The state of a dev chain at block 0.
pub(crate) fn dev_state() -> MemoryState {
    chain().state
}

/// The next transaction of a signer, not yet signed.
pub(crate) fn body(chain: &MemoryChain, signer: &str, call: Call) -> Body {
    let nonce = accounts::nonce(&chain.state, &account(signer));
    let (genesis, tip) = (chain.genesis(), Tao::ZERO);
    Body { signer: account(signer), nonce, genesis, valid_from: 0, valid_until: 100_000, tip, call }
}

/// The next transaction of a signer.
pub(crate) fn signed(chain: &MemoryChain, signer: &str, call: Call) -> Transaction {
    Transaction::sign(&key(signer), body(chain, signer, call))
}

/// The block in which calls without a chain are executed; //Bob is its author.
pub(crate) fn block(number: u64) -> BlockContext {
    BlockContext { number, author: Some(account("//Bob")), parent_hash: Default::default() }
}

/// Executes a call of `signer` in block `number`.
pub(crate) fn call(
    state: &mut Overlay<'_>,
    number: u64,
    signer: &str,
    call: &Call,
) -> Result<Vec<Event>, CallError> {
    dispatch(state, &block(number), &account(signer), call)
}

/// How a row of a table changes the state before its call.
pub(crate) type Setup = fn(&mut Overlay<'_>);

/// One row: what is wrong, how the state comes to be so, who calls what, and the error.
pub(crate) type Row = (&'static str, Setup, &'static str, Call, CallError);

/// Checks that each row's call fails in block `number` with its error and leaves no trace.
pub(crate) fn check_errors(number: u64, rows: Vec<Row>) {
    let base = dev_state();
    for (name, setup, signer, failing, error) in rows {
        let mut before = Overlay::new(&base);
        setup(&mut before);
        let mut after = Overlay::new(&base);
        setup(&mut after);
        assert_eq!(call(&mut after, number, signer, &failing), Err(error), "{name}");
        assert_eq!(after.into_changes(), before.into_changes(), "{name} leaves a trace");
    }
}
