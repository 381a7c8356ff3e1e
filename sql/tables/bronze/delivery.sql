create external table if not exists ${bronze}.delivery_runs (
    snapshot_date date comment 'The date in the file''s name.',
    delivery_id string comment 'The landing, named after its object version.',
    delivery_sequence int comment 'Place in the landing order of its snapshot date, from 1.',
    source_file string comment 'Name of the file.',
    source_sha256 string comment 'SHA-256 of the file, in hexadecimal.',
    row_count bigint comment 'Data rows in the file.',
    status string comment 'counts, superseded, quarantined, unchanged, empty or refused.',
    unknown_columns array<string> comment 'Columns that the contract does not know.',
    reason string comment 'Why it is quarantined or was refused.'
)
comment 'One row per delivery with a snapshot date up to the run''s as_of.'
partitioned by (run_id string comment 'The run that chose.')
stored as parquet
location ${location}
