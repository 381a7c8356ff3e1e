-- Grain: one row per finding that does not stop a build. The glossary says what each rule means.
-- Inputs: silver's episode, episode_version (for what happened between snapshots), and the
-- deliveries up to as_of. No delivery is named by its id, which says when it landed and not what
-- it holds.
with

episodes as (

    select
        *,
        row_number() over (partition by spell_id order by episode_order_key desc) as place_from_end,
        lag(episode_id) over (partition by spell_id order by episode_order_key) as episode_before,
        max(coalesce(episode_end_date, date '9999-12-31')) over (
            partition by spell_id
            order by episode_order_key
            rows between unbounded preceding and 1 preceding
        ) as ends_before,
        cast(discharge_datetime as date) as discharge_date,
        substr(cast(discharge_datetime as varchar), 1, 19) as discharge_text
    from ${silver}.episode_runs
    where run_id = ${run_id}

),

versions as (

    select *
    from ${silver}.episode_version_runs
    where run_id = ${run_id}

),

deliveries as (

    select *
    from ${bronze}.delivery_runs
    where run_id = ${run_id}

),

spells as (

    select
        spell_id,
        min(episode_start_date) as admission_date,
        max(case when place_from_end = 1 then patient_id end) as patient_id,
        max(case when place_from_end = 1 then discharge_date end) as discharge_date,
        count(distinct patient_id) as patient_count,
        min(patient_id) as lowest_patient_id,
        max(patient_id) as highest_patient_id
    from episodes
    group by spell_id

),

births as (

    select
        patient_id,
        patient_dob,
        row_number() over (partition by patient_id order by version_key desc) as recency
    from episodes

),

about_episodes as (

    select
        'discharge_on_earlier_episode' as rule,
        spell_id,
        episode_id,
        patient_id,
        'discharge ' || discharge_text || ' on an episode before the last' as observed
    from episodes
    where discharge_datetime is not null
        and place_from_end > 1

    union all

    select
        'discharge_differs_from_end',
        spell_id,
        episode_id,
        patient_id,
        'discharge ' || discharge_text || ', end '
        || coalesce(cast(episode_end_date as varchar), 'not given')
    from episodes
    where discharge_date is distinct from episode_end_date
        and discharge_date is not null
        and place_from_end = 1

    union all

    select
        'end_before_start',
        spell_id,
        episode_id,
        patient_id,
        'start ' || cast(episode_start_date as varchar)
        || ', end ' || cast(episode_end_date as varchar)
    from episodes
    where episode_end_date < episode_start_date

    union all

    select
        'start_after_as_of',
        spell_id,
        episode_id,
        patient_id,
        'start ' || cast(episode_start_date as varchar)
    from episodes
    where episode_start_date > ${as_of}

    union all

    select
        'end_after_as_of',
        spell_id,
        episode_id,
        patient_id,
        'end ' || cast(episode_end_date as varchar)
    from episodes
    where episode_end_date > ${as_of}

    union all

    select
        'discharge_after_as_of',
        spell_id,
        episode_id,
        patient_id,
        'discharge ' || discharge_text
    from episodes
    where discharge_date > ${as_of}

    union all

    select
        'overlapping_episodes',
        spell_id,
        episode_id,
        patient_id,
        'start ' || cast(episode_start_date as varchar) || ', while an earlier one, such as '
        || episode_before || ', ' || case
            when ends_before = date '9999-12-31' then 'is open'
            else 'ends ' || cast(ends_before as varchar)
        end
    from episodes
    where episode_start_date < ends_before

    union all

    select
        'gap_between_episodes',
        spell_id,
        episode_id,
        patient_id,
        'start ' || cast(episode_start_date as varchar)
        || ', while the ones before end ' || cast(ends_before as varchar)
    from episodes
    where episode_start_date > ends_before

    union all

    select
        'birth_after_event',
        episodes.spell_id,
        episodes.episode_id,
        episodes.patient_id,
        'born ' || cast(births.patient_dob as varchar)
        || ', start ' || cast(episodes.episode_start_date as varchar)
        || coalesce(', discharge ' || episodes.discharge_text, '')
    from episodes
    inner join births
        on episodes.patient_id = births.patient_id
        and births.recency = 1
    where births.patient_dob > episodes.episode_start_date
        or births.patient_dob > episodes.discharge_date

),

about_spells as (

    select
        'discharge_before_admission' as rule,
        spell_id,
        patient_id,
        'admission ' || cast(admission_date as varchar)
        || ', discharge ' || cast(discharge_date as varchar) as observed
    from spells
    where discharge_date < admission_date

    union all

    select
        'spell_with_several_patients',
        spell_id,
        patient_id,
        cast(patient_count as varchar) || ' patients, from '
        || lowest_patient_id || ' to ' || highest_patient_id
    from spells
    where patient_count > 1

),

about_patients as (

    select
        'patient_with_several_open_spells' as rule,
        patient_id,
        cast(count(*) as varchar) || ' open spells, from '
        || min(spell_id) || ' to ' || max(spell_id) as observed
    from spells
    where discharge_date is null
    group by patient_id
    having count(*) > 1

),

about_versions as (

    select
        'episode_added_after_discharge' as rule,
        spell_id,
        episode_id,
        patient_id,
        first_snapshot_date as snapshot_date,
        case
            when previous_spell_id is null then 'new'
            else 'moved from spell ' || previous_spell_id
        end as observed
    from versions
    where is_spell_discharged_before
        and spell_id is distinct from previous_spell_id

    union all

    select
        'conflicting_rows_in_snapshot',
        spell_id,
        episode_id,
        patient_id,
        conflict_snapshot_date,
        'rows with different content; the latest update counts'
    from versions
    where conflict_snapshot_date is not null

),

snapshots as (

    select
        snapshot_date,
        lag(snapshot_date) over (order by snapshot_date) as snapshot_before
    from deliveries
    where status = 'counts'

),

about_deliveries as (

    select
        'unknown_column' as rule,
        deliveries.snapshot_date,
        'column ' || names.column_name || ' in ' || deliveries.source_file as observed
    from deliveries
    cross join unnest(deliveries.unknown_columns) as names (column_name)
    where deliveries.status = 'counts'

    union all

    select
        status || '_delivery',
        snapshot_date,
        source_file || ', number ' || cast(delivery_sequence as varchar) || ' of its day'
    from deliveries
    where status in ('empty', 'refused', 'quarantined', 'superseded')

    union all

    select
        'missing_snapshots',
        snapshot_date,
        'no snapshot counts between ' || cast(snapshot_before as varchar)
        || ' and ' || cast(snapshot_date as varchar)
    from snapshots
    where date_diff('day', snapshot_before, snapshot_date) > 1

),

findings as (

    select
        rule,
        spell_id,
        episode_id,
        patient_id,
        cast(null as date) as snapshot_date,
        observed
    from about_episodes

    union all

    select
        rule,
        spell_id,
        cast(null as varchar),
        patient_id,
        cast(null as date),
        observed
    from about_spells

    union all

    select
        rule,
        cast(null as varchar),
        cast(null as varchar),
        patient_id,
        cast(null as date),
        observed
    from about_patients

    union all

    select
        rule,
        spell_id,
        episode_id,
        patient_id,
        snapshot_date,
        observed
    from about_versions

    union all

    select
        rule,
        cast(null as varchar),
        cast(null as varchar),
        cast(null as varchar),
        snapshot_date,
        observed
    from about_deliveries

)

select
    rule,
    spell_id,
    episode_id,
    patient_id,
    snapshot_date,
    observed
from findings
