-- Grain: one row per episode.
-- Inputs: silver's episode. Ages use the patient's latest date of birth, as dim_patient has it.
with

episodes as (

    select *
    from ${silver}.episode_runs
    where run_id = ${run_id}

),

numbered as (

    select
        *,
        row_number() over (partition by spell_id order by episode_order_key) as episode_number,
        count(*) over (partition by spell_id) as episode_count,
        row_number() over (partition by patient_id order by version_key desc) as patient_recency
    from episodes

),

births as (

    select
        patient_id,
        patient_dob
    from numbered
    where patient_recency = 1

),

dated as (

    select
        numbered.*,
        numbered.episode_number = numbered.episode_count as is_latest,
        births.patient_dob as latest_dob,
        cast(numbered.discharge_datetime as date) as discharge_date
    from numbered
    inner join births
        on numbered.patient_id = births.patient_id

),

-- Days as whole numbers yyyymmdd, whose difference over 10000 is the completed years.
counted as (

    select
        *,
        year(latest_dob) * 10000 + month(latest_dob) * 100 + day(latest_dob) as born,
        year(episode_start_date) * 10000 + month(episode_start_date) * 100
        + day(episode_start_date) as started,
        year(discharge_date) * 10000 + month(discharge_date) * 100
        + day(discharge_date) as discharged
    from dated

)

select
    episode_id,
    spell_id,
    patient_id,
    ward_code,
    consultant,
    episode_start_date,
    episode_end_date,
    discharge_datetime,
    last_updated_at,
    first_seen_snapshot_date,
    last_seen_snapshot_date,
    cast(episode_number as integer) as episode_number,
    is_latest as is_latest_episode_in_spell,
    episode_end_date is not null as is_finished,
    is_latest and discharge_datetime is not null as is_discharged,
    is_in_latest_snapshot,
    cast(
        case when born <= started then (started - born) / 10000 end as integer
    ) as age_at_episode_start,
    cast(
        case when is_latest and born <= discharged then (discharged - born) / 10000 end as integer
    ) as age_at_discharge
from counted
