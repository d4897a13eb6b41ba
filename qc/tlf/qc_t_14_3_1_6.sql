/******************************************************************************
 Program      : qc/tlf/qc_t_14_3_1_6.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : T-14-3-1-6, Serious Treatment-Emergent Adverse Events by
                Criterion, System Organ Class and Preferred Term
 Purpose      : Independent second program: counts subjects with serious
                events, and the events, again by criterion, class and term.
                Written from specs/tlf.xlsx and docs/tables.md; the production
                code was not read.
 Inputs       : adam.adsl, adam.adae
 Outputs      : qc.t_14_3_1_6, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.t_14_3_1_6 as
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
      and adae.AESER = 'Y'
),
block as (
    select 'SOCPT' as row_id, * from events
),
-- One row for each event and each line that it counts in. An event can meet several criteria, or none.
hits as (
    select 1 as subgroup, answers.row_id, 0 as depth, '' as g1, '' as g2, column_id, USUBJID
    from events
    cross join lateral (values
        ('ANY',      true),
        ('SDTH',     AESDTH = 'Y'),
        ('SLIFE',    AESLIFE = 'Y'),
        ('SHOSP',    AESHOSP = 'Y'),
        ('SDISAB',   AESDISAB = 'Y'),
        ('SCONG',    AESCONG = 'Y'),
        ('SMIE',     AESMIE = 'Y'),
        ('SNONE',    'Y' not in (AESDTH, AESLIFE, AESHOSP, AESDISAB, AESCONG, AESMIE))
    ) as answers (row_id, met)
    where answers.met
    union all
    from by_class_and_term('block')
),
frequencies as (from frequencies_of('hits')),

wording (position, row_id, kind, label) as (values
    ( 10, 'ANY',    'subjects', 'Any serious TEAE'),
    ( 20, 'CRIT',   'header',   'Criterion of seriousness [1]'),
    ( 30, 'SDTH',   'subjects', 'Results in death'),
    ( 40, 'SLIFE',  'subjects', 'Is life threatening'),
    ( 50, 'SHOSP',  'subjects', 'Requires or prolongs hospitalization'),
    ( 60, 'SDISAB', 'subjects', 'Persistent or significant disability or incapacity'),
    ( 70, 'SCONG',  'subjects', 'Congenital anomaly or birth defect'),
    ( 80, 'SMIE',   'subjects', 'Other medically important serious event'),
    ( 90, 'SNONE',  'subjects', 'None stated'),
    (100, 'SOCPT',  'nested',   '')
),
shell as (from event_shell('wording', 2, 'n pct events')),
lines as (from printed_lines('shell', 'totals', 'frequencies', 'ISAPD')),
figures as (from count_figures('lines', 'totals', 'frequencies'))
from results_data('T-14-3-1-6', 'figures');
