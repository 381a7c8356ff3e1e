-- Grain: one row per consultant. The source gives a consultant no other attribute than the name.
-- Inputs: silver's episode.
select consultant
from ${silver}.episode_runs
where run_id = ${run_id}
    and consultant is not null
group by consultant
