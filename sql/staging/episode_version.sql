-- Grain: one row per run of equal consecutive content of an episode.
-- Inputs: the bronze rows of the deliveries that count for this run, whose formats the bronze
-- audit has checked.
-- The order of versions (version_key) and the order of the episodes in a spell (episode_order_key)
-- are written here and nowhere else.
-- A snapshot without the episode does not end a run of equal content: silver keeps the episode.
with

deliveries as (

    select delivery_id
    from ${bronze}.delivery_runs
    where run_id = ${run_id}
        and status = 'counts'

),

bronze_rows as (

    select episodes.*
    from ${bronze}.episodes
    inner join deliveries
        on episodes.delivery_id = deliveries.delivery_id
    where episodes.snapshot_date <= ${as_of}

),

trimmed as (

    select
        snapshot_date,
        nullif(trim(both ${blanks} from "spell id"), '') as spell_id,
        nullif(trim(both ${blanks} from episode_id), '') as episode_id,
        nullif(trim(both ${blanks} from patient_id), '') as patient_id,
        nullif(trim(both ${blanks} from "patient forename"), '') as patient_forename,
        nullif(trim(both ${blanks} from "patient surname"), '') as patient_surname,
        nullif(trim(both ${blanks} from "patient dob"), '') as dob_text,
        nullif(trim(both ${blanks} from "episode start date"), '') as start_text,
        nullif(trim(both ${blanks} from episode_end_date), '') as end_text,
        nullif(trim(both ${blanks} from ward), '') as ward_code,
        nullif(trim(both ${blanks} from "ward name"), '') as ward_name,
        nullif(trim(both ${blanks} from consultant), '') as consultant,
        nullif(trim(both ${blanks} from dicharge_dttm), '') as discharge_text,
        nullif(trim(both ${blanks} from last_updated_ts), '') as updated_text,
        nullif(trim(both ${blanks} from "developer comment"), '') as developer_comment
    from bronze_rows

),

-- The separator is a control character, which the bronze audit refuses within a value; an empty
-- text is null by now.
hashed as (

    select
        *,
        to_hex(md5(to_utf8(
            spell_id
            || chr(31) || episode_id
            || chr(31) || patient_id
            || chr(31) || coalesce(patient_forename, '')
            || chr(31) || coalesce(patient_surname, '')
            || chr(31) || coalesce(dob_text, '')
            || chr(31) || start_text
            || chr(31) || coalesce(end_text, '')
            || chr(31) || ward_code
            || chr(31) || coalesce(ward_name, '')
            || chr(31) || coalesce(consultant, '')
            || chr(31) || coalesce(discharge_text, '')
            || chr(31) || coalesce(developer_comment, '')
        ))) as content_hash
    from trimmed

),

-- The version order: snapshot date, last update, hash of the content.
keyed as (

    select
        *,
        cast(snapshot_date as varchar)
        || '|' || substr(updated_text, 7, 4) || '-' || substr(updated_text, 4, 2)
        || '-' || substr(updated_text, 1, 2) || ' ' || substr(updated_text, 12, 5)
        || '|' || content_hash as version_key
    from hashed

),

-- An episode that a snapshot has more than once: its latest version stands for the snapshot.
ranked as (

    select
        *,
        row_number() over (
            partition by episode_id, snapshot_date
            order by version_key desc
        ) as recency,
        min(content_hash) over (partition by episode_id, snapshot_date) as lowest_hash,
        max(content_hash) over (partition by episode_id, snapshot_date) as highest_hash
    from keyed

),

sightings as (

    select
        *,
        lag(content_hash) over (partition by episode_id order by snapshot_date) as hash_before,
        lead(content_hash) over (partition by episode_id order by snapshot_date) as hash_after
    from ranked
    where recency = 1

),

numbered as (

    select
        *,
        sum(case when content_hash = hash_before then 0 else 1 end) over (
            partition by episode_id
            order by snapshot_date
            rows between unbounded preceding and current row
        ) as version_number,
        max(case when content_hash = hash_before then null else snapshot_date end) over (
            partition by episode_id
            order by snapshot_date
            rows between unbounded preceding and current row
        ) as first_snapshot_date,
        max(case when lowest_hash <> highest_hash then snapshot_date end) over (
            partition by episode_id
            order by snapshot_date
            rows between unbounded preceding and current row
        ) as newest_conflict_date
    from sightings

),

-- The last sighting of each run of equal content stands for the run.
runs as (

    select
        *,
        snapshot_date as last_snapshot_date,
        lead(first_snapshot_date) over (
            partition by episode_id
            order by version_number
        ) as next_snapshot_date,
        lag(spell_id) over (
            partition by episode_id
            order by version_number
        ) as previous_spell_id
    from numbered
    where hash_after is null
        or hash_after <> content_hash

),

typed as (

    select
        *,
        cast(
            substr(dob_text, 7, 4) || '-' || substr(dob_text, 4, 2) || '-' || substr(dob_text, 1, 2)
            as date
        ) as patient_dob,
        cast(
            substr(start_text, 7, 4) || '-' || substr(start_text, 4, 2)
            || '-' || substr(start_text, 1, 2)
            as date
        ) as episode_start_date,
        cast(
            substr(end_text, 7, 4) || '-' || substr(end_text, 4, 2) || '-' || substr(end_text, 1, 2)
            as date
        ) as episode_end_date,
        cast(
            substr(discharge_text, 7, 4) || '-' || substr(discharge_text, 4, 2)
            || '-' || substr(discharge_text, 1, 2) || substr(discharge_text, 11, 9)
            as timestamp
        ) as discharge_datetime,
        cast(
            substr(updated_text, 7, 4) || '-' || substr(updated_text, 4, 2)
            || '-' || substr(updated_text, 1, 2) || substr(updated_text, 11, 6) || ':00'
            as timestamp
        ) as last_updated_at
    from runs

),

-- The order of the episodes in a spell: start date, end date with open ones last, undischarged
-- before discharged, episode.
ordered as (

    select
        *,
        cast(episode_start_date as varchar)
        || '|' || coalesce(cast(episode_end_date as varchar), 'open      ')
        || '|' || case when discharge_datetime is null then '0' else '1' end
        || '|' || episode_id as episode_order_key
    from typed

),

moments as (

    select
        spell_id,
        first_snapshot_date as moment
    from ordered

    union

    select
        previous_spell_id,
        first_snapshot_date
    from ordered
    where previous_spell_id is not null

),

-- Each spell as it stood just before a snapshot that changed it: discharged when the last of its
-- episodes then carried a discharge.
states as (

    select
        moments.spell_id,
        moments.moment,
        max_by(
            case when ordered.discharge_datetime is null then 0 else 1 end,
            ordered.episode_order_key
        ) = 1 as is_discharged
    from moments
    inner join ordered
        on moments.spell_id = ordered.spell_id
        and ordered.first_snapshot_date < moments.moment
        and (
            ordered.next_snapshot_date is null
            or ordered.next_snapshot_date >= moments.moment
        )
    group by
        moments.spell_id,
        moments.moment

)

select
    ordered.episode_id,
    cast(ordered.version_number as integer) as version_number,
    ordered.first_snapshot_date,
    ordered.last_snapshot_date,
    ordered.next_snapshot_date,
    ordered.next_snapshot_date is null as is_latest_version,
    ordered.spell_id,
    ordered.patient_id,
    ordered.patient_forename,
    ordered.patient_surname,
    ordered.patient_dob,
    ordered.episode_start_date,
    ordered.episode_end_date,
    ordered.ward_code,
    ordered.ward_name,
    ordered.consultant,
    ordered.discharge_datetime,
    ordered.last_updated_at,
    ordered.developer_comment,
    ordered.content_hash,
    ordered.version_key,
    ordered.episode_order_key,
    ordered.previous_spell_id,
    coalesce(own.is_discharged, false) as is_spell_discharged_before,
    coalesce(previous.is_discharged, false) as is_previous_spell_discharged_before,
    case
        when ordered.newest_conflict_date >= ordered.first_snapshot_date
            then ordered.newest_conflict_date
    end as conflict_snapshot_date
from ordered
left join states as own
    on ordered.spell_id = own.spell_id
    and ordered.first_snapshot_date = own.moment
left join states as previous
    on ordered.previous_spell_id = previous.spell_id
    and ordered.first_snapshot_date = previous.moment
