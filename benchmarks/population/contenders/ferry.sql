-- The ferry, one event of every subject a round. What is due is taken back first, in order.
WITH RECURSIVE life AS (
  SELECT who, 0 AS k, $start::BIGINT AS score, 0::BIGINT AS ban, []::BIGINT[] AS late,
    []::BIGINT[] AS quarrel, []::BIGINT[] AS help,
    []::STRUCT(due BIGINT, k INTEGER, amount BIGINT)[] AS waiting, 0 AS fired
  FROM lives
  UNION ALL
  SELECT who, (k + 1)::INTEGER, after, CASE WHEN r2 THEN instant + 14*86400 ELSE ban END,
    late, quarrel, help, CASE WHEN kept = 0 THEN waiting ELSE list_append(waiting,
      {'due': instant + term, 'k': k::INTEGER, 'amount': kept::BIGINT}) END,
    (r0::INT + 2*r1::INT + 4*r2::INT + 8*r3::INT + 16*r4::INT + 32*r5::INT + 64*r6::INT + 128*r7::INT
      + 256*r8::INT + 512*r9::INT + 1024*r10::INT)::INTEGER
  FROM (
    SELECT *, greatest(0, least($top, score + total))::BIGINT AS after,
      CASE WHEN r0 THEN least(0, -8000000 + greatest(0, -(score + total) - 20000000*r1::INT))
        WHEN r3 THEN greatest(0, 10000000 - greatest(0, score + total - $top - 25000000*r4::INT))
        WHEN r7 THEN greatest(0, score + total) - score ELSE 0 END AS kept,
      CASE WHEN r0 THEN 90 WHEN r3 THEN 60 ELSE 30 END * 86400 AS term
    FROM (
      SELECT * REPLACE (r0 AND NOT r2 AS r0),
        1000000 * (-8*(r0 AND NOT r2)::INT - 20*r1::INT - 40*r2::INT + 10*r3::INT + 25*r4::INT
          + 2*r5::INT - 3*r6::INT - 12*r7::INT + 4*r8::INT + 6*r9::INT + 15*r10::INT) AS total
      FROM (
        SELECT *, kind=0 AND d>5 AS r0, kind=0 AND d>25 AS r1, kind=0 AND len(late)>=3 AS r2,
          kind=1 AND a>=200 AS r3, kind=1 AND score<$b AS r4,
          kind=2 AND ban<=instant AND a>400 AND score>=$b AS r5, kind=2 AND ban>instant AS r6,
          kind=3 AND (len(quarrel)>=2 OR d>28) AS r7, kind=4 AND ban<=instant AND len(late)=0 AS r8,
          kind=4 AND len(help)>=4 AS r9, kind=4 AND score<$c AND a>300 AS r10
        FROM (
          SELECT who, life.k AS k, ev.instant, kind, d, a, ban, $lapsed AS score,
            list_filter(waiting, lambda w: w.due > ev.instant) AS waiting,
            CASE WHEN kind=0 THEN list_append(list_filter(late, lambda t: t + 30*86400 > ev.instant), ev.instant)
              ELSE list_filter(late, lambda t: t + 30*86400 > ev.instant) END AS late,
            CASE WHEN kind=3
              THEN list_append(list_filter(quarrel, lambda t: t + 7*86400 > ev.instant), ev.instant)
              ELSE quarrel END AS quarrel,
            CASE WHEN kind=4 THEN list_append(list_filter(help, lambda t: t + 30*86400 > ev.instant), ev.instant)
              ELSE help END AS help
          FROM life JOIN ev USING (who, k)))))
)
