create external table if not exists ${gold}.episode_history_runs (
    episode_id string comment 'The episode.',
    version_number int comment 'Number of the version among its episode''s, from 1.',
    valid_from date comment 'First snapshot with this content.',
    valid_to date comment 'First snapshot with the next content; null when current.',
    is_current boolean comment 'Whether it is the episode''s latest version.',
    last_seen_snapshot_date date comment 'Last snapshot with this content.',
    changed_columns string comment 'Columns that differ from the version before, by commas.',
    spell_id string comment 'The spell.',
    patient_id string comment 'The patient.',
    patient_forename string comment 'Forename.',
    patient_surname string comment 'Surname.',
    patient_dob date comment 'Date of birth.',
    episode_start_date date comment 'Day the episode began.',
    episode_end_date date comment 'Day the episode ended; null while it is active.',
    ward_code string comment 'Ward.',
    ward_name string comment 'Name of the ward.',
    consultant string comment 'Consultant.',
    discharge_datetime timestamp comment 'Discharge that the row carries; null when none.',
    last_updated_at timestamp comment 'The source''s last update, when last seen so.',
    developer_comment string comment 'The source''s free-text comment.'
)
comment 'One row per change of an episode (SCD2).'
partitioned by (run_id string comment 'The run that made the row.')
stored as parquet
location ${location}
tblproperties (
    'wardlake.key' = 'episode_id, version_number',
    'wardlake.not_null' = 'valid_from, is_current, spell_id, patient_id, ward_code',
    'wardlake.references.episode_id' = 'fact_episode.episode_id'
)
