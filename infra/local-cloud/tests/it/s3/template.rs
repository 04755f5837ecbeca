//! A stack with two buckets, a key, and functions that may do a little each.

pub(crate) const TEMPLATE: &str = "
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - { Effect: Allow, Principal: { AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root' }, Action: 'kms:*', Resource: '*' }
  KeyAlias: { Type: AWS::KMS::Alias, Properties: { AliasName: alias/case-chat, TargetKeyId: !Ref Key } }
  Quarantine:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: aws:kms, KMSMasterKeyID: alias/case-chat } }
      LifecycleConfiguration: { Rules: [{ Status: Enabled, ExpirationInDays: 1 }] }
      CorsConfiguration:
        CorsRules:
          - { AllowedOrigins: ['http://localhost:7000'], AllowedMethods: [PUT], AllowedHeaders: [content-type, 'x-amz-*'], ExposedHeaders: [ETag], MaxAge: 600 }
          - { AllowedOrigins: ['https://*.example.org'], AllowedMethods: [GET], AllowedHeaders: ['*'] }
  QuarantinePolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Quarantine
      PolicyDocument:
        Statement:
          - { Effect: Deny, Principal: '*', Action: 's3:*', Resource: [!GetAtt Quarantine.Arn, !Sub '${Quarantine.Arn}/*'], Condition: { Bool: { aws:SecureTransport: 'false' } } }
          - { Effect: Deny, Principal: '*', Action: s3:PutObject, Resource: !Sub '${Quarantine.Arn}/*', Condition: { 'Null': { s3:if-none-match: 'true' } } }
  Attachments:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration:
        Rules:
          - { Status: Enabled, ExpirationInDays: 7, Prefix: a/, TagFilters: [{ Key: state, Value: unattached }] }
          - { Status: Disabled, ExpirationInDays: 1 }
  Upload:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: obedient-function } }
    Properties:
      Policies:
        - Statement:
            - { Effect: Allow, Action: s3:PutObject, Resource: !Sub '${Quarantine.Arn}/*' }
            - { Effect: Allow, Action: kms:GenerateDataKey, Resource: !GetAtt Key.Arn, Condition: { StringEquals: { kms:ViaService: !Sub 's3.${AWS::Region}.amazonaws.com' } } }
  Keyless:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: obedient-function } }
    Properties:
      Policies: [{ Statement: { Effect: Allow, Action: ['s3:PutObject', 's3:GetObject'], Resource: !Sub '${Quarantine.Arn}/*' } }]
  Verify:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: obedient-function } }
    Properties:
      Policies:
        - Statement:
            - { Effect: Allow, Action: s3:GetObject, Resource: !Sub '${Quarantine.Arn}/*' }
            - { Effect: Allow, Action: kms:Decrypt, Resource: !GetAtt Key.Arn }
            - { Effect: Allow, Action: s3:PutObject, Resource: !Sub '${Attachments.Arn}/*' }
            - { Effect: Allow, Action: s3:PutObjectTagging, Resource: !Sub '${Attachments.Arn}/*', Condition: { StringEquals: { s3:RequestObjectTag/state: unattached }, 'ForAllValues:StringEquals': { s3:RequestObjectTagKeys: [state] } } }
  Open:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: obedient-function } }
    Properties:
      Policies:
        - Statement:
            - { Effect: Allow, Action: [s3:GetObject, s3:DeleteObjectTagging], Resource: !Sub '${Attachments.Arn}/*', Condition: { StringNotEquals: { s3:ExistingObjectTag/state: infected } } }
            - { Effect: Allow, Action: s3:ListBucket, Resource: !GetAtt Attachments.Arn }
";
