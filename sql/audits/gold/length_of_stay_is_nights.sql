-- length_of_stay_days is the discharge's date less the admission's, and null exactly when the
-- spell is open or was discharged before its admission; days_so_far is null once discharged.
select
    spell_id as record,
    'length of stay ' || coalesce(cast(length_of_stay_days as varchar), 'null')
    || ', days so far ' || coalesce(cast(days_so_far as varchar), 'null') as observed
from ${gold}.fact_spell_runs
where run_id = ${run_id}
    and (
        is_discharged <> (discharge_datetime is not null)
        or (length_of_stay_days is null)
        <> (not is_discharged or cast(discharge_datetime as date) < admission_date)
        or length_of_stay_days < 0
        or date_add('day', length_of_stay_days, admission_date)
        <> cast(discharge_datetime as date)
        or days_so_far < 0
        or (is_discharged and days_so_far is not null)
        or date_add('day', days_so_far, admission_date) <> ${as_of}
    )
