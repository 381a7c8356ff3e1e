-- One row per value that stops a build: it is not exactly in its column's format, or is blank in a
-- column that may not be null. At most 100 such rows, after a first row that has no value and whose
-- total_count says how many there are: what decides about a run need not read more than that one.
-- Inputs: the bronze rows of the deliveries that count for this run, and the formats of the
-- source's contract. A format allows blanks around a value, as silver cuts them off.
with

deliveries as (

    select delivery_id
    from ${bronze}.delivery_runs
    where run_id = ${run_id}
        and status = 'counts'

),

bronze_rows as (

    select
        episodes.delivery_id,
        episodes.source_file,
        episodes.source_row_number,
        coalesce(episodes."spell id", '') as spell_id,
        coalesce(episodes.episode_id, '') as episode_id,
        coalesce(episodes.patient_id, '') as patient_id,
        coalesce(episodes."patient forename", '') as patient_forename,
        coalesce(episodes."patient surname", '') as patient_surname,
        coalesce(episodes."patient dob", '') as patient_dob,
        coalesce(episodes."episode start date", '') as episode_start_date,
        coalesce(episodes.episode_end_date, '') as episode_end_date,
        coalesce(episodes.ward, '') as ward,
        coalesce(episodes."ward name", '') as ward_name,
        coalesce(episodes.consultant, '') as consultant,
        coalesce(episodes.dicharge_dttm, '') as dicharge_dttm,
        coalesce(episodes.last_updated_ts, '') as last_updated_ts,
        coalesce(episodes."developer comment", '') as developer_comment
    from ${bronze}.episodes
    inner join deliveries
        on episodes.delivery_id = deliveries.delivery_id
    where episodes.snapshot_date <= ${as_of}

),

faulty_rows as (

    select *
    from bronze_rows
    where not (
        regexp_like(spell_id, ${required_text_format})
        and regexp_like(episode_id, ${required_text_format})
        and regexp_like(patient_id, ${required_text_format})
        and regexp_like(patient_forename, ${text_format})
        and regexp_like(patient_surname, ${text_format})
        and regexp_like(patient_dob, ${date_format})
        and regexp_like(episode_start_date, ${required_date_format})
        and regexp_like(episode_end_date, ${date_format})
        and regexp_like(ward, ${required_text_format})
        and regexp_like(ward_name, ${text_format})
        and regexp_like(consultant, ${text_format})
        and regexp_like(dicharge_dttm, ${second_format})
        and regexp_like(last_updated_ts, ${required_minute_format})
        and regexp_like(developer_comment, ${text_format})
    )

),

faulty_values as (

    select
        faulty_rows.source_file,
        faulty_rows.delivery_id,
        faulty_rows.source_row_number,
        source_value.place,
        source_value.column_name,
        source_value.kind,
        trim(both ${blanks} from source_value.value) as value
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
            'text',
            'text',
            'text',
            'text',
            'text',
            'date',
            'date',
            'date',
            'text',
            'text',
            'text',
            'second',
            'minute',
            'text'
        ],
        array[
            ${required_text_format},
            ${required_text_format},
            ${required_text_format},
            ${text_format},
            ${text_format},
            ${date_format},
            ${required_date_format},
            ${date_format},
            ${required_text_format},
            ${text_format},
            ${text_format},
            ${second_format},
            ${required_minute_format},
            ${text_format}
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
            ward,
            ward_name,
            consultant,
            dicharge_dttm,
            last_updated_ts,
            developer_comment
        ]
    ) as source_value (place, column_name, kind, format, value)
    where not regexp_like(source_value.value, source_value.format)

),

findings as (

    select
        source_file,
        delivery_id,
        source_row_number,
        place,
        case
            when value = '' then 'blank_value'
            when kind = 'text' then 'control_character'
            when kind = 'date' then 'bad_date'
            else 'bad_datetime'
        end as rule,
        column_name,
        substr(value, 1, 200) as value,
        case
            when value = '' then 'this column may not be empty'
            when kind = 'text' then 'remove the control character'
            when kind = 'date' then 'expected a calendar day as DD/MM/YYYY'
            when kind = 'minute' then 'expected a calendar day and time as DD/MM/YYYY HH:MM'
            else 'expected a calendar day and time as DD/MM/YYYY HH:MM:SS'
        end as hint
    from faulty_values

)

select
    count(*) as total_count,
    rule,
    source_file,
    delivery_id,
    source_row_number,
    column_name,
    value,
    hint
from findings
group by grouping sets (
    (source_file, delivery_id, source_row_number, place, rule, column_name, value, hint),
    ()
)
order by
    grouping(findings.place) desc,
    source_file,
    delivery_id,
    source_row_number,
    findings.place
limit 101
