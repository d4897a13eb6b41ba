/******************************************************************************
 Program      : qc/tlf/qc_t_14_3_1_5.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : T-14-3-1-5, Grade 3-4 Treatment-Emergent Adverse Events by
                System Organ Class and Preferred Term
 Purpose      : Independent second program: counts subjects and events of
                grade 3 or 4 again by class and term.
                Written from specs/tlf.xlsx and docs/tables.md; the production
                code was not read.
 Inputs       : adam.adsl, adam.adae
 Outputs      : qc.t_14_3_1_5, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.t_14_3_1_5 as
with
columns (column_order, column_id, column_label) as (values
    (1, 'ISAPD', 'Isa-Pd'),
    (2, 'ISAKD', 'Isa-Kd')
),
members as (
    select regimen_column(TRT01A) as column_id, USUBJID from adam.adsl where SAFFL = 'Y'
),
totals as (from totals_of('columns', 'members')),
events as (
    select 1 as subgroup, members.column_id, adae.*
    from adam.adae as adae
    join members on members.USUBJID = adae.USUBJID and members.column_id is not null
    where adae.TRTEMFL = 'Y'
      and adae.ATOXGRN in (3, 4)
),
block as (
    select 'SOCPT' as row_id, * from events
),
hits as (
    select 1 as subgroup, 'ANY' as row_id, 0 as depth, '' as g1, '' as g2, column_id, USUBJID from events
    union all
    from by_class_and_term('block')
),
frequencies as (from frequencies_of('hits')),

wording (position, row_id, kind, label) as (values
    ( 10, 'ANY',   'subjects', 'Any grade 3-4 TEAE'),
    ( 20, 'SOCPT', 'nested',   '')
),
shell as (from event_shell('wording', 2, 'n pct events')),
lines as (from printed_lines('shell', 'totals', 'frequencies', 'ISAPD')),
figures as (from count_figures('lines', 'totals', 'frequencies'))
from results_data('T-14-3-1-5', 'figures');
