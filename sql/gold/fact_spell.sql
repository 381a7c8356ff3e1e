-- Grain: one row per spell.
-- Inputs: silver's episode. The patient is the last episode's; ages use the patient's latest date
-- of birth, as dim_patient has it.
-- Length of stay counts nights: calendar days, not elapsed periods of 24 hours.
with

episodes as (

    select *
    from ${silver}.episode_runs
    where run_id = ${run_id}

),

births as (

    select
        patient_id,
        patient_dob,
        row_number() over (partition by patient_id order by version_key desc) as recency
    from episodes

),

numbered as (

    select
        *,
        row_number() over (partition by spell_id order by episode_order_key) as episode_number,
        count(*) over (partition by spell_id) as episode_count,
        max(case when is_in_latest_snapshot then 1 else 0 end) over (
            partition by spell_id
        ) as snapshot_flag
    from episodes

),

first_episodes as (

    select *
    from numbered
    where episode_number = 1

),

last_episodes as (

    select *
    from numbered
    where episode_number = episode_count

),

spells as (

    select
        last_episodes.spell_id,
        last_episodes.patient_id,
        first_episodes.episode_id as first_episode_id,
        last_episodes.episode_id as last_episode_id,
        last_episodes.episode_count,
        first_episodes.episode_start_date as admission_date,
        last_episodes.discharge_datetime,
        cast(last_episodes.discharge_datetime as date) as discharge_date,
        first_episodes.ward_code as admission_ward_code,
        last_episodes.ward_code as latest_ward_code,
        first_episodes.consultant as admission_consultant,
        last_episodes.consultant as latest_consultant,
        last_episodes.snapshot_flag = 1 as is_in_latest_snapshot,
        births.patient_dob as latest_dob
    from last_episodes
    inner join first_episodes
        on last_episodes.spell_id = first_episodes.spell_id
    inner join births
        on last_episodes.patient_id = births.patient_id
        and births.recency = 1

),

-- Days as whole numbers yyyymmdd, whose difference over 10000 is the completed years.
counted as (

    select
        *,
        year(latest_dob) * 10000 + month(latest_dob) * 100 + day(latest_dob) as born,
        year(admission_date) * 10000 + month(admission_date) * 100
        + day(admission_date) as admitted,
        year(discharge_date) * 10000 + month(discharge_date) * 100
        + day(discharge_date) as discharged
    from spells

)

select
    spell_id,
    patient_id,
    first_episode_id,
    last_episode_id,
    cast(episode_count as integer) as episode_count,
    admission_date,
    discharge_datetime,
    discharge_datetime is not null as is_discharged,
    cast(
        case
            when discharge_date >= admission_date
                then date_diff('day', admission_date, discharge_date)
        end as integer
    ) as length_of_stay_days,
    cast(
        case
            when discharge_date is null and admission_date <= ${as_of}
                then date_diff('day', admission_date, ${as_of})
        end as integer
    ) as days_so_far,
    admission_ward_code,
    latest_ward_code,
    admission_consultant,
    latest_consultant,
    is_in_latest_snapshot,
    cast(
        case when born <= admitted then (admitted - born) / 10000 end as integer
    ) as age_at_admission,
    cast(
        case when born <= discharged then (discharged - born) / 10000 end as integer
    ) as age_at_discharge
from counted
