//! Who is here: connections and requests by the address they come from.
//!
//! Rules:
//! 1. One address has a share of the connections and of the requests, so that nobody can keep all others out.
//! 2. On loopback nobody has a share: all programs of this computer come from one address, the neurons of a whole
//!    network among them, and they are the operator's.
//! 3. A stream is a request in progress until it ends, and a connection is idle while none is.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::watch, time::timeout};

/// Connections from one address: a computer with some dozens of neurons and tools. Whoever wants to keep others out
/// needs sixteen addresses, and the idle time to be busy on all of them.
pub(super) const MAX_CONNECTIONS_PER_ADDRESS: usize = 32;
/// Requests in progress from one address, streams included: a quarter of all streams there may be.
pub(super) const MAX_REQUESTS_PER_ADDRESS: usize = 64;

/// Everybody who is here. The list is as long as there are connections, at most.
#[derive(Debug, Default)]
pub(super) struct Visitors(Mutex<BTreeMap<IpAddr, Share>>);

/// What one address takes.
#[derive(Debug, Default)]
struct Share {
    connections: usize,
    requests: usize,
}

impl Visitors {
    /// Counts a connection from `address`; `None` when its share is used up.
    pub(super) fn admit(self: &Arc<Visitors>, address: IpAddr) -> Option<Arc<Visit>> {
        let address = sharer(address);
        if let Some(address) = address {
            let mut all = self.lock();
            let share = all.entry(address).or_default();
            if share.connections >= MAX_CONNECTIONS_PER_ADDRESS {
                return None;
            }
            share.connections += 1;
        }
        let (in_progress, _) = watch::channel(0);
        Some(Arc::new(Visit { visitors: Arc::clone(self), address, in_progress }))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<IpAddr, Share>> {
        // Between two statements all counts are right.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The address that a visitor's share is counted for; a home network of IPv6 has 2^64 of them.
fn sharer(address: IpAddr) -> Option<IpAddr> {
    let address = address.to_canonical();
    match address {
        address if address.is_loopback() => None,
        IpAddr::V4(_) => Some(address),
        IpAddr::V6(address) => Some(Ipv6Addr::from(u128::from(address) & !u128::from(u64::MAX)).into()),
    }
}

/// A connection, counted until this and all its requests are gone.
#[derive(Debug)]
pub(super) struct Visit {
    visitors: Arc<Visitors>,
    address: Option<IpAddr>,
    in_progress: watch::Sender<usize>,
}

impl Visit {
    /// Counts a request; `None` when the share of the address is used up.
    pub(super) fn begin(self: &Arc<Visit>) -> Option<Place> {
        if let Some(address) = self.address {
            let mut all = self.visitors.lock();
            let share = all.entry(address).or_default();
            if share.requests >= MAX_REQUESTS_PER_ADDRESS {
                return None;
            }
            share.requests += 1;
        }
        self.in_progress.send_modify(|count| *count += 1);
        Some(Place(Arc::clone(self)))
    }

    /// Waits until nothing has been in progress for so long.
    pub(super) async fn idle_for(&self, time: Duration) {
        let mut in_progress = self.in_progress.subscribe();
        loop {
            // The sender is here, so there is always something to wait for.
            let _ = in_progress.wait_for(|count| *count == 0).await;
            if timeout(time, in_progress.changed()).await.is_err() {
                return;
            }
        }
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let Some(address) = self.address else { return };
        let mut all = self.visitors.lock();
        if let Some(share) = all.get_mut(&address) {
            share.connections = share.connections.saturating_sub(1);
            if share.connections == 0 {
                all.remove(&address);
            }
        }
    }
}

/// A request in progress.
#[derive(Debug)]
pub(super) struct Place(Arc<Visit>);

impl Drop for Place {
    fn drop(&mut self) {
        let visit = &self.0;
        visit.in_progress.send_modify(|count| *count = count.saturating_sub(1));
        let Some(address) = visit.address else { return };
        if let Some(share) = visit.visitors.lock().get_mut(&address) {
            share.requests = share.requests.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admit(visitors: &Arc<Visitors>, address: &str, count: usize) -> Vec<Arc<Visit>> {
        let address = address.parse().expect("an address");
        (0..count).map_while(|_| visitors.admit(address)).collect()
    }

    #[test]
    fn one_address_has_a_share_of_the_connections_and_gets_it_back() {
        let visitors = Arc::new(Visitors::default());
        let all = admit(&visitors, "192.0.2.1", 100);
        assert_eq!(all.len(), MAX_CONNECTIONS_PER_ADDRESS);
        assert_eq!(admit(&visitors, "::ffff:192.0.2.1", 1).len(), 0, "the same address in other words");
        assert_eq!(admit(&visitors, "192.0.2.2", 1).len(), 1, "a neighbour has one of its own");
        drop(all);
        assert!(visitors.lock().is_empty(), "nobody is remembered who has left");
    }

    #[test]
    fn a_network_of_ipv6_shares_and_loopback_does_not() {
        let visitors = Arc::new(Visitors::default());
        let held = admit(&visitors, "2001:db8::1", MAX_CONNECTIONS_PER_ADDRESS);
        assert!(visitors.admit("2001:db8::ffff:0:0:1".parse().expect("an address")).is_none());
        assert!(visitors.admit("2001:db8:0:1::1".parse().expect("an address")).is_some());
        for here in ["127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(admit(&visitors, here, 100).len(), 100, "{here}");
        }
        drop(held);
    }

    #[test]
    fn the_requests_of_all_connections_of_an_address_count() {
        let visitors = Arc::new(Visitors::default());
        let (one, two) = (admit(&visitors, "192.0.2.1", 1), admit(&visitors, "192.0.2.1", 1));
        let mut places: Vec<Place> = (0..100).map_while(|_| one[0].begin()).collect();
        assert_eq!(places.len(), MAX_REQUESTS_PER_ADDRESS);
        assert!(two[0].begin().is_none());
        places.pop();
        assert!(two[0].begin().is_some());
    }
}
