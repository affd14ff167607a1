-- Small parts come all the time where messages trickle in. Merged five at a time, which is the engine's own measure, each row
-- was written five times again, and that took more of the processor than landing and deriving it. Sixteen at a time halves
-- that, for a dozen parts more to read from.
alter table raw_events modify setting merge_selector_base = 16

-- next statement
alter table events modify setting merge_selector_base = 16

-- next statement
alter table touched modify setting merge_selector_base = 16

-- next statement
alter table order_lookup modify setting merge_selector_base = 16

-- next statement
alter table product_lookup modify setting merge_selector_base = 16
