{{ config(materialized='table', partitioned_by=['admitted_on']) }}
select
    stay_id,
    ward,
    date_diff('day', cast(arrived_at as date), date '2026-01-10') as days_until_tenth,
    admitted_on
from {{ ref('stays') }}
