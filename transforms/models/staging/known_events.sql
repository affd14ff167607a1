{{ config(materialized='view') }}
-- Every copy of an event, all columns, with since when it is known. What a source told while we listened is known since it landed, not
-- before its source recorded it. What it told of a time before, an import of history or the backlog it brings along in its
-- first hour, is known since its source recorded it or, where it does not say, since it happened.
with
    (select cast((groupArray(source), groupArray(first_minute)), 'Map(String, DateTime(\'UTC\'))')
    from (select toString(source) as source, min(f.first_minute) as first_minute from {{ source('orderlens', 'source_firsts') }} as f group by source)) as firsts

select
    *, k,
    if(
        historic = 1 or landed_at < firsts[toString(source)] + interval 1 hour,
        ifNull(recorded_at, least(occurred_at, landed_at)),
        greatest(ifNull(recorded_at, landed_at), landed_at)
    ) as known_at
from {{ source('orderlens', 'events') }}
