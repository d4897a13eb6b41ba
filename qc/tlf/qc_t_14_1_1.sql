/******************************************************************************
 Program      : qc/tlf/qc_t_14_1_1.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : T-14-1-1, Disposition and Analysis Sets
 Purpose      : Independent second program: counts the enrolled subjects again, by line and column.
                Written from specs/tlf.xlsx and docs/tables.md; the production
                code was not read.
 Inputs       : adam.adsl
 Outputs      : qc.t_14_1_1, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.t_14_1_1 as
with
columns (column_order, column_id, column_label) as (values
    (1, 'ISAPD', 'Isa-Pd'),
    (2, 'ISAKD', 'Isa-Kd'),
    (3, 'OTHER', 'Other [1]'),
    (4, 'TOTAL', 'Total')
),
-- All enrolled subjects, each in its own column and in Total.
members as (
    select coalesce(regimen_column(TRT01A), 'OTHER') as column_id, * from adam.adsl where ENRLFL = 'Y'
    union all
    select 'TOTAL', * from adam.adsl where ENRLFL = 'Y'
),
totals as (from totals_of('columns', 'members')),

-- One row for each subject and each line that it counts in.
hits as (
    select 1 as subgroup, answers.row_id, 0 as depth, answers.g1, '' as g2, column_id, USUBJID
    from members
    cross join lateral (values
        ('ENRL',    '',      true),
        ('ENRTYPE', RETROFL, true),
        ('TREATED', '',      TRTSDT is not null),
        ('SAF',     '',      SAFFL = 'Y'),
        ('REGIMEN', TRT01A,  true),
        ('EOTONG',  '',      EOTSTT = 'ONGOING'),
        ('EOTCOMP', '',      EOTSTT = 'COMPLETED'),
        ('EOTDISC', '',      EOTSTT = 'DISCONTINUED'),
        ('EOTREAS', DCTREAS, EOTSTT = 'DISCONTINUED'),
        ('EOSONG',  '',      EOSSTT = 'ONGOING'),
        ('EOSCOMP', '',      EOSSTT = 'COMPLETED'),
        ('EOSDISC', '',      EOSSTT = 'DISCONTINUED'),
        ('EOSREAS', DCSREAS, EOSSTT = 'DISCONTINUED'),
        ('DEATH',   '',      DTHFL = 'Y')
    ) as answers (row_id, g1, met)
    where answers.met
),
frequencies as (from frequencies_of('hits')),

wording (position, row_id, kind, g1, label, v1) as (values
    ( 10, 'ENRL',    'subjects',   '',                      'Enrolled', ''),
    ( 20, 'ENRTYPE', 'header',     '',                      'Type of enrolment', ''),
    ( 21, 'ENRTYPE', 'categories', 'N',                     'Prospective', 'RETROFL'),
    ( 22, 'ENRTYPE', 'categories', 'Y',                     'Retrospective', 'RETROFL'),
    ( 23, 'ENRTYPE', 'categories', '',                      'Missing', 'RETROFL'),
    ( 30, 'TREATED', 'subjects',   '',                      'Treated: at least one dose of any study drug', ''),
    ( 40, 'SAF',     'subjects',   '',                      'Safety population: at least one dose of isatuximab', ''),
    ( 50, 'REGIMEN', 'header',     '',                      'Regimen given [2]', ''),
    ( 51, 'REGIMEN', 'categories', 'Isa-Pd',                'Isa-Pd', 'TRT01A'),
    ( 52, 'REGIMEN', 'categories', 'Isa-Kd',                'Isa-Kd', 'TRT01A'),
    ( 53, 'REGIMEN', 'categories', 'Isa-Other',             'Another isatuximab regimen', 'TRT01A'),
    ( 54, 'REGIMEN', 'categories', '',                      'No recorded dose of isatuximab', 'TRT01A'),
    ( 60, 'EOT',     'header',     '',                      'Isatuximab treatment', ''),
    ( 70, 'EOTONG',  'subjects',   '',                      'Ongoing at the data cut-off', ''),
    ( 80, 'EOTCOMP', 'subjects',   '',                      'Completed', ''),
    ( 90, 'EOTDISC', 'subjects',   '',                      'Discontinued [3]', ''),
    (101, 'EOTREAS', 'categories', 'PROGRESSIVE DISEASE',   'Progressive disease', 'DCTREAS'),
    (102, 'EOTREAS', 'categories', 'ADVERSE EVENT',         'Adverse event', 'DCTREAS'),
    (103, 'EOTREAS', 'categories', 'DEATH',                 'Death', 'DCTREAS'),
    (104, 'EOTREAS', 'categories', 'WITHDRAWAL BY SUBJECT', 'Withdrawal by subject', 'DCTREAS'),
    (105, 'EOTREAS', 'categories', 'PHYSICIAN DECISION',    'Physician decision', 'DCTREAS'),
    (106, 'EOTREAS', 'categories', 'LOST TO FOLLOW-UP',     'Lost to follow-up', 'DCTREAS'),
    (107, 'EOTREAS', 'categories', 'OTHER',                 'Other', 'DCTREAS'),
    (108, 'EOTREAS', 'categories', '',                      'Reason not stated', 'DCTREAS'),
    (110, 'EOS',     'header',     '',                      'Participation in the study', ''),
    (120, 'EOSONG',  'subjects',   '',                      'Ongoing at the data cut-off', ''),
    (130, 'EOSCOMP', 'subjects',   '',                      'Completed', ''),
    (140, 'EOSDISC', 'subjects',   '',                      'Discontinued [3]', ''),
    (151, 'EOSREAS', 'categories', 'DEATH',                 'Death', 'DCSREAS'),
    (152, 'EOSREAS', 'categories', 'WITHDRAWAL BY SUBJECT', 'Withdrawal by subject', 'DCSREAS'),
    (153, 'EOSREAS', 'categories', 'LOST TO FOLLOW-UP',     'Lost to follow-up', 'DCSREAS'),
    (154, 'EOSREAS', 'categories', 'OTHER',                 'Other', 'DCSREAS'),
    (155, 'EOSREAS', 'categories', '',                      'Reason not stated', 'DCSREAS'),
    (160, 'DEATH',   'subjects',   '',                      'Died [4]', '')
),
-- A missing type of enrolment has a line only where there is one.
shell as (
    select 1 as subgroup, position, row_id, kind, label, g1, v1, '' as v2, '' as missing,
           case row_id when 'ENRL' then 'n' else 'n pct' end as statistics, 'ADSL' as dataset
    from wording
    where label <> 'Missing'
       or exists (from hits where hits.row_id = 'ENRTYPE' and hits.g1 = '')
),
lines as (from printed_lines('shell', 'totals', 'frequencies', '')),
figures as (from count_figures('lines', 'totals', 'frequencies'))
from results_data('T-14-1-1', 'figures');
