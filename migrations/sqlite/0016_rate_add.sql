-- 0016_rate_add: how often somebody did something lately, for all nodes (server/domain/limits). Nothing is lost with a row but this.
create table rate_bucket (
  bucket_key          text    not null primary key check (length(bucket_key) between 1 and 200),  -- what, and who: 'mint user 0199…'
  filled_until_utc_ns integer not null
) strict;
-- Serves: forgetting those who did nothing for a day.
create index rate_bucket_until on rate_bucket (filled_until_utc_ns);
