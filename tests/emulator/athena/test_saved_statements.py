"""Named queries and prepared statements."""

from __future__ import annotations

import uuid

import pytest
from botocore.exceptions import ClientError

from emulator.engine.base import ExecutionContext, StatementResult
from tests.emulator.athena.test_executions import refused
from tests.emulator.conftest import FakeAthena
from tests.emulator.fake_engine import rows_of


def test_a_named_query_is_kept_changed_and_deleted(fake: FakeAthena) -> None:
    query_id = fake.athena.create_named_query(Name="n", Database="d", QueryString="select 1")["NamedQueryId"]
    fake.athena.update_named_query(NamedQueryId=query_id, Name="m", QueryString="select 2", Description="x")
    assert fake.athena.get_named_query(NamedQueryId=query_id)["NamedQuery"] == {
        "Name": "m",
        "Database": "d",
        "QueryString": "select 2",
        "NamedQueryId": query_id,
        "WorkGroup": "primary",
        "Description": "x",
    }
    assert query_id in fake.athena.list_named_queries()["NamedQueryIds"]
    batch = fake.athena.batch_get_named_query(NamedQueryIds=[query_id, "nope"])
    assert [found["Name"] for found in batch["NamedQueries"]] == ["m"]
    assert batch["UnprocessedNamedQueryIds"][0]["NamedQueryId"] == "nope"
    fake.athena.delete_named_query(NamedQueryId=query_id)
    with pytest.raises(ClientError) as error:
        fake.athena.get_named_query(NamedQueryId=query_id)
    assert refused(error)[1] == f"NamedQuery {query_id} was not found"


def test_a_named_query_is_made_once_for_a_token(fake: FakeAthena) -> None:
    token = uuid.uuid4().hex
    wanted = {"Name": "n", "Database": "d", "QueryString": "select 1", "ClientRequestToken": token}
    first = fake.athena.create_named_query(**wanted)["NamedQueryId"]
    assert fake.athena.create_named_query(**wanted)["NamedQueryId"] == first
    with pytest.raises(ClientError) as error:
        fake.athena.create_named_query(**{**wanted, "QueryString": "select 2"})
    assert refused(error)[2] == "IDEMPOTENT_PARAMETER_MISMATCH"


def test_a_prepared_statement_is_kept_changed_and_deleted(fake: FakeAthena) -> None:
    group = f"group-{uuid.uuid4().hex}"
    fake.athena.create_work_group(Name=group)
    where = {"StatementName": "pp", "WorkGroup": group}
    fake.athena.create_prepared_statement(**where, QueryStatement="select ?")
    fake.athena.update_prepared_statement(**where, QueryStatement="select ?, ?", Description="two")
    found = fake.athena.get_prepared_statement(**where)["PreparedStatement"]
    assert (found["QueryStatement"], found["Description"]) == ("select ?, ?", "two")
    assert found["WorkGroupName"] == group
    listed = fake.athena.list_prepared_statements(WorkGroup=group)["PreparedStatements"]
    assert [statement["StatementName"] for statement in listed] == ["pp"]
    batch = fake.athena.batch_get_prepared_statement(PreparedStatementNames=["pp", "qq"], WorkGroup=group)
    assert [statement["StatementName"] for statement in batch["PreparedStatements"]] == ["pp"]
    assert [s["StatementName"] for s in batch["UnprocessedPreparedStatementNames"]] == ["qq"]
    fake.athena.delete_prepared_statement(**where)
    with pytest.raises(ClientError) as error:
        fake.athena.get_prepared_statement(**where)
    assert refused(error)[:2] == (
        "ResourceNotFoundException",
        f"PreparedStatement pp was not found in workGroup {group}",
    )


def test_the_engine_shares_the_prepared_statements_of_the_workgroup(fake: FakeAthena) -> None:
    name = f"p{uuid.uuid4().hex}"

    def prepare(context: ExecutionContext) -> StatementResult:
        assert context.prepared is not None
        context.prepared.put(name, "select 7")
        return rows_of((context.prepared.get(name),))

    fake.run(fake.engine.teach("prepare", prepare))
    found = fake.athena.get_prepared_statement(StatementName=name, WorkGroup="primary")
    assert found["PreparedStatement"]["QueryStatement"] == "select 7"
