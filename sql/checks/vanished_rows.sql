-- One row: whether too many rows vanished, how many episodes were active and in the newest snapshot
-- in the run that was published last, and how many of these the newest snapshot of this run lacks.
-- Inputs: silver's episode of both runs. A truncated file looks just like many vanished rows.
with

baseline as (

    select episode_id
    from ${silver}.episode_runs
    where run_id = ${baseline_run_id}
        and is_in_latest_snapshot
        and episode_end_date is null

),

present as (

    select episode_id
    from ${silver}.episode_runs
    where run_id = ${run_id}
        and is_in_latest_snapshot

),

counted as (

    select
        count(*) as active_count,
        count(*) filter (where present.episode_id is null) as vanished_count
    from baseline
    left join present
        on baseline.episode_id = present.episode_id

)

select
    vanished_count >= ${vanished_count}
        and vanished_count > ${vanished_share} * active_count as is_too_many,
    active_count,
    vanished_count
from counted
