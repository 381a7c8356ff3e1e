create external table if not exists ${gold}.fact_episode_runs (
    episode_id string comment 'The episode.',
    spell_id string comment 'The spell.',
    patient_id string comment 'The episode''s patient.',
    ward_code string comment 'The episode''s ward, by its latest version.',
    consultant string comment 'The episode''s consultant, by its latest version.',
    episode_start_date date comment 'Day the episode began.',
    episode_end_date date comment 'Day the episode ended; null while it is active.',
    discharge_datetime timestamp comment 'Discharge that the row carries, on any episode.',
    last_updated_at timestamp comment 'The source''s last update of the row.',
    first_seen_snapshot_date date comment 'First snapshot with the episode.',
    last_seen_snapshot_date date comment 'Last snapshot with the episode.',
    episode_number int comment 'Place in its spell, from 1, without gaps.',
    is_latest_episode_in_spell boolean comment 'Whether it is its spell''s last episode.',
    is_finished boolean comment 'Whether it has an end date.',
    is_discharged boolean comment 'Whether it carries its spell''s discharge.',
    is_in_latest_snapshot boolean comment 'Whether the newest snapshot has the episode.',
    age_at_episode_start int comment 'Patient''s completed years on the start date.',
    age_at_discharge int comment 'Completed years at the discharge; null unless is_discharged.'
)
comment 'One row per episode.'
partitioned by (run_id string comment 'The run that made the row.')
stored as parquet
location ${location}
tblproperties (
    'wardlake.key' = 'episode_id',
    'wardlake.not_null' = 'spell_id, patient_id, ward_code, episode_start_date, episode_number',
    'wardlake.references.spell_id' = 'fact_spell.spell_id',
    'wardlake.references.patient_id' = 'dim_patient.patient_id',
    'wardlake.references.ward_code' = 'dim_ward.ward_code',
    'wardlake.references.consultant' = 'dim_consultant.consultant'
)
