-- Grain: one row per column that changed between two consecutive versions of an episode whose
-- spell, as the earlier version has it, was discharged just before the later one came.
-- Inputs: episode_version. The change is taken all the same: the source is the truth.
with

versions as (

    select
        *,
        substr(cast(discharge_datetime as varchar), 1, 19) as discharge_text
    from ${silver}.episode_version_runs
    where run_id = ${run_id}

),

breaches as (

    select
        after.episode_id,
        before.spell_id,
        after.first_snapshot_date as snapshot_date,
        array[
            'spell_id', 'patient_id', 'patient_forename', 'patient_surname', 'patient_dob',
            'episode_start_date', 'episode_end_date', 'ward_code', 'ward_name', 'consultant',
            'discharge_datetime', 'developer_comment'
        ] as column_names,
        array[
            before.spell_id, before.patient_id, before.patient_forename, before.patient_surname,
            cast(before.patient_dob as varchar), cast(before.episode_start_date as varchar),
            cast(before.episode_end_date as varchar), before.ward_code, before.ward_name,
            before.consultant, before.discharge_text, before.developer_comment
        ] as values_before,
        array[
            after.spell_id, after.patient_id, after.patient_forename, after.patient_surname,
            cast(after.patient_dob as varchar), cast(after.episode_start_date as varchar),
            cast(after.episode_end_date as varchar), after.ward_code, after.ward_name,
            after.consultant, after.discharge_text, after.developer_comment
        ] as values_after
    from versions as after
    inner join versions as before
        on after.episode_id = before.episode_id
        and after.version_number = before.version_number + 1
    where after.is_previous_spell_discharged_before

)

select
    breaches.episode_id,
    breaches.spell_id,
    breaches.snapshot_date,
    pairs.column_name,
    pairs.value_before,
    pairs.value_after
from breaches
cross join unnest(column_names, values_before, values_after)
    as pairs (column_name, value_before, value_after)
where pairs.value_before is distinct from pairs.value_after
