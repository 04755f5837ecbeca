//! The directory where everything that must survive a restart lives.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// What is kept in it, and removed by `--fresh`: never the directory itself, which may hold what is not ours.
const DATABASE: &str = "dynamodb.db";
const STATE: &str = "state.db";
const ISSUER: &str = "issuer";
const OBJECTS: &str = "objects";
const KEYS: &str = "keys";
const LOCK: &str = "lock";

/// The directory, held by this process alone.
pub(crate) struct Data {
    directory: PathBuf,
    _lock: File,
}

impl Data {
    /// Opens the directory, emptied of an earlier run's data if `fresh`.
    pub(crate) fn open(directory: &Path, fresh: bool) -> Result<Self> {
        let context = || format!("data directory {}", directory.display());
        std::fs::create_dir_all(directory).with_context(context)?;
        let lock = File::create(directory.join(LOCK)).with_context(context)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!(
                "{} is in use by another local cloud: end it, or choose another with --data",
                directory.display()
            ),
            Err(TryLockError::Error(error)) => return Err(error).with_context(context),
        }
        let data = Self { directory: directory.to_owned(), _lock: lock };
        if fresh {
            data.clear().with_context(context)?;
        }
        Ok(data)
    }

    /// DynamoDB's file.
    pub(crate) fn database(&self) -> PathBuf {
        self.directory.join(DATABASE)
    }

    /// The file of what the local cloud itself remembers.
    pub(crate) fn state(&self) -> PathBuf {
        self.directory.join(STATE)
    }

    /// The issuer's directory.
    pub(crate) fn issuer(&self) -> Result<PathBuf> {
        let directory = self.directory.join(ISSUER);
        std::fs::create_dir_all(&directory)?;
        Ok(directory)
    }

    /// The directory of what S3's objects hold.
    pub(crate) fn objects(&self) -> PathBuf {
        self.directory.join(OBJECTS)
    }

    /// The directory of KMS's private keys.
    pub(crate) fn keys(&self) -> PathBuf {
        self.directory.join(KEYS)
    }

    fn clear(&self) -> Result<()> {
        for file in [DATABASE, STATE] {
            for suffix in ["", "-wal", "-shm"] {
                remove(std::fs::remove_file(self.directory.join(format!("{file}{suffix}"))))?;
            }
        }
        remove(std::fs::remove_dir_all(self.objects()))?;
        remove(std::fs::remove_dir_all(self.keys()))?;
        remove(std::fs::remove_dir_all(self.directory.join(ISSUER)))
    }
}

fn remove(result: std::io::Result<()>) -> Result<()> {
    match result {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
