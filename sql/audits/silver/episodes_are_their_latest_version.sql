-- Silver has every episode that has versions, once, and as its latest version says.
with

episodes as (

    select *
    from ${silver}.episode_runs
    where run_id = ${run_id}

),

latest_versions as (

    select *
    from ${silver}.episode_version_runs
    where run_id = ${run_id}
        and is_latest_version

)

select
    coalesce(episodes.episode_id, latest_versions.episode_id) as record,
    case
        when episodes.episode_id is null then 'not in silver'
        when latest_versions.episode_id is null then 'without a version'
        else 'another version than the latest'
    end as observed
from episodes
full outer join latest_versions
    on episodes.episode_id = latest_versions.episode_id
where episodes.version_key is distinct from latest_versions.version_key
