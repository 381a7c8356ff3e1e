-- Grain: one row per episode, its latest version; an episode that is missing from the newest
-- snapshot is kept and flagged.
-- Inputs: episode_version, and the deliveries that count, for the newest snapshot's date.
with

versions as (

    select *
    from ${silver}.episode_version_runs
    where run_id = ${run_id}

),

newest_snapshot as (

    select max(snapshot_date) as snapshot_date
    from ${bronze}.delivery_runs
    where run_id = ${run_id}
        and status = 'counts'

),

with_first_seen as (

    select
        *,
        min(first_snapshot_date) over (partition by episode_id) as first_seen_snapshot_date
    from versions

)

select
    with_first_seen.spell_id,
    with_first_seen.episode_id,
    with_first_seen.patient_id,
    with_first_seen.patient_forename,
    with_first_seen.patient_surname,
    with_first_seen.patient_dob,
    with_first_seen.episode_start_date,
    with_first_seen.episode_end_date,
    with_first_seen.ward_code,
    with_first_seen.ward_name,
    with_first_seen.consultant,
    with_first_seen.discharge_datetime,
    with_first_seen.last_updated_at,
    with_first_seen.developer_comment,
    with_first_seen.last_snapshot_date as snapshot_date,
    with_first_seen.first_seen_snapshot_date,
    with_first_seen.last_snapshot_date as last_seen_snapshot_date,
    with_first_seen.last_snapshot_date = newest_snapshot.snapshot_date as is_in_latest_snapshot,
    with_first_seen.version_key,
    with_first_seen.episode_order_key
from with_first_seen
cross join newest_snapshot
where with_first_seen.is_latest_version
