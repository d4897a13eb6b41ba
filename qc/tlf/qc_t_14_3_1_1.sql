/******************************************************************************
 Program      : qc/tlf/qc_t_14_3_1_1.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : T-14-3-1-1, Overview of Treatment-Emergent Adverse Events
 Purpose      : Independent second program: counts every figure of the table
                again from ADSL and ADAE, in the layout of the analysis results
                data, with its printed text. Written from specs/tlf.xlsx
                (Displays, Columns, Rows, Published) and docs/tables.md; the
                production code was not read.
 Inputs       : adam.adsl, adam.adae
 Outputs      : qc.t_14_3_1_1, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.t_14_3_1_1 as
with
-- The table as it is to be printed, but for the most common events, which the data decide.
shell (position, row_id, kind, category, label) as (values
    ( 10, 'ANY',     'subjects', '',  'Any TEAE'),
    ( 20, 'WORST',   'header',   '',  'Worst grade of any TEAE'),
    ( 21, 'WORST',   'worst',    '1', 'Grade 1'),
    ( 22, 'WORST',   'worst',    '2', 'Grade 2'),
    ( 23, 'WORST',   'worst',    '3', 'Grade 3'),
    ( 24, 'WORST',   'worst',    '4', 'Grade 4'),
    ( 25, 'WORST',   'worst',    '5', 'Grade 5'),
    ( 26, 'WORST',   'worst',    '',  'Grade missing'),
    ( 30, 'G34',     'subjects', '',  'Grade 3-4 TEAE [1]'),
    ( 40, 'G3PLUS',  'subjects', '',  'Grade >=3 TEAE'),
    ( 50, 'G5',      'subjects', '',  'Grade 5 TEAE'),
    ( 60, 'SER',     'subjects', '',  'Serious TEAE'),
    ( 70, 'SDTH',    'subjects', '',  'Results in death'),
    ( 80, 'SLIFE',   'subjects', '',  'Is life threatening'),
    ( 90, 'SHOSP',   'subjects', '',  'Requires or prolongs hospitalization'),
    (100, 'SDISAB',  'subjects', '',  'Persistent or significant disability or incapacity'),
    (110, 'SCONG',   'subjects', '',  'Congenital anomaly or birth defect'),
    (120, 'SMIE',    'subjects', '',  'Other medically important serious event'),
    (130, 'REL',     'header',   '',  'TEAE related to'),
    (140, 'RELISA',  'subjects', '',  'Isatuximab'),
    (150, 'RELANY',  'subjects', '',  'Any study drug'),
    (160, 'WD',      'header',   '',  'TEAE leading to withdrawal of [2]'),
    (170, 'WDISA',   'subjects', '',  'Isatuximab'),
    (180, 'WDPOM',   'subjects', '',  'Pomalidomide'),
    (190, 'WDCAR',   'subjects', '',  'Carfilzomib'),
    (200, 'WDDEX',   'subjects', '',  'Dexamethasone'),
    (210, 'WDANY',   'subjects', '',  'Any study drug'),
    (220, 'INT',     'subjects', '',  'TEAE leading to interruption of any study drug'),
    (230, 'RED',     'subjects', '',  'TEAE leading to dose reduction of any study drug'),
    (240, 'IRR',     'subjects', '',  'Infusion reaction'),
    (250, 'IRR3',    'subjects', '',  'Grade >=3'),
    (260, 'EVENTS',  'header',   '',  'Number of events'),
    (270, 'NEVT',    'events',   '',  'TEAEs'),
    (280, 'NEVT3',   'events',   '',  'Grade >=3 TEAEs'),
    (290, 'NEVTSER', 'events',   '',  'Serious TEAEs'),
    (300, 'COMMON',  'header',   '',  'Most common grade >=3 TEAE [3]')
),

-- Columns. The trials are quoted from their publications, with the N given there.
columns (column_order, column_id, column_label, published_n) as (values
    (1, 'ISAPD',  'Isa-Pd',           null),
    (2, 'ISAKD',  'Isa-Kd',           null),
    (3, 'ICARIA', 'ICARIA-MM Isa-Pd', 152),
    (4, 'IKEMA',  'IKEMA Isa-Kd',     177)
),
published (row_id, column_id, figure) as (values
    ('G34',   'ICARIA', '88.8%'),
    ('G34',   'IKEMA',  '75.7%'),
    ('SER',   'ICARIA', '73%'),
    ('SER',   'IKEMA',  '59.3%'),
    ('WDISA', 'ICARIA', '2.6%'),
    ('WDISA', 'IKEMA',  '0.6%')
),

-- The safety population by column. N comes from ADSL, never from the events.
safety as (
    select USUBJID, case TRT01A when 'Isa-Pd' then 'ISAPD' when 'Isa-Kd' then 'ISAKD' end as column_id
    from adam.adsl
    where SAFFL = 'Y' and TRT01A in ('Isa-Pd', 'Isa-Kd')
),
totals as (
    select columns.column_order, columns.column_id, columns.column_label, count(safety.USUBJID) as total
    from columns
    left join safety on safety.column_id = columns.column_id
    where columns.published_n is null
    group by all
),
teae as (
    select safety.column_id, adae.*
    from adam.adae as adae
    join safety on safety.USUBJID = adae.USUBJID
    where adae.TRTEMFL = 'Y'
),

-- One row for each event and each line whose condition it meets.
met as (
    select teae.column_id, teae.USUBJID, conditions.row_id, '' as category
    from teae
    cross join lateral (values
        ('ANY',     true),
        ('G34',     ATOXGRN in (3, 4)),
        ('G3PLUS',  ATOXGRN >= 3),
        ('G5',      ATOXGRN = 5),
        ('SER',     AESER = 'Y'),
        ('SDTH',    AESER = 'Y' and AESDTH = 'Y'),
        ('SLIFE',   AESER = 'Y' and AESLIFE = 'Y'),
        ('SHOSP',   AESER = 'Y' and AESHOSP = 'Y'),
        ('SDISAB',  AESER = 'Y' and AESDISAB = 'Y'),
        ('SCONG',   AESER = 'Y' and AESCONG = 'Y'),
        ('SMIE',    AESER = 'Y' and AESMIE = 'Y'),
        ('RELISA',  RELISAFL = 'Y'),
        ('RELANY',  RELANYFL = 'Y'),
        ('WDISA',   WDISAFL = 'Y'),
        ('WDPOM',   WDPOMFL = 'Y'),
        ('WDCAR',   WDCARFL = 'Y'),
        ('WDDEX',   WDDEXFL = 'Y'),
        ('WDANY',   WDANYFL = 'Y'),
        ('INT',     INTANYFL = 'Y'),
        ('RED',     REDANYFL = 'Y'),
        ('IRR',     CQ01NAM <> ''),
        ('IRR3',    CQ01NAM <> '' and ATOXGRN >= 3),
        ('NEVT',    true),
        ('NEVT3',   ATOXGRN >= 3),
        ('NEVTSER', AESER = 'Y')
    ) as conditions (row_id, met)
    where conditions.met
),
-- A subject stands at the highest grade of all its events; without any grade in the line of missing.
worst as (
    select column_id, USUBJID, 'WORST' as row_id,
           coalesce(cast(cast(max(ATOXGRN) as integer) as varchar), '') as category
    from teae
    group by column_id, USUBJID
),
-- Events of grade 3 or higher by preferred term; those without a code are no term.
common as (
    select column_id, USUBJID, 'COMMON' as row_id, AEDECOD as category
    from teae
    where ATOXGRN >= 3 and AEDECOD <> ''
),
frequencies as (
    select row_id, category, column_id, count(distinct USUBJID) as n, count(*) as records
    from (select row_id, category, column_id, USUBJID from met
          union all select row_id, category, column_id, USUBJID from worst
          union all select row_id, category, column_id, USUBJID from common)
    group by all
),

-- Most common terms: reported by the highest number of subjects in at least one column; by descending number of
-- subjects in Isa-Pd, ties by the bytes of the term.
most_common as (
    select distinct category
    from frequencies
    where row_id = 'COMMON'
    qualify n = max(n) over (partition by column_id)
),
common_lines as (
    select 300 + row_number() over (order by coalesce(isapd.n, 0) desc, most_common.category) as position,
           'COMMON' as row_id, 'nested' as kind, most_common.category, most_common.category as label
    from most_common
    left join frequencies as isapd
      on isapd.row_id = 'COMMON' and isapd.category = most_common.category and isapd.column_id = 'ISAPD'
),

-- Printed lines, numbered from 1.
lines as (
    select row_number() over (order by position) as line, row_id, kind, category, label
    from (select position, row_id, kind, category, label from shell
          union all select position, row_id, kind, category, label from common_lines)
),
counts as (
    select lines.*, totals.column_order, totals.column_id, totals.column_label, totals.total,
           coalesce(frequencies.n, 0) as n, coalesce(frequencies.records, 0) as records
    from lines
    cross join totals
    left join frequencies
      on frequencies.row_id = lines.row_id and frequencies.category = lines.category
     and frequencies.column_id = totals.column_id
    where lines.kind <> 'header'
),

results as (
    -- N in the column heads, line 0
    select 0 as line, '' as row_id, 'population' as kind, '' as category, '' as label,
           column_order, column_id, column_label,
           'N' as statistic, cast(total as double) as value, cast(null as double) as denominator,
           cast(total as varchar) as text
    from totals
    union all
    select 0, '', 'published', '', '', column_order, column_id, column_label,
           'N', cast(published_n as double), null, cast(published_n as varchar)
    from columns
    where published_n is not null
    union all
    -- subjects, each once in a line, and their percentage
    select line, row_id, kind, category, label, column_order, column_id, column_label,
           'n', cast(n as double), null, cast(n as varchar)
    from counts
    where kind in ('subjects', 'worst', 'nested')
    union all
    select line, row_id, kind, category, label, column_order, column_id, column_label,
           'pct', 100.0 * n / nullif(total, 0), cast(total as double), percent_text(n, total)
    from counts
    where kind in ('subjects', 'worst', 'nested')
    union all
    -- records
    select line, row_id, kind, category, label, column_order, column_id, column_label,
           'events', cast(records as double), null, cast(records as varchar)
    from counts
    where kind = 'events'
    union all
    -- quoted figures, printed as given and computed from nothing
    select lines.line, lines.row_id, 'published', '', lines.label,
           columns.column_order, columns.column_id, columns.column_label,
           'published', null, null, published.figure
    from published
    join lines   on lines.row_id = published.row_id
    join columns on columns.column_id = published.column_id
)

select 'T-14-3-1-1' as display,
       cast(line as double) as line,
       row_id as row,
       kind,
       label,
       column_id as "column",
       column_label,
       statistic,
       value,
       denominator,
       text,
       case kind when 'published' then '' when 'worst' then 'ATOXGRN' when 'nested' then 'AEDECOD'
                 else 'USUBJID' end as variable,
       case kind when 'worst' then 'ATOXGRN' when 'nested' then 'AEDECOD' else '' end as group1,
       category as group1_value,
       '' as group2,
       '' as group2_value,
       '' as group3,
       '' as group3_value,
       case kind when 'published' then '' when 'population' then 'ADSL' else 'ADAE' end as dataset
from results
order by line, column_order, statistic;
