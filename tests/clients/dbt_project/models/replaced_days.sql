{{ config(materialized='incremental', incremental_strategy='insert_overwrite', partitioned_by=['admitted_on']) }}
select
    stay_id,
    cast('{{ "second" if is_incremental() else "first" }}' as varchar) as load,
    admitted_on
from {{ ref('stays') }}
{% if is_incremental() %}
where admitted_on = (select max(admitted_on) from {{ this }})
{% endif %}
