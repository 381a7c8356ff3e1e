-- One row per value that stops a build: it is not exactly in its column's format, or is blank in a
-- column that may not be null. At most 100 rows; total_count says how many there are.
-- Inputs: the bronze rows of the deliveries that count for this run.
-- A value is judged without the blanks around it, as silver takes it. Dates are DD/MM/YYYY,
-- discharges DD/MM/YYYY HH:MM:SS, updates DD/MM/YYYY HH:MM, and must be in the calendar, which has
-- no year 0000. Control characters other than tab and line ends are refused anywhere: they are not
-- text, and one of them separates the columns within the content's hash.
with

deliveries as (

    select delivery_id
    from ${bronze}.delivery_runs
    where run_id = ${run_id}
        and status = 'counts'

),

bronze_rows as (

    select episodes.*
    from ${bronze}.episodes
    inner join deliveries
        on episodes.delivery_id = deliveries.delivery_id
    where episodes.snapshot_date <= ${as_of}

),

trimmed as (

    select
        delivery_id,
        source_file,
        source_row_number,
        coalesce(trim(both ${blanks} from "spell id"), '') as spell_id,
        coalesce(trim(both ${blanks} from episode_id), '') as episode_id,
        coalesce(trim(both ${blanks} from patient_id), '') as patient_id,
        coalesce(trim(both ${blanks} from "patient forename"), '') as patient_forename,
        coalesce(trim(both ${blanks} from "patient surname"), '') as patient_surname,
        coalesce(trim(both ${blanks} from "patient dob"), '') as patient_dob,
        coalesce(trim(both ${blanks} from "episode start date"), '') as episode_start_date,
        coalesce(trim(both ${blanks} from episode_end_date), '') as episode_end_date,
        coalesce(trim(both ${blanks} from ward), '') as ward_code,
        coalesce(trim(both ${blanks} from "ward name"), '') as ward_name,
        coalesce(trim(both ${blanks} from consultant), '') as consultant,
        coalesce(trim(both ${blanks} from dicharge_dttm), '') as discharge,
        coalesce(trim(both ${blanks} from last_updated_ts), '') as last_updated,
        coalesce(trim(both ${blanks} from "developer comment"), '') as developer_comment
    from bronze_rows

),

-- What is wrong with each value, or null.
judged as (

    select
        *,
        case
            when spell_id = '' then 'blank_value'
            when regexp_like(spell_id, '[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]')
                then 'control_character'
        end as spell_id_rule,
        case
            when episode_id = '' then 'blank_value'
            when regexp_like(episode_id, '[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]')
                then 'control_character'
        end as episode_id_rule,
        case
            when patient_id = '' then 'blank_value'
            when regexp_like(patient_id, '[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]')
                then 'control_character'
        end as patient_id_rule,
        case
            when regexp_like(patient_forename, '[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]')
                then 'control_character'
        end as patient_forename_rule,
        case
            when regexp_like(patient_surname, '[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]')
                then 'control_character'
        end as patient_surname_rule,
        case
            when patient_dob = '' then null
            when length(patient_dob) <> 10
                or substr(patient_dob, 7, 4) = '0000'
                or not regexp_like(
                    patient_dob,
                    '^[0-9]{2}/[0-9]{2}/[0-9]{4}$'
                )
                or try_cast(
                    substr(patient_dob, 7, 4) || '-' || substr(patient_dob, 4, 2)
                    || '-' || substr(patient_dob, 1, 2)
                    as date
                ) is null
                then 'bad_date'
        end as patient_dob_rule,
        case
            when episode_start_date = '' then 'blank_value'
            when length(episode_start_date) <> 10
                or substr(episode_start_date, 7, 4) = '0000'
                or not regexp_like(
                    episode_start_date,
                    '^[0-9]{2}/[0-9]{2}/[0-9]{4}$'
                )
                or try_cast(
                    substr(episode_start_date, 7, 4) || '-' || substr(episode_start_date, 4, 2)
                    || '-' || substr(episode_start_date, 1, 2)
                    as date
                ) is null
                then 'bad_date'
        end as episode_start_date_rule,
        case
            when episode_end_date = '' then null
            when length(episode_end_date) <> 10
                or substr(episode_end_date, 7, 4) = '0000'
                or not regexp_like(
                    episode_end_date,
                    '^[0-9]{2}/[0-9]{2}/[0-9]{4}$'
                )
                or try_cast(
                    substr(episode_end_date, 7, 4) || '-' || substr(episode_end_date, 4, 2)
                    || '-' || substr(episode_end_date, 1, 2)
                    as date
                ) is null
                then 'bad_date'
        end as episode_end_date_rule,
        case
            when ward_code = '' then 'blank_value'
            when regexp_like(ward_code, '[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]')
                then 'control_character'
        end as ward_code_rule,
        case
            when regexp_like(ward_name, '[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]')
                then 'control_character'
        end as ward_name_rule,
        case
            when regexp_like(consultant, '[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]')
                then 'control_character'
        end as consultant_rule,
        case
            when discharge = '' then null
            when length(discharge) <> 19
                or substr(discharge, 7, 4) = '0000'
                or not regexp_like(
                    discharge,
                    '^[0-9]{2}/[0-9]{2}/[0-9]{4} ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$'
                )
                or try_cast(
                    substr(discharge, 7, 4) || '-' || substr(discharge, 4, 2)
                    || '-' || substr(discharge, 1, 2)
                    as date
                ) is null
                then 'bad_datetime'
        end as discharge_rule,
        case
            when last_updated = '' then 'blank_value'
            when length(last_updated) <> 16
                or substr(last_updated, 7, 4) = '0000'
                or not regexp_like(
                    last_updated,
                    '^[0-9]{2}/[0-9]{2}/[0-9]{4} ([01][0-9]|2[0-3]):[0-5][0-9]$'
                )
                or try_cast(
                    substr(last_updated, 7, 4) || '-' || substr(last_updated, 4, 2)
                    || '-' || substr(last_updated, 1, 2)
                    as date
                ) is null
                then 'bad_datetime'
        end as last_updated_rule,
        case
            when regexp_like(developer_comment, '[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]')
                then 'control_character'
        end as developer_comment_rule
    from trimmed

),

faulty_rows as (

    select *
    from judged
    where coalesce(
            spell_id_rule,
            episode_id_rule,
            patient_id_rule,
            patient_forename_rule,
            patient_surname_rule,
            patient_dob_rule,
            episode_start_date_rule,
            episode_end_date_rule,
            ward_code_rule,
            ward_name_rule,
            consultant_rule,
            discharge_rule,
            last_updated_rule,
            developer_comment_rule
        ) is not null

),

faults as (

    select
        faulty_rows.source_file,
        faulty_rows.delivery_id,
        faulty_rows.source_row_number,
        fault.place,
        fault.column_name,
        fault.value,
        fault.rule
    from faulty_rows
    cross join unnest(
        array[
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            8,
            9,
            10,
            11,
            12,
            13,
            14
        ],
        array[
            'spell ID',
            'episode_id',
            'patient_id',
            'Patient Forename',
            'Patient Surname',
            'Patient DOB',
            'Episode Start Date',
            'Episode_End_Date',
            'ward',
            'Ward Name',
            'consultant',
            'dicharge_dttm',
            'last_updated_ts',
            'Developer Comment'
        ],
        array[
            spell_id,
            episode_id,
            patient_id,
            patient_forename,
            patient_surname,
            patient_dob,
            episode_start_date,
            episode_end_date,
            ward_code,
            ward_name,
            consultant,
            discharge,
            last_updated,
            developer_comment
        ],
        array[
            spell_id_rule,
            episode_id_rule,
            patient_id_rule,
            patient_forename_rule,
            patient_surname_rule,
            patient_dob_rule,
            episode_start_date_rule,
            episode_end_date_rule,
            ward_code_rule,
            ward_name_rule,
            consultant_rule,
            discharge_rule,
            last_updated_rule,
            developer_comment_rule
        ]
    ) as fault (place, column_name, value, rule)
    where fault.rule is not null

)

select
    rule,
    source_file,
    delivery_id,
    source_row_number,
    column_name,
    substr(value, 1, 200) as value,
    case rule
        when 'blank_value' then 'this column may not be empty'
        when 'control_character' then 'remove the control character'
        when 'bad_date' then 'expected a calendar day as DD/MM/YYYY'
        else case column_name
            when 'last_updated_ts' then 'expected a calendar day and time as DD/MM/YYYY HH:MM'
            else 'expected a calendar day and time as DD/MM/YYYY HH:MM:SS'
        end
    end as hint,
    count(*) over () as total_count
from faults
order by
    source_file,
    delivery_id,
    source_row_number,
    place
limit 100
