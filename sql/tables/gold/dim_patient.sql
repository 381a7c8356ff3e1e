create external table if not exists ${gold}.dim_patient_runs (
    patient_id string comment 'The patient.',
    patient_forename string comment 'Forename, by the latest version.',
    patient_surname string comment 'Surname, by the latest version.',
    patient_dob date comment 'Date of birth, by the latest version.',
    age_at_latest_episode_start int comment 'Completed years on the latest episode start.',
    age_at_latest_discharge int comment 'Completed years at the latest discharge of a spell.'
)
comment 'One row per patient (SCD1).'
partitioned by (run_id string comment 'The run that made the row.')
stored as parquet
location ${location}
tblproperties (
    'wardlake.key' = 'patient_id'
)
