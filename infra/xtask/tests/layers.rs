//! Who may know whom: domain <- wire <- aws, entry <- functions <- tests; the local cloud knows none of them.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand, PackageId};

/// What a package of a folder may depend on, by folder. Development dependencies are not held to it.
const LAYERS: [(&str, &[&str]); 13] = [
    ("shared/domain", &[]),
    ("shared/wire", &["shared/domain"]),
    ("shared/aws", &["shared/domain"]),
    ("shared/entry", &["shared/domain", "shared/wire"]),
    ("functions/", &["shared/domain", "shared/wire", "shared/aws", "shared/entry"]),
    ("infra/bench", &["shared/domain", "tests/stack"]),
    ("infra/hello-world", &[]),
    ("infra/local-issuer", &[]),
    ("infra/local-gateway", &[]),
    ("infra/local-cloud", &["infra/local-gateway", "infra/local-issuer"]),
    ("infra/operations", &["shared/domain", "shared/wire", "shared/aws"]),
    ("infra/verify-transcript", &[]),
    ("infra/xtask", &[]),
];

#[test]
fn packages_depend_only_on_the_layers_below_them() {
    let metadata = MetadataCommand::new().no_deps().exec().expect("cargo metadata");
    let root = metadata.workspace_root.clone();
    let mut checked = 0;
    for package in metadata.workspace_packages() {
        let folder = package.manifest_path.parent().expect("a folder").strip_prefix(&root).expect("inside");
        let Some((_, allowed)) = LAYERS.iter().find(|(layer, _)| folder.as_str().starts_with(layer)) else {
            assert!(folder.starts_with("tests"), "{folder} belongs to no layer");
            continue;
        };
        checked += 1;
        let normal =
            package.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal);
        for path in normal.filter_map(|dependency| dependency.path.as_ref()) {
            let path = path.strip_prefix(&root).expect("inside");
            assert!(allowed.contains(&path.as_str()), "{folder} must not know {path}");
        }
    }
    assert!(checked >= LAYERS.len(), "every layer has a package");
}

/// Cargo's own answer, over everything that a function is built from.
#[test]
fn no_function_is_built_from_the_local_cloud_its_gateway_its_issuer_or_a_test() {
    let metadata = MetadataCommand::new().exec().expect("cargo metadata");
    let resolved = metadata.resolve.as_ref().expect("what depends on what");
    let built_from = |kinds: &[cargo_metadata::DepKindInfo]| {
        kinds.iter().any(|dependency| dependency.kind != DependencyKind::Development)
    };
    let dependencies: BTreeMap<&PackageId, Vec<&PackageId>> = resolved
        .nodes
        .iter()
        .map(|node| {
            let used = node.deps.iter().filter(|dependency| built_from(&dependency.dep_kinds));
            (&node.id, used.map(|dependency| &dependency.pkg).collect())
        })
        .collect();
    let folders: BTreeMap<&PackageId, &str> = metadata
        .packages
        .iter()
        .filter_map(|package| {
            let path = package.manifest_path.strip_prefix(&metadata.workspace_root).ok()?;
            Some((&package.id, path.as_str()))
        })
        .collect();
    let functions = folders.iter().filter(|(_, folder)| folder.starts_with("functions/"));
    let mut checked = 0;
    for (function, folder) in functions {
        let (mut found, mut left) = (BTreeSet::new(), vec![*function]);
        while let Some(package) = left.pop() {
            if found.insert(package) {
                left.extend(&dependencies[package]);
                let from = folders.get(package).copied().unwrap_or_default();
                assert!(
                    !from.starts_with("infra/") && !from.starts_with("tests/"),
                    "{folder} is built from {from}"
                );
            }
        }
        checked += usize::from(found.len() > 1);
    }
    assert_eq!(
        checked,
        std::fs::read_dir(metadata.workspace_root.join("functions")).expect("functions").count()
    );
}
