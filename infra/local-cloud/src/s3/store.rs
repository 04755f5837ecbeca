//! Objects at rest: a row for what is known of each, a file for what it holds.
//!
//! Owns both. A file is written under a name that nobody has used; only then does a row come to name it. Files that no
//! row names are what an interrupted request left, and go at the next start.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use uuid::Uuid;

use super::object::Object;
use super::tags::Tags;
use crate::state::State;

/// The files and the rows.
#[derive(Clone)]
pub(super) struct Store {
    directory: Arc<Path>,
    state: State,
}

/// Whether an object may take its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Only {
    /// In any case.
    Always,
    /// If there is none yet.
    IfNone,
    /// If the one that is there has this ETag.
    IfMatch(String),
}

/// Why an object did not take its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// What stands there is not what was expected.
    Condition,
    /// There is nothing there, and something was expected.
    Missing,
}

/// A file that is removed again unless an object comes to hold it.
pub(super) struct Draft {
    pub(super) path: PathBuf,
    pub(super) name: String,
    kept: bool,
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            remove(&self.path);
        }
    }
}

impl Store {
    pub(super) async fn open(directory: &Path, state: State) -> Result<Self> {
        std::fs::create_dir_all(directory)
            .with_context(|| format!("cannot create {}", directory.display()))?;
        let named: BTreeSet<String> = state
            .transact(|tx| {
                let mut select = tx.prepare("SELECT file FROM objects")?;
                let files = select.query_map([], |row| row.get(0))?;
                Ok(files.collect::<rusqlite::Result<_>>()?)
            })
            .await?;
        for entry in std::fs::read_dir(directory)? {
            let entry = entry?;
            if !entry.file_name().to_str().is_some_and(|name| named.contains(name)) {
                remove(&entry.path());
            }
        }
        Ok(Self { directory: directory.into(), state })
    }

    /// A name for a new file.
    pub(super) fn draft(&self) -> Draft {
        let name = Uuid::new_v4().simple().to_string();
        Draft { path: self.directory.join(&name), name, kept: false }
    }

    /// A second name for what an object holds; none if the object is gone meanwhile.
    pub(super) async fn duplicate(&self, object: &Object) -> Result<Option<Draft>> {
        let (from, draft) = (self.directory.join(&object.file), self.draft());
        tokio::task::spawn_blocking(move || match std::fs::hard_link(&from, &draft.path) {
            Ok(()) => Ok(Some(draft)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).context("cannot copy an object"),
        })
        .await?
    }

    /// What is known of an object.
    pub(super) async fn find(&self, bucket: &str, key: &str) -> Result<Option<Object>> {
        let (bucket, key) = (bucket.to_owned(), key.to_owned());
        self.state.transact(move |tx| find(tx, &bucket, &key)).await
    }

    /// An object with what it holds, which stays readable whatever becomes of the object.
    pub(super) async fn read(&self, bucket: &str, key: &str) -> Result<Option<(Object, File)>> {
        let (bucket, key, directory) = (bucket.to_owned(), key.to_owned(), Arc::clone(&self.directory));
        let found = move |tx: &Transaction<'_>| {
            let Some(object) = find(tx, &bucket, &key)? else {
                return Ok(None);
            };
            let file = File::open(directory.join(&object.file)).context("an object's file is missing")?;
            Ok(Some((object, file)))
        };
        self.state.transact(found).await
    }

    /// Puts an object in its place, all of it or nothing.
    pub(super) async fn put(
        &self,
        bucket: &str,
        key: &str,
        object: Object,
        mut draft: Draft,
        only: Only,
    ) -> Result<Result<(), Refused>> {
        let (bucket, key) = (bucket.to_owned(), key.to_owned());
        let put = move |tx: &Transaction<'_>| {
            let there = find(tx, &bucket, &key)?;
            match (&only, &there) {
                (Only::IfNone, Some(_)) => return Ok(Err(Refused::Condition)),
                (Only::IfMatch(_), None) => return Ok(Err(Refused::Missing)),
                (Only::IfMatch(etag), Some(there)) if *etag != there.etag => {
                    return Ok(Err(Refused::Condition));
                }
                _ => {}
            }
            tx.execute(
                "INSERT OR REPLACE INTO objects (bucket, key, file, size, etag, modified_at, details)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    bucket,
                    key,
                    object.file,
                    i64::try_from(object.size)?,
                    object.etag,
                    object.modified_at,
                    serde_json::to_string(&object.details)?
                ],
            )?;
            Ok(Ok(there))
        };
        match self.state.transact(put).await? {
            Ok(replaced) => {
                draft.kept = true;
                self.forget(replaced.as_slice());
                Ok(Ok(()))
            }
            Err(refused) => Ok(Err(refused)),
        }
    }

    /// Gives an object other tags; false if it is gone.
    pub(super) async fn tag(&self, bucket: &str, key: &str, tags: Tags) -> Result<bool> {
        let (bucket, key) = (bucket.to_owned(), key.to_owned());
        let tag = move |tx: &Transaction<'_>| {
            let Some(object) = find(tx, &bucket, &key)? else {
                return Ok(false);
            };
            let details = serde_json::to_string(&super::object::Details { tags, ..object.details })?;
            tx.execute(
                "UPDATE objects SET details = ?3 WHERE bucket = ?1 AND key = ?2",
                params![bucket, key, details],
            )?;
            Ok(true)
        };
        self.state.transact(tag).await
    }

    /// Removes an object, if it is there.
    pub(super) async fn delete(&self, bucket: &str, key: &str) -> Result<()> {
        let keys = vec![key.to_owned()];
        self.delete_if(bucket, keys, |_| true).await.map(|_| ())
    }

    /// Removes those objects of which something still holds; how many they were.
    pub(super) async fn delete_if(
        &self,
        bucket: &str,
        keys: Vec<String>,
        holds: impl Fn(&Object) -> bool + Send + 'static,
    ) -> Result<usize> {
        let bucket = bucket.to_owned();
        let delete = move |tx: &Transaction<'_>| {
            let mut gone = Vec::new();
            for key in keys {
                let Some(object) = find(tx, &bucket, &key)?.filter(&holds) else {
                    continue;
                };
                tx.execute("DELETE FROM objects WHERE bucket = ?1 AND key = ?2", params![bucket, key])?;
                gone.push(object);
            }
            Ok(gone)
        };
        let gone = self.state.transact(delete).await?;
        self.forget(&gone);
        Ok(gone.len())
    }

    /// A bucket's objects whose keys begin with a prefix, in the order of their keys.
    pub(super) async fn list(&self, bucket: &str, prefix: &str) -> Result<Vec<(String, Object)>> {
        let (bucket, prefix) = (bucket.to_owned(), prefix.to_owned());
        let list = move |tx: &Transaction<'_>| {
            let mut select = tx.prepare(
                "SELECT file, size, etag, modified_at, details, key FROM objects
                 WHERE bucket = ?1 AND substr(key, 1, length(?2)) = ?2 ORDER BY key",
            )?;
            let rows = select.query_map(params![bucket, prefix], |row| Ok((row.get(5)?, read(row)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        };
        self.state.transact(list).await
    }

    fn forget(&self, objects: &[Object]) {
        for object in objects {
            remove(&self.directory.join(&object.file));
        }
    }
}

fn find(tx: &Transaction<'_>, bucket: &str, key: &str) -> Result<Option<Object>> {
    let query = "SELECT file, size, etag, modified_at, details FROM objects WHERE bucket = ?1 AND key = ?2";
    Ok(tx.query_row(query, params![bucket, key], read).optional()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Object> {
    let details: String = row.get(4)?;
    let details = serde_json::from_str(&details).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(4, rusqlite::types::Type::Text, error.into())
    })?;
    let size: i64 = row.get(1)?;
    Ok(Object {
        file: row.get(0)?,
        size: u64::try_from(size).unwrap_or_default(),
        etag: row.get(2)?,
        modified_at: row.get(3)?,
        details,
    })
}

fn remove(path: &Path) {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            tracing::warn!("{} stays behind: {error}", path.display());
        }
        _ => {}
    }
}
