{{ config(materialized='incremental', incremental_strategy='append') }}
select
    stay_id,
    cast('{{ "second" if is_incremental() else "first" }}' as varchar) as load
from {{ ref('stays') }}
