create external table if not exists ${silver}.episode_runs (
    spell_id string comment 'The spell.',
    episode_id string comment 'The episode.',
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
    last_updated_at timestamp comment 'The source''s last update of the row.',
    developer_comment string comment 'The source''s free-text comment.',
    snapshot_date date comment 'Snapshot of the latest version.',
    first_seen_snapshot_date date comment 'First snapshot with the episode.',
    last_seen_snapshot_date date comment 'Last snapshot with the episode.',
    is_in_latest_snapshot boolean comment 'Whether the newest snapshot within as_of has it.',
    version_key string comment 'Sorts versions: snapshot date, last update, content hash.',
    episode_order_key string comment 'Sorts the episodes of a spell.'
)
comment 'One row per episode: its latest version.'
partitioned by (run_id string comment 'The run that made the row.')
stored as parquet
location ${location}
tblproperties (
    'wardlake.key' = 'episode_id',
    'wardlake.not_null' = 'spell_id, patient_id, episode_start_date, ward_code, last_updated_at'
)
