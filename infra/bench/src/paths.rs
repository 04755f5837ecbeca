//! Where things are. What is measured is built by `cargo xtask bench`.

use std::path::{Path, PathBuf};

/// The repository's folder.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new("."))
}

/// Of this package.
pub(crate) fn bench(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}

/// The functions, built for release.
pub(crate) fn functions() -> PathBuf {
    root().join("target/release")
}

/// One of them.
pub(crate) fn function(package: &str) -> PathBuf {
    functions().join(package)
}

/// What runs them.
pub(crate) fn local_cloud() -> PathBuf {
    root().join("target/measuring/case-chat-local-cloud")
}

/// What the measurements in a browser leave.
pub(crate) fn seen_in_browser(what: &str) -> PathBuf {
    root().join(format!("target/bench/{what}.json"))
}
