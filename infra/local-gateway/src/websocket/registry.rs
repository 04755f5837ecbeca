//! The connections, by id. One can be found from the moment `$connect` has accepted it until its end begins;
//! before and after that, it is gone for everybody but who waits for the end.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::connection::Connection;

/// The connections that have not ended.
#[derive(Default)]
pub(crate) struct Registry(Mutex<Connections>);

#[derive(Default)]
struct Connections {
    open: HashMap<String, Arc<Connection>>,
    ending: HashMap<String, Arc<Connection>>,
}

impl Registry {
    pub(crate) fn insert(&self, connection: Arc<Connection>) {
        self.lock().open.insert(connection.id().to_owned(), connection);
    }

    pub(crate) fn find(&self, id: &str) -> Option<Arc<Connection>> {
        self.lock().open.get(id).cloned()
    }

    /// Lets nobody find the connection any more; `None` if that was so already.
    pub(crate) fn begin_end(&self, id: &str) -> Option<Arc<Connection>> {
        let mut connections = self.lock();
        let connection = connections.open.remove(id)?;
        connections.ending.insert(id.to_owned(), Arc::clone(&connection));
        Some(connection)
    }

    /// Forgets a connection whose `$disconnect` is done.
    pub(crate) fn forget(&self, id: &str) {
        self.lock().ending.remove(id);
    }

    /// Those that are open, and those whose end is under way.
    pub(crate) fn all(&self) -> Vec<Arc<Connection>> {
        let connections = self.lock();
        connections.open.values().chain(connections.ending.values()).cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Connections> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
