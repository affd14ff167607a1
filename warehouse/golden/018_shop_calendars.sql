-- Calendars as the shop changed them, over the seeds `business_hours` and `holidays`. A change is never changed: hours take
-- the place of earlier ones from their own first day on, and a day is what the latest change that names it says.
create table shop_calendars on cluster main (
  calendar String,
  version UInt32,
  zone LowCardinality(String),
  -- Null: the week stays as it was.
  valid_from Nullable(Date),
  shifts Array(Tuple(weekday UInt8, opens String, closes String)),
  -- A holiday, a working day with the shifts of the weekday `works_as`, or a day as its week has it.
  days Array(Tuple(day Date, kind String, works_as UInt8, name String)),
  note String,
  saved_by String,
  saved_by_name String,
  saved_at DateTime64(3, 'UTC')
)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}')
order by (calendar, version)

-- next statement
-- When promotions run, over the seed `promotions`: the latest version says it all. One that has no periods never runs.
create table shop_promotions on cluster main (
  promotion String,
  version UInt32,
  name String,
  zone LowCardinality(String),
  periods Array(Tuple(begins String, ends String)),
  note String,
  saved_by String,
  saved_by_name String,
  saved_at DateTime64(3, 'UTC')
)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}')
order by (promotion, version)

-- next statement
-- Was a view; the table of that name is made with the models.
drop view if exists business_calendar on cluster main
