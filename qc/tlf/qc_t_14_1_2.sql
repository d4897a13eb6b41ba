/******************************************************************************
 Program      : qc/tlf/qc_t_14_1_2.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : T-14-1-2, Demographics and Baseline Characteristics
 Purpose      : Independent second program: counts every figure of the table
                again from ADSL, in the layout of the analysis results data,
                with its printed text. Written from specs/tlf.xlsx (Displays,
                Columns, Rows) and docs/tables.md; the production code was
                not read.
 Inputs       : adam.adsl
 Outputs      : qc.t_14_1_2, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
                1.1  Countries in the order of specs/tlf.xlsx
******************************************************************************/

create or replace table qc.t_14_1_2 as
with
-- The table as it is to be printed. `always` N: the line of missing values appears only when there are some.
shell (position, row_id, kind, variable, category, statistics, always, label) as (values
    ( 10, 'AGE',      'header',     '',         '',              '',        'Y', 'Age (years)'),
    ( 11, 'AGE',      'continuous', 'AGE',      '',              'n',       'Y', 'n'),
    ( 12, 'AGE',      'continuous', 'AGE',      '',              'mean sd', 'Y', 'Mean (SD)'),
    ( 13, 'AGE',      'continuous', 'AGE',      '',              'median',  'Y', 'Median'),
    ( 14, 'AGE',      'continuous', 'AGE',      '',              'q1 q3',   'Y', 'Q1, Q3'),
    ( 15, 'AGE',      'continuous', 'AGE',      '',              'min max', 'Y', 'Min, max'),
    ( 20, 'AGEGR1',   'header',     '',         '',              '',        'Y', 'Age group (years), n (%)'),
    ( 21, 'AGEGR1',   'categories', 'AGEGR1',   '<65',           'n pct',   'Y', '<65'),
    ( 22, 'AGEGR1',   'categories', 'AGEGR1',   '65-74',         'n pct',   'Y', '65-74'),
    ( 23, 'AGEGR1',   'categories', 'AGEGR1',   '>=75',          'n pct',   'Y', '>=75'),
    ( 29, 'AGEGR1',   'categories', 'AGEGR1',   '',              'n pct',   'N', 'Missing'),
    ( 30, 'SEX',      'header',     '',         '',              '',        'Y', 'Sex, n (%)'),
    ( 31, 'SEX',      'categories', 'SEX',      'M',             'n pct',   'Y', 'Male'),
    ( 32, 'SEX',      'categories', 'SEX',      'F',             'n pct',   'Y', 'Female'),
    ( 33, 'SEX',      'categories', 'SEX',      'U',             'n pct',   'Y', 'Unknown'),
    ( 39, 'SEX',      'categories', 'SEX',      '',              'n pct',   'N', 'Missing'),
    ( 40, 'COUNTRY',  'header',     '',         '',              '',        'Y', 'Country, n (%)'),
    ( 41, 'COUNTRY',  'categories', 'COUNTRY',  'FRA',           'n pct',   'Y', 'France'),
    ( 42, 'COUNTRY',  'categories', 'COUNTRY',  'DEU',           'n pct',   'Y', 'Germany'),
    ( 43, 'COUNTRY',  'categories', 'COUNTRY',  'ITA',           'n pct',   'Y', 'Italy'),
    ( 44, 'COUNTRY',  'categories', 'COUNTRY',  'ESP',           'n pct',   'Y', 'Spain'),
    ( 45, 'COUNTRY',  'categories', 'COUNTRY',  'TUR',           'n pct',   'Y', 'Turkey'),
    ( 46, 'COUNTRY',  'categories', 'COUNTRY',  'GBR',           'n pct',   'Y', 'United Kingdom'),
    ( 49, 'COUNTRY',  'categories', 'COUNTRY',  '',              'n pct',   'N', 'Missing'),
    ( 50, 'ENRTYPE',  'header',     '',         '',              '',        'Y', 'Type of enrolment, n (%)'),
    ( 51, 'ENRTYPE',  'categories', 'RETROFL',  'N',             'n pct',   'Y', 'Prospective'),
    ( 52, 'ENRTYPE',  'categories', 'RETROFL',  'Y',             'n pct',   'Y', 'Retrospective'),
    ( 59, 'ENRTYPE',  'categories', 'RETROFL',  '',              'n pct',   'N', 'Missing'),
    ( 60, 'ECOG',     'header',     '',         '',              '',        'Y', 'ECOG performance status, n (%)'),
    ( 70, 'ECOG0',    'subjects',   'USUBJID',  '',              'n pct',   'Y', '0'),
    ( 80, 'ECOG1',    'subjects',   'USUBJID',  '',              'n pct',   'Y', '1'),
    ( 90, 'ECOG2',    'subjects',   'USUBJID',  '',              'n pct',   'Y', '2 or more'),
    (100, 'ECOGMISS', 'subjects',   'USUBJID',  '',              'n pct',   'Y', 'Missing'),
    (110, 'CYTO',     'header',     '',         '',              '',        'Y', 'Cytogenetic risk [2], n (%)'),
    (111, 'CYTO',     'categories', 'CYTORISK', 'HIGH',          'n pct',   'Y', 'High'),
    (112, 'CYTO',     'categories', 'CYTORISK', 'STANDARD',      'n pct',   'Y', 'Standard'),
    (113, 'CYTO',     'categories', 'CYTORISK', 'NOT EVALUABLE', 'n pct',   'Y', 'Not evaluable'),
    (119, 'CYTO',     'categories', 'CYTORISK', '',              'n pct',   'N', 'Missing'),
    (120, 'CYTOEVAL', 'header',     '',         '',              '',        'Y', 'Cytogenetic risk, evaluable subjects [3]'),
    (130, 'CYTON',    'subjects',   'USUBJID',  '',              'n',       'Y', 'Evaluable subjects (N1)'),
    (140, 'CYTOHIGH', 'subjects',   'USUBJID',  '',              'n pct',   'Y', 'High, n (% of N1)'),
    (150, 'CYTOSTD',  'subjects',   'USUBJID',  '',              'n pct',   'Y', 'Standard, n (% of N1)'),
    (160, 'ISS',      'header',     '',         '',              '',        'Y', 'ISS stage at baseline, n (%)'),
    (161, 'ISS',      'categories', 'ISSBL',    'I',             'n pct',   'Y', 'Stage I'),
    (162, 'ISS',      'categories', 'ISSBL',    'II',            'n pct',   'Y', 'Stage II'),
    (163, 'ISS',      'categories', 'ISSBL',    'III',           'n pct',   'Y', 'Stage III'),
    (164, 'ISS',      'categories', 'ISSBL',    'NOT DONE',      'n pct',   'Y', 'Not done'),
    (169, 'ISS',      'categories', 'ISSBL',    '',              'n pct',   'N', 'Missing'),
    (170, 'RISS',     'header',     '',         '',              '',        'Y', 'Revised ISS stage at diagnosis, n (%)'),
    (171, 'RISS',     'categories', 'RISSDX',   'I',             'n pct',   'Y', 'Stage I'),
    (172, 'RISS',     'categories', 'RISSDX',   'II',            'n pct',   'Y', 'Stage II'),
    (173, 'RISS',     'categories', 'RISSDX',   'III',           'n pct',   'Y', 'Stage III'),
    (174, 'RISS',     'categories', 'RISSDX',   'NOT DONE',      'n pct',   'Y', 'Not done'),
    (179, 'RISS',     'categories', 'RISSDX',   '',              'n pct',   'N', 'Missing'),
    (180, 'EGFR',     'header',     '',         '',              '',        'Y', 'Renal function: eGFR (mL/min/1.73 m2), n (%)'),
    (181, 'EGFR',     'categories', 'EGFRGR1',  '<30',           'n pct',   'Y', '<30'),
    (182, 'EGFR',     'categories', 'EGFRGR1',  '30-<60',        'n pct',   'Y', '30-<60'),
    (183, 'EGFR',     'categories', 'EGFRGR1',  '>=60',          'n pct',   'Y', '>=60'),
    (189, 'EGFR',     'categories', 'EGFRGR1',  '',              'n pct',   'N', 'Missing'),
    (190, 'NPRIOR',   'header',     '',         '',              '',        'Y', 'Prior lines of therapy'),
    (191, 'NPRIOR',   'continuous', 'NPRIOR',   '',              'n',       'Y', 'n'),
    (192, 'NPRIOR',   'continuous', 'NPRIOR',   '',              'mean sd', 'Y', 'Mean (SD)'),
    (193, 'NPRIOR',   'continuous', 'NPRIOR',   '',              'median',  'Y', 'Median'),
    (194, 'NPRIOR',   'continuous', 'NPRIOR',   '',              'min max', 'Y', 'Min, max'),
    (200, 'NPRIORGR', 'header',     '',         '',              '',        'Y', 'Prior lines of therapy, n (%)'),
    (201, 'NPRIORGR', 'categories', 'NPRIORGR', '1',             'n pct',   'Y', '1'),
    (202, 'NPRIORGR', 'categories', 'NPRIORGR', '2',             'n pct',   'Y', '2'),
    (203, 'NPRIORGR', 'categories', 'NPRIORGR', '3',             'n pct',   'Y', '3'),
    (204, 'NPRIORGR', 'categories', 'NPRIORGR', '>=4',           'n pct',   'Y', '>=4'),
    (209, 'NPRIORGR', 'categories', 'NPRIORGR', '',              'n pct',   'N', 'Missing'),
    (210, 'REFR',     'header',     '',         '',              '',        'Y', 'Refractory to a prior line, n (%)'),
    (211, 'REFR',     'categories', 'REFRFL',   'Y',             'n pct',   'Y', 'Yes'),
    (212, 'REFR',     'categories', 'REFRFL',   'N',             'n pct',   'Y', 'No'),
    (219, 'REFR',     'categories', 'REFRFL',   '',              'n pct',   'N', 'Missing'),
    (220, 'ASCT',     'header',     '',         '',              '',        'Y', 'Prior autologous stem cell transplant, n (%)'),
    (221, 'ASCT',     'categories', 'ASCTFL',   'Y',             'n pct',   'Y', 'Yes'),
    (222, 'ASCT',     'categories', 'ASCTFL',   'N',             'n pct',   'Y', 'No'),
    (229, 'ASCT',     'categories', 'ASCTFL',   '',              'n pct',   'N', 'Missing'),
    (230, 'CD38',     'header',     '',         '',              '',        'Y', 'Prior anti-CD38 therapy, n (%)'),
    (231, 'CD38',     'categories', 'CD38FL',   'Y',             'n pct',   'Y', 'Yes'),
    (232, 'CD38',     'categories', 'CD38FL',   'N',             'n pct',   'Y', 'No'),
    (239, 'CD38',     'categories', 'CD38FL',   '',              'n pct',   'N', 'Missing')
),

-- All enrolled subjects, once per column they belong to: Total holds every one.
columns (column_order, column_id, column_label) as (values
    (1, 'ISAPD', 'Isa-Pd'),
    (2, 'ISAKD', 'Isa-Kd'),
    (3, 'OTHER', 'Other [1]'),
    (4, 'TOTAL', 'Total')
),
enrolled as (
    select columns.column_id, adsl.*
    from adam.adsl as adsl
    cross join columns
    where adsl.ENRLFL = 'Y'
      and case columns.column_id
               when 'ISAPD' then adsl.TRT01A = 'Isa-Pd'
               when 'ISAKD' then adsl.TRT01A = 'Isa-Kd'
               when 'OTHER' then adsl.TRT01A not in ('Isa-Pd', 'Isa-Kd')
               else true end
),

-- N of each column, and N1: the subjects whose cytogenetic risk could be assessed.
totals as (
    select columns.column_order, columns.column_id, columns.column_label,
           count(enrolled.USUBJID) as big_n,
           count(enrolled.USUBJID) filter (where enrolled.CYTORISK in ('HIGH', 'STANDARD')) as evaluable
    from columns
    left join enrolled on enrolled.column_id = columns.column_id
    group by all
),

-- One row for each subject and each line that the subject counts in.
members as (
    select enrolled.column_id, enrolled.USUBJID, answers.row_id, answers.category
    from enrolled
    cross join lateral (values
        ('AGEGR1',   AGEGR1,   true),
        ('SEX',      SEX,      true),
        ('COUNTRY',  COUNTRY,  true),
        ('ENRTYPE',  RETROFL,  true),
        ('ECOG0',    '',       ECOGBLN = 0),
        ('ECOG1',    '',       ECOGBLN = 1),
        ('ECOG2',    '',       ECOGBLN >= 2),
        ('ECOGMISS', '',       ECOGBLN is null),
        ('CYTO',     CYTORISK, true),
        ('CYTON',    '',       CYTORISK in ('HIGH', 'STANDARD')),
        ('CYTOHIGH', '',       CYTORISK = 'HIGH'),
        ('CYTOSTD',  '',       CYTORISK = 'STANDARD'),
        ('ISS',      ISSBL,    true),
        ('RISS',     RISSDX,   true),
        ('EGFR',     EGFRGR1,  true),
        ('NPRIORGR', NPRIORGR, true),
        ('REFR',     REFRFL,   true),
        ('ASCT',     ASCTFL,   true),
        ('CD38',     CD38FL,   true)
    ) as answers (row_id, category, met)
    where answers.met
),
frequencies as (
    select row_id, category, column_id, count(distinct USUBJID) as n
    from members
    group by all
),

-- Printed lines, numbered from 1. A value that the shell does not list is not printed here: it shows as a difference.
lines as (
    select shell.*, row_number() over (order by shell.position) as line
    from shell
    where shell.always = 'Y'
       or exists (select 1 from frequencies
                  where frequencies.row_id = shell.row_id and frequencies.category = shell.category)
),

-- Counts and percentages: of N, or of N1 in the two lines of evaluable subjects.
counts as (
    select lines.*, totals.column_order, totals.column_id, totals.column_label,
           coalesce(frequencies.n, 0) as n,
           case when lines.row_id in ('CYTOHIGH', 'CYTOSTD') then totals.evaluable else totals.big_n end as total
    from lines
    cross join totals
    left join frequencies
      on frequencies.row_id = lines.row_id and frequencies.category = lines.category
     and frequencies.column_id = totals.column_id
    where lines.kind in ('categories', 'subjects')
),

-- Summary statistics of age and of the number of prior lines.
measured as (
    select column_id, 'AGE' as row_id, AGE as x from enrolled where AGE is not null
    union all
    select column_id, 'NPRIOR', NPRIOR from enrolled where NPRIOR is not null
),
summaries as (
    select row_id, column_id, count(x) as n, sum(x) / count(x) as mean, stddev_samp(x) as sd,
           min(x) as lowest, max(x) as highest, list_sort(list(x)) as ordered
    from measured
    group by row_id, column_id
),
-- In whole years and lines: mean, median and quartiles print one decimal, SD two, minimum and maximum none.
summary_figures as (
    select summaries.row_id, summaries.column_id, figures.statistic, figures.value, figures.text
    from summaries
    cross join lateral (values
        ('n',      cast(n as double),    cast(n as varchar)),
        ('mean',   mean,                 text_1(mean)),
        ('sd',     sd,                   text_2(sd)),
        ('median', pctldef5(ordered, 2), text_1(pctldef5(ordered, 2))),
        ('q1',     pctldef5(ordered, 1), text_1(pctldef5(ordered, 1))),
        ('q3',     pctldef5(ordered, 3), text_1(pctldef5(ordered, 3))),
        ('min',    lowest,               text_0(lowest)),
        ('max',    highest,              text_0(highest))
    ) as figures (statistic, value, text)
),

results as (
    -- N in the column heads, line 0
    select 0 as line, '' as row_id, 'population' as kind, '' as label, column_order, column_id, column_label,
           'N' as statistic, cast(big_n as double) as value, cast(null as double) as denominator,
           cast(big_n as varchar) as text, 'USUBJID' as variable, '' as category
    from totals
    union all
    select line, row_id, kind, label, column_order, column_id, column_label,
           'n', cast(n as double), null, cast(n as varchar), variable, category
    from counts
    union all
    select line, row_id, kind, label, column_order, column_id, column_label,
           'pct', 100.0 * n / nullif(total, 0), cast(total as double), percent_text(n, total), variable, category
    from counts
    where statistics = 'n pct'
    union all
    select lines.line, lines.row_id, lines.kind, lines.label, totals.column_order, totals.column_id,
           totals.column_label, summary_figures.statistic, summary_figures.value, null, summary_figures.text,
           lines.variable, ''
    from lines
    join summary_figures
      on summary_figures.row_id = lines.row_id
     and summary_figures.statistic in (select unnest(string_split(lines.statistics, ' ')))
    join totals on totals.column_id = summary_figures.column_id
    where lines.kind = 'continuous'
)

select 'T-14-1-2' as display,
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
       variable,
       case when kind = 'categories' then variable else '' end as group1,
       category as group1_value,
       '' as group2,
       '' as group2_value,
       '' as group3,
       '' as group3_value,
       'ADSL' as dataset
from results
order by line, column_order, statistic;
