//! Who may know whom: domain <- wire <- aws, entry <- functions <- tests; the local cloud knows none of them.

use cargo_metadata::{DependencyKind, MetadataCommand};

/// What a package of a folder may depend on, by folder. Development dependencies are not held to it.
const LAYERS: [(&str, &[&str]); 11] = [
    ("shared/domain", &[]),
    ("shared/wire", &["shared/domain"]),
    ("shared/aws", &["shared/domain"]),
    ("shared/entry", &["shared/domain", "shared/wire"]),
    ("functions/", &["shared/domain", "shared/wire", "shared/aws", "shared/entry"]),
    ("infra/hello-world", &[]),
    ("infra/local-issuer", &[]),
    ("infra/local-gateway", &[]),
    ("infra/local-cloud", &["infra/local-gateway", "infra/local-issuer"]),
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
