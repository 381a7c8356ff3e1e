-- The episodes of fact_episode and of silver are the same.
with

facts as (

    select episode_id
    from ${gold}.fact_episode_runs
    where run_id = ${run_id}

),

episodes as (

    select episode_id
    from ${silver}.episode_runs
    where run_id = ${run_id}

)

select
    coalesce(facts.episode_id, episodes.episode_id) as record,
    case when facts.episode_id is null then 'in silver only' else 'not in silver' end as observed
from facts
full outer join episodes
    on facts.episode_id = episodes.episode_id
where facts.episode_id is null
    or episodes.episode_id is null
