//! Joining by a snapshot: from honest nodes, and from every kind of liar.

use super::*;
use crate::{
    snapshot::{Chunk, Offer},
    sync::FETCH_PATIENCE_MS,
    testing::{Chain, Exchange},
};
use taonet_chain::{AuthoritySet, Tip, Turn, state::tree::Tree};

/// Long enough for the undo records of the last [`crate::snapshot::INTERVAL`] blocks.
const HISTORY: u64 = 60;

/// A chain of 130 blocks that changes its authorities at 40 and at 90; its blocks up to 70 are forgotten.
fn long_chain() -> Chain {
    let mut chain = Chain::new(4, HISTORY);
    chain.extend(39);
    chain.call_in(&[3, 4, 5, 6]);
    chain.extend(49);
    chain.call_in(&[7]);
    chain.extend(40);
    chain
}

fn restored(out: &[Outgoing]) -> Option<Tip> {
    out.iter().find_map(|outgoing| match outgoing {
        Outgoing::Restored(tip) => Some(tip.clone()),
        _ => None,
    })
}

#[test]
fn who_is_behind_all_blocks_gets_the_state_and_then_the_blocks_after_it() {
    let chain = long_chain();
    let tip = chain.store.tip();
    let mut net =
        Exchange::of([chain.store.clone(), chain.store.clone(), chain.empty_store(HISTORY)], &chain);
    net.run_until(|nodes| nodes[2].tip() == &tip);
    let newcomer = net.nodes[2].store();
    assert_eq!(Tree::of(newcomer).root(), tip.state_root);
    assert!(newcomer.block(100).is_none(), "the chain begins after block 100");
    assert!((101..=130).all(|height| newcomer.block(height) == chain.store.block(height)));
    assert_eq!(newcomer.turns(0, 9).iter().map(Turn::height).collect::<Vec<_>>(), [1, 40, 90, 100]);
    // And it can do for the next one what was done for it.
    let mut next = Exchange::of([newcomer.clone(), chain.empty_store(HISTORY)], &chain);
    next.run_until(|nodes| nodes[1].tip() == &tip);
}

#[test]
fn whoever_has_the_blocks_is_preferred() {
    let chain = long_chain();
    let mut archive = Chain::new(4, 1_000);
    archive.extend(39);
    archive.call_in(&[3, 4, 5, 6]);
    archive.extend(49);
    archive.call_in(&[7]);
    archive.extend(40);
    let tip = chain.store.tip();
    assert_eq!(archive.store.tip(), tip);
    let stores = [chain.store.clone(), chain.store.clone(), archive.store.clone(), chain.empty_store(1_000)];
    let mut net = Exchange::of(stores, &chain);
    net.run_until(|nodes| nodes[3].tip() == &tip);
    assert!(net.nodes[3].store().block(1).is_some(), "it has executed everything itself");
}

/// A follower at block 0 that is told by 1 and 2 that they are at 131, and the parts of the snapshot at 100.
struct Joining {
    stage: Stage,
    chain: Chain,
    offer: Offer,
    turns: Vec<Turn>,
    chunks: Vec<Chunk>,
}

fn joining(trust: Option<(u64, Hash)>) -> Joining {
    let chain = long_chain();
    let mut server = Stage::with(4, 4, chain.store.clone(), None);
    let mut ask = |message: Message| {
        server.step(Incoming::Connected(server.id(1)));
        server.receive(1, message);
        server.sent().pop().expect("an answer").1
    };
    let Message::Snapshot(offer) = ask(Message::Fetch(1)) else { panic!("an offer") };
    let Message::Turns(turns) = ask(Message::FetchTurns(1)) else { panic!("turns") };
    let first = *offer.wanted().first().expect("not empty");
    let Message::Chunks { chunks, .. } = ask(Message::FetchChunks { height: 100, first }) else {
        panic!("chunks")
    };
    assert_eq!(chunks.len(), offer.wanted().len(), "a small state fits into one answer");
    let mut stage = Stage::with(4, 4, chain.empty_store(HISTORY), trust);
    for peer in [1, 2] {
        stage.step(Incoming::Connected(stage.id(peer)));
    }
    stage.now += 10_000;
    stage.hear(1, 131);
    assert_eq!(stage.sent(), [(stage.id(1), Message::Fetch(1))]);
    Joining { stage, chain, offer: *offer, turns, chunks }
}

impl Joining {
    fn offered(&mut self, from: usize) {
        let offer = Box::new(self.offer.clone());
        assert_eq!(self.stage.receive(from, Message::Snapshot(offer)), Verdict::Accept);
    }

    fn turned(&mut self, from: usize) {
        assert_eq!(self.stage.receive(from, Message::Turns(self.turns.clone())), Verdict::Accept);
    }

    fn chunks(&self, spoil: impl FnOnce(&mut Vec<Chunk>)) -> Message {
        let mut chunks = self.chunks.clone();
        spoil(&mut chunks);
        Message::Chunks { height: 100, chunks }
    }

    /// What a lie must lead to: a rejection, and the same question to the other neighbour.
    fn refused(&mut self, name: &str, verdict: Verdict) {
        assert_eq!(verdict, Verdict::Reject(Offence::Snapshot), "{name}");
        assert_eq!(self.stage.replica.tip().height, 0, "{name}");
        self.stage.hear(2, 131);
        assert_eq!(self.stage.sent(), [(self.stage.id(2), Message::Fetch(1))], "{name}");
    }

    /// The other neighbour is honest.
    fn rescued(&mut self, name: &str) {
        self.offered(2);
        self.turned(2);
        let [(_, Message::FetchChunks { first, .. })] = self.stage.sent()[..] else { panic!("{name}") };
        let rest = self.chunks(|chunks| chunks.retain(|chunk| chunk.index >= first));
        assert_eq!(self.stage.receive(2, rest), Verdict::Accept, "{name}");
        assert_eq!(restored(&self.stage.out), Some(self.offer.tip()), "{name}");
        assert_eq!(self.stage.replica.tip(), &self.offer.tip(), "{name}");
    }
}

#[test]
fn every_lie_about_the_header_is_refused_before_anything_is_kept() {
    type Spoil = fn(&Chain, &mut Offer);
    let lies: [(&str, Spoil); 8] = [
        ("another state root", |_, offer| offer.turn.certified.header.state_root = Hash::ZERO),
        ("another chunk", |_, offer| offer.chunks[7] = Hash([7; 32])),
        ("too few chunks", |_, offer| offer.chunks.truncate(9)),
        ("another header", |_, offer| offer.turn.certified.header.timestamp_ms += 1),
        ("a forged signature", |_, offer| offer.turn.certified.certificate.signatures[0].1.0[0] ^= 1),
        ("nobody's signature", |_, offer| offer.turn.certified.certificate.signatures.clear()),
        ("other authorities after it", |_, offer| {
            offer.turn.authorities = AuthoritySet::equal([Chain::key(9).account()]);
        }),
        ("the certificate of a set gone by", |chain, offer| {
            let old = AuthoritySet::equal((0..4).map(|index| Chain::key(index).account()));
            let mut block = chain.store.block(100).expect("it is kept").block;
            block.header.authorities = chain.store.block(90).expect("it is kept").block.header.authorities;
            offer.turn.certified.certificate = chain.certify(&block, &old);
            offer.turn.certified.header = block.header;
        }),
    ];
    for (name, spoil) in lies {
        let mut joining = joining(None);
        let mut offer = joining.offer.clone();
        spoil(&joining.chain, &mut offer);
        let mut verdict = joining.stage.receive(1, Message::Snapshot(Box::new(offer)));
        // Honest turns do not lead to it, and asking for more of them does not help.
        while verdict == Verdict::Accept {
            let [(_, Message::FetchTurns(from))] = joining.stage.sent()[..] else { panic!("{name}") };
            let mut turns = joining.turns.clone();
            turns.retain(|turn| turn.height() >= from);
            verdict = joining.stage.receive(1, Message::Turns(turns));
        }
        joining.refused(name, verdict);
        assert_eq!(joining.stage.replica.store().snapshot(), None, "{name}");
        joining.rescued(name);
    }
}

#[test]
fn every_lie_about_the_way_to_the_header_is_refused() {
    type Spoil = fn(&mut Vec<Turn>);
    let lies: [(&str, Spoil); 4] = [
        ("nothing", Vec::clear),
        ("one is missing", |turns| drop(turns.remove(1))),
        ("a forged signature", |turns| turns[1].certified.certificate.signatures[0].1.0[0] ^= 1),
        ("other authorities", |turns| turns[1].authorities = AuthoritySet::equal([Chain::key(9).account()])),
    ];
    for (name, spoil) in lies {
        let mut joining = joining(None);
        joining.offered(1);
        assert_eq!(joining.stage.sent(), [(joining.stage.id(1), Message::FetchTurns(0))]);
        let mut turns = joining.turns.clone();
        spoil(&mut turns);
        let verdict = joining.stage.receive(1, Message::Turns(turns));
        joining.refused(name, verdict);
        joining.rescued(name);
    }
}

#[test]
fn every_lie_about_a_chunk_is_refused_and_what_was_right_is_kept() {
    type Spoil = fn(&mut Vec<Chunk>);
    let lies: [(&str, Spoil, usize); 7] = [
        ("nothing", Vec::clear, 0),
        ("another value", |chunks| chunks[3].entries[0].1.push(1), 3),
        ("an entry less", |chunks| drop(chunks[3].entries.pop()), 3),
        ("an entry more", |chunks| chunks[3].entries.push((vec![0], vec![0])), 3),
        ("another number", |chunks| chunks[3].index = chunks[4].index, 3),
        ("the same again", |chunks| chunks[3] = chunks[2].clone(), 3),
        ("not those asked for", |chunks| drop(chunks.remove(0)), 0),
    ];
    for (name, spoil, kept) in lies {
        let mut joining = joining(None);
        joining.offered(1);
        joining.turned(1);
        let lie = joining.chunks(spoil);
        let verdict = joining.stage.receive(1, lie);
        joining.refused(name, verdict);
        let snapshot = joining.stage.replica.store().snapshot().expect("it is being gathered");
        assert_eq!(snapshot.missing.len(), joining.chunks.len() - kept, "{name}");
        joining.rescued(name);
    }
}

#[test]
fn what_was_not_asked_for_is_ignored() {
    let mut joining = joining(None);
    let (offer, turns, chunks) = (joining.offer.clone(), joining.turns.clone(), joining.chunks(|_| ()));
    for message in [Message::Snapshot(Box::new(offer)), Message::Turns(turns), chunks.clone()] {
        assert_eq!(joining.stage.receive(2, message), Verdict::Ignore);
    }
    joining.offered(1);
    assert_eq!(joining.stage.receive(1, chunks), Verdict::Ignore, "not yet");
}

#[test]
fn late_answers_to_earlier_questions_are_no_lies() {
    let mut joining = joining(None);
    joining.offered(1);
    joining.turned(1);
    let half = joining.chunks(|chunks| chunks.truncate(chunks.len() / 2));
    let (offer, turns) = (joining.offer.clone(), joining.turns.clone());
    assert_eq!(joining.stage.receive(1, half.clone()), Verdict::Accept);
    for late in [Message::Snapshot(Box::new(offer)), Message::Turns(turns), half] {
        assert_eq!(joining.stage.receive(1, late), Verdict::Ignore);
    }
    let rest = joining.chunks(|chunks| drop(chunks.drain(..chunks.len() / 2)));
    assert_eq!(joining.stage.receive(1, rest), Verdict::Accept);
    assert_eq!(restored(&joining.stage.out), Some(joining.offer.tip()));
}

#[test]
fn a_server_that_stalls_is_left_and_nothing_is_fetched_twice() {
    let mut joining = joining(None);
    joining.offered(1);
    joining.turned(1);
    let half = joining.chunks(|chunks| chunks.truncate(chunks.len() / 2));
    joining.stage.receive(1, half);
    assert!(matches!(joining.stage.sent()[..], [(_, Message::FetchChunks { .. })]), "the rest");
    joining.stage.hear(2, 131);
    joining.stage.now += FETCH_PATIENCE_MS;
    joining.stage.step(Incoming::Wake(Timer::Heartbeat));
    assert!(joining.stage.sent().contains(&(joining.stage.id(2), Message::Fetch(1))));
    joining.offered(2);
    joining.turned(2);
    let rest = joining.chunks[joining.chunks.len() / 2].index;
    assert_eq!(
        joining.stage.sent(),
        [(joining.stage.id(2), Message::FetchChunks { height: 100, first: rest })]
    );
    // A restart in between changes nothing about that.
    let store = joining.stage.replica.store().clone();
    joining.stage = Stage::with(4, 4, store, None);
    joining.stage.step(Incoming::Connected(joining.stage.id(2)));
    joining.stage.now += 10_000;
    joining.stage.hear(2, 131);
    joining.rescued("after a restart");
}

#[test]
fn from_a_trusted_block_the_way_before_it_does_not_matter() {
    let chain = long_chain();
    let id = chain.store.block(95).expect("it is kept").block.id();
    let mut joining = joining(Some((95, id)));
    joining.offered(1);
    assert_eq!(joining.stage.sent(), [(joining.stage.id(1), Message::FetchTurns(95))]);
    let mut server = Stage::with(4, 4, chain.store.clone(), None);
    server.step(Incoming::Connected(server.id(1)));
    server.receive(1, Message::FetchTurns(95));
    let [(_, Message::Turns(turns))] = &server.sent()[..] else { panic!("turns") };
    assert_eq!(turns.iter().map(Turn::height).collect::<Vec<_>>(), [95]);
    assert_eq!(joining.stage.receive(1, Message::Turns(turns.clone())), Verdict::Accept);
    let all = joining.chunks(|_| ());
    joining.stage.receive(1, all);
    assert_eq!(joining.stage.replica.tip(), &joining.offer.tip());
    let kept = joining.stage.replica.store().turns(0, 9);
    assert_eq!(kept.iter().map(Turn::height).collect::<Vec<_>>(), [95, 100]);
    // Whoever wants to know how the authorities came about from the genesis on must ask somebody else.
    joining.stage.receive(2, Message::FetchTurns(1));
    assert_eq!(joining.stage.sent(), []);
}

#[test]
fn another_chain_than_the_trusted_one_is_refused() {
    let mut joining = joining(Some((95, Hash([9; 32]))));
    joining.offered(1);
    let mut server = Stage::with(4, 4, joining.chain.store.clone(), None);
    server.step(Incoming::Connected(server.id(1)));
    server.receive(1, Message::FetchTurns(95));
    let [(_, Message::Turns(turns))] = &server.sent()[..] else { panic!("turns") };
    let verdict = joining.stage.receive(1, Message::Turns(turns.clone()));
    joining.refused("another chain", verdict);
}

#[test]
fn a_snapshot_before_the_trusted_block_is_of_no_use() {
    let mut joining = joining(Some((120, Hash([9; 32]))));
    joining.offered(1);
    assert_eq!(joining.stage.sent(), []);
    assert_eq!(joining.stage.replica.store().snapshot(), None);
}

/// The height of the snapshot that a node with the store of `chain` offers to who asks for block 1.
fn offered_by(chain: &mut Chain) -> u64 {
    let asker = NodeId::default();
    let store = chain.store.clone();
    let mut out = Vec::new();
    let mut server =
        Replica::open(chain.config(Keypair::from_seed([1; 32])), store, NOW, &mut out).expect("sound");
    server.step(NOW, Incoming::Connected(asker), &mut out);
    server.step(NOW, Incoming::Received { from: asker, message: Message::Fetch(1) }, &mut out);
    chain.store = server.into_store();
    let offered = |outgoing: &Outgoing| match outgoing {
        Outgoing::Send { message: Message::Snapshot(offer), .. } => Some(offer.height()),
        _ => None,
    };
    out.iter().find_map(offered).expect("an offer")
}

#[test]
fn one_copy_of_the_state_serves_all_until_it_is_too_old() {
    let mut chain = Chain::bare(120);
    chain.extend(230);
    assert_eq!(offered_by(&mut chain), 200, "of a round height, as those of others");
    chain.extend(469);
    assert_eq!(offered_by(&mut chain), 200, "once for all");
    chain.extend(1);
    assert_eq!(offered_by(&mut chain), 700);
}

#[test]
fn who_keeps_next_to_nothing_offers_the_state_of_now() {
    let mut chain = Chain::bare(3);
    chain.extend(130);
    assert_eq!(offered_by(&mut chain), 130);
}
