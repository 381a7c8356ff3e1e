create external table if not exists ${gold}.post_discharge_change_runs (
    episode_id string comment 'The episode that changed.',
    spell_id string comment 'The spell that was discharged.',
    snapshot_date date comment 'The snapshot that brought the change.',
    column_name string comment 'The column that changed.',
    value_before string comment 'Its value before; dates and times as ISO 8601.',
    value_after string comment 'Its value after; dates and times as ISO 8601.'
)
comment 'One row per column that changed in an episode after its spell had been discharged.'
partitioned by (run_id string comment 'The run that made the row.')
stored as parquet
location ${location}
tblproperties (
    'wardlake.key' = 'episode_id, snapshot_date, column_name',
    'wardlake.not_null' = 'spell_id',
    'wardlake.references.episode_id' = 'fact_episode.episode_id'
)
