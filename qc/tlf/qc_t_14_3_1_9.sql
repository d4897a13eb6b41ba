/******************************************************************************
 Program      : qc/tlf/qc_t_14_3_1_9.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : T-14-3-1-9, Treatment-Related Treatment-Emergent Adverse
                Events by System Organ Class and Preferred Term
 Purpose      : Independent second program: counts subjects with related
                events again by drug, class, term and grade.
                Written from specs/tlf.xlsx and docs/tables.md; the production
                code was not read.
 Inputs       : adam.adsl, adam.adae
 Outputs      : qc.t_14_3_1_9, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.t_14_3_1_9 as
with
columns (column_order, column_id, column_label, regimen, lowest_grade) as (values
    (1, 'ISAPD',  'Any grade', 'Isa-Pd', null),
    (2, 'ISAPD3', 'Grade >=3', 'Isa-Pd', 3),
    (3, 'ISAKD',  'Any grade', 'Isa-Kd', null),
    (4, 'ISAKD3', 'Grade >=3', 'Isa-Kd', 3)
),
members as (
    select columns.column_id, columns.lowest_grade, adsl.USUBJID
    from adam.adsl as adsl
    join columns on columns.regimen = adsl.TRT01A
    where adsl.SAFFL = 'Y'
),
totals as (from totals_of('columns', 'members')),
-- An event counts in the column of any grade, and in that of grade >=3 if it has such a grade.
events as (
    select 1 as subgroup, members.column_id, adae.*
    from adam.adae as adae
    join members on members.USUBJID = adae.USUBJID
    where adae.TRTEMFL = 'Y'
      and (members.lowest_grade is null or adae.ATOXGRN >= members.lowest_grade)
),
-- Related to isatuximab, and to any drug: each a line of its own and a block of classes and terms.
related as (
    select 'RELISA' as row_id, * from events where RELISAFL = 'Y'
    union all
    select 'RELANY', * from events where RELANYFL = 'Y'
),
block as (
    select * replace (row_id || 'PT' as row_id) from related
),
hits as (
    select 1 as subgroup, row_id, 0 as depth, '' as g1, '' as g2, column_id, USUBJID from related
    union all
    from by_class_and_term('block')
),
frequencies as (from frequencies_of('hits')),

wording (position, row_id, kind, label) as (values
    ( 10, 'RELISA',   'subjects', 'TEAE related to isatuximab'),
    ( 20, 'RELISAPT', 'nested',   ''),
    ( 30, 'RELANY',   'subjects', 'TEAE related to any study drug'),
    ( 40, 'RELANYPT', 'nested',   '')
),
shell as (from event_shell('wording', 2, 'n pct')),
lines as (from printed_lines('shell', 'totals', 'frequencies', 'ISAPD')),
figures as (from count_figures('lines', 'totals', 'frequencies'))
from results_data('T-14-3-1-9', 'figures');
