/******************************************************************************
 Program      : qc/tlf/qc_t_14_3_0.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : T-14-3-0, Exposure to Study Drugs
 Purpose      : Independent second program: summarises the exposure to each
                drug again.
                Written from specs/tlf.xlsx and docs/tables.md; the
                production code was not read.
 Inputs       : adam.adsl, adam.adex
 Outputs      : qc.t_14_3_0, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.t_14_3_0 as
with
columns (column_order, column_id, column_label) as (values
    (1, 'ISAPD', 'Isa-Pd'),
    (2, 'ISAKD', 'Isa-Kd')
),
-- Rows: `drug` is a drug with at least one dose; below it, figures are of its subjects. Numbers print one decimal, the
-- least and the greatest as many as `decimals` says.
rows (position, row_id, kind, drug, label, decimals) as (values
    ( 10, 'TRTDURD',  'continuous', '',    'Total duration of treatment (days) [1]',  0),
    ( 20, 'RISKDURD', 'continuous', '',    'Time at risk for TEAEs (days) [2]',       0),
    ( 30, 'ISA',      'drug',       '',    'Isatuximab: at least one dose, n (%)',    0),
    ( 40, 'ISADURW',  'continuous', 'ISA', 'Duration of treatment (weeks)',           1),
    ( 50, 'ISANCYC',  'continuous', 'ISA', 'Cycles started',                          0),
    ( 60, 'ISANDOS',  'continuous', 'ISA', 'Doses given',                             0),
    ( 70, 'ISARDI',   'continuous', 'ISA', 'Relative dose intensity (%) [3]',         1),
    ( 80, 'ISACHG',   'header',     'ISA', 'Change of dosing, n (%) [4]',             0),
    ( 90, 'ISANDEL',  'subjects',   'ISA', 'At least one infusion delayed',           0),
    (100, 'ISANOMI',  'subjects',   'ISA', 'At least one dose omitted',               0),
    (110, 'ISANINT',  'subjects',   'ISA', 'At least one infusion interrupted',       0),
    (120, 'POM',      'drug',       '',    'Pomalidomide: at least one dose, n (%)',  0),
    (130, 'POMDURW',  'continuous', 'POM', 'Duration of treatment (weeks)',           1),
    (140, 'POMNCYC',  'continuous', 'POM', 'Cycles started',                          0),
    (150, 'POMNDOS',  'continuous', 'POM', 'Days of dosing',                          0),
    (160, 'POMRDI',   'continuous', 'POM', 'Relative dose intensity (%) [3]',         1),
    (170, 'POMCHG',   'header',     'POM', 'Change of dosing, n (%) [4]',             0),
    (180, 'POMNDEL',  'subjects',   'POM', 'At least one dose delayed',               0),
    (190, 'POMNRED',  'subjects',   'POM', 'At least one dose reduced',               0),
    (200, 'POMNINT',  'subjects',   'POM', 'At least one interruption',               0),
    (210, 'CAR',      'drug',       '',    'Carfilzomib: at least one dose, n (%)',   0),
    (220, 'CARDURW',  'continuous', 'CAR', 'Duration of treatment (weeks)',           1),
    (230, 'CARNCYC',  'continuous', 'CAR', 'Cycles started',                          0),
    (240, 'CARNDOS',  'continuous', 'CAR', 'Doses given',                             0),
    (250, 'CARRDI',   'continuous', 'CAR', 'Relative dose intensity (%) [3]',         1),
    (260, 'CARCHG',   'header',     'CAR', 'Change of dosing, n (%) [4]',             0),
    (270, 'CARNDEL',  'subjects',   'CAR', 'At least one dose delayed',               0),
    (280, 'CARNOMI',  'subjects',   'CAR', 'At least one dose omitted',               0),
    (290, 'CARNRED',  'subjects',   'CAR', 'At least one dose reduced',               0),
    (300, 'CARNINT',  'subjects',   'CAR', 'At least one dose interrupted',           0),
    (310, 'DEX',      'drug',       '',    'Dexamethasone: at least one dose, n (%)', 0),
    (320, 'DEXDURW',  'continuous', 'DEX', 'Duration of treatment (weeks)',           1),
    (330, 'DEXNCYC',  'continuous', 'DEX', 'Cycles started',                          0),
    (340, 'DEXNDOS',  'continuous', 'DEX', 'Days of dosing',                          0),
    (350, 'DEXRDI',   'continuous', 'DEX', 'Relative dose intensity (%) [3]',         1),
    (360, 'DEXCHG',   'header',     'DEX', 'Change of dosing, n (%) [4]',             0),
    (370, 'DEXNDEL',  'subjects',   'DEX', 'At least one dose delayed',               0),
    (380, 'DEXNRED',  'subjects',   'DEX', 'At least one dose reduced',               0),
    (390, 'DEXNINT',  'subjects',   'DEX', 'At least one interruption',               0)
),
members as (
    select regimen_column(TRT01A) as column_id, * from adam.adsl where SAFFL = 'Y'
),
-- Who is looked at: everybody, and the subjects with a dose of each drug.
looked_at as (
    select drugs.drug, column_id, USUBJID
    from members
    cross join lateral (values
        ('',    true),
        ('ISA', ISANDOSE > 0),
        ('POM', POMNDAY > 0),
        ('CAR', CARNDOSE > 0),
        ('DEX', DEXNDAY > 0)
    ) as drugs (drug, dosed)
    where drugs.dosed
),
totals as (
    select drugs.drug, columns.column_order, columns.column_id, columns.column_label, count(looked_at.USUBJID) as total
    from (values (''), ('ISA'), ('POM'), ('CAR'), ('DEX')) as drugs (drug)
    cross join columns
    left join looked_at on looked_at.drug = drugs.drug and looked_at.column_id = columns.column_id
    group by all
),

-- A number is three lines below its label. The line of a drug counts its subjects among all.
lines as (
    select row_number() over (order by position, place) as line, *
    from (select position, 0 as place, row_id, case kind when 'continuous' then 'header' else kind end as kind, drug,
                 label, decimals
          from rows
          union all
          select position, parts.place, row_id, kind, drug, parts.label, decimals
          from rows
          cross join (values (1, 'n'), (2, 'Mean (SD)'), (3, 'Median (min, max)')) as parts (place, label)
          where kind = 'continuous')
),

measured as (
    select 'TRTDURD' as row_id, column_id, USUBJID, TRTDURD as x from members
    union all
    select 'RISKDURD', column_id, USUBJID, RISKDURD from members
    union all
    select adex.PARAMCD, looked_at.column_id, looked_at.USUBJID, adex.AVAL
    from adam.adex as adex
    join looked_at
      on looked_at.USUBJID = adex.USUBJID and looked_at.drug = substr(adex.PARAMCD, 1, 3)
),
summaries as (
    select row_id, column_id, count(x) as n, sum(x) / count(x) as mean, stddev_samp(x) as sd,
           min(x) as lowest, max(x) as highest, list_sort(list(x)) as ordered
    from measured
    where x is not null
    group by row_id, column_id
),
-- Without a value n is 0 and the others are blank.
summary_figures as (
    select lines.line, lines.row_id, lines.kind, lines.label, lines.drug, totals.column_order, totals.column_id,
           totals.column_label, figures.statistic, figures.value, cast(null as double) as denominator,
           coalesce(figures.text, '') as text
    from lines
    join totals on totals.drug = ''
    left join summaries on summaries.row_id = lines.row_id and summaries.column_id = totals.column_id
    cross join lateral (values
        (1, 'n',      cast(coalesce(n, 0) as double), cast(coalesce(n, 0) as varchar)),
        (2, 'mean',   mean,                           text_1(mean)),
        (2, 'sd',     sd,                             text_1(sd)),
        (3, 'median', pctldef5(ordered, 2),           text_1(pctldef5(ordered, 2))),
        (3, 'min',    lowest,   case lines.decimals when 1 then text_1(lowest) else text_0(lowest) end),
        (3, 'max',    highest,  case lines.decimals when 1 then text_1(highest) else text_0(highest) end)
    ) as figures (place, statistic, value, text)
    where lines.kind = 'continuous' and figures.place = lines.place
),

-- Subjects with a dose, among all; subjects with a change, among those with a dose.
changes as (
    select row_id, column_id, count(distinct USUBJID) as n
    from measured
    where x >= 1
    group by row_id, column_id
),
counts as (
    select lines.*, totals.column_order, totals.column_id, totals.column_label, totals.total,
           case lines.kind when 'drug' then dosed.total else coalesce(changes.n, 0) end as n
    from lines
    join totals on totals.drug = lines.drug
    left join totals as dosed on dosed.drug = lines.row_id and dosed.column_id = totals.column_id
    left join changes on changes.row_id = lines.row_id and changes.column_id = totals.column_id
    where lines.kind in ('drug', 'subjects')
),
count_results as (
    select line, row_id, 'subjects' as kind, label, case kind when 'drug' then '' else drug end as drug,
           column_order, column_id, column_label, figures.statistic, figures.value, figures.denominator, figures.text
    from counts
    cross join lateral (values
        ('n',   cast(n as double),            cast(null as double),  cast(n as varchar)),
        ('pct', 100.0 * n / nullif(total, 0), cast(total as double), percent_text(n, total))
    ) as figures (statistic, value, denominator, text)
),
results as (
    select 0 as line, '' as row_id, 'population' as kind, '' as label, '' as drug, column_order, column_id,
           column_label, 'N' as statistic, cast(total as double) as value, cast(null as double) as denominator,
           cast(total as varchar) as text
    from totals
    where drug = ''
    union all
    from summary_figures
    union all
    from count_results
),
figures as (
    select line, row_id, kind, label, 0 as depth, '' as g1, '' as g2, '' as v1,
           case when kind <> 'continuous' then '' when drug = '' then row_id else 'AVAL' end as v2,
           case drug when '' then 'ADSL' else 'ADEX' end as dataset,
           column_order, column_id, column_label, statistic, value, denominator, text
    from results
)
from results_data('T-14-3-0', 'figures');
