-- An episode's versions are numbered from 1 without gaps, each begins where the one before ends,
-- and only the last is the latest: its intervals neither overlap nor leave gaps.
with

versions as (

    select
        *,
        row_number() over (partition by episode_id order by first_snapshot_date) as expected_number,
        lead(first_snapshot_date) over (
            partition by episode_id
            order by first_snapshot_date
        ) as expected_next_date
    from ${silver}.episode_version_runs
    where run_id = ${run_id}

)

select
    episode_id as record,
    'version ' || cast(version_number as varchar) as observed
from versions
where version_number <> expected_number
    or next_snapshot_date is distinct from expected_next_date
    or is_latest_version <> (expected_next_date is null)
    or last_snapshot_date < first_snapshot_date
    or last_snapshot_date >= next_snapshot_date
    or last_snapshot_date > ${as_of}
