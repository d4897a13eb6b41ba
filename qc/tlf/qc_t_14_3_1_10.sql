/******************************************************************************
 Program      : qc/tlf/qc_t_14_3_1_10.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : T-14-3-1-10, Infusion Reactions and Other Treatment-Emergent
                Adverse Events of Special Interest
 Purpose      : Independent second program: counts subjects and events again
                by group of terms.
                Written from specs/tlf.xlsx and docs/tables.md; the
                production code was not read.
 Inputs       : adam.adsl, adam.adae
 Outputs      : qc.t_14_3_1_10, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.t_14_3_1_10 as
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
-- One row for each event and each line that it counts in.
answered as (
    select subgroup, answers.row_id, 0 as depth, '' as g1, '' as g2, column_id, USUBJID
    from events
    cross join lateral (values
        ('IRR',      CQ01NAM <> ''),
        ('IRRNO1',   CQ01NAM <> '' and AEINFNO = 1),
        ('IRRNO2',   CQ01NAM <> '' and AEINFNO = 2),
        ('IRRNO3',   CQ01NAM <> '' and AEINFNO >= 3),
        ('IRRNOM',   CQ01NAM <> '' and AEINFNO is null),
        ('IRRON0',   CQ01NAM <> '' and LDAEELD = 0),
        ('IRRON1',   CQ01NAM <> '' and LDAEELD = 1),
        ('IRRON2',   CQ01NAM <> '' and LDAEELD >= 2),
        ('IRRONM',   CQ01NAM <> '' and LDAEELD is null),
        ('IRRSAME',  CQ01NAM <> '' and SAMEDYFL = 'Y'),
        ('IRRINT',   CQ01NAM <> '' and INTISAFL = 'Y'),
        ('IRRRAT',   CQ01NAM <> '' and RATISAFL = 'Y'),
        ('IRRWD',    CQ01NAM <> '' and WDISAFL = 'Y'),
        ('INFEC',    CQ03NAM <> ''),
        ('INFECG3',  CQ03NAM <> '' and ATOXGRN >= 3),
        ('INFECSER', CQ03NAM <> '' and AESER = 'Y'),
        ('INFECWD',  CQ03NAM <> '' and WDISAFL = 'Y'),
        ('CYTOP',    CQ02NAM <> ''),
        ('CYTOPG3',  CQ02NAM <> '' and ATOXGRN >= 3),
        ('CYTOPSER', CQ02NAM <> '' and AESER = 'Y'),
        ('CYTOPWD',  CQ02NAM <> '' and WDISAFL = 'Y'),
        ('CARD',     CQ04NAM <> ''),
        ('CARDG3',   CQ04NAM <> '' and ATOXGRN >= 3),
        ('CARDSER',  CQ04NAM <> '' and AESER = 'Y'),
        ('CARDWD',   CQ04NAM <> '' and WDISAFL = 'Y'),
        ('HEPAT',    CQ05NAM <> ''),
        ('HEPATG3',  CQ05NAM <> '' and ATOXGRN >= 3),
        ('HEPATSER', CQ05NAM <> '' and AESER = 'Y'),
        ('HEPATWD',  CQ05NAM <> '' and WDISAFL = 'Y'),
        ('SPM',      CQ06NAM <> ''),
        ('SPMG3',    CQ06NAM <> '' and ATOXGRN >= 3),
        ('SPMSER',   CQ06NAM <> '' and AESER = 'Y'),
        ('SPMWD',    CQ06NAM <> '' and WDISAFL = 'Y')
    ) as answers (row_id, met)
    where answers.met
),
-- Terms of each group.
grouped as (
    select subgroup, names.row_id, 1 as depth, AEDECOD as g1, '' as g2, column_id, USUBJID
    from events
    cross join lateral (values
        ('IRRPT',   CQ01NAM),
        ('CYTOPPT', CQ02NAM),
        ('INFECPT', CQ03NAM),
        ('CARDPT',  CQ04NAM),
        ('HEPATPT', CQ05NAM),
        ('SPMPT',   CQ06NAM)
    ) as names (row_id, name)
    where names.name <> ''
),
-- A subject stands at the highest grade of its infusion reactions; without any grade in the line of missing.
worst as (
    select subgroup, 'IRRGR' as row_id, 0 as depth,
           coalesce(cast(cast(max(ATOXGRN) as integer) as varchar), '') as g1, '' as g2, column_id, USUBJID
    from events
    where CQ01NAM <> ''
    group by all
),
hits as (
    from answered
    union all
    from grouped
    union all
    from worst
),
frequencies as (from frequencies_of('hits')),

wording (position, row_id, kind, label) as (values
    ( 10, 'IRR',      'subjects', 'Infusion reaction [1]'),
    ( 20, 'IRRPT',    'nested',   ''),
    ( 30, 'IRRGR',    'header',   'Worst grade'),
    ( 31, 'IRRGR',    'worst',    'Grade 1'),
    ( 32, 'IRRGR',    'worst',    'Grade 2'),
    ( 33, 'IRRGR',    'worst',    'Grade 3'),
    ( 34, 'IRRGR',    'worst',    'Grade 4'),
    ( 35, 'IRRGR',    'worst',    'Grade 5'),
    ( 36, 'IRRGR',    'worst',    'Grade missing'),
    ( 40, 'IRRNO',    'header',   'Number of the infusion [2]'),
    ( 50, 'IRRNO1',   'subjects', 'First infusion'),
    ( 60, 'IRRNO2',   'subjects', 'Second infusion'),
    ( 70, 'IRRNO3',   'subjects', 'Later infusion'),
    ( 80, 'IRRNOM',   'subjects', 'Missing'),
    ( 90, 'IRRON',    'header',   'Onset after the last dose of isatuximab [2]'),
    (100, 'IRRON0',   'subjects', 'On the day of the infusion'),
    (110, 'IRRON1',   'subjects', 'On the next day'),
    (120, 'IRRON2',   'subjects', 'Later'),
    (130, 'IRRONM',   'subjects', 'Unknown'),
    (140, 'IRRSAME',  'subjects', 'Resolved on the day of onset'),
    (150, 'IRRINT',   'subjects', 'Isatuximab interrupted or delayed'),
    (160, 'IRRRAT',   'subjects', 'Infusion slowed'),
    (170, 'IRRWD',    'subjects', 'Isatuximab withdrawn'),
    (180, 'OTHER',    'header',   'Other adverse events of special interest [1]'),
    (190, 'INFEC',    'subjects', 'Infections'),
    (200, 'INFECG3',  'subjects', 'Grade >=3'),
    (210, 'INFECSER', 'subjects', 'Serious'),
    (220, 'INFECWD',  'subjects', 'Leading to withdrawal of isatuximab'),
    (230, 'INFECPT',  'nested',   'By preferred term'),
    (240, 'CYTOP',    'subjects', 'Cytopenias'),
    (250, 'CYTOPG3',  'subjects', 'Grade >=3'),
    (260, 'CYTOPSER', 'subjects', 'Serious'),
    (270, 'CYTOPWD',  'subjects', 'Leading to withdrawal of isatuximab'),
    (280, 'CYTOPPT',  'nested',   'By preferred term'),
    (290, 'CARD',     'subjects', 'Cardiac disorders'),
    (300, 'CARDG3',   'subjects', 'Grade >=3'),
    (310, 'CARDSER',  'subjects', 'Serious'),
    (320, 'CARDWD',   'subjects', 'Leading to withdrawal of isatuximab'),
    (330, 'CARDPT',   'nested',   'By preferred term'),
    (340, 'HEPAT',    'subjects', 'Hepatic disorders'),
    (350, 'HEPATG3',  'subjects', 'Grade >=3'),
    (360, 'HEPATSER', 'subjects', 'Serious'),
    (370, 'HEPATWD',  'subjects', 'Leading to withdrawal of isatuximab'),
    (380, 'HEPATPT',  'nested',   'By preferred term'),
    (390, 'SPM',      'subjects', 'Second primary malignancies'),
    (400, 'SPMG3',    'subjects', 'Grade >=3'),
    (410, 'SPMSER',   'subjects', 'Serious'),
    (420, 'SPMWD',    'subjects', 'Leading to withdrawal of isatuximab'),
    (430, 'SPMPT',    'nested',   'By preferred term')
),
worded as (from event_shell('wording', 1, 'n pct events')),
-- Lines of grades count subjects alone; their grade is in the label.
shell as (
    select * replace (
        case when kind = 'worst' and label <> 'Grade missing' then replace(label, 'Grade ', '') else g1 end as g1,
        case kind when 'worst' then 'ATOXGRN' else v1 end as v1,
        case kind when 'worst' then 'n pct' else statistics end as statistics)
    from worded
),
lines as (from printed_lines('shell', 'totals', 'frequencies', 'ISAPD')),
figures as (from count_figures('lines', 'totals', 'frequencies'))
from results_data('T-14-3-1-10', 'figures');
