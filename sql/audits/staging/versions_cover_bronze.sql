-- Every episode in the deliveries that count has versions, and no other episode has.
with

source_episodes as (

    select distinct trim(both ${blanks} from episodes.episode_id) as episode_id
    from ${bronze}.episodes
    inner join ${bronze}.delivery_runs as deliveries
        on episodes.delivery_id = deliveries.delivery_id
        and deliveries.run_id = ${run_id}
        and deliveries.status = 'counts'
    where episodes.snapshot_date <= ${as_of}

),

versioned_episodes as (

    select distinct episode_id
    from ${silver}.episode_version_runs
    where run_id = ${run_id}

)

select
    coalesce(source_episodes.episode_id, versioned_episodes.episode_id) as record,
    case
        when versioned_episodes.episode_id is null then 'in bronze only'
        else 'not in bronze'
    end as observed
from source_episodes
full outer join versioned_episodes
    on source_episodes.episode_id = versioned_episodes.episode_id
where source_episodes.episode_id is null
    or versioned_episodes.episode_id is null
