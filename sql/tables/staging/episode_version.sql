create external table if not exists ${silver}.episode_version_runs (
    episode_id string comment 'The episode.',
    version_number int comment 'Number of the version among its episode''s, from 1.',
    first_snapshot_date date comment 'First snapshot of the run of equal content.',
    last_snapshot_date date comment 'Last snapshot of the run of equal content.',
    next_snapshot_date date comment 'First snapshot of the next version; null for the latest.',
    is_latest_version boolean comment 'Whether it is the episode''s latest version.',
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
    last_updated_at timestamp comment 'The source''s last update, in the last snapshot of the run.',
    developer_comment string comment 'The source''s free-text comment.',
    content_hash string comment 'Hash of all columns of the source but last_updated_ts.',
    version_key string comment 'Sorts versions: snapshot date, last update, content hash.',
    episode_order_key string comment 'Sorts the episodes of a spell.',
    previous_spell_id string comment 'Spell of the episode''s version before; null for the first.',
    is_spell_discharged_before boolean comment 'Spell was discharged just before.',
    is_previous_spell_discharged_before boolean comment 'The same of the previous spell.',
    conflict_snapshot_date date comment 'Last snapshot in which its rows differed; else null.'
)
comment 'One row per run of equal consecutive content of an episode.'
partitioned by (run_id string comment 'The run that made the row.')
stored as parquet
location ${location}
tblproperties (
    'wardlake.key' = 'episode_id, version_number',
    'wardlake.not_null' = 'spell_id, patient_id, episode_start_date, ward_code, version_key'
)
