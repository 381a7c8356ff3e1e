"""Where the stack is known to differ from what the embedded emulator emulates of AWS.

These tests run on the stack too and must fail there (pytest shows them as xfailed, and complains of one that
passes): the failure is the same in other words, or Trino 476 reads a file in another way than Athena is
documented to, or LocalStack answers otherwise than S3.
"""

from __future__ import annotations

WORDS = "Trino fails as well, in its own words"
CSV = "Trino has text columns only in CSV; Athena gives them their types"
BUCKETS = "Trino checks the names and contents of bucket files more strictly"
UNREFUSED = "the embedded engine refuses it by name; Trino reads it"
FORMATS = "Trino refuses a file of another kind when it opens it"

_ENGINE = "tests/emulator/engine"

_EVERY_CASE = {
    f"{_ENGINE}/{file}::{test}": why
    for file, tests in {
        "test_bucketed_scans.py": {
            "test_all_buckets_are_read_where_a_column_is_not_known": WORDS,
            "test_all_files_are_read_where_a_name_tells_no_bucket": BUCKETS,
            "test_the_bucket_is_read_from_the_names_that_programs_give": BUCKETS,
            "test_a_row_in_the_wrong_bucket_is_not_found_as_in_trino": BUCKETS,
            "test_partitions_keep_their_buckets_apart": "Trino counts the bytes of files in its own way",
        },
        "test_failures.py": {"test_damaged_parquet_data_fails_without_naming_local_files": WORDS},
        "test_json_scans.py": {
            "test_openx_malformed_lines_fail_unless_they_are_ignored": WORDS,
            "test_openx_objects_are_no_numbers": WORDS,
            "test_hive_values_of_another_type_fail": WORDS,
            "test_hive_lines_must_be_json": WORDS,
            "test_timestamp_formats_are_refused_by_name": UNREFUSED,
            "test_a_regular_expression_is_needed": WORDS,
        },
        "test_orc.py": {
            "test_columns_are_found_by_place_unless_the_table_says_by_name": "Trino knows no such property",
            "test_a_file_that_is_no_orc_fails_by_name": WORDS,
        },
        "test_parquet_scans.py": {
            "test_a_partition_that_is_not_read_needs_no_readable_file": WORDS,
            "test_only_the_columns_used_are_counted_as_scanned": "Trino reads a small file whole",
            "test_a_stored_type_that_is_not_the_declared_one_fails_by_name": WORDS,
            "test_a_value_too_large_for_its_column_fails": WORDS,
            "test_a_format_that_cannot_be_read_is_refused_by_name": FORMATS,
            "test_a_sequence_file_is_not_read_as_text": FORMATS,
            "test_a_table_in_a_missing_bucket_fails_by_name": WORDS,
            "test_row_groups_that_the_statistics_exclude_are_not_read": WORDS,
        },
        "test_safety.py": {
            "test_names_and_texts_cannot_break_out_of_their_quotes": "Trino quotes no quote for Glue",
        },
        "test_text_scans.py": {
            "test_csv_dates_are_days_and_timestamps_milliseconds": CSV,
            "test_a_csv_number_that_is_none_fails_unless_it_may_be_null": CSV,
            "test_delimited_text_reads_what_it_cannot_read_as_null": "Trino reads a number before its rest",
            "test_compressed_text_is_read_by_its_ending": FORMATS,
            "test_text_that_is_not_utf_8_fails_by_name": "Trino replaces what is not UTF-8",
        },
    }.items()
    for test, why in tests.items()
}

_ONE_CASE = {
    f"{_ENGINE}/test_json_scans.py::test_of_names_that_are_the_same_the_last_counts"
    "[ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe']": "Trino refuses a name that comes twice",
    f"{_ENGINE}/test_json_scans.py::test_openx_values_are_read_as_their_types_or_null"
    r'[int-"\u0663"-None]': "Trino takes digits of other scripts",
    f"{_ENGINE}/test_parquet_scans.py::test_stored_types_are_read_as_the_declared_ones"
    "[decimal(10,2)-stored3-5.00]": "Trino reads no integer as a decimal",
    f"{_ENGINE}/test_safety.py::test_duckdb_is_out_of_reach"
    "[SELECT * FROM system.main.duckdb_settings]": "Trino's own name for what it does not have",
    "tests/emulator/test_s3_versions.py::test_what_begins_alike_is_one_item_of_all_pages"
    "[unversioned]": "LocalStack's pages give a later key before the prefixes that sort before it",
}


def known(test: str) -> str | None:
    """Why a test, by its id in pytest, must fail on the stack; None for one that must not."""
    return _ONE_CASE.get(test) or _EVERY_CASE.get(test.partition("[")[0])
