//! What an upload says its body comes to, and whether it does.

use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use s3s::checksum::ChecksumHasher;
use s3s::crypto::{Checksum as _, Crc32, Crc32c, Crc64Nvme, Md5, Sha1, Sha256};
use s3s::dto::{ChecksumAlgorithm, PutObjectInput, UploadPartInput};
use s3s::{S3Result, s3_error};

use super::object::Checksums;

/// Algorithms by their headers, with the length of what they yield.
const ALGORITHMS: [(&str, &str, usize); 5] = [
    ("CRC32", "x-amz-checksum-crc32", 4),
    ("CRC32C", "x-amz-checksum-crc32c", 4),
    ("CRC64NVME", "x-amz-checksum-crc64nvme", 8),
    ("SHA1", "x-amz-checksum-sha1", 20),
    ("SHA256", "x-amz-checksum-sha256", 32),
];
/// What S3 computes where nobody asks for anything.
const USUAL: &str = "CRC64NVME";

/// What is expected of a body.
pub(super) struct Expected {
    algorithm: &'static str,
    header: &'static str,
    /// In Base64; nothing if it is to follow the body.
    value: Option<String>,
    md5: Option<[u8; 16]>,
}

/// What a body came to.
pub(super) struct Computed {
    pub(super) checksums: Checksums,
    pub(super) md5: [u8; 16],
}

/// A body being computed.
pub(super) struct Hasher {
    checksum: ChecksumHasher,
    md5: Md5,
}

impl Expected {
    /// Reads the head of an upload.
    pub(super) fn of(input: &PutObjectInput) -> S3Result<Self> {
        let given = [
            &input.checksum_crc32,
            &input.checksum_crc32c,
            &input.checksum_crc64nvme,
            &input.checksum_sha1,
            &input.checksum_sha256,
        ];
        Self::said(given, input.content_md5.as_deref(), input.checksum_algorithm.as_ref())
    }

    /// Reads the head of a part.
    pub(super) fn of_part(input: &UploadPartInput) -> S3Result<Self> {
        let given = [
            &input.checksum_crc32,
            &input.checksum_crc32c,
            &input.checksum_crc64nvme,
            &input.checksum_sha1,
            &input.checksum_sha256,
        ];
        Self::said(given, input.content_md5.as_deref(), input.checksum_algorithm.as_ref())
    }

    fn said(
        given: [&Option<String>; 5],
        md5: Option<&str>,
        algorithm: Option<&ChecksumAlgorithm>,
    ) -> S3Result<Self> {
        let mut given =
            ALGORITHMS.iter().zip(given).filter_map(|(known, value)| Some((known, value.clone()?)));
        let first = given.next();
        if given.next().is_some() {
            return Err(s3_error!(
                InvalidRequest,
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
            ));
        }
        let md5 = md5.map(|text| {
            let digest = STANDARD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
            digest.ok_or_else(|| s3_error!(InvalidDigest, "The Content-MD5 you specified was invalid."))
        });
        let md5 = md5.transpose()?;
        if let Some((&(algorithm, header, length), value)) = first {
            if STANDARD.decode(&value).ok().is_none_or(|bytes| bytes.len() != length) {
                return Err(s3_error!(InvalidRequest, "Value for {header} header is invalid."));
            }
            return Ok(Self { algorithm, header, value: Some(value), md5 });
        }
        let following = algorithm.map_or(USUAL, ChecksumAlgorithm::as_str);
        let known = ALGORITHMS.iter().find(|(name, _, _)| *name == following);
        let &(algorithm, header, _) = known.ok_or_else(|| {
            s3_error!(InvalidRequest, "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]")
        })?;
        Ok(Self { algorithm, header, value: None, md5 })
    }

    /// What computes it.
    pub(super) fn hasher(&self) -> Hasher {
        let mut checksum = ChecksumHasher::default();
        match self.algorithm {
            "CRC32" => checksum.crc32 = Some(Crc32::new()),
            "CRC32C" => checksum.crc32c = Some(Crc32c::new()),
            "SHA1" => checksum.sha1 = Some(Sha1::new()),
            "SHA256" => checksum.sha256 = Some(Sha256::new()),
            _ => checksum.crc64nvme = Some(Crc64Nvme::new()),
        }
        Hasher { checksum, md5: Md5::new() }
    }

    /// Refuses a body that came to something else; `trailers` are the headers that followed it.
    pub(super) fn check(&self, computed: &Computed, trailers: Option<&HeaderMap>) -> S3Result<()> {
        if self.md5.is_some_and(|md5| md5 != computed.md5) {
            return Err(s3_error!(
                BadDigest,
                "The Content-MD5 you specified did not match what we received."
            ));
        }
        let followed = trailers.and_then(|trailers| trailers.get(self.header)?.to_str().ok());
        let Some(expected) = self.value.as_deref().or(followed) else {
            return Ok(());
        };
        let Checksums { crc32, crc32c, crc64nvme, sha1, sha256 } = &computed.checksums;
        let computed = [crc32, crc32c, crc64nvme, sha1, sha256].into_iter().flatten().next();
        if computed.map(String::as_str) != Some(expected) {
            let algorithm = self.algorithm;
            return Err(s3_error!(
                BadDigest,
                "The {algorithm} you specified did not match the calculated checksum."
            ));
        }
        Ok(())
    }
}

impl Hasher {
    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.checksum.update(bytes);
        self.md5.update(bytes);
    }

    pub(super) fn finish(self) -> Computed {
        Computed { checksums: self.checksum.finalize().into(), md5: self.md5.finalize() }
    }
}
