-- Who may see a row of a trial is decided by its order's shop and by the anomaly's type, too. Rows tried before name neither,
-- so that only who sees everything sees them; they are gone within a week.
alter table rule_trials_shard on cluster main
  add column shop_id LowCardinality(String) after region,
  add column anomaly_type LowCardinality(String) after attached_to_id

-- next statement
create or replace table rule_trials on cluster main as rule_trials_shard engine = Distributed(main, currentDatabase(), rule_trials_shard, cityHash64(order_id))
