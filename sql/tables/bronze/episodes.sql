create external table if not exists ${bronze}.episodes (
    `spell id` string comment 'The source''s spell ID, as text, as delivered.',
    episode_id string comment 'The source''s episode_id, as text, as delivered.',
    patient_id string comment 'The source''s patient_id, as text, as delivered.',
    `patient forename` string comment 'The source''s Patient Forename, as text, as delivered.',
    `patient surname` string comment 'The source''s Patient Surname, as text, as delivered.',
    `patient dob` string comment 'The source''s Patient DOB, DD/MM/YYYY, as text, as delivered.',
    `episode start date` string comment 'The source''s Episode Start Date, DD/MM/YYYY, as text, as delivered.',
    episode_end_date string comment 'The source''s Episode_End_Date, DD/MM/YYYY, as text, as delivered.',
    ward string comment 'The source''s ward, as text, as delivered.',
    `ward name` string comment 'The source''s Ward Name, as text, as delivered.',
    consultant string comment 'The source''s consultant, as text, as delivered.',
    dicharge_dttm string comment 'The source''s dicharge_dttm (its spelling), DD/MM/YYYY HH:MM:SS, as text.',
    last_updated_ts string comment 'The source''s last_updated_ts, DD/MM/YYYY HH:MM, as text, as delivered.',
    `developer comment` string comment 'The source''s Developer Comment; null where the file lacks the column.',
    delivery_id string comment 'The delivery that brought the row.',
    delivery_sequence int comment 'The delivery''s place in the landing order of its snapshot date, from 1.',
    source_file string comment 'Name of the file.',
    source_sha256 string comment 'SHA-256 of the file, in hexadecimal.',
    source_row_number bigint comment 'The row''s place among the file''s data rows, from 1.'
)
comment 'One row per data row of each delivery, raw and append-only.'
partitioned by (snapshot_date date comment 'The date in the file''s name.')
stored as parquet
location ${location}
