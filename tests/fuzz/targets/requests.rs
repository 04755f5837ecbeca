//! What browsers send: bodies, ids and queries. Whatever is taken is within its bounds.
#![no_main]

use case_chat_domain::{
    AttachmentId, CaseId, ClientId, Declared, Draft, MAX_BODY_BYTES, MAX_BODY_CHARACTERS, MAX_MUTED_CASES,
    Preferences,
};
use case_chat_wire::{
    CaseFilter, ChosenPreferences, MAX_ATTACHMENTS, MarkRead, PageQuery, PostMessage, RequestUpload,
};
use libfuzzer_sys::fuzz_target;

const LAST: u64 = (1 << 53) - 1;

fuzz_target!(|text: &str| {
    if let Ok(message) = serde_json::from_str::<PostMessage>(text)
        && let Ok(draft) = Draft::try_from(message)
    {
        let body = draft.body.as_str();
        assert!(body.len() <= MAX_BODY_BYTES && body.chars().count() <= MAX_BODY_CHARACTERS);
        assert!(!body.trim().is_empty() || !draft.attachments.is_empty());
        assert!(draft.attachments.len() <= MAX_ATTACHMENTS && draft.after.get() <= LAST);
        assert!(body.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\t')));
    }
    if let Ok(mark) = serde_json::from_str::<MarkRead>(text) {
        assert!(mark.seq.get() <= LAST);
    }
    if let Ok(upload) = serde_json::from_str::<RequestUpload>(text)
        && let Ok(declared) = Declared::try_from(upload)
    {
        assert!(declared.size > 0 && !declared.content_type.is_empty());
    }
    if let Ok(chosen) = serde_json::from_str::<ChosenPreferences>(text)
        && let Ok(preferences) = Preferences::try_from(chosen)
    {
        assert!(preferences.muted.len() <= MAX_MUTED_CASES);
    }
    let query: Vec<(&str, &str)> = text.split('&').filter_map(|pair| pair.split_once('=')).collect();
    if let Ok(
        PageQuery::Latest { limit } | PageQuery::Before { limit, .. } | PageQuery::After { limit, .. },
    ) = PageQuery::parse(&query)
    {
        assert!((1..=PageQuery::MAX_LIMIT).contains(&limit));
    }
    let _ = CaseFilter::parse(&query);
    // Ids go into keys, paths and conditions.
    if let Ok(id) = text.parse::<CaseId>() {
        assert!(id.as_str() == text && text.len() <= 64 && !text.contains(['/', '#', '.', ' ']));
    }
    if let Ok(id) = text.parse::<AttachmentId>() {
        assert!(id.as_str() == text && !text.contains(['/', '#', '.', ' ']));
    }
    if let Ok(id) = text.parse::<ClientId>() {
        assert!(id.as_str() == text && text.len() == 36);
    }
});
