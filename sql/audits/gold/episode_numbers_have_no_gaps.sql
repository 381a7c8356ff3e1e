-- Within each spell the episodes are numbered 1..n, exactly one is the latest, and it has number
-- n; fact_spell counts the same n, and both tables agree on the discharge.
with

numbered as (

    select
        spell_id,
        count(*) as episode_count,
        count(distinct episode_number) as distinct_numbers,
        min(episode_number) as lowest_number,
        max(episode_number) as highest_number,
        count(*) filter (where is_latest_episode_in_spell) as latest_count,
        max(case when is_latest_episode_in_spell then episode_number end) as latest_number,
        max(case when is_discharged then 1 else 0 end) as discharged_flag
    from ${gold}.fact_episode_runs
    where run_id = ${run_id}
    group by spell_id

),

spells as (

    select *
    from ${gold}.fact_spell_runs
    where run_id = ${run_id}

)

select
    coalesce(numbered.spell_id, spells.spell_id) as record,
    coalesce(cast(numbered.episode_count as varchar), 'no') || ' episodes, fact_spell says '
    || coalesce(cast(spells.episode_count as varchar), 'none') as observed
from numbered
full outer join spells
    on numbered.spell_id = spells.spell_id
where numbered.spell_id is null
    or spells.spell_id is null
    or numbered.episode_count <> spells.episode_count
    or numbered.distinct_numbers <> numbered.episode_count
    or numbered.lowest_number <> 1
    or numbered.highest_number <> numbered.episode_count
    or numbered.latest_count <> 1
    or numbered.latest_number <> numbered.episode_count
    or (numbered.discharged_flag = 1) <> spells.is_discharged
