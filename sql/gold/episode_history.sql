-- Grain: one row per version of an episode (SCD2), valid from one snapshot's date up to, not
-- including, the next version's.
-- Inputs: episode_version. last_updated_at alone is no change.
with

versions as (

    select *
    from ${silver}.episode_version_runs
    where run_id = ${run_id}

),

compared as (

    select
        after.*,
        case when after.version_number > 1 then substr(
            case when after.spell_id <> before.spell_id then ',spell_id' else '' end
            || case when after.patient_id <> before.patient_id then ',patient_id' else '' end
            || case
                when after.patient_forename is distinct from before.patient_forename
                    then ',patient_forename'
                else ''
            end
            || case
                when after.patient_surname is distinct from before.patient_surname
                    then ',patient_surname'
                else ''
            end
            || case
                when after.patient_dob is distinct from before.patient_dob then ',patient_dob'
                else ''
            end
            || case
                when after.episode_start_date <> before.episode_start_date
                    then ',episode_start_date'
                else ''
            end
            || case
                when after.episode_end_date is distinct from before.episode_end_date
                    then ',episode_end_date'
                else ''
            end
            || case when after.ward_code <> before.ward_code then ',ward_code' else '' end
            || case
                when after.ward_name is distinct from before.ward_name then ',ward_name'
                else ''
            end
            || case
                when after.consultant is distinct from before.consultant then ',consultant'
                else ''
            end
            || case
                when after.discharge_datetime is distinct from before.discharge_datetime
                    then ',discharge_datetime'
                else ''
            end
            || case
                when after.developer_comment is distinct from before.developer_comment
                    then ',developer_comment'
                else ''
            end,
            2
        ) end as changed_columns
    from versions as after
    left join versions as before
        on after.episode_id = before.episode_id
        and after.version_number = before.version_number + 1

)

select
    episode_id,
    version_number,
    first_snapshot_date as valid_from,
    next_snapshot_date as valid_to,
    is_latest_version as is_current,
    last_snapshot_date as last_seen_snapshot_date,
    changed_columns,
    spell_id,
    patient_id,
    patient_forename,
    patient_surname,
    patient_dob,
    episode_start_date,
    episode_end_date,
    ward_code,
    ward_name,
    consultant,
    discharge_datetime,
    last_updated_at,
    developer_comment
from compared
