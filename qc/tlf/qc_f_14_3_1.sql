/******************************************************************************
 Program      : qc/tlf/qc_f_14_3_1.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : F-14-3-1, Incidence of Common Treatment-Emergent Adverse
                Events and Difference between Regimens
 Purpose      : Independent second program: counts subjects again, and
                computes differences with their score limits again.
                Written from specs/tlf.xlsx and docs/tables.md; the
                production code was not read.
 Inputs       : adam.adsl, adam.adae
 Outputs      : qc.f_14_3_1, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.f_14_3_1 as
with
columns (column_order, column_id, column_label, regimen, lowest_grade) as (values
    (1, 'ISAPD',  'Isa-Pd', 'Isa-Pd', null),
    (2, 'ISAKD',  'Isa-Kd', 'Isa-Kd', null),
    (4, 'ISAPD3', 'Isa-Pd', 'Isa-Pd', 3),
    (5, 'ISAKD3', 'Isa-Kd', 'Isa-Kd', 3)
),
differences (column_order, column_id, first_column, second_column) as (values
    (3, 'DIFF',  'ISAPD',  'ISAKD'),
    (6, 'DIFF3', 'ISAPD3', 'ISAKD3')
),
members as (
    select columns.column_id, columns.lowest_grade, adsl.USUBJID
    from adam.adsl as adsl
    join columns on columns.regimen = adsl.TRT01A
    where adsl.SAFFL = 'Y'
),
totals as (from totals_of('columns', 'members')),
events as (
    select 1 as subgroup, members.column_id, adae.*
    from adam.adae as adae
    join members on members.USUBJID = adae.USUBJID
    where adae.TRTEMFL = 'Y'
      and (members.lowest_grade is null or adae.ATOXGRN >= members.lowest_grade)
),
all_hits as (
    select 1 as subgroup, 'ANY' as row_id, 0 as depth, '' as g1, '' as g2, column_id, USUBJID from events
    union all
    select 1, 'PT', 1, AEDECOD, '', column_id, USUBJID from events
),
-- Common: in at least 10% of the subjects of a regimen, or of grade >=3 in at least 5%.
common as (
    select distinct counted.g1
    from frequencies_of('all_hits') as counted
    join totals on totals.column_id = counted.column_id
    where counted.row_id = 'PT'
      and 100 * counted.n >= totals.total * case when counted.column_id in ('ISAPD', 'ISAKD') then 10 else 5 end
),
hits as (
    from all_hits
    where depth = 0 or g1 in (select g1 from common)
),
frequencies as (from frequencies_of('hits')),

wording (position, row_id, kind, label) as (values
    (10, 'ANY', 'subjects', 'Any TEAE'),
    (20, 'PT',  'nested',   '')
),
shell as (from event_shell('wording', 1, 'n pct')),
lines as (from printed_lines('shell', 'totals', 'frequencies', 'ISAPD')),
counts as (from count_figures('lines', 'totals', 'frequencies')),

-- Differences in percentage points, from the two counts of a line and the two N.
compared as (
    select first_count.* exclude (kind, column_order, column_id, column_label, statistic, value, denominator, text),
           differences.column_order, differences.column_id, first_count.value as x1, first_total.total as n1,
           second_count.value as x2, second_total.total as n2
    from differences
    join counts as first_count
      on first_count.column_id = differences.first_column and first_count.statistic = 'n'
    join counts as second_count
      on second_count.column_id = differences.second_column and second_count.statistic = 'n'
     and second_count.line = first_count.line
    join totals as first_total on first_total.column_id = differences.first_column
    join totals as second_total on second_total.column_id = differences.second_column
),
limits as (
    select pairs.*, 100 * (x1 / n1 - x2 / n2) as difference, score_lower(x1, n1, x2, n2) as lower_limit,
           score_upper(x1, n1, x2, n2) as upper_limit
    from (select distinct x1, n1, x2, n2 from compared) as pairs
),
difference_figures as (
    select compared.line, compared.row_id, 'difference' as kind, compared.label, compared.depth, compared.g1,
           compared.g2, compared.v1, compared.v2, compared.dataset, compared.column_order, compared.column_id,
           'Isa-Pd minus Isa-Kd' as column_label, figures.statistic, figures.value,
           cast(null as double) as denominator, text_1(figures.value) as text
    from compared
    join limits using (x1, n1, x2, n2)
    cross join lateral (values
        ('diff',    limits.difference),
        ('difflcl', limits.lower_limit),
        ('diffucl', limits.upper_limit)
    ) as figures (statistic, value)
),
figures as (
    from counts
    union all
    from difference_figures
)
from results_data('F-14-3-1', 'figures');
