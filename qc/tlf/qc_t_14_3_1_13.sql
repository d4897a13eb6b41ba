/******************************************************************************
 Program      : qc/tlf/qc_t_14_3_1_13.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : T-14-3-1-13, Deaths
 Purpose      : Independent second program: counts deaths again by time since
                the last dose and cause, and fatal events by term.
                Written from specs/tlf.xlsx and docs/tables.md; the
                production code was not read.
 Inputs       : adam.adsl, adam.adae
 Outputs      : qc.t_14_3_1_13, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.t_14_3_1_13 as
with
columns (column_order, column_id, column_label) as (values
    (1, 'ISAPD', 'Isa-Pd'),
    (2, 'ISAKD', 'Isa-Kd')
),
members as (
    select regimen_column(TRT01A) as column_id, * from adam.adsl where SAFFL = 'Y'
),
totals as (from totals_of('columns', 'members')),
died as (
    select 1 as subgroup, * from members where column_id is not null and DTHFL = 'Y'
),
fatal as (
    select 1 as subgroup, members.column_id, adae.USUBJID, adae.AEDECOD
    from adam.adae as adae
    join members on members.USUBJID = adae.USUBJID and members.column_id is not null
    where adae.TRTEMFL = 'Y' and adae.AESDTH = 'Y'
),
hits as (
    select subgroup, answers.row_id, 0 as depth, answers.g1, '' as g2, column_id, USUBJID
    from died
    cross join lateral (values
        ('DEATH',  '',      true),
        ('CAUSE',  DTHCAUS, true),
        ('LE30',   '',      LDDTHGR1 = '<=30'),
        ('LE30C',  DTHCAUS, LDDTHGR1 = '<=30'),
        ('GT30',   '',      LDDTHGR1 = '>30'),
        ('GT30C',  DTHCAUS, LDDTHGR1 = '>30'),
        ('UNK',    '',      LDDTHGR1 = ''),
        ('DTHREL', DTHREL,  true)
    ) as answers (row_id, g1, met)
    where answers.met
    union all
    select subgroup, 'FATAL', 0, '', '', column_id, USUBJID from fatal
    union all
    select subgroup, 'FATALPT', 1, AEDECOD, '', column_id, USUBJID from fatal
),
frequencies as (from frequencies_of('hits')),

wording (position, row_id, kind, g1, v1, label) as (values
    ( 10, 'DEATH',   'subjects',   '',                    '',         'Died up to the data cut-off'),
    ( 20, 'CAUSE',   'header',     '',                    '',         'Primary cause [1]'),
    ( 21, 'CAUSE',   'categories', 'PROGRESSIVE DISEASE', 'DTHCAUS',  'Progressive disease'),
    ( 22, 'CAUSE',   'categories', 'ADVERSE EVENT',       'DTHCAUS',  'Adverse event'),
    ( 23, 'CAUSE',   'categories', 'COVID-19',            'DTHCAUS',  'COVID-19'),
    ( 24, 'CAUSE',   'categories', 'OTHER',               'DTHCAUS',  'Other'),
    ( 25, 'CAUSE',   'categories', 'UNKNOWN',             'DTHCAUS',  'Unknown'),
    ( 26, 'CAUSE',   'categories', '',                    'DTHCAUS',  'Not stated'),
    ( 30, 'LE30',    'subjects',   '',                    '',         'Within 30 days after the last dose of any study drug'),
    ( 40, 'LE30C',   'header',     '',                    '',         'Primary cause'),
    ( 41, 'LE30C',   'categories', 'PROGRESSIVE DISEASE', 'DTHCAUS',  'Progressive disease'),
    ( 42, 'LE30C',   'categories', 'ADVERSE EVENT',       'DTHCAUS',  'Adverse event'),
    ( 43, 'LE30C',   'categories', 'COVID-19',            'DTHCAUS',  'COVID-19'),
    ( 44, 'LE30C',   'categories', 'OTHER',               'DTHCAUS',  'Other'),
    ( 45, 'LE30C',   'categories', 'UNKNOWN',             'DTHCAUS',  'Unknown'),
    ( 46, 'LE30C',   'categories', '',                    'DTHCAUS',  'Not stated'),
    ( 50, 'GT30',    'subjects',   '',                    '',         'More than 30 days after the last dose of any study drug'),
    ( 60, 'GT30C',   'header',     '',                    '',         'Primary cause'),
    ( 61, 'GT30C',   'categories', 'PROGRESSIVE DISEASE', 'DTHCAUS',  'Progressive disease'),
    ( 62, 'GT30C',   'categories', 'ADVERSE EVENT',       'DTHCAUS',  'Adverse event'),
    ( 63, 'GT30C',   'categories', 'COVID-19',            'DTHCAUS',  'COVID-19'),
    ( 64, 'GT30C',   'categories', 'OTHER',               'DTHCAUS',  'Other'),
    ( 65, 'GT30C',   'categories', 'UNKNOWN',             'DTHCAUS',  'Unknown'),
    ( 66, 'GT30C',   'categories', '',                    'DTHCAUS',  'Not stated'),
    ( 70, 'UNK',     'subjects',   '',                    '',         'Date of death unknown'),
    ( 80, 'DTHREL',  'header',     '',                    '',         'Related to study treatment, as given on the form on death'),
    ( 81, 'DTHREL',  'categories', 'Y',                   'DTHREL',   'Yes'),
    ( 82, 'DTHREL',  'categories', 'N',                   'DTHREL',   'No'),
    ( 83, 'DTHREL',  'categories', 'U',                   'DTHREL',   'Unknown'),
    ( 84, 'DTHREL',  'categories', '',                    'DTHREL',   'Not stated'),
    ( 90, 'DAYS',    'header',     '',                    '',         'Days from the last dose of any study drug to death'),
    ( 91, 'DAYS',    'continuous', '',                    'LDDTHELD', 'n'),
    ( 92, 'DAYS',    'continuous', '',                    'LDDTHELD', 'Mean (SD)'),
    ( 93, 'DAYS',    'continuous', '',                    'LDDTHELD', 'Median'),
    ( 94, 'DAYS',    'continuous', '',                    'LDDTHELD', 'Min, max'),
    (100, 'FATAL',   'subjects',   '',                    '',         'TEAE resulting in death [2]'),
    (110, 'FATALPT', 'nested',     '',                    'AEDECOD',  '')
),
shell as (
    select 1 as subgroup, position, row_id, kind, label, g1, v1, '' as v2, 'Uncoded' as missing,
           case kind when 'header' then '' else 'n pct' end as statistics,
           case when row_id in ('FATAL', 'FATALPT') then 'ADAE' else 'ADSL' end as dataset
    from wording
),
lines as (from printed_lines('shell', 'totals', 'frequencies', 'ISAPD')),

-- Days from the last dose to death: whole days, so that mean and median print one decimal, SD two.
days as (
    select column_id, count(LDDTHELD) as n, sum(LDDTHELD) / count(LDDTHELD) as mean, stddev_samp(LDDTHELD) as sd,
           min(LDDTHELD) as lowest, max(LDDTHELD) as highest, list_sort(list(LDDTHELD)) as ordered
    from died
    where LDDTHELD is not null
    group by column_id
),
day_figures as (
    select lines.line, lines.row_id, lines.kind, lines.label, 0 as depth, '' as g1, '' as g2, '' as v1, lines.v1 as v2,
           'ADSL' as dataset, totals.column_order, totals.column_id, totals.column_label,
           figures.statistic, figures.value, cast(null as double) as denominator, figures.text
    from days
    join totals on totals.column_id = days.column_id
    cross join lateral (values
        ('n',         'n',      cast(n as double),    cast(n as varchar)),
        ('Mean (SD)', 'mean',   mean,                 text_1(mean)),
        ('Mean (SD)', 'sd',     sd,                   text_2(sd)),
        ('Median',    'median', pctldef5(ordered, 2), text_1(pctldef5(ordered, 2))),
        ('Min, max',  'min',    lowest,               text_0(lowest)),
        ('Min, max',  'max',    highest,              text_0(highest))
    ) as figures (label, statistic, value, text)
    join lines on lines.kind = 'continuous' and lines.label = figures.label
),
figures as (
    from count_figures('lines', 'totals', 'frequencies')
    union all
    from day_figures
)
from results_data('T-14-3-1-13', 'figures');
