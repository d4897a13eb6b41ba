/******************************************************************************
 Program      : qc/tlf/qc_t_14_3_1_4.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : T-14-3-1-4, Common Treatment-Emergent Adverse Events by
                Preferred Term
 Purpose      : Independent second program: counts subjects again by term and
                grade, and chooses the common terms again.
                Written from specs/tlf.xlsx and docs/tables.md; the production
                code was not read.
 Inputs       : adam.adsl, adam.adae
 Outputs      : qc.t_14_3_1_4, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.t_14_3_1_4 as
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
all_hits as (
    select 1 as subgroup, 'ANY' as row_id, 0 as depth, '' as g1, '' as g2, column_id, USUBJID from events
    union all
    select 1, 'PT', 1, AEDECOD, '', column_id, USUBJID from events
),
-- Common: in at least 5% of the subjects of a regimen, or of grade >=3 in at least 2%.
common as (
    select distinct counted.g1
    from frequencies_of('all_hits') as counted
    join totals on totals.column_id = counted.column_id
    where counted.row_id = 'PT'
      and 100 * counted.n >= totals.total * case when counted.column_id in ('ISAPD', 'ISAKD') then 5 else 2 end
),
hits as (
    from all_hits
    where depth = 0 or g1 in (select g1 from common)
),
frequencies as (from frequencies_of('hits')),

wording (position, row_id, kind, label) as (values
    ( 10, 'ANY', 'subjects', 'Any TEAE'),
    ( 20, 'PT',  'nested',   '')
),
shell as (from event_shell('wording', 1, 'n pct')),
lines as (from printed_lines('shell', 'totals', 'frequencies', 'ISAPD')),
figures as (from count_figures('lines', 'totals', 'frequencies'))
from results_data('T-14-3-1-4', 'figures');
