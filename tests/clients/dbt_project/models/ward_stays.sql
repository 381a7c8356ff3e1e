{{ config(materialized='view') }}
select
    ward,
    count(*) as stays,
    sum(cost) as cost
from {{ ref('stays') }}
group by ward
