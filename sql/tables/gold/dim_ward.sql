create external table if not exists ${gold}.dim_ward_runs (
    ward_code string comment 'The ward''s code.',
    ward_name string comment 'The ward''s name, by the latest version.'
)
comment 'One row per ward code (SCD1).'
partitioned by (run_id string comment 'The run that made the row.')
stored as parquet
location ${location}
tblproperties (
    'wardlake.key' = 'ward_code'
)
