"""Resources are really made, changed in place and deleted, by the calls that their services know."""

from __future__ import annotations

import json
import uuid

from tests.emulator.cloudformation.conftest import TRUST, Cloud, gone

ALLOW = "{Version: 2012-10-17, Statement: [{Effect: Allow, Principal: '*', Action: %s, Resource: '*'}]}"


def test_a_buckets_configurations_follow_the_template(cloud: Cloud) -> None:
    bucket = """
      B:
        Type: AWS::S3::Bucket
        Properties:
          %s
          PublicAccessBlockConfiguration: {BlockPublicAcls: true, IgnorePublicAcls: %s}
          BucketEncryption:
            ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: %s}}]
          LifecycleConfiguration:
            Rules:
              - {Id: r, Status: Enabled, Prefix: %s, NoncurrentVersionExpiration: {NoncurrentDays: 5}}
    """
    more = "CorsConfiguration: {CorsRules: [{AllowedMethods: [GET], AllowedOrigins: ['*']}]}"
    name = cloud.changed(
        bucket % (more, "false", "AES256", "a/"),
        bucket % ("VersioningConfiguration: {Status: Enabled}", "true", "'aws:kms'", "b/"),
    )
    s3, where = cloud.client("s3"), {"Bucket": cloud.physical_id(name, "B")}
    assert s3.get_bucket_versioning(**where)["Status"] == "Enabled"
    assert s3.get_public_access_block(**where)["PublicAccessBlockConfiguration"]["IgnorePublicAcls"] is True
    rule = s3.get_bucket_encryption(**where)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    lifecycle = s3.get_bucket_lifecycle_configuration(**where)["Rules"][0]
    assert lifecycle["Filter"] == {"Prefix": "b/"}
    assert lifecycle["NoncurrentVersionExpiration"] == {"NoncurrentDays": 5}
    assert gone(s3.get_bucket_cors, **where)


def test_a_buckets_policy_goes_with_its_resource(cloud: Cloud) -> None:
    text = """
      B: {Type: AWS::S3::Bucket}
      P: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: !Ref B, PolicyDocument: %s}}
    """
    name = cloud.changed(text % (ALLOW % "'s3:GetObject'"), text % (ALLOW % "'s3:PutObject'"))
    s3, bucket = cloud.client("s3"), cloud.physical_id(name, "B")
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    assert policy["Statement"][0]["Action"] == "s3:PutObject"
    assert cloud.update(name, "Resources: {B: {Type: AWS::S3::Bucket}}") == "UPDATE_COMPLETE"
    assert gone(s3.get_bucket_policy, Bucket=bucket)


def test_a_key_and_its_alias(cloud: Cloud) -> None:
    alias = f"alias/{uuid.uuid4().hex}"
    text = f"""
      K:
        Type: AWS::KMS::Key
        Properties: {{Description: %s, EnableKeyRotation: %s, Tags: [{{Key: %s, Value: v}}]}}
      A: {{Type: AWS::KMS::Alias, Properties: {{AliasName: {alias}, TargetKeyId: !Ref K}}}}
    """
    name = cloud.changed(text % ("one", "true", "a"), text % ("two", "false", "b"))
    kms, key = cloud.client("kms"), cloud.physical_id(name, "K")
    assert kms.describe_key(KeyId=alias)["KeyMetadata"]["Description"] == "two"
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is False
    assert [tag["TagKey"] for tag in kms.list_resource_tags(KeyId=key)["Tags"]] == ["b"]
    cloud.delete(name)
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"


def test_a_role_with_its_policies(cloud: Cloud) -> None:
    text = """
      M: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: %s}}
      R:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument: %s
          Description: %s
          %s
          Tags: [{Key: %s, Value: v}]
          Policies: [{PolicyName: %s, PolicyDocument: %s}]
      I: {Type: AWS::IAM::Policy, Properties: {PolicyName: p, Roles: [!Ref R], PolicyDocument: %s}}
    """
    document = "{Version: 2012-10-17, Statement: [{Effect: Allow, Action: %s, Resource: '*'}]}"
    one, two = document % "'s3:GetObject'", document % "'s3:PutObject'"
    trusts = [TRUST % f"{service}.amazonaws.com" for service in ("lambda", "states")]
    name = cloud.changed(
        text % (one, trusts[0], "one", "MaxSessionDuration: 7200", "a", "x", one, one),
        text % (two, trusts[1], "two", "ManagedPolicyArns: [!Ref M]", "b", "y", two, two),
    )
    iam, role = cloud.client("iam"), cloud.physical_id(name, "R")
    found = iam.get_role(RoleName=role)["Role"]
    assert (found["Description"], found["MaxSessionDuration"]) == ("two", 3600)
    assert "states.amazonaws.com" in str(found["AssumeRolePolicyDocument"])
    assert [tag["Key"] for tag in found["Tags"]] == ["b"]
    assert sorted(iam.list_role_policies(RoleName=role)["PolicyNames"]) == ["p", "y"]
    assert "s3:PutObject" in str(iam.get_role_policy(RoleName=role, PolicyName="p")["PolicyDocument"])
    managed = cloud.physical_id(name, "M")
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [managed]
    version = iam.get_policy(PolicyArn=managed)["Policy"]["DefaultVersionId"]
    assert "s3:PutObject" in str(
        iam.get_policy_version(PolicyArn=managed, VersionId=version)["PolicyVersion"]
    )
    assert cloud.delete(name) == "DELETE_COMPLETE"
    assert gone(iam.get_role, RoleName=role)
    assert gone(iam.get_policy, PolicyArn=managed)


def test_a_log_group_and_its_metric_filter(cloud: Cloud) -> None:
    key = "arn:aws:kms:eu-west-2:123456789012:key/1"
    text = """
      L: {Type: AWS::Logs::LogGroup, Properties: {%s Tags: [{Key: %s, Value: v}]}}
      F:
        Type: AWS::Logs::MetricFilter
        Properties:
          LogGroupName: !Ref L
          FilterPattern: %s
          MetricTransformations: [{MetricName: m, MetricNamespace: n, MetricValue: "1", DefaultValue: 0}]
    """
    name = cloud.changed(
        text % ("RetentionInDays: 30,", "a", "ERROR"), text % (f"KmsKeyId: {key},", "b", "WARN")
    )
    logs, group = cloud.client("logs"), cloud.physical_id(name, "L")
    (found,) = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert "retentionInDays" not in found
    assert found["kmsKeyId"] == key
    assert logs.list_tags_log_group(logGroupName=group)["tags"] == {"b": "v"}
    (metric,) = logs.describe_metric_filters(logGroupName=group)["metricFilters"]
    assert metric["filterPattern"] == "WARN"
    cloud.delete(name)
    assert logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"] == []


def test_a_topic_its_subscriptions_and_its_policy(cloud: Cloud) -> None:
    text = """
      Q: {Type: AWS::SQS::Queue}
      T:
        Type: AWS::SNS::Topic
        Properties: {DisplayName: %s, Subscription: [{Protocol: email, Endpoint: %s}]}
      S:
        Type: AWS::SNS::Subscription
        Properties: {TopicArn: !Ref T, Protocol: sqs, Endpoint: !GetAtt Q.Arn, RawMessageDelivery: %s}
      P: {Type: AWS::SNS::TopicPolicy, Properties: {Topics: [!Ref T], PolicyDocument: %s}}
    """
    name = cloud.changed(
        text % ("one", "a@example.org", "true", ALLOW % "'sns:Publish'"),
        text % ("two", "b@example.org", "false", ALLOW % "'sns:Subscribe'"),
    )
    sns, topic = cloud.client("sns"), cloud.physical_id(name, "T")
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert attributes["DisplayName"] == "two"
    assert "sns:Subscribe" in attributes["Policy"]
    subscriptions = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert {one["Endpoint"] for one in subscriptions if one["Protocol"] == "email"} == {"b@example.org"}
    subscription = cloud.physical_id(name, "S")
    attributes = sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
    assert attributes["RawMessageDelivery"] == "false"
    without = (text % ("two", "b@example.org", "false", "{}")).partition("      P:")[0]
    assert cloud.update(name, f"Resources:\n{without}") == "UPDATE_COMPLETE"
    assert "__default_policy_ID" in sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]
    cloud.delete(name)
    assert gone(sns.get_topic_attributes, TopicArn=topic)


def test_a_queue_with_letters_that_die_and_its_policy(cloud: Cloud) -> None:
    text = """
      D: {Type: AWS::SQS::Queue}
      Q:
        Type: AWS::SQS::Queue
        Properties:
          %s
          RedrivePolicy: {deadLetterTargetArn: !GetAtt D.Arn, maxReceiveCount: %s}
          Tags: [{Key: %s, Value: v}]
      P: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Q], PolicyDocument: %s}}
    """
    name = cloud.changed(
        text % ("VisibilityTimeout: 90", 3, "a", ALLOW % "'sqs:SendMessage'"),
        text % ("DelaySeconds: 5", 4, "b", ALLOW % "'sqs:ReceiveMessage'"),
    )
    sqs, url = cloud.client("sqs"), cloud.physical_id(name, "Q")
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert (attributes["VisibilityTimeout"], attributes["DelaySeconds"]) == ("30", "5")
    assert json.loads(attributes["RedrivePolicy"])["maxReceiveCount"] == 4
    assert "sqs:ReceiveMessage" in attributes["Policy"]
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"b": "v"}
    cloud.delete(name)
    assert gone(sqs.get_queue_attributes, QueueUrl=url)


def test_a_database_and_a_table(cloud: Cloud) -> None:
    database = f"db_{uuid.uuid4().hex}"
    text = f"""
      D:
        Type: AWS::Glue::Database
        Properties: {{CatalogId: !Ref AWS::AccountId, DatabaseInput: {{Name: {database}, Description: %s}}}}
      T:
        Type: AWS::Glue::Table
        Properties:
          CatalogId: !Ref AWS::AccountId
          DatabaseName: !Ref D
          TableInput:
            Name: t
            TableType: EXTERNAL_TABLE
            Parameters: {{classification: csv}}
            StorageDescriptor: {{Columns: [{{Name: %s, Type: int}}], Location: "s3://b/t/"}}
    """
    name = cloud.changed(text % ("one", "a"), text % ("two", "b"))
    glue = cloud.client("glue")
    assert glue.get_database(Name=database)["Database"]["Description"] == "two"
    table = glue.get_table(DatabaseName=database, Name="t")["Table"]
    assert [column["Name"] for column in table["StorageDescriptor"]["Columns"]] == ["b"]
    cloud.delete(name)
    assert gone(glue.get_database, Name=database)


def workgroup_resources(group: str, catalog: str) -> str:
    """A workgroup and what belongs to it, with places for what a test changes."""
    return f"""
      W:
        Type: AWS::Athena::WorkGroup
        Properties:
          Name: {group}
          Description: %s
          RecursiveDeleteOption: true
          WorkGroupConfiguration:
            %s
            ResultConfiguration: {{OutputLocation: "s3://bucket/%s/"}}
      N:
        Type: AWS::Athena::NamedQuery
        Properties: {{Database: d, QueryString: select 1, WorkGroup: !Ref W}}
      P:
        Type: AWS::Athena::PreparedStatement
        Properties: {{StatementName: prepared, QueryStatement: "select %s + ?", WorkGroup: !Ref W}}
      C:
        Type: AWS::Athena::DataCatalog
        Properties:
          {{Name: {catalog}, Type: GLUE, Description: %s, Parameters: {{catalog-id: "123456789012"}}}}
    """


def test_a_workgroup_with_queries(cloud: Cloud) -> None:
    group, catalog = f"g-{uuid.uuid4().hex}", f"c_{uuid.uuid4().hex}"
    text = workgroup_resources(group, catalog)
    name = cloud.changed(
        text % ("one", "BytesScannedCutoffPerQuery: 20000000", "r", 1, "one"),
        text % ("two", "EnforceWorkGroupConfiguration: false", "s", 2, "two"),
    )
    athena = cloud.client("athena")
    found = athena.get_work_group(WorkGroup=group)["WorkGroup"]
    configuration = found["Configuration"]
    assert (found["Description"], configuration["EnforceWorkGroupConfiguration"]) == ("two", False)
    assert "BytesScannedCutoffPerQuery" not in configuration
    assert configuration["ResultConfiguration"]["OutputLocation"] == "s3://bucket/s/"
    statement = athena.get_prepared_statement(StatementName="prepared", WorkGroup=group)["PreparedStatement"]
    assert statement["QueryStatement"] == "select 2 + ?"
    assert athena.get_data_catalog(Name=catalog)["DataCatalog"]["Description"] == "two"
    query = cloud.physical_id(name, "N")
    assert athena.get_named_query(NamedQueryId=query)["NamedQuery"]["WorkGroup"] == group
    assert cloud.delete(name) == "DELETE_COMPLETE"
    assert gone(athena.get_work_group, WorkGroup=group)


def test_an_alarm_and_a_dashboard(cloud: Cloud) -> None:
    alarm, board = f"a-{uuid.uuid4().hex}", f"d-{uuid.uuid4().hex}"
    text = f"""
      A:
        Type: AWS::CloudWatch::Alarm
        Properties:
          AlarmName: {alarm}
          Namespace: n
          MetricName: m
          Statistic: Sum
          Period: 60
          EvaluationPeriods: 1
          Threshold: %s
          ComparisonOperator: GreaterThanThreshold
          TreatMissingData: notBreaching
      D: {{Type: AWS::CloudWatch::Dashboard, Properties: {{DashboardName: {board}, DashboardBody: '%s'}}}}
    """
    name = cloud.changed(text % (1, '{"widgets": []}'), text % (2, '{"widgets": [], "start": "-P1D"}'))
    cloudwatch = cloud.client("cloudwatch")
    assert cloudwatch.describe_alarms(AlarmNames=[alarm])["MetricAlarms"][0]["Threshold"] == 2
    assert "-P1D" in cloudwatch.get_dashboard(DashboardName=board)["DashboardBody"]
    taken = cloud.create(f"Resources:\n{text % (3, '{}')}")
    assert f"{alarm} already exists" in cloud.reasons(taken, "CREATE_FAILED")[0]
    assert cloudwatch.describe_alarms(AlarmNames=[alarm])["MetricAlarms"][0]["Threshold"] == 2
    cloud.delete(name)
    assert cloudwatch.describe_alarms(AlarmNames=[alarm])["MetricAlarms"] == []


def test_a_rule_of_events_with_targets(cloud: Cloud) -> None:
    text = """
      Q: {Type: AWS::SQS::Queue}
      R:
        Type: AWS::Events::Rule
        Properties: {EventPattern: {source: [%s]}, Targets: [{Id: %s, Arn: !GetAtt Q.Arn}]}
    """
    name = cloud.changed(text % ("a", "one"), text % ("b", "two"))
    events, rule = cloud.client("events"), cloud.physical_id(name, "R")
    assert json.loads(events.describe_rule(Name=rule)["EventPattern"]) == {"source": ["b"]}
    assert [target["Id"] for target in events.list_targets_by_rule(Rule=rule)["Targets"]] == ["two"]
    assert cloud.delete(name) == "DELETE_COMPLETE"
    assert gone(events.describe_rule, Name=rule)


def test_a_stored_parameter(cloud: Cloud) -> None:
    text = "  P: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: %s, Tags: {%s: v}}}\n"
    name = cloud.changed(text % ("one", "a"), text % ("two", "b"))
    ssm, parameter = cloud.client("ssm"), cloud.physical_id(name, "P")
    assert ssm.get_parameter(Name=parameter)["Parameter"]["Value"] == "two"
    tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=parameter)["TagList"]
    assert [tag["Key"] for tag in tags] == ["b"]
    cloud.delete(name)
    assert gone(ssm.get_parameter, Name=parameter)
