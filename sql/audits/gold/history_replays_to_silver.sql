-- An episode's history, replayed to its end, is its silver row; its intervals follow each other.
with

history as (

    select
        *,
        lead(valid_from) over (partition by episode_id order by valid_from) as next_valid_from
    from ${gold}.episode_history_runs
    where run_id = ${run_id}

),

episodes as (

    select *
    from ${silver}.episode_runs
    where run_id = ${run_id}

)

select
    coalesce(history.episode_id, episodes.episode_id) as record,
    'history differs from silver' as observed
from (select * from history where is_current) as history
full outer join episodes
    on history.episode_id = episodes.episode_id
where history.spell_id is distinct from episodes.spell_id
    or history.patient_id is distinct from episodes.patient_id
    or history.patient_forename is distinct from episodes.patient_forename
    or history.patient_surname is distinct from episodes.patient_surname
    or history.patient_dob is distinct from episodes.patient_dob
    or history.episode_start_date is distinct from episodes.episode_start_date
    or history.episode_end_date is distinct from episodes.episode_end_date
    or history.ward_code is distinct from episodes.ward_code
    or history.ward_name is distinct from episodes.ward_name
    or history.consultant is distinct from episodes.consultant
    or history.discharge_datetime is distinct from episodes.discharge_datetime
    or history.last_updated_at is distinct from episodes.last_updated_at
    or history.developer_comment is distinct from episodes.developer_comment

union all

select
    episode_id,
    'history from ' || cast(valid_from as varchar) || ' to '
    || coalesce(cast(valid_to as varchar), 'now')
from history
where valid_to is distinct from next_valid_from
    or valid_to <= valid_from
    or is_current <> (valid_to is null)
