-- First seen is not after last seen, last seen is not after as_of, and an episode is in the newest
-- snapshot exactly when it was last seen in it.
with

episodes as (

    select
        *,
        max(last_seen_snapshot_date) over () as newest_sighting
    from ${silver}.episode_runs
    where run_id = ${run_id}

)

select
    episode_id as record,
    'first seen ' || cast(first_seen_snapshot_date as varchar)
    || ', last seen ' || cast(last_seen_snapshot_date as varchar) as observed
from episodes
where first_seen_snapshot_date > last_seen_snapshot_date
    or last_seen_snapshot_date > ${as_of}
    or (is_in_latest_snapshot and last_seen_snapshot_date < newest_sighting)
