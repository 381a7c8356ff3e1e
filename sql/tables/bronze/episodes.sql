create external table if not exists ${bronze}.episodes (
    `spell id` string comment 'The source''s spell ID, as delivered.',
    episode_id string comment 'The source''s episode_id, as delivered.',
    patient_id string comment 'The source''s patient_id, as delivered.',
    `patient forename` string comment 'The source''s Patient Forename, as delivered.',
    `patient surname` string comment 'The source''s Patient Surname, as delivered.',
    `patient dob` string comment 'The source''s Patient DOB, DD/MM/YYYY, as delivered.',
    `episode start date` string comment 'The source''s Episode Start Date, DD/MM/YYYY.',
    episode_end_date string comment 'The source''s Episode_End_Date, DD/MM/YYYY, as delivered.',
    ward string comment 'The source''s ward, as delivered.',
    `ward name` string comment 'The source''s Ward Name, as delivered.',
    consultant string comment 'The source''s consultant, as delivered.',
    dicharge_dttm string comment 'The source''s dicharge_dttm, DD/MM/YYYY HH:MM:SS.',
    last_updated_ts string comment 'The source''s last_updated_ts, DD/MM/YYYY HH:MM, as delivered.',
    `developer comment` string comment 'The source''s; null where the file lacks the column.',
    delivery_id string comment 'The delivery that brought the row.',
    delivery_sequence int comment 'Its place in the landing order of its day, from 1.',
    source_file string comment 'Name of the file.',
    source_sha256 string comment 'SHA-256 of the file, in hexadecimal.',
    source_row_number bigint comment 'The row''s place among the file''s data rows, from 1.'
)
comment 'One row per data row of each delivery, raw and append-only.'
partitioned by (snapshot_date date comment 'The date in the file''s name.')
stored as parquet
location ${location}
