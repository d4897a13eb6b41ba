/******************************************************************************
 Program      : qc/tlf/qc_t_14_3_1_3.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : T-14-3-1-3, Treatment-Emergent Adverse Events by System Organ
                Class, Preferred Term and Worst Grade
 Purpose      : Independent second program: counts each subject again at its
                worst grade in each line.
                Written from specs/tlf.xlsx and docs/tables.md; the
                production code was not read.
 Inputs       : adam.adsl, adam.adae
 Outputs      : qc.t_14_3_1_3, one row per line, column and statistic
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/

create or replace table qc.t_14_3_1_3 as
with
regimens (subgroup, heading) as (values
    (1, 'Isa-Pd'),
    (2, 'Isa-Kd')
),
-- Columns of grades, both bounds included; the last one holds what has no grade.
columns (column_order, column_id, column_label, lowest, highest) as (values
    (1, 'ALL',    'Any grade', null, null),
    (2, 'G12',    'Grade 1-2', 1,    2),
    (3, 'G3',     'Grade 3',   3,    3),
    (4, 'G4',     'Grade 4',   4,    4),
    (5, 'G5',     'Grade 5',   5,    5),
    (6, 'G3PLUS', 'Grade >=3', 3,    5),
    (7, 'GMISS',  'Missing',   null, null)
),
members as (
    select regimens.subgroup, adsl.USUBJID
    from adam.adsl as adsl
    join regimens on regimens.heading = adsl.TRT01A
    where adsl.SAFFL = 'Y'
),
-- Every column of a regimen has the same subjects.
totals as (
    select regimens.subgroup, columns.column_order, columns.column_id, columns.column_label,
           count(members.USUBJID) as total
    from regimens
    cross join columns
    left join members on members.subgroup = regimens.subgroup
    group by all
),
events as (
    select members.subgroup, 'SOCPT' as row_id, adae.*
    from adam.adae as adae
    join members on members.USUBJID = adae.USUBJID
    where adae.TRTEMFL = 'Y'
),
-- The worst grade of a subject in each line: in all, in each class, and in each term for itself.
worst as (
    select subgroup, 'ANY' as row_id, 0 as depth, '' as g1, '' as g2, USUBJID, max(ATOXGRN) as grade
    from events
    group by all
    union all
    select subgroup, row_id, 1, AEBODSYS, '', USUBJID, max(ATOXGRN)
    from events
    group by all
    union all
    select subgroup, row_id, 2, AEBODSYS, AEDECOD, USUBJID, max(ATOXGRN)
    from events
    where AEBODSYS <> '' or subgroup in (select subgroup from events where AEBODSYS = '' and AEDECOD <> '')
    group by all
),
hits as (
    select worst.subgroup, worst.row_id, worst.depth, worst.g1, worst.g2, columns.column_id, worst.USUBJID
    from worst
    join columns
      on case columns.column_id when 'ALL' then true
                                when 'GMISS' then worst.grade is null
                                else worst.grade between columns.lowest and columns.highest end
),
frequencies as (from frequencies_of('hits')),

wording (position, row_id, kind, label) as (values
    (10, 'ANY',   'subjects', 'Any TEAE'),
    (20, 'SOCPT', 'nested',   '')
),
shell as (
    select wording_of.* replace (regimens.subgroup as subgroup)
    from event_shell('wording', 2, 'n pct') as wording_of
    cross join regimens
    where exists (from events where events.subgroup = regimens.subgroup)
),
numbered as (from printed_lines('shell', 'totals', 'frequencies', 'ALL')),
-- The heading of a regimen is a line, too: the first one is line 1. Its column heads stand there, with its name.
lines as (
    select numbered.* replace (
        numbered.line + 1 as line,
        case numbered.kind when 'population' then regimens.heading else numbered.label end as label)
    from numbered
    join regimens on regimens.subgroup = numbered.subgroup
),
figures as (from count_figures('lines', 'totals', 'frequencies'))
from results_data('T-14-3-1-3', 'figures');
