//! Which build of a function's binary is there: a new one retires the sandboxes that run the old one.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// A build, told apart from others by where and when it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Build {
    inode: u64,
    modified: (i64, i64),
    size: u64,
}

/// The build at a path; a sentence on what to do where there is none.
pub(super) fn build_at(path: &Path) -> Result<Build, String> {
    match std::fs::metadata(path) {
        Ok(found) if found.is_file() => Ok(Build {
            inode: found.ino(),
            modified: (found.mtime(), found.mtime_nsec()),
            size: found.size(),
        }),
        _ => {
            Err(format!("{} is missing: build the functions with `cargo build --workspace`", path.display()))
        }
    }
}
