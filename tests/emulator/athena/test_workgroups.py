"""Workgroups: operations, limits, and what they enforce on queries."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.athena.test_executions import refused
from tests.emulator.conftest import FakeAthena
from tests.emulator.fake_engine import rows_of


def new_group(fake: FakeAthena, **configuration: Any) -> str:
    name = f"group-{uuid.uuid4().hex}"
    fake.athena.create_work_group(Name=name, Configuration=configuration)  # type: ignore[arg-type]
    return name


def configuration_of(fake: FakeAthena, name: str) -> dict[str, Any]:
    return dict(fake.athena.get_work_group(WorkGroup=name)["WorkGroup"]["Configuration"])


def test_primary_exists_and_enforces_nothing(fake: FakeAthena) -> None:
    found = fake.athena.get_work_group(WorkGroup="primary")["WorkGroup"]
    assert found["State"] == "ENABLED"
    assert "Description" not in found
    assert found["Configuration"]["EnforceWorkGroupConfiguration"] is False
    assert found["Configuration"]["ResultConfiguration"] == {}
    assert found["Configuration"]["EngineVersion"]["EffectiveEngineVersion"] == "Athena engine version 3"


def test_an_unknown_workgroup_is_refused_everywhere(fake: FakeAthena) -> None:
    sql = fake.engine.teach("select 1", lambda _: rows_of(("1",)))
    for call in (
        lambda: fake.athena.get_work_group(WorkGroup="nope"),
        lambda: fake.athena.list_query_executions(WorkGroup="nope"),
        lambda: fake.start(sql, WorkGroup="nope"),
        lambda: fake.athena.list_prepared_statements(WorkGroup="nope"),
    ):
        with pytest.raises(ClientError) as error:
            call()
        assert refused(error) == ("InvalidRequestException", "WorkGroup is not found.", "INVALID_INPUT")


def test_a_created_workgroup_enforces_unless_told_otherwise(fake: FakeAthena) -> None:
    assert configuration_of(fake, new_group(fake))["EnforceWorkGroupConfiguration"] is True
    loose = new_group(fake, EnforceWorkGroupConfiguration=False)
    assert configuration_of(fake, loose)["EnforceWorkGroupConfiguration"] is False


def test_an_enforced_workgroup_overrides_the_clients_location(fake: FakeAthena) -> None:
    own = f"s3://{fake.bucket}/own"
    name = new_group(fake, ResultConfiguration={"OutputLocation": own})
    execution = fake.run(fake.engine.teach("select 1", lambda _: rows_of(("1",))), WorkGroup=name)
    expected = f"{own}/{execution['QueryExecutionId']}.csv"
    assert execution["ResultConfiguration"]["OutputLocation"] == expected
    assert fake.engine.contexts[-1].output_enforced is True
    assert fake.engine.contexts[-1].workgroup == name


def test_a_workgroup_that_does_not_enforce_is_only_the_default(fake: FakeAthena) -> None:
    own = f"s3://{fake.bucket}/own/"
    name = new_group(fake, EnforceWorkGroupConfiguration=False, ResultConfiguration={"OutputLocation": own})
    sql = fake.engine.teach("select 1", lambda _: rows_of(("1",)))
    named = fake.run(sql, WorkGroup=name)
    assert named["ResultConfiguration"]["OutputLocation"].startswith(fake.location)
    query_id = fake.athena.start_query_execution(QueryString=sql, WorkGroup=name)["QueryExecutionId"]
    assert fake.end_of(query_id)["ResultConfiguration"]["OutputLocation"] == f"{own}{query_id}.csv"


def test_managed_results_are_kept_out_of_any_bucket(fake: FakeAthena) -> None:
    name = new_group(fake, ManagedQueryResultsConfiguration={"Enabled": True})
    sql = fake.engine.teach("select managed", lambda _: rows_of(("1",)))
    query_id = fake.athena.start_query_execution(QueryString=sql, WorkGroup=name)["QueryExecutionId"]
    execution = fake.end_of(query_id)
    assert execution["Status"]["State"] == "SUCCEEDED"
    assert "OutputLocation" not in execution["ResultConfiguration"]
    assert execution["ManagedQueryResultsConfiguration"]["Enabled"] is True
    rows = fake.athena.get_query_results(QueryExecutionId=query_id)["ResultSet"]["Rows"]
    assert rows[1]["Data"] == [{"VarCharValue": "1"}]
    with pytest.raises(ClientError):
        fake.start(sql, WorkGroup=name)


def test_a_disabled_workgroup_runs_nothing(fake: FakeAthena) -> None:
    name = new_group(fake)
    fake.athena.update_work_group(WorkGroup=name, State="DISABLED")
    with pytest.raises(ClientError) as error:
        fake.start(fake.engine.teach("select 1", lambda _: rows_of(("1",))), WorkGroup=name)
    assert refused(error)[1] == f"WorkGroup {name} is disabled."


def test_the_bytes_cutoff_reaches_the_engine(fake: FakeAthena) -> None:
    name = new_group(fake, EnforceWorkGroupConfiguration=False, BytesScannedCutoffPerQuery=10_000_000)
    fake.run(fake.engine.teach("select 1", lambda _: rows_of(("1",))), WorkGroup=name)
    assert fake.engine.contexts[-1].bytes_cutoff == 10_000_000


def test_updates_change_and_remove_single_settings(fake: FakeAthena) -> None:
    own = f"s3://{fake.bucket}/own/"
    name = new_group(fake, ResultConfiguration={"OutputLocation": own}, BytesScannedCutoffPerQuery=20_000_000)
    fake.athena.update_work_group(
        WorkGroup=name,
        Description="new",
        ConfigurationUpdates={
            "EnforceWorkGroupConfiguration": False,
            "RemoveBytesScannedCutoffPerQuery": True,
            "ResultConfigurationUpdates": {"RemoveOutputLocation": True},
        },
    )
    found = fake.athena.get_work_group(WorkGroup=name)["WorkGroup"]
    assert found["Description"] == "new"
    assert found["Configuration"]["EnforceWorkGroupConfiguration"] is False
    assert "BytesScannedCutoffPerQuery" not in found["Configuration"]
    assert found["Configuration"]["ResultConfiguration"] == {}


def test_an_engine_version_that_is_not_emulated_is_refused(fake: FakeAthena) -> None:
    with pytest.raises(ClientError) as error:
        new_group(fake, EngineVersion={"SelectedEngineVersion": "PySpark engine version 3"})
    assert "PySpark engine version 3 is not supported" in refused(error)[1]


def test_workgroups_are_listed_by_name_in_pages(fake: FakeAthena) -> None:
    name = new_group(fake)
    answer = fake.athena.list_work_groups(MaxResults=2)
    listed = answer["WorkGroups"]
    while "NextToken" in answer:
        answer = fake.athena.list_work_groups(MaxResults=2, NextToken=answer["NextToken"])
        listed += answer["WorkGroups"]
    names = [group["Name"] for group in listed]
    assert names == sorted(names)
    assert {"primary", name} <= set(names)
    assert next(group for group in listed if group["Name"] == name)["Description"] == ""


def test_a_name_is_taken_once_and_primary_is_never_made_or_deleted(fake: FakeAthena) -> None:
    name = new_group(fake)
    with pytest.raises(ClientError) as error:
        fake.athena.create_work_group(Name=name)
    assert refused(error)[1] == "WorkGroup is already created"
    with pytest.raises(ClientError) as error:
        fake.athena.create_work_group(Name="primary")
    assert refused(error)[1] == "primary workGroup could not be created"
    with pytest.raises(ClientError) as error:
        fake.athena.delete_work_group(WorkGroup="primary")
    assert refused(error)[1] == "primary workGroup could not be deleted"


def test_a_workgroup_that_was_used_is_deleted_only_recursively(fake: FakeAthena) -> None:
    name = new_group(fake, EnforceWorkGroupConfiguration=False)
    query_id = fake.run(fake.engine.teach("select 1", lambda _: rows_of(("1",))), WorkGroup=name)[
        "QueryExecutionId"
    ]
    with pytest.raises(ClientError) as error:
        fake.athena.delete_work_group(WorkGroup=name)
    assert refused(error)[1] == f"WorkGroup {name} is not empty"
    fake.athena.delete_work_group(WorkGroup=name, RecursiveDeleteOption=True)
    with pytest.raises(ClientError):
        fake.athena.get_work_group(WorkGroup=name)
    with pytest.raises(ClientError):
        fake.athena.get_query_execution(QueryExecutionId=query_id)


def test_tags_are_set_changed_and_removed(fake: FakeAthena) -> None:
    name = f"group-{uuid.uuid4().hex}"
    fake.athena.create_work_group(Name=name, Tags=[{"Key": "a", "Value": "1"}])
    arn = f"arn:aws:athena:eu-west-2:123456789012:workgroup/{name}"
    fake.athena.tag_resource(ResourceARN=arn, Tags=[{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "3"}])
    fake.athena.untag_resource(ResourceARN=arn, TagKeys=["b", "c"])
    assert fake.athena.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "a", "Value": "2"}]
    with pytest.raises(ClientError) as error:
        fake.athena.list_tags_for_resource(ResourceARN=arn + "-missing")
    assert refused(error)[0] == "ResourceNotFoundException"
