//! What is written for people says what is there.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every page of documentation that is kept.
fn pages() -> Vec<String> {
    let listed = Command::new("git").args(["ls-files", "*.md"]).current_dir(root()).output().expect("git");
    String::from_utf8(listed.stdout).expect("names").lines().map(str::to_owned).collect()
}

/// The prose of a page, without what is code.
fn prose(page: &str) -> String {
    let lines = page.lines().filter(|line| !line.starts_with("    "));
    let mut fenced = false;
    lines
        .filter(|line| {
            let fence = line.starts_with("```");
            fenced ^= fence;
            !fence && !fenced
        })
        .collect::<Vec<_>>()
        .join("\n")
}

fn headings(page: &str) -> impl Iterator<Item = &str> {
    page.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim())
}

/// As a heading is linked to.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    kept.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).collect::<String>().replace(' ', "-")
}

/// The targets of a page's links.
fn links(page: &str) -> Vec<&str> {
    page.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target).collect()
}

/// Entries of a section of the template, `Parameters` say, with what each says.
fn section(template: &str, name: &str) -> Vec<(String, String)> {
    let body = template.split_once(&format!("\n{name}:\n")).expect(name).1;
    let mut entries: Vec<(String, String)> = Vec::new();
    for line in body.lines() {
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            break;
        }
        let own = line.strip_prefix("  ").filter(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
        if let Some(entry) = own.and_then(|rest| rest.strip_suffix(':')) {
            entries.push((entry.to_owned(), String::new()));
        } else if let Some((_, said)) = entries.last_mut() {
            said.push_str(line);
            said.push('\n');
        }
    }
    entries
}

#[test]
fn links_lead_somewhere() {
    let mut wrong = Vec::new();
    for page in pages() {
        let said = text(&page);
        let prose = prose(&said);
        for link in links(&prose) {
            if link.starts_with("https://") || link.starts_with("mailto:") {
                continue;
            }
            let (file, heading) =
                link.split_once('#').map_or((link, None), |(file, part)| (file, Some(part)));
            let here = Path::new(&page).parent().expect("a folder");
            let target = if file.is_empty() { PathBuf::from(&page) } else { here.join(file) };
            let found = root().join(&target);
            let there = match heading {
                None => found.exists(),
                Some(part) => fs::read_to_string(found)
                    .is_ok_and(|there| headings(&there).any(|heading| anchor(heading) == part)),
            };
            if !there {
                wrong.push(format!("{page}: {link}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn each_alarm_has_its_section_of_the_runbook_and_its_square() {
    let (template, runbook) = (text("template.yaml"), text("infra/RUNBOOK.md"));
    let alarms = runbook.split_once("\n## Alarms\n").expect("alarms").1;
    let alarms = alarms.split_once("\n## ").expect("an end").0;
    let sections: Vec<(&str, &str)> =
        alarms.split("\n### ").skip(1).filter_map(|section| section.split_once('\n')).collect();
    let resources = section(&template, "Resources");
    let of_type = |kind: &'static str| {
        resources.iter().filter(move |(_, said)| said.contains(&format!("    Type: {kind}\n")))
    };
    let dashboard = &of_type("AWS::CloudWatch::Dashboard").next().expect("a dashboard").1;
    let mut explained = BTreeSet::new();
    for (title, said) in &sections {
        let alarm = said.split('`').nth(1).expect("a section begins with its alarm");
        let (_, described) = resources.iter().find(|(name, _)| name == alarm).expect(alarm);
        assert!(described.contains(&format!("Runbook, {title}.")), "{alarm} does not lead to {title}");
        assert!(dashboard.contains(&format!("\"title\": \"{title}\"")), "{title} has no square");
        explained.insert(alarm.to_owned());
    }
    let alarms: BTreeSet<String> = of_type("AWS::CloudWatch::Alarm").map(|(name, _)| name.clone()).collect();
    assert_eq!(explained, alarms);
}

#[test]
fn every_square_with_an_alarm_shows_its_threshold() {
    let template = text("template.yaml");
    let resources = section(&template, "Resources");
    let dashboard = &resources.iter().find(|(name, _)| name == "Dashboard").expect("a dashboard").1;
    for (alarm, said) in resources.iter().filter(|(_, said)| said.contains("Type: AWS::CloudWatch::Alarm\n"))
    {
        let value = |name: &str| {
            let rest =
                said.split_once(&format!(" {name}: ")).unwrap_or_else(|| panic!("{alarm} has no {name}")).1;
            rest.lines().next().expect("a line").trim().to_owned()
        };
        let title = value("AlarmDescription");
        let title = title.trim_end_matches('.').rsplit_once("Runbook, ").expect("a section").1.to_owned();
        let square = dashboard.lines().find(|line| line.contains(&format!("\"title\": \"{title}\"")));
        let square = square.unwrap_or_else(|| panic!("{title} has no square"));
        assert!(square.contains(&format!("\"value\": {} ", value("Threshold"))), "{title}: {square}");
        for metric in said.split("MetricName: ").skip(1) {
            let metric = metric.split([',', '\n']).next().expect("a name");
            assert!(square.contains(&format!("\"{metric}\"")), "{title} does not show {metric}");
        }
    }
}

#[test]
fn every_parameter_is_explained() {
    let (template, deploying) = (text("template.yaml"), text("infra/DEPLOY.md"));
    let rows: String = deploying.lines().filter(|line| line.starts_with("| ")).collect();
    let named: BTreeSet<&str> = rows.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let parameters = section(&template, "Parameters");
    assert!(parameters.len() > 30, "{}", parameters.len());
    let missing: Vec<_> = parameters.iter().filter(|(name, _)| !named.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_task_is_in_the_documentation() {
    let help = Command::new(env!("CARGO_BIN_EXE_case-chat-xtask")).arg("--help").output().expect("help");
    let help = String::from_utf8(help.stdout).expect("text");
    let tasks = help.split_once("Commands:\n").expect("commands").1.split_once("\n\n").expect("an end").0;
    let tasks = tasks.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let all: String = pages().iter().map(|page| text(page)).collect();
    let unknown: Vec<_> = tasks
        .filter_map(|line| line.split_whitespace().next())
        .filter(|task| *task != "help" && !all.contains(&format!("cargo xtask {task}")))
        .collect();
    assert!(unknown.is_empty(), "no page tells of {unknown:?}");
}
