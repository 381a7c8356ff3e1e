-- Grain: one row per ward code; the name of the latest version wins, null included (SCD1).
-- Inputs: silver's episode.
with

episodes as (

    select
        ward_code,
        ward_name,
        row_number() over (partition by ward_code order by version_key desc) as recency
    from ${silver}.episode_runs
    where run_id = ${run_id}

)

select
    ward_code,
    ward_name
from episodes
where recency = 1
