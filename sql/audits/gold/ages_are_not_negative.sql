-- No age is below zero, and none is given at a discharge that is not there.
select
    episode_id as record,
    'an age below zero, or at no discharge' as observed
from ${gold}.fact_episode_runs
where run_id = ${run_id}
    and (
        age_at_episode_start < 0
        or age_at_discharge < 0
        or (age_at_discharge is not null and not is_discharged)
    )

union all

select
    spell_id,
    'an age below zero, or at no discharge'
from ${gold}.fact_spell_runs
where run_id = ${run_id}
    and (
        age_at_admission < 0
        or age_at_discharge < 0
        or (age_at_discharge is not null and not is_discharged)
    )
