//! The store against the chain in memory, and against everything that happens to disks and directories.

mod crashes;
mod snapshot;

use super::{columns::FORMAT, *};
use std::{fs, path::PathBuf};
use taonet_chain::{
    Body, Call, Certificate, DevOptions, Hash, Keypair, Transaction, memory::MemoryChain, state::StateRead,
};
use taonet_subnets::amount::Tao;

fn genesis(id: &str) -> Genesis {
    Genesis::dev(DevOptions { id: id.into(), authorities: 1, ..DevOptions::default() })
}

/// A directory with a store, and the same chain in memory.
struct Rig {
    dir: tempfile::TempDir,
    chain: MemoryChain,
}

impl Rig {
    fn new() -> Rig {
        let dir = tempfile::tempdir().expect("a folder");
        Rig { dir, chain: MemoryChain::new(&genesis("store-test")).expect("a genesis") }
    }

    fn database(&self) -> PathBuf {
        self.dir.path().join("db")
    }

    fn open(&self) -> RocksStore {
        self.open_with(History::Archive).expect("a store")
    }

    fn open_with(&self, history: History) -> Result<RocksStore, StoreError> {
        RocksStore::open(&self.database(), &genesis("store-test"), history)
    }

    /// Commits a block with a transfer to the store and to the chain in memory.
    fn commit(&mut self, store: &mut RocksStore, log: &[Record]) -> CommittedBlock {
        let transfer = self.transfer();
        let (block, outcome) = self.chain.produce(vec![transfer]);
        let height = block.header.height;
        let certificate = Certificate { height, round: 0, value: block.id(), signatures: Vec::new() };
        let committed = CommittedBlock { block, certificate };
        store.commit(&committed, &outcome, log);
        committed
    }

    fn transfer(&self) -> Transaction {
        let alice = Keypair::from_uri("//Alice").expect("a key");
        let nonce = taonet_chain::ledger::accounts::nonce(&self.chain.state, &alice.account());
        let to = Keypair::from_seed([9; 32]).account();
        let call = Call::Transfer { to, amount: Tao::whole(1) };
        let genesis = self.chain.genesis();
        let (signer, tip) = (alice.account(), Tao::ZERO);
        let body = Body { signer, nonce, genesis, valid_from: 0, valid_until: u64::MAX, tip, call };
        Transaction::sign(&alice, body)
    }

    fn assert_same(&self, store: &RocksStore) {
        assert_eq!(store.tip(), self.chain.tip);
        assert!(store.scan(&[]).eq(self.chain.state.scan(&[])), "the states differ");
    }
}

#[test]
fn what_is_committed_is_there_after_reopening() {
    let mut rig = Rig::new();
    let mut store = rig.open();
    rig.assert_same(&store);
    let blocks: Vec<CommittedBlock> = (0..5).map(|_| rig.commit(&mut store, &[Record::Start])).collect();
    rig.assert_same(&store);
    drop(store);
    let store = rig.open();
    rig.assert_same(&store);
    assert_eq!(store.log(), [Record::Start]);
    for block in blocks {
        assert_eq!(store.block(block.block.header.height), Some(block));
    }
    assert_eq!((store.block(0), store.block(6)), (None, None));
}

#[test]
fn the_log_grows_and_is_replaced_by_a_commit() {
    let mut rig = Rig::new();
    let mut store = rig.open();
    [Record::Observing, Record::Joined, Record::Start].iter().for_each(|record| store.append(record));
    store.sync();
    drop(store);
    let mut store = rig.open();
    store.append(&Record::Joined);
    assert_eq!(store.log(), [Record::Observing, Record::Joined, Record::Start, Record::Joined]);
    rig.commit(&mut store, &[Record::Start]);
    assert_eq!(store.log(), [Record::Start]);
    rig.commit(&mut store, &[]);
    assert_eq!(store.log(), []);
}

#[test]
fn a_killed_process_loses_nothing() {
    let mut rig = Rig::new();
    let mut store = rig.open();
    for _ in 0..3 {
        rig.commit(&mut store, &[]);
        store.append(&Record::Start);
    }
    let killed = tempfile::tempdir().expect("a folder");
    copy(&rig.database(), killed.path());
    let survived =
        RocksStore::open(killed.path(), &genesis("store-test"), History::Archive).expect("a whole store");
    rig.assert_same(&survived);
    assert_eq!(survived.log(), [Record::Start]);
}

#[test]
fn old_blocks_and_undo_records_are_forgotten_and_an_archive_forgets_nothing() {
    let mut rig = Rig::new();
    let mut store = rig.open_with(History::Blocks(1)).expect("a store");
    let blocks: Vec<CommittedBlock> = (0..BLOCKS_PER_UNDO + 2).map(|_| rig.commit(&mut store, &[])).collect();
    let undo =
        |height: u64| store.database.get::<Changes>(Column::Undo, &height.to_be_bytes()).expect("readable");
    let last = rig.chain.tip.height;
    assert_eq!((undo(last).is_some(), undo(last - 1).is_some()), (true, false));
    let reader = store.reader();
    let known = |block: &CommittedBlock| {
        let transaction = block.block.transactions[0].id();
        reader.read(|view| {
            let results = view.results(block.block.header.height)?.is_some();
            let found =
                (view.height_of(&block.block.id())?.is_some(), view.place_of(&transaction)?.is_some());
            Ok::<_, StoreError>((results, found.0, found.1))
        })
    };
    assert_eq!(known(&blocks[1]), Ok((false, false, false)));
    assert_eq!(known(&blocks[2]), Ok((true, true, true)));
    drop(store);

    let mut rig = Rig::new();
    let mut store = rig.open();
    let first = rig.commit(&mut store, &[]);
    (0..BLOCKS_PER_UNDO + 2).for_each(|_| drop(rig.commit(&mut store, &[])));
    assert_eq!(store.block(1), Some(first));
}

#[test]
fn undo_records_take_blocks_back() {
    let mut rig = Rig::new();
    let mut store = rig.open();
    rig.commit(&mut store, &[]);
    let before = rig.chain.state.clone();
    rig.commit(&mut store, &[]);
    let undo: Changes =
        store.database.get(Column::Undo, &2u64.to_be_bytes()).expect("readable").expect("there");
    let mut state = rig.chain.state.clone();
    state.apply(&undo);
    assert_eq!(state, before);
}

#[test]
fn a_reader_sees_one_block_while_others_are_committed() {
    let mut rig = Rig::new();
    let mut store = rig.open();
    let first = rig.commit(&mut store, &[]);
    let reader = store.reader();
    let seen = reader.read(|view| {
        rig.commit(&mut store, &[]);
        let transaction = first.block.transactions[0].id();
        let place = view.place_of(&transaction)?;
        Ok::<_, StoreError>((
            view.tip()?.height,
            place,
            view.results(1)?.map(|results| results.receipts.len()),
        ))
    });
    assert_eq!(seen, Ok((1, Some(Place { height: 1, position: 0 }), Some(1))));
    assert_eq!(reader.read(|view| Ok::<_, StoreError>(view.tip()?.height)), Ok(2));
}

#[test]
fn another_networks_directory_is_refused() {
    let rig = Rig::new();
    drop(rig.open());
    let error =
        RocksStore::open(&rig.database(), &genesis("other"), History::Archive).err().expect("refused");
    let StoreError::OtherNetwork { found, expected, .. } = &error else { panic!("{error}") };
    assert_eq!((*found, *expected), (genesis("store-test").hash(), genesis("other").hash()));
    assert_eq!(error.exit_code(), 78);
    rig.assert_same(&rig.open());
}

#[test]
fn another_format_is_refused() {
    let rig = Rig::new();
    let store = rig.open();
    let mut batch = WriteBatch::default();
    batch.put_cf(store.database.column(Column::Meta).expect("meta"), meta::FORMAT, encode(&(FORMAT + 1)));
    store.database.write(batch).expect("written");
    drop(store);
    let error = rig.open_with(History::Archive).err().expect("refused");
    assert!(matches!(error, StoreError::OtherFormat { found, .. } if found == FORMAT + 1), "{error}");
    assert_eq!(error.exit_code(), 74);
}

#[test]
fn an_unfinished_creation_is_begun_again() {
    let rig = Rig::new();
    let unfinished = rig.dir.path().join("db.new");
    fs::create_dir(&unfinished).expect("created");
    fs::write(unfinished.join("CURRENT"), "half").expect("written");
    rig.assert_same(&rig.open());
    assert!(!unfinished.exists());
}

#[test]
fn a_log_that_is_lost_after_a_kill_is_noticed() {
    let mut rig = Rig::new();
    let mut store = rig.open();
    rig.commit(&mut store, &[Record::Start]);
    store.sync();
    let killed = tempfile::tempdir().expect("a folder");
    copy(&rig.database(), killed.path());
    damage(killed.path(), ".log", |path| fs::remove_file(path).expect("removed"));
    let error = RocksStore::open(killed.path(), &genesis("store-test"), History::Archive).err();
    let error = error.expect("refused");
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
    assert_eq!(error.exit_code(), 74);
}

/// What a kill leaves behind: the files as they are, with nobody closing them.
fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("files") {
        let entry = entry.expect("a file");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
    }
}

/// Damages every file whose name starts or ends with `part`.
fn damage(dir: &Path, part: &str, how: impl Fn(&Path)) {
    let files = fs::read_dir(dir).expect("files").map(|entry| entry.expect("a file").path());
    let named = |path: &PathBuf| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        name.starts_with(part) || name.ends_with(part)
    };
    let damaged: Vec<PathBuf> = files.filter(named).collect();
    assert!(!damaged.is_empty(), "there is no {part}");
    damaged.iter().for_each(|path| how(path));
}

fn scramble(path: &Path) {
    let mut bytes = fs::read(path).expect("readable");
    let middle = bytes.len() / 4..bytes.len() / 2;
    bytes[middle].iter_mut().for_each(|byte| *byte ^= 0x5a);
    fs::write(path, bytes).expect("written");
}

/// A store with a few blocks, in files of every kind.
fn filled() -> Rig {
    let mut rig = Rig::new();
    for _ in 0..2 {
        // Opening writes what is in the log of the last time into tables.
        let mut store = rig.open();
        (0..20).for_each(|_| drop(rig.commit(&mut store, &[Record::Start])));
    }
    rig
}

#[test]
fn damaged_files_are_noticed_when_opening() {
    type Damage = (&'static str, &'static str, fn(&Path));
    let damages: [Damage; 6] = [
        ("CURRENT is gone", "CURRENT", |path| fs::remove_file(path).expect("removed")),
        ("CURRENT is garbage", "CURRENT", |path| fs::write(path, "garbage").expect("written")),
        ("MANIFEST is gone", "MANIFEST-", |path| fs::remove_file(path).expect("removed")),
        ("MANIFEST is scrambled", "MANIFEST-", scramble),
        ("the log is scrambled", ".log", scramble),
        ("the log is gone", ".log", |path| fs::remove_file(path).expect("removed")),
    ];
    for (name, part, how) in damages {
        let rig = filled();
        damage(&rig.database(), part, how);
        let error = rig.open_with(History::Archive).err().unwrap_or_else(|| panic!("{name}: not noticed"));
        assert!(matches!(error, StoreError::Corrupt { .. }), "{name}: {error}");
        assert_eq!(error.exit_code(), 74);
        assert!(error.remedy().contains("sync"), "{}", error.remedy());
    }
}

#[test]
fn damaged_tables_are_noticed_when_read_and_never_give_wrong_answers() {
    let rig = filled();
    damage(&rig.database(), ".sst", scramble);
    let store = match rig.open_with(History::Archive) {
        Ok(store) => store,
        Err(error) => return assert!(matches!(error, StoreError::Corrupt { .. }), "{error}"),
    };
    let read = store.reader().read(|view| {
        let _entries = view.scan(&[]).count();
        Ok::<_, StoreError>(())
    });
    assert!(matches!(read, Err(StoreError::Corrupt { .. })), "{read:?}");
    let unwound =
        panic::catch_unwind(panic::AssertUnwindSafe(|| store.scan(&[]).count())).expect_err("fatal");
    assert!(matches!(unwound.downcast_ref(), Some(StoreError::Corrupt { .. })));
}

#[test]
fn an_unknown_hash_is_nowhere() {
    let rig = Rig::new();
    let reader = rig.open().reader();
    let nowhere = reader.read(|view| {
        Ok::<_, StoreError>((view.height_of(&Hash::ZERO)?, view.place_of(&Hash::ZERO)?, view.block(7)?))
    });
    assert_eq!(nowhere, Ok((None, None, None)));
}
