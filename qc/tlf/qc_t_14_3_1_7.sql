/******************************************************************************
 Program      : qc/tlf/qc_t_14_3_1_7.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : T-14-3-1-7, Treatment-Emergent Adverse Events Leading to
                Withdrawal of Study Drug by System Organ Class and Preferred
                Term
 Purpose      : Independent second program: counts subjects with such events
                again by drug, class and term.
                Written from specs/tlf.xlsx and docs/tables.md; the production
                code was not read.
 Inputs       : adam.adsl, adam.adae
 Outputs      : qc.t_14_3_1_7, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.t_14_3_1_7 as
with
columns (column_order, column_id, column_label, regimen, drug) as (values
    (1, 'ISAPD', 'Isa-Pd', 'Isa-Pd', 'isatuximab'),
    (2, 'ISAKD', 'Isa-Kd', 'Isa-Kd', 'isatuximab'),
    (3, 'ANYPD', 'Isa-Pd', 'Isa-Pd', 'any'),
    (4, 'ANYKD', 'Isa-Kd', 'Isa-Kd', 'any')
),
members as (
    select columns.column_id, columns.drug, adsl.USUBJID
    from adam.adsl as adsl
    join columns on columns.regimen = adsl.TRT01A
    where adsl.SAFFL = 'Y'
),
totals as (from totals_of('columns', 'members')),
events as (
    select 1 as subgroup, 'SOCPT' as row_id, members.column_id, adae.*
    from adam.adae as adae
    join members on members.USUBJID = adae.USUBJID
    where adae.TRTEMFL = 'Y' and adae.WDANYFL = 'Y'
      and (members.drug = 'any' or adae.WDISAFL = 'Y')
),
hits as (
    select 1 as subgroup, 'ANY' as row_id, 0 as depth, '' as g1, '' as g2, column_id, USUBJID from events
    union all
    from by_class_and_term('events')
),
frequencies as (from frequencies_of('hits')),

wording (position, row_id, kind, label) as (values
    ( 10, 'ANY',   'subjects', 'Any TEAE leading to withdrawal'),
    ( 20, 'SOCPT', 'nested',   '')
),
shell as (from event_shell('wording', 2, 'n pct')),
lines as (from printed_lines('shell', 'totals', 'frequencies', 'ANYPD')),
figures as (from count_figures('lines', 'totals', 'frequencies'))
from results_data('T-14-3-1-7', 'figures');
