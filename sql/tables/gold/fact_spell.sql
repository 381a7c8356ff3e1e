create external table if not exists ${gold}.fact_spell_runs (
    spell_id string comment 'The spell.',
    patient_id string comment 'Patient of the last episode.',
    first_episode_id string comment 'First episode.',
    last_episode_id string comment 'Last episode.',
    episode_count int comment 'Number of episodes.',
    admission_date date comment 'Start date of the first episode.',
    discharge_datetime timestamp comment 'Discharge that the last episode carries; null when none.',
    is_discharged boolean comment 'Whether the last episode carries a discharge.',
    length_of_stay_days int comment 'Nights to the discharge; null while open, or if negative.',
    days_so_far int comment 'Nights to as_of; null once discharged, or if admitted later.',
    admission_ward_code string comment 'Ward of the first episode.',
    latest_ward_code string comment 'Ward of the last episode.',
    admission_consultant string comment 'Consultant of the first episode.',
    latest_consultant string comment 'Consultant of the last episode.',
    is_in_latest_snapshot boolean comment 'Whether the newest snapshot has an episode of it.',
    age_at_admission int comment 'Patient''s completed years on the admission date.',
    age_at_discharge int comment 'Patient''s completed years at the discharge.'
)
comment 'One row per spell.'
partitioned by (run_id string comment 'The run that made the row.')
stored as parquet
location ${location}
tblproperties (
    'wardlake.key' = 'spell_id',
    'wardlake.not_null' = 'patient_id, first_episode_id, last_episode_id, admission_date',
    'wardlake.references.patient_id' = 'dim_patient.patient_id',
    'wardlake.references.first_episode_id' = 'fact_episode.episode_id',
    'wardlake.references.last_episode_id' = 'fact_episode.episode_id',
    'wardlake.references.admission_ward_code' = 'dim_ward.ward_code',
    'wardlake.references.latest_ward_code' = 'dim_ward.ward_code',
    'wardlake.references.admission_consultant' = 'dim_consultant.consultant',
    'wardlake.references.latest_consultant' = 'dim_consultant.consultant'
)
