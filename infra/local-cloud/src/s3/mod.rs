//! S3, as far as these functions need it, path style: `/bucket/key`.
//!
//! The protocol is `s3s`': signatures, presigned ones included, XML, headers, checksums on their way in. Here is what
//! an object is, who may do what with it, and when it ends. What an object holds is a file; what is known of it is a
//! row in the state, written in one transaction once the file is whole, so that there are no half objects.
//!
//! Unlike AWS: no versions, no ACLs, nothing public; uploads in parts that are not complete end with the process. Nothing is encrypted, but whoever may not
//! use the key that it would be encrypted with is refused.

mod access;
mod checksums;
mod copy;
mod cors;
mod encryption;
mod endpoint;
mod expiry;
mod get;
mod headers;
mod list;
mod multipart;
mod object;
mod preconditions;
mod put;
mod service;
mod signed;
mod store;
mod tagging;
mod tags;
mod upload;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use s3s::service::{S3Service, S3ServiceBuilder};

use crate::aws::Ledger;
use crate::iam::Iam;
use crate::state::State;
use crate::template::{Bucket, Key};
use multipart::Unfinished;
use service::Service;
use signed::{Gate, Secrets};
use store::Store;

/// What the buckets stand in.
#[derive(Clone)]
pub struct Surroundings {
    /// The template's buckets.
    pub buckets: Vec<Bucket>,
    /// Its keys.
    pub keys: Vec<Key>,
    /// Access key ids of functions, with their logical ids.
    pub functions: BTreeMap<String, String>,
    /// The account that everything belongs to.
    pub account: String,
    /// The region that everything is in.
    pub region: String,
    /// Who may do what.
    pub iam: Iam,
    /// What was asked of the services.
    pub ledger: Ledger,
}

/// The template's buckets, with what is in them.
#[derive(Clone)]
pub struct Buckets {
    surroundings: Arc<Surroundings>,
    store: Store,
    protocol: S3Service,
}

impl Buckets {
    /// Opens the directory of what objects hold; files that no object has are removed.
    pub async fn open(directory: &Path, state: State, surroundings: Surroundings) -> Result<Self> {
        let store = Store::open(directory, state).await?;
        let surroundings = Arc::new(surroundings);
        let service = Service {
            surroundings: Arc::clone(&surroundings),
            store: store.clone(),
            unfinished: Unfinished::default(),
        };
        let mut protocol = S3ServiceBuilder::new(service);
        protocol.set_auth(Secrets::of(&surroundings.functions));
        protocol.set_access(Gate(surroundings.functions.clone()));
        Ok(Self { surroundings, store, protocol: protocol.build() })
    }

    /// Removes what the buckets' lifecycle rules say is over by then. The error is the local cloud's own.
    pub async fn sweep_expired(&self, now_millis: i64) -> Result<usize> {
        expiry::sweep(&self.store, &self.surroundings.buckets, now_millis).await
    }
}
