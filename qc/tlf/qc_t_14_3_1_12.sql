/******************************************************************************
 Program      : qc/tlf/qc_t_14_3_1_12.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : T-14-3-1-12, Overview of Treatment-Emergent Adverse Events by
                Subgroup
 Purpose      : Independent second program: counts the overview again in each
                subgroup.
                Written from specs/tlf.xlsx and docs/tables.md; the
                production code was not read.
 Inputs       : adam.adsl, adam.adae
 Outputs      : qc.t_14_3_1_12, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.t_14_3_1_12 as
with
columns (column_order, column_id, column_label) as (values
    (1, 'ISAPD', 'Isa-Pd'),
    (2, 'ISAKD', 'Isa-Kd')
),
subgroups (subgroup, heading) as (values
    ( 1, 'Age: below 75 years'),
    ( 2, 'Age: 75 years or more'),
    ( 3, 'ECOG performance status at baseline: 0'),
    ( 4, 'ECOG performance status at baseline: 1'),
    ( 5, 'ECOG performance status at baseline: 2 or more'),
    ( 6, 'ECOG performance status at baseline: missing'),
    ( 7, 'Enrolment: prospective'),
    ( 8, 'Enrolment: retrospective'),
    ( 9, 'Country: France'),
    (10, 'Country: Germany'),
    (11, 'Country: Italy'),
    (12, 'Country: Spain'),
    (13, 'Country: Turkey'),
    (14, 'Country: United Kingdom')
),
-- The safety population once for each subgroup that a subject is in; another regimen is in no column.
members as (
    select conditions.subgroup, coalesce(regimen_column(TRT01A), '') as column_id, USUBJID
    from adam.adsl
    cross join lateral (values
        ( 1, AGE < 75),
        ( 2, AGE >= 75),
        ( 3, ECOGBLN = 0),
        ( 4, ECOGBLN = 1),
        ( 5, ECOGBLN >= 2),
        ( 6, ECOGBLN is null),
        ( 7, RETROFL = 'N'),
        ( 8, RETROFL = 'Y'),
        ( 9, COUNTRY = 'FRA'),
        (10, COUNTRY = 'DEU'),
        (11, COUNTRY = 'ITA'),
        (12, COUNTRY = 'ESP'),
        (13, COUNTRY = 'TUR'),
        (14, COUNTRY = 'GBR')
    ) as conditions (subgroup, met)
    where SAFFL = 'Y' and conditions.met
),
totals as (
    select subgroups.subgroup, columns.column_order, columns.column_id, columns.column_label,
           count(members.USUBJID) as total
    from subgroups
    cross join columns
    left join members on members.subgroup = subgroups.subgroup and members.column_id = columns.column_id
    group by all
),
events as (
    select members.subgroup, members.column_id, adae.*
    from adam.adae as adae
    join members on members.USUBJID = adae.USUBJID
    where adae.TRTEMFL = 'Y'
),
hits as (
    select subgroup, answers.row_id, 0 as depth, '' as g1, '' as g2, column_id, USUBJID
    from events
    cross join lateral (values
        ('ANY',    true),
        ('G34',    ATOXGRN in (3, 4)),
        ('G3PLUS', ATOXGRN >= 3),
        ('G5',     ATOXGRN = 5),
        ('SER',    AESER = 'Y'),
        ('RELISA', RELISAFL = 'Y'),
        ('RELANY', RELANYFL = 'Y'),
        ('WDISA',  WDISAFL = 'Y'),
        ('WDANY',  WDANYFL = 'Y'),
        ('INT',    INTANYFL = 'Y'),
        ('RED',    REDANYFL = 'Y'),
        ('IRR',    CQ01NAM <> ''),
        ('NEVT',   true)
    ) as answers (row_id, met)
    where answers.met
),
frequencies as (from frequencies_of('hits')),

wording (position, row_id, kind, label) as (values
    ( 10, 'ANY',    'subjects', 'Any TEAE'),
    ( 20, 'G34',    'subjects', 'Grade 3-4 TEAE [1]'),
    ( 30, 'G3PLUS', 'subjects', 'Grade >=3 TEAE'),
    ( 40, 'G5',     'subjects', 'Grade 5 TEAE'),
    ( 50, 'SER',    'subjects', 'Serious TEAE'),
    ( 60, 'RELISA', 'subjects', 'TEAE related to isatuximab'),
    ( 70, 'RELANY', 'subjects', 'TEAE related to any study drug'),
    ( 80, 'WDISA',  'subjects', 'TEAE leading to withdrawal of isatuximab'),
    ( 90, 'WDANY',  'subjects', 'TEAE leading to withdrawal of any study drug'),
    (100, 'INT',    'subjects', 'TEAE leading to interruption of any study drug'),
    (110, 'RED',    'subjects', 'TEAE leading to dose reduction of any study drug'),
    (120, 'IRR',    'subjects', 'Infusion reaction'),
    (130, 'NEVT',   'events',   'Number of TEAEs')
),
-- A subgroup without any event has no lines.
shell as (
    select subgroups.subgroup, position, row_id, kind, label, '' as g1, '' as v1, '' as v2, '' as missing,
           case kind when 'events' then 'events' else 'n pct' end as statistics, 'ADAE' as dataset
    from wording
    cross join subgroups
    where exists (from events where events.subgroup = subgroups.subgroup)
),
numbered as (from printed_lines('shell', 'totals', 'frequencies', '')),
-- The heading of a subgroup is a line, too: the first one is line 1. Its column heads stand there, with its name.
lines as (
    select numbered.* replace (
        numbered.line + 1 as line,
        case numbered.kind when 'population' then subgroups.heading else numbered.label end as label)
    from numbered
    join subgroups on subgroups.subgroup = numbered.subgroup
),
figures as (from count_figures('lines', 'totals', 'frequencies'))
from results_data('T-14-3-1-12', 'figures');
