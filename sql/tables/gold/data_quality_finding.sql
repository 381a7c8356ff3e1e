create external table if not exists ${gold}.data_quality_finding_runs (
    rule string comment 'The rule that is not kept; the glossary says what each means.',
    spell_id string comment 'The spell it is about, where there is one.',
    episode_id string comment 'The episode it is about, where there is one.',
    patient_id string comment 'The patient it is about, where there is one.',
    snapshot_date date comment 'The snapshot it is about, where there is one.',
    observed string comment 'What was seen; dates and times as ISO 8601.'
)
comment 'One row per finding that does not stop a build.'
partitioned by (run_id string comment 'The run that made the row.')
stored as parquet
location ${location}
tblproperties (
    'wardlake.not_null' = 'rule, observed'
)
