/******************************************************************************
 Program      : qc/tlf/qc_t_14_3_1_8.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : T-14-3-1-8, Treatment-Emergent Adverse Events Leading to
                Interruption, Delay or Dose Reduction by Drug and Preferred
                Term
 Purpose      : Independent second program: counts subjects again by action,
                drug and term.
                Written from specs/tlf.xlsx and docs/tables.md; the production
                code was not read.
 Inputs       : adam.adsl, adam.adae
 Outputs      : qc.t_14_3_1_8, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.t_14_3_1_8 as
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
),
-- One row for each event and each action that it led to, by drug.
actions as (
    select answers.row_id, column_id, USUBJID, AEDECOD
    from events
    cross join lateral (values
        ('INT',     INTANYFL = 'Y'),
        ('INTISA',  INTISAFL = 'Y'),
        ('INTPOM',  INTPOMFL = 'Y'),
        ('INTCAR',  INTCARFL = 'Y'),
        ('INTDEX',  INTDEXFL = 'Y'),
        ('RED',     REDANYFL = 'Y'),
        ('REDPOM',  REDPOMFL = 'Y'),
        ('REDCAR',  REDCARFL = 'Y'),
        ('REDDEX',  REDDEXFL = 'Y'),
        ('RAT',     RATISAFL = 'Y')
    ) as answers (row_id, met)
    where answers.met
),
-- Each action has a line, and each action on one drug a block of terms.
hits as (
    select 1 as subgroup, row_id, 0 as depth, '' as g1, '' as g2, column_id, USUBJID from actions
    union all
    select 1, row_id || 'PT', 1, AEDECOD, '', column_id, USUBJID from actions where row_id not in ('INT', 'RED')
),
frequencies as (from frequencies_of('hits')),

wording (position, row_id, kind, label) as (values
    ( 10, 'INT',      'subjects', 'Interruption or delay of any study drug'),
    ( 20, 'INTISA',   'subjects', 'Isatuximab'),
    ( 30, 'INTISAPT', 'nested',   ''),
    ( 40, 'INTPOM',   'subjects', 'Pomalidomide'),
    ( 50, 'INTPOMPT', 'nested',   ''),
    ( 60, 'INTCAR',   'subjects', 'Carfilzomib'),
    ( 70, 'INTCARPT', 'nested',   ''),
    ( 80, 'INTDEX',   'subjects', 'Dexamethasone'),
    ( 90, 'INTDEXPT', 'nested',   ''),
    (100, 'RED',      'subjects', 'Dose reduction of any study drug [1]'),
    (110, 'REDPOM',   'subjects', 'Pomalidomide'),
    (120, 'REDPOMPT', 'nested',   ''),
    (130, 'REDCAR',   'subjects', 'Carfilzomib'),
    (140, 'REDCARPT', 'nested',   ''),
    (150, 'REDDEX',   'subjects', 'Dexamethasone'),
    (160, 'REDDEXPT', 'nested',   ''),
    (170, 'RAT',      'subjects', 'Slower infusion of isatuximab'),
    (180, 'RATPT',    'nested',   '')
),
shell as (from event_shell('wording', 1, 'n pct')),
lines as (from printed_lines('shell', 'totals', 'frequencies', 'ISAPD')),
figures as (from count_figures('lines', 'totals', 'frequencies'))
from results_data('T-14-3-1-8', 'figures');
