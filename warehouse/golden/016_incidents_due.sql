-- From when on incidents are to be worked out anew: `blocks`, a day on which other anomalies opened than were known, or with
-- other causes; `choices`, the time from which on anomalies may go with another run. Emptied when that is done.
create table incidents_due on cluster main (part LowCardinality(String), since DateTime64(3, 'UTC'))
engine = ReplicatedMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}')
order by (part, since)

-- next statement
-- Was a view; the table of that name is made with the models.
drop view if exists incident_blocks on cluster main
