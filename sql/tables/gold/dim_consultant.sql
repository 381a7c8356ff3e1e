create external table if not exists ${gold}.dim_consultant_runs (
    consultant string comment 'The consultant, by the only name that the source gives.'
)
comment 'One row per consultant (SCD1).'
partitioned by (run_id string comment 'The run that made the row.')
stored as parquet
location ${location}
tblproperties (
    'wardlake.key' = 'consultant'
)
