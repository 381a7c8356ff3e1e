-- Grain: one row per patient; the attributes of the latest version win, nulls included (SCD1).
-- Inputs: silver's episode.
with

episodes as (

    select
        *,
        row_number() over (partition by patient_id order by version_key desc) as recency,
        row_number() over (partition by spell_id order by episode_order_key desc) as place_from_end
    from ${silver}.episode_runs
    where run_id = ${run_id}

),

-- A patient's latest discharge is that of a spell, which only its last episode can carry.
events as (

    select
        patient_id,
        max(episode_start_date) as latest_start_date,
        cast(
            max(case when place_from_end = 1 then discharge_datetime end) as date
        ) as latest_discharge_date
    from episodes
    group by patient_id

),

patients as (

    select
        episodes.patient_id,
        episodes.patient_forename,
        episodes.patient_surname,
        episodes.patient_dob,
        events.latest_start_date,
        events.latest_discharge_date
    from episodes
    inner join events
        on episodes.patient_id = events.patient_id
    where episodes.recency = 1

),

-- Days as whole numbers yyyymmdd, whose difference over 10000 is the completed years.
counted as (

    select
        *,
        year(patient_dob) * 10000 + month(patient_dob) * 100 + day(patient_dob) as born,
        year(latest_start_date) * 10000 + month(latest_start_date) * 100
        + day(latest_start_date) as started,
        year(latest_discharge_date) * 10000 + month(latest_discharge_date) * 100
        + day(latest_discharge_date) as discharged
    from patients

)

select
    patient_id,
    patient_forename,
    patient_surname,
    patient_dob,
    cast(
        case when born <= started then (started - born) / 10000 end as integer
    ) as age_at_latest_episode_start,
    cast(
        case when born <= discharged then (discharged - born) / 10000 end as integer
    ) as age_at_latest_discharge
from counted
