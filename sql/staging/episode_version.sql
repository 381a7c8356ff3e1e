-- Grain: one row per run of equal consecutive content of an episode.
-- Inputs: the bronze rows of the deliveries that count for this run, whose formats have been
-- checked.
-- The order of versions (row_key, version_key) and the order of the episodes in a spell
-- (episode_order_key) are written here and nowhere else.
-- A snapshot without the episode does not end a run of equal content: silver keeps the episode.
with

deliveries as (

    select delivery_id
    from ${bronze}.delivery_runs
    where run_id = ${run_id}
        and status = 'counts'

),

-- Most rows are as they were the day before: equal rows are cleaned once.
distinct_rows as (

    select
        array_agg(episodes.snapshot_date) as snapshot_dates,
        episodes."spell id",
        episodes.episode_id,
        episodes.patient_id,
        episodes."patient forename",
        episodes."patient surname",
        episodes."patient dob",
        episodes."episode start date",
        episodes.episode_end_date,
        episodes.ward,
        episodes."ward name",
        episodes.consultant,
        episodes.dicharge_dttm,
        episodes.last_updated_ts,
        episodes."developer comment"
    from ${bronze}.episodes
    inner join deliveries
        on episodes.delivery_id = deliveries.delivery_id
    where episodes.snapshot_date <= ${as_of}
    group by
        episodes."spell id",
        episodes.episode_id,
        episodes.patient_id,
        episodes."patient forename",
        episodes."patient surname",
        episodes."patient dob",
        episodes."episode start date",
        episodes.episode_end_date,
        episodes.ward,
        episodes."ward name",
        episodes.consultant,
        episodes.dicharge_dttm,
        episodes.last_updated_ts,
        episodes."developer comment"

),

trimmed as (

    select
        snapshot_dates,
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
    from distinct_rows

),

-- The separator is a control character, which the bronze check refuses within a value; an empty
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

contents as (

    select distinct
        content_hash,
        spell_id,
        patient_id,
        patient_forename,
        patient_surname,
        dob_text,
        start_text,
        end_text,
        ward_code,
        ward_name,
        consultant,
        discharge_text,
        developer_comment
    from hashed

),

-- The version order is by snapshot date and, within a snapshot, by last update and hash of the
-- content, which are this key.
keyed as (

    select
        snapshot_dates,
        episode_id,
        content_hash,
        substr(updated_text, 7, 4) || '-' || substr(updated_text, 4, 2)
        || '-' || substr(updated_text, 1, 2) || ' ' || substr(updated_text, 12, 5)
        || '|' || content_hash as row_key
    from hashed

),

-- An episode that a snapshot has more than once: its latest version stands for the snapshot.
ranked as (

    select
        keyed.episode_id,
        keyed.content_hash,
        keyed.row_key,
        snapshots.snapshot_date,
        row_number() over (
            partition by keyed.episode_id, snapshots.snapshot_date
            order by keyed.row_key desc
        ) as recency,
        min(keyed.content_hash) over (
            partition by keyed.episode_id, snapshots.snapshot_date
        ) as lowest_hash,
        max(keyed.content_hash) over (
            partition by keyed.episode_id, snapshots.snapshot_date
        ) as highest_hash
    from keyed
    cross join unnest(keyed.snapshot_dates) as snapshots (snapshot_date)

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
        numbered.episode_id,
        numbered.version_number,
        numbered.first_snapshot_date,
        numbered.newest_conflict_date,
        numbered.snapshot_date as last_snapshot_date,
        cast(numbered.snapshot_date as varchar) || '|' || numbered.row_key as version_key,
        cast(substr(numbered.row_key, 1, 16) || ':00' as timestamp) as last_updated_at,
        contents.*,
        lead(numbered.first_snapshot_date) over (
            partition by numbered.episode_id
            order by numbered.version_number
        ) as next_snapshot_date,
        lag(contents.spell_id) over (
            partition by numbered.episode_id
            order by numbered.version_number
        ) as previous_spell_id
    from numbered
    inner join contents
        on numbered.content_hash = contents.content_hash
    where numbered.hash_after is null
        or numbered.hash_after <> numbered.content_hash

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
        ) as discharge_datetime
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
